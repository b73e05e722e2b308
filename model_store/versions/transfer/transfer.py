"""How does a version leave this machine as one file, and what is checked before one that comes is taken in?"""

import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZipFile

from model_store.basics.errors import ModelCorrupted
from model_store.disk.weights import all_finite, layout_of, verify_weights
from model_store.disk.writing import room_for
from model_store.reading.card import ModelCard
from model_store.reading.card_record import unfit_figure
from model_store.versions.bundled import BUNDLED_FOLDER, BUNDLED_SHA256
from model_store.versions.card_file import CARD, parse_card
from model_store.versions.learned_from import LEARNED_FROM, LINE_BYTES, list_sha256, read_list, write_list
from model_store.versions.registry import WEIGHTS, Registry, Version
from model_store.versions.transfer.archive import (
    UnusableFile,
    open_archive,
    read_member,
    save_member,
    unusable,
    write_archive,
)


def export_version(version: Version, path: Path) -> None:
    """Write a version to one file: an uncompressed ZIP of its weights, its card and its list of images.

    Args:
        version: a trained one or the bundled one.
        path: the file to write; one that is there is replaced, in one step.

    Raises:
        ModelCorrupted: the version's files are not whole.
        UnusableFile: no file can be written there.
        DiskFull: there is no room.
    """
    if path.is_dir() or not path.parent.is_dir():
        raise UnusableFile(f"No file can be written to {path}; please name a file in a folder that is there.")
    version.verify()
    card, images = dict(version.card.content), write_list(version.learned_from())
    if images:
        card["learned_from_sha256"] = list_sha256(images)
    content = json.dumps(card, indent=1).encode()
    with room_for(path.parent, version.weights.stat().st_size + len(content) + len(images)):
        write_archive(path, weights=version.weights, card=content, images=images)


def import_version(path: Path, registry: Registry, *, name: str | None = None) -> Version:
    """Add the version in a file that `export_version` wrote, here or elsewhere; it is not activated.

    The comparison in its card is left out: it was made on other images, perhaps with another active version.

    Args:
        path: the file.
        registry: where the version goes.
        name: its new name; the one in its card by default.

    Raises:
        UnusableFile: the file or the version in it cannot be used; nothing of it is kept.
        UnusableName: the name cannot be used or is taken.
        ModelCorrupted: the bundled version, by which tensors are checked, is damaged.
        DiskFull: there is no room.
    """
    with open_archive(path) as archive:
        card = _card_in(archive, path.stem)
        images = _images_in(archive, card)
        name = card.version if name is None else name
        registry.check_name(name)
        # The weights are written twice: out of sight, where they are checked, and in the version's folder.
        with room_for(registry.folder, 2 * archive.getinfo(WEIGHTS).file_size + len(images) * LINE_BYTES):
            registry.folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(prefix=".", dir=registry.folder, ignore_cleanup_errors=True) as folder:
                weights = Path(folder) / WEIGHTS
                save_member(archive, WEIGHTS, weights)
                _check_weights(weights, card)
                return registry.register(name, weights, _card_here(card), learned_from=images)


def network_layout() -> dict[str, tuple[str, tuple[int, ...]]]:
    """Return number format and shape of each of the network's tensors, as the bundled version has them.

    Raises:
        ModelCorrupted: the bundled version is damaged.
    """
    verify_weights(BUNDLED_FOLDER / WEIGHTS, sha256=BUNDLED_SHA256)
    return layout_of(BUNDLED_FOLDER / WEIGHTS)


def _card_in(archive: ZipFile, name: str) -> ModelCard:
    try:
        card = parse_card(read_member(archive, CARD), name=name)
    except ModelCorrupted as error:
        raise UnusableFile(f"This file cannot be imported: {error}") from error
    if unfit := next((name for name, entry in card.content.items() if unfit_figure(entry)), None):
        raise unusable(f"its card's entry {unfit[:40]} is not finite, too long, nested too deeply or no whole text")
    return card


def _images_in(archive: ZipFile, card: ModelCard) -> frozenset[str]:
    content = read_member(archive, LEARNED_FROM)
    if card.record.learned_from_sha256 != (list_sha256(content) if content else None):
        raise unusable("the list of images is not the one that the card names")
    try:
        return read_list(content) if content else frozenset()
    except ValueError as error:
        raise unusable("the list of images is damaged") from error


def _check_weights(weights: Path, card: ModelCard) -> None:
    expected = network_layout()
    try:
        verify_weights(weights, sha256=card.weights_sha256)
        fits = layout_of(weights) == expected
    except ModelCorrupted as error:
        raise UnusableFile(f"This file cannot be imported: {error}") from error
    if not fits:
        raise unusable("its tensors do not fit the network")
    if not all_finite(weights):
        raise unusable("its tensors hold infinite values")


def _card_here(card: ModelCard) -> dict[str, object]:
    kept = {key: value for key, value in card.content.items() if key != "comparison"}
    return kept | {"imported": datetime.now(UTC).isoformat(timespec="seconds")}
