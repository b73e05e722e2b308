"""Which versions of the model are there? Each is a folder with tensors and a card; one comes with the program."""

import json
import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock

from model_store.basics.errors import ModelCorrupted, UserError
from model_store.basics.records import SCHEMA, UnreadableRecord
from model_store.disk.folders import appearing
from model_store.disk.home import xray_home
from model_store.disk.weights import sha256_of, verify_weights
from model_store.disk.writing import room_for, sync_file, write_atomically
from model_store.reading.card import ModelCard
from model_store.versions.bundled import BUNDLED, BUNDLED_FOLDER, BUNDLED_SHA256
from model_store.versions.card_file import CARD, MADE_FOR, parse_card, read_card
from model_store.versions.comparison.record import Comparison, read_comparison
from model_store.versions.learned_from import LEARNED_FROM, list_sha256, read_list, write_list

WEIGHTS = "weights.safetensors"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class ModelNotFound(UserError, ValueError):
    """There is no version of that name."""


class UnusableName(UserError, ValueError):
    """A new version cannot have that name."""


@dataclass(frozen=True)
class Version:
    """A version on the disk: its folder and its card."""

    folder: Path
    card: ModelCard

    @property
    def name(self) -> str:
        """The name under which the registry finds it; the bundled version's card has another."""
        return BUNDLED if self.folder == BUNDLED_FOLDER else self.folder.name

    @property
    def weights(self) -> Path:
        """The file of the version's tensors."""
        return self.folder / WEIGHTS

    def verify(self) -> None:
        """Check the weights file without parsing it; raises ModelCorrupted."""
        verify_weights(self.weights, sha256=self.card.weights_sha256)

    @property
    def comparison(self) -> Comparison | None:
        """What the comparison with the version that was active found; None where there is none that can be used."""
        found = self.card.content.get("comparison")
        try:
            return read_comparison(found) if found else None
        except UnreadableRecord:
            return None

    @property
    def knows_its_images(self) -> bool:
        """True where there is a list of the images from which the version learned."""
        return (self.folder / LEARNED_FROM).is_file()

    def learned_from(self) -> frozenset[str]:
        """Return the list's entries of all images that shaped these weights; empty where that is not known.

        Raises:
            ModelCorrupted: the list is not the one that the card names.
        """
        named = self.card.record.learned_from_sha256
        if named is None and not self.knows_its_images:
            return frozenset()
        try:
            content = (self.folder / LEARNED_FROM).read_bytes()
            digests = read_list(content)
        except (OSError, ValueError) as error:
            raise ModelCorrupted(f"The list of images of version {self.name} is missing or damaged.") from error
        # The card of a version that is older than these lists names none.
        if named is not None and named != list_sha256(content):
            raise ModelCorrupted(f"The list of images of version {self.name} is not the one its card names.")
        return digests


class Registry:
    """The versions under one home folder, and the bundled one.

    Args:
        home: the app's folder; `XRAY_HOME` by default.
    """

    def __init__(self, home: Path | None = None) -> None:
        self.folder = (home or xray_home()) / "versions"

    def names(self) -> list[str]:
        """Return the names of all versions, the bundled one first."""
        folders = [path.parent for path in self.folder.glob(f"*/{CARD}")]
        # A name that begins with a dot is a version that is being written or deleted; a link leads elsewhere.
        return [BUNDLED, *sorted(f.name for f in folders if not f.name.startswith(".") and not f.is_symlink())]

    def version(self, name: str, *, outdated: bool = False) -> Version:
        """Return a version by its name.

        Args:
            name: of the version.
            outdated: whether it may have been made for another preparation, by which it cannot read.

        Raises:
            ModelNotFound: there is none of that name.
            ModelCorrupted: its card cannot be used.
        """
        if name == BUNDLED:
            return Version(BUNDLED_FOLDER, read_card(BUNDLED_FOLDER, weights_sha256=BUNDLED_SHA256, outdated=outdated))
        if name not in self.names():
            raise ModelNotFound(f"There is no version {name!r}; there are {', '.join(self.names())}.")
        return Version(self.folder / name, read_card(self.folder / name, outdated=outdated))

    def check_name(self, name: str) -> None:
        """Raise UnusableName where a new version cannot have this name."""
        if not _NAME.fullmatch(name) or name == BUNDLED:
            raise UnusableName(f"{name!r} cannot name a version; use letters, digits, dots, hyphens and underscores.")
        if (self.folder / name).exists() or (self.folder / name).is_symlink():
            raise _taken(name)

    def register(self, name: str, weights: Path, card: dict[str, Any], *, learned_from: Iterable[str] = ()) -> Version:
        """Add a version in one step: it is listed whole or not at all, and on the disk when this returns.

        Args:
            name: letters, digits, dots, hyphens and underscores.
            weights: file of tensors; it is copied.
            card: everything that is known of it; version, hashes, preparation and layer are filled in here.
            learned_from: the list's `entry` of every image that shaped the weights, or on which they were chosen.

        Raises:
            UnusableName: the name cannot be used or is taken.
            ModelCorrupted: the card cannot be used.
            DiskFull: there is no room.
            ValueError: something in `learned_from` is no entry.
        """
        self.check_name(name)
        images = write_list(learned_from)
        made = card | {"version": name, "schema_version": SCHEMA} | MADE_FOR
        made.pop("learned_from_sha256", None)
        with room_for(self.folder, weights.stat().st_size + len(images) + len(_as_json(made))):
            try:
                with appearing(self.folder / name) as folder:
                    _fill(folder, weights, made, images)
            except FileExistsError as error:  # Another process was faster.
                raise _taken(name) from error
        return self.version(name)

    def add_to_card(self, name: str, addition: dict[str, Any], *, counted: str | None = None) -> None:
        """Write further figures into the card of a trained version; the bundled version's card is never rewritten.

        Of several who write at once each waits for the others.

        Args:
            name: of the version.
            addition: what is written beside what is there, or in its place.
            counted: name of a figure of the card that becomes one more; None for none.

        Raises:
            ValueError: the version is the bundled one.
        """
        if name == BUNDLED:
            raise ValueError("The bundled version's card is never rewritten.")
        folder = self.version(name).folder
        with FileLock(folder.with_name(f".{name}.lock")):
            card = self.version(name).card.content | addition
            if counted:
                card[counted] = (card.get(counted) or 0) + 1
            content = _as_json(card)
            with room_for(folder, len(content)):
                write_atomically(folder / CARD, content)


def _fill(folder: Path, weights: Path, card: dict[str, Any], images: bytes) -> None:
    """Write a version's files, each on the disk before the next, the card last."""
    shutil.copyfile(weights, folder / WEIGHTS)
    sync_file(folder / WEIGHTS)
    if images:
        write_atomically(folder / LEARNED_FROM, images)
        card = card | {"learned_from_sha256": list_sha256(images)}
    content = _as_json(card | {"weights_sha256": sha256_of(folder / WEIGHTS)})
    parse_card(content, name=str(card["version"]))  # A card that cannot be used must not be listed.
    write_atomically(folder / CARD, content)


def _as_json(card: dict[str, Any]) -> bytes:
    return (json.dumps(card, indent=1) + "\n").encode()


def _taken(name: str) -> UnusableName:
    return UnusableName(f"There is a version {name!r} already; versions are never overwritten.")
