"""What does a training cost? Its phases with the time of each, as this machine has shown it, and disk."""

import json
import os
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from model_store.disk.writing import write_atomically
from model_store.reading.network import CELLS, FEATURES
from model_store.reading.preparation import CELL, INPUT_SIDE, PREPARATION
from model_store.trainings.folder_names import TEST_SPLIT, split_key

PACE: Mapping[str, float] = {
    "starting": 12.0,
    "unpacking": 0.01,
    "looking for copies": 0.03,
    "preparing films": 0.3,
    "measuring head": 10.0,
    "measuring finetune": 60.0,
    "measuring full": 70.0,
    "computing features": 0.05,
    "learning head": 0.03,
    "learning finetune": 1.2,
    "learning full": 3.0,
    "learning full random": 10.0,
    "looking at normal films": 0.05,
    "looking at maps": 0.3,
    "registering": 3.0,
}
"""Seconds of a phase, or of a film in it, on two cores of 2026; until this machine has shown its own.

"learning" is a whole training by preset: the head until its patience is usually at its end, the others to their end.
"""

FAMILIAR_FILMS = 2000
"""Training films by which a version's knowledge is described; more would change little and cost minutes."""

MAP_FILMS = 200
"""Validation films that are read for a version's maps at most; each costs as much as a reading on the screen."""

NORMAL_FILMS = 200
"""Normal films of the training whose median is the baseline of maps: with more it hardly changes."""

HEAD_ENDS_AT = 0.2
"""Share of the head's epochs after which its patience is usually at its end: 20 of 100."""

_VALIDATION, _HELD_OUT = 0.12, 0.2
"""Shares of the films, as the division draws them."""

