"""What is a training to do? Data, recipe, and what is kept of whoever asked for it; run.json holds all of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from model_store.reading.network import CELLS, FEATURES
from model_store.reading.preparation import CELL, INPUT_SIDE
from training.run.recipes import FAMILIAR_FILMS, FitConfig

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
class TrainingPlan:
    """Everything that a training is told.

    Attributes:
        data: the data folder.
        config: the recipe.
        labels: a CSV file with the labels; None where folders name them.
        classes: what other names of classes mean: NORMAL, PNEUMONIA, or "-" for left out.
        splits: what names of splits that are not known mean: "train", "test", or "-" for left out.
        compare: whether films are held out, on which the new version is compared with the active one.
        reference: a data set on whose test folder both are compared too.
        note: what whoever asked for it wants to remember.
        by: who asked for it.
    """

    data: Path
    config: FitConfig
    labels: Path | None = None
    classes: Mapping[str, str] = field(default_factory=dict)
    splits: Mapping[str, str] = field(default_factory=dict)
    compare: bool = False
    reference: Path | None = None
    note: str = ""
    by: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the values for run.json, those of the recipe beside the others."""
        return {
            "data": str(self.data.resolve()),
            "labels": str(self.labels.resolve()) if self.labels else None,
            "classes": dict(self.classes),
            "splits": dict(self.splits),
            "compare": self.compare,
            "reference": str(self.reference.resolve()) if self.reference else None,
            "note": self.note,
            "by": self.by,
            **self.config.as_json(),
        }

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> "TrainingPlan":
        """Return the plan that `as_json` wrote; other keys of `content` are passed over."""
        return cls(
            data=Path(content["data"]),
            config=FitConfig.from_json(content),
            labels=Path(content["labels"]) if content.get("labels") else None,
            classes=content.get("classes") or {},
            splits=content.get("splits") or {},
            compare=bool(content.get("compare")),
            reference=Path(content["reference"]) if content.get("reference") else None,
            note=str(content.get("note", "")),
            by=str(content.get("by", "")),
        )


def disk_needed(config: FitConfig, images: int) -> int:
    """Return how many bytes a training writes at most: prepared films, features, checkpoints and the version.

    Args:
        config: the recipe.
        images: how many films are prepared; 0 where that is not known yet.
    """
    is_head = config.preset == "head"
    # Two versions read held-out films, and validation films are read before and after the weights are saved in half
    # precision. With these weights what the version knows is described; a head learns on features of its first weights.
    features = (2 if is_head else 1) * images + min(images, FAMILIAR_FILMS)
    checkpoint = _HEAD_CHECKPOINT_BYTES if is_head else _CHECKPOINT_BYTES
    return images * _CROP_BYTES + features * _FEATURE_BYTES + 3 * checkpoint + 2 * _VERSION_BYTES
