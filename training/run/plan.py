"""What is a training to do? Data, recipe, and what is kept of whoever asked for it; run.json holds all of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from model_store.trainings import cost
from model_store.trainings.folder_names import TEST_SPLIT
from training.run.recipes import FitConfig


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

    @property
    def reference_size(self) -> int:
        """About how many films of the reference set both versions will read, beside those that are held out."""
        if self.reference is None or not self.compare or self.reference.resolve() == self.data.resolve():
            return 0
        return cost.files_in(self.reference / TEST_SPLIT)

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