_FILE = "pace.json"
_CELLS = (int(CELLS.rpartition("-")[2]) // CELL + 1) ** 2
"""Cells of which the backbone's answers are kept at most: all that the network has, where a film is all lung."""

_NPZ_BYTES = 1024
"""What a file of a few arrays holds beside them."""

_CROP_BYTES = INPUT_SIDE * INPUT_SIDE * 9 // 8 + _NPZ_BYTES
"""A prepared film, a byte a pixel, and a bit whether it is lung."""

_FEATURE_BYTES = 4 * 3584 + _CELLS * (2 * FEATURES + 4) + _NPZ_BYTES
"""Pooled answers in single precision, cells in half, and how far each is lung."""

_VERSION_BYTES, _CHECKPOINT_BYTES, _HEAD_CHECKPOINT_BYTES = 50_000_000, 300_000_000, 4_000_000


@dataclass(frozen=True)
class Stage:
    """A phase of what is under way, as it is expected.

    Attributes:
        phase: its name.
        seconds: that it takes.
        ends_at: share of its steps after which it usually ends, 0..1.
    """

    phase: str
    seconds: float
    ends_at: float = 1.0


def pace(home: Path) -> dict[str, float]:
    """Return the values of `PACE` as this machine has shown them, where it has."""
    return dict(PACE) | _shown(home)


def is_measured(home: Path, preset: str, init: str) -> bool:
    """Return whether this machine has shown how long the learning of a preset takes."""
    return learning(preset, init) in _shown(home)


def _shown(home: Path) -> dict[str, float]:
    try:
        kept = json.loads((home / "cache" / _FILE).read_bytes())
    except (OSError, ValueError):
        return {}
    found = kept.items() if isinstance(kept, dict) else ()
    return {key: float(value) for key, value in found if key in PACE and isinstance(value, int | float) and value > 0}


def keep_pace(home: Path, shown: Mapping[str, float]) -> None:
    """Keep what this machine has shown; of two processes at a time the last one's stays."""
    if shown:
        (home / "cache").mkdir(parents=True, exist_ok=True)
        write_atomically(home / "cache" / _FILE, json.dumps(_shown(home) | dict(shown)).encode())


def files_in(data: Path) -> int:
    """Return about how many films a data folder, or a ZIP file of one, holds: its files, none of which is opened.

    Of a folder those of a test split are not counted.
    """
    if data.is_file():
        try:
            with zipfile.ZipFile(data) as archive:
                return sum(not each.is_dir() for each in archive.infolist())
        except (OSError, zipfile.BadZipFile):
            return 0
    count = 0
    for _, folders, files in os.walk(data):
        folders[:] = [name for name in folders if split_key(name) != TEST_SPLIT]  # Which learning never opens.
        count += len(files)
    return count


def learning(preset: str, init: str) -> str:
    """Return under which name of `PACE` the learning of a preset from some weights is found."""
    return "learning full random" if (preset, init) == ("full", "random") else f"learning {preset}"


def prepared_films(home: Path) -> int:
    """Return how many films are kept as they are prepared for this program."""
    return sum(1 for _ in (home / "cache").glob(f"{PREPARATION}-with-lungs-*/*.npz"))


def examination(films: int, preset: str, *, is_zip: bool, pace: Mapping[str, float]) -> list[Stage]:
    """Return the phases of an examination of films that nobody has prepared yet."""
    return [
        Stage("starting", pace["starting"]),
        Stage("unpacking", films * pace["unpacking"] if is_zip else 0.0),
        Stage("looking for copies", films * pace["looking for copies"]),
        Stage("preparing films", films * pace["preparing films"]),
        Stage("measuring", pace[f"measuring {preset}"]),
    ]


def training(
    films: int,
    preset: str,
    init: str,
    *,
    pace: Mapping[str, float],
    reference: int = 0,
    new: int = 0,
    held_out: int | None = None,
) -> list[Stage]:
    """Return the phases of a training on films that were examined before.

    Args:
        films: all of them; about a fifth is held out.
        preset: "head", "finetune" or "full".
        init: where the weights come from.
        pace: as this machine has shown it.
        reference: films of the reference set that both versions read too.
        new: those of them that nobody has prepared yet.
        held_out: films that are held out; None for a fifth.
    """
    held_out = round(_HELD_OUT * films) if held_out is None else held_out
    learned, is_head = films - held_out, preset == "head"
    validation, reading = _VALIDATION * learned, pace["computing features"]
    # What a frozen backbone says of films is the same for both versions, and of those learned from it is known before.
    both, afterwards = (1, 0.0) if is_head else (2, min(learned, FAMILIAR_FILMS) + validation)
    return [
        Stage("starting", pace["starting"]),
        Stage("preparing films", films * pace["looking for copies"] / 10),
        Stage("computing features", learned * reading if is_head else 0.0),
        Stage("training", learned * pace[learning(preset, init)], HEAD_ENDS_AT if is_head else 1.0),
        Stage("calibrating", afterwards * reading),
        Stage("looking at normal films", min(learned / 2, NORMAL_FILMS) * pace["looking at normal films"]),
        Stage("looking at maps", min(validation, MAP_FILMS) * pace["looking at maps"]),
        Stage("preparing films", new * pace["preparing films"]),
        Stage("comparing", both * (held_out + reference) * reading),
        Stage("registering", pace["registering"]),
    ]


def seconds(stages: list[Stage]) -> float:
    """Return how long all stages take together."""
    return sum(each.seconds for each in stages)


def disk_needed(preset: str, films: int) -> int:
    """Return how many bytes a training writes at most: prepared films, features, checkpoints and the version.

    Args:
        preset: "head", "finetune" or "full".
        films: how many are prepared; 0 where that is not known yet.
    """
    is_head = preset == "head"
    # Two versions read held-out films, and validation films are read before and after the weights are saved in half
    # precision. With these weights what the version knows is described; a head learns on features of its first weights.
    features = (2 if is_head else 1) * films + min(films, FAMILIAR_FILMS)
    checkpoint = _HEAD_CHECKPOINT_BYTES if is_head else _CHECKPOINT_BYTES
    return films * _CROP_BYTES + features * _FEATURE_BYTES + 3 * checkpoint + 2 * _VERSION_BYTES
