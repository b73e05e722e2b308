"""Which versions of the model are there? Each is a folder with tensors and a card; one comes with the program."""

import json
import math
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from model_store.home import xray_home
from model_store.lungs import LUNGS_SHA256
from model_store.network import TARGET_LAYER
from model_store.preprocessing import PREPARATION
from model_store.runs import write_atomically
from model_store.weights import ModelCorrupted, sha256_of

BUNDLED = "bundled"
"""Name under which the version that comes with the program is always found."""

BUNDLED_SHA256 = "3214e45639614043a4c1c0a9ce01cdbfda814cf1b5b5a6f49122da45a658c056"
"""Hash of the bundled version's weights; checked before anything parses the file."""

BUNDLED_FOLDER = Path(__file__).parent / "bundled"
WEIGHTS = "weights.safetensors"
CARD = "card.json"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class ModelNotFound(ValueError):
    """There is no version of that name."""


class UnusableName(ValueError):
    """A new version cannot have that name."""


@dataclass(frozen=True)
class ModelCard:
    """What is known of one version.

    Attributes:
        version: its name.
        weights_sha256: of its weights file.
        temperature: by which logits are divided, fitted on validation patients.
        operating_point: probability from which pneumonia is suspected, 0..1, fitted on validation patients.
        content: the whole card: data, recipe, figures, limits.
    """

    version: str
    weights_sha256: str
    temperature: float
    operating_point: float
    content: dict[str, Any]


@dataclass(frozen=True)
class Version:
    """A version on the disk: its folder and its card."""

    folder: Path
    card: ModelCard

    @property
    def weights(self) -> Path:
        """The file of the version's tensors."""
        return self.folder / WEIGHTS


class Registry:
    """The versions under one home folder, and the bundled one.

    Args:
        home: the app's folder; `XRAY_HOME` by default.
    """

    def __init__(self, home: Path | None = None) -> None:
        self.folder = (home or xray_home()) / "versions"

    def names(self) -> list[str]:
        """Return the names of all versions, the bundled one first."""
        # A name that begins with a dot is a version that is still being written.
        trained = sorted(p.parent.name for p in self.folder.glob(f"*/{CARD}") if not p.parent.name.startswith("."))
        return [BUNDLED, *trained]

    def version(self, name: str) -> Version:
        """Return a version by its name.

        Raises:
            ModelNotFound: there is none of that name.
            ModelCorrupted: its card cannot be used.
        """
        if name == BUNDLED:
            return Version(BUNDLED_FOLDER, read_card(BUNDLED_FOLDER, weights_sha256=BUNDLED_SHA256))
        if name not in self.names():
            raise ModelNotFound(f"There is no version {name!r}; there are {', '.join(self.names())}.")
        return Version(self.folder / name, read_card(self.folder / name))

    def check_name(self, name: str) -> None:
        """Raise UnusableName where a new version cannot have this name."""
        if not _NAME.fullmatch(name) or name == BUNDLED:
            raise UnusableName(f"{name!r} cannot name a version; use letters, digits, dots, hyphens and underscores.")
        if (self.folder / name).exists():
            raise UnusableName(f"There is a version {name!r} already; versions are never overwritten.")

    def register(self, name: str, weights: Path, card: dict[str, Any]) -> Version:
        """Add a version in one step: it is listed whole or not at all.

        Args:
            name: letters, digits, dots, hyphens and underscores.
            weights: file of tensors; it is copied.
            card: everything that is known of it; version, hash, preparation and layer are filled in here.

        Raises:
            UnusableName: the name cannot be used or is taken.
        """
        self.check_name(name)
        self.folder.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=".", dir=self.folder))
        try:
            shutil.copyfile(weights, temporary / WEIGHTS)
            made = {
                "version": name,
                "weights_sha256": sha256_of(temporary / WEIGHTS),
                "preparation": PREPARATION,
                "lungs_sha256": LUNGS_SHA256,
                "target_layer": TARGET_LAYER,
            }
            write_atomically(temporary / CARD, (json.dumps(card | made, indent=1) + "\n").encode())
            read_card(temporary)  # A card that cannot be used must not be listed.
            temporary.rename(self.folder / name)
        except BaseException:
            shutil.rmtree(temporary, ignore_errors=True)
            raise
        return self.version(name)

    def add_to_card(self, name: str, addition: dict[str, Any]) -> None:
        """Write further figures into the card of a trained version; the bundled version's card is never rewritten.

        Raises:
            ValueError: the version is the bundled one.
        """
        if name == BUNDLED:
            raise ValueError("The bundled version's card is never rewritten.")
        version = self.version(name)
        content = (json.dumps(version.card.content | addition, indent=1) + "\n").encode()
        write_atomically(version.folder / CARD, content)


def read_card(folder: Path, *, weights_sha256: str | None = None) -> ModelCard:
    """Read the card of a version's folder.

    Args:
        folder: where `card.json` lies.
        weights_sha256: the hash that the card has to name; None for any.

    Raises:
        ModelCorrupted: the card is missing, is not valid, or belongs to other weights or another preparation.
    """
    try:
        content = json.loads((folder / CARD).read_text())
        card = ModelCard(
            version=str(content["version"]),
            weights_sha256=str(content["weights_sha256"]),
            temperature=float(content["temperature"]),
            operating_point=float(content["operating_point"]),
            content=content,
        )
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise ModelCorrupted(f"The card of version {folder.name} is missing or damaged.") from error
    if weights_sha256 is not None and card.weights_sha256 != weights_sha256:
        raise ModelCorrupted(f"The card of version {folder.name} names other weights than the program expects.")
    expected = {"preparation": PREPARATION, "lungs_sha256": LUNGS_SHA256, "target_layer": TARGET_LAYER}
    for key, value in expected.items():
        if content.get(key) != value:
            raise ModelCorrupted(f"Version {card.version} was made for another {key.replace('_', ' ')}.")
    if not (0 < card.temperature < math.inf and 0 < card.operating_point < 1):
        raise ModelCorrupted(f"The card of version {card.version} holds no usable temperature or operating point.")
    return card
