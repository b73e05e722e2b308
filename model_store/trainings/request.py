"""What does a clinician ask the trainer to do, and under which name?"""

import getpass
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from model_store.basics.records import as_json, read_record


@dataclass(frozen=True)
class TrainingRequest:
    """What a clinician asks the trainer to do.

    Attributes:
        data: the data folder, or a ZIP file of one.
        preset: "head", "finetune" or "full".
        init: "bundled", "imagenet", "random" or the name of a version.
        name: of the version that is to be made.
        note: what is worth remembering of it.
        by: who asks for it.
        labels: a CSV file with the labels; None where folders name them.
        classes: what other class names mean: "NORMAL", "PNEUMONIA", or "-" for left out.
        splits: what names of splits that are not known mean: "train", "test", or "-" for left out.
    """

    data: Path
    preset: str
    init: str
    name: str
    note: str = ""
    by: str = ""
    labels: Path | None = None
    classes: Mapping[str, str] = field(default_factory=dict)
    splits: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the values for a file."""
        return as_json(self)

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> "TrainingRequest":
        """Return the request that `as_json` wrote; raises UnreadableRecord where it is another content."""
        return read_record(cls, content)


def account() -> str:
    """Return the name of the account under which the program runs; empty where the system knows none."""
    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError):  # As in many containers, the system does not know the process's user.
        return ""
