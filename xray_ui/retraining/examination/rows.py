"""What did an examination of the films find? Rows of text for the page; a part that is missing gives no rows."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from model_store.trainings.folder import RunFolder
from xray_ui.basics.rows import Table, number, part
from xray_ui.basics.text import duration, size
from xray_ui.retraining import wording as retraining_wording

Result = Mapping[str, Any]

LONGEST_LIST = 200
"""How many films of a list are shown; the rest is counted."""

_COLUMNS = {
    "NORMAL": "Normal",
    "PNEUMONIA": "Pneumonia",
    "bacterial": "Bacterial",
    "viral": "Viral",
    "patients": "Patients",
    "images": "Films",
}
_PARTS = {"training": "Training", "validation": "Validation", "held_out": "Held out for the comparison"}


def count_rows(result: Result) -> Table:
    """List the films of each split of the data by class and patient, and by cause where any is known."""
    splits = {str(split): each for split, each in part(result, "splits").items() if isinstance(each, Mapping)}
    known = [
        key for key in _COLUMNS if key not in ("bacterial", "viral") or any(each.get(key) for each in splits.values())
    ]
    return [
        {"Split": split} | {_COLUMNS[key]: number(counts.get(key)) for key in known} for split, counts in splits.items()
    ]


def part_rows(result: Result) -> Table:
    """List how the films are divided, by patient, for this training; empty where that is not known yet."""
    return [
        {"Used for": name}
        | {heading: number(counts.get(key)) for key, heading in _COLUMNS.items() if key not in ("bacterial", "viral")}
        | {"Films": number(_films(counts))}
        for key_of_part, name in _PARTS.items()
        if any((counts := part(result, "parts", key_of_part)).values())
    ]


def fact_rows(result: Result) -> Table:
    """List what else is worth knowing before the training begins."""
    facts = {
        "Films": number(result.get("images")),
        "With pneumonia": _share(result.get("balance")),
        "Copies": _copies(result),
        "Patients in two splits": _count(result, "patients_in_two_splits"),
        "Refused films": _count(result, "refused"),
        "Time for the training": retraining_wording.estimate(result.get("estimate")),
        "Disk": retraining_wording.disk(result.get("disk")),
    }
    return [{"Property": name, "Value": value} for name, value in facts.items()]


def cost_sentence(result: Result) -> str:
    """Say what the training costs, to go on a sentence; "" where that is not known."""
    seconds, needed = part(result, "estimate").get("seconds"), part(result, "disk").get("needed")
    if not isinstance(seconds, int | float) or not isinstance(needed, int | float):
        return ""
    return f"{duration(seconds)} on this machine, {size(needed)} of disk"


def refused_rows(result: Result) -> Table:
    """List the films that the reader refuses, with the reasons."""
    return [
        {"Film": str(each.get("path")), "Reason": str(each.get("reason"))}
        for each in _list(result, "refused")[:LONGEST_LIST]
        if isinstance(each, Mapping)
    ]


def copy_lines(result: Result) -> list[str]:
    """List the groups of files of the same film, one a line."""
    return [", ".join(map(str, group)) for group in _list(result, "duplicates")[:LONGEST_LIST] if _is_list(group)]


def patient_lines(result: Result) -> list[str]:
    """List the patients of whom there are films in two splits."""
    return [str(patient) for patient in _list(result, "patients_in_two_splits")[:LONGEST_LIST]]


def unknown_classes(result: Result) -> list[str]:
    """Return the names of classes of which nobody has said yet what they mean."""
    return [str(name) for name in _list(result, "unknown_classes")]


def unknown_splits(result: Result) -> Mapping[str, Any]:
    """Return the names of folders of which nobody has said yet whether their films are learned from, with the films."""
    return part(result, "unknown_splits")


def has_questions(result: Result) -> bool:
    """Return whether something has to be asked before the training."""
    return bool(unknown_classes(result) or unknown_splits(result))


def samples(result: Result, examination: RunFolder) -> dict[str, bytes]:
    """Return a PNG of one film of each class that is asked about, where it is there."""
    files = {str(name): examination.path / Path(str(file)).name for name, file in part(result, "samples").items()}
    return {name: file.read_bytes() for name, file in files.items() if file.is_file()}


def _films(counts: Mapping[str, Any]) -> int | None:
    found = [counts.get(label) for label in ("NORMAL", "PNEUMONIA")]
    return sum(n for n in found if isinstance(n, int)) if any(isinstance(n, int) for n in found) else None


def _copies(result: Result) -> str:
    groups = [group for group in _list(result, "duplicates") if _is_list(group)]
    in_two = result.get("duplicates_in_two_classes")
    films = f"{sum(map(len, groups))} files, {len(groups)} of them different" if groups else "none"
    return films + (f", in both classes: {in_two}" if in_two else "")


def _count(result: Result, key: str) -> str:
    return str(len(_list(result, key))) if _list(result, key) else "none"


def _share(value: object) -> str:
    return f"{100 * value:.0f} %" if isinstance(value, int | float) else "not known"


def _list(result: Result, key: str) -> list[Any]:
    value = result.get(key)
    return list(value) if isinstance(value, Iterable) and _is_list(value) else []


def _is_list(value: object) -> bool:
    return isinstance(value, list | tuple)
