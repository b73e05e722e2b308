"""How is it said what an examination found? For each code a sentence of what it is and what to do."""

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from model_store.reading.decision.calibration import known_validation
from model_store.trainings.findings.record import Code, Finding, Findings, read_findings

_HARDLY_SHOWN = "so the comparison will hardly show that the new version is not worse."

_SENTENCES: dict[str, str] = {
    Code.SAID: "{said}",
    Code.UNKNOWN_FOLDERS: "Say what the {folders} {means}.",
    Code.UNKNOWN_LABELS: "Say what the {labels} {means}.",
    Code.UNKNOWN_SPLITS: "Say what the films of the {folders} are for: to learn from, only to judge on, or to be left "
    "out.",
    Code.NO_FILMS: "No films were found; expected folders NORMAL and PNEUMONIA, or a labels.csv beside the films.",
    Code.NO_FILMS_OF_CLASS: "There are no films of class {label}; both classes are needed, so add some.",
    Code.ALL_REFUSED: "Every film of class {label} is refused; see the reasons and export these films anew.",
    Code.TOO_FEW: "Class {label} has too few readable films: {n}; add at least {gap} more.",
    Code.PATIENTS_ON_BOTH_SIDES: "Patients with films in the test folder and among those to learn from: {n}; keep each "
    "on one side, or name the patients in a CSV where one name stands for several.",
    Code.FILMS_ON_BOTH_SIDES: "Films that lie in the test folder and among those to learn from, as the same file or "
    "saved anew: {n}; delete each from one of the two.",
    Code.FILMS_IN_BOTH_CLASSES: "Films that lie in both classes, as the same file or saved anew: {n}; delete each from "
    "the class that is wrong.",
    Code.DISK: "The training needs {n:,} MB of disk and {limit:,} MB are free; please free at least {gap:,} MB more.",
    Code.COPIES: "Files that repeat the film of another one: {n}; they add nothing to learn from.",
    Code.REFUSED: "Films that cannot be read and are not learned from: {n}; the list says why.",
    Code.ONE_SIDED_TEST: "The test folder holds one class alone, so its films are left out; others are held out where "
    "needed.",
    Code.NAMED_AS_TEST: "The data folder itself is called '{name}', as a test split is; if its films were set aside to "
    "judge on, do not learn from them.",
    Code.IMBALANCE: "There are {times:.1f} times as many films of class {name} as of class {label}; beyond {limit} "
    "times the rare class is learned badly, so add films of class {label}.",
    Code.FEW_FILMS: f"Class {{label}} has fewer than {{limit}} films ({{n}}), {_HARDLY_SHOWN}",
    Code.FEW_HELD_OUT: f"Class {{label}} has fewer than {{limit}} held-out films ({{n}}), {_HARDLY_SHOWN}",
    Code.ONE_PATIENT: "The headers of {n} films name one and the same patient, as anonymised files do; name patients "
    "in a CSV if they are several, since films of one patient are never parted.",
    Code.NO_PATIENTS: "No patient is named, so each film counts as a patient of its own; name patients in a CSV to "
    "keep them apart.",
    Code.SOME_WITHOUT_PATIENTS: "No patient is named for {n} of {of} films, so each of these counts as a patient "
    "of its own; name patients in a CSV to keep them apart.",
    Code.UNUSED_COLUMNS: "Of {name} the {columns} {are} not used.",
    Code.KNOWN_VALIDATION: "{known}",
    Code.KNOWN_HELD_OUT: "The version to begin from or the active one has learned from films that would be held out, "
    "so the versions will not be compared on these.",
    Code.TABLE_AGAINST_CLASSES: "The table and the class folders disagree on {n} of {of} films, and the table "
    "decides; mend whichever is wrong.",
    Code.TABLE_AGAINST_SPLITS: "The table and the folders disagree on whether {n} films judge, and the table decides; "
    "mend whichever is wrong.",
    Code.AROUND: "The data lie in the folder '{name}'.",
    Code.TABLE_DECIDES: "The table {name} says which class a film is of.",
    Code.TABLE_BEFORE_FOLDERS: "The table {name} says which class a film is of, not the class folders: they say "
    "otherwise of {n} of {of} films.",
    Code.FOLDERS_DECIDE: "The names of folders say which class a film is of.",
    Code.COLUMN_OF_SPLITS: "Its column of splits says which films judge, not the names of folders.",
    Code.OTHER_TABLES: "Tables called labels.csv that lie elsewhere and are not read: {n}.",
    Code.LEARNED_FOLDERS: "Films are learned from in {folders}.",
    Code.LEARNED_SPLITS: "Films are learned from in {splits}.",
    Code.TEST_FOLDERS: "Films of the test split only judge, in {folders}.",
    Code.TEST_SPLITS: "Films of the test split only judge, in {splits}.",
    Code.PATIENT_FOLDERS: "Films whose folder names their patient: {n}, in {folders}.",
    Code.DEEPER_FOLDERS: "Films that lie deeper in their class and belong to it: {n}, in {folders}.",
    Code.LEFT_OUT: "Left out are {kinds}.",
}

_KINDS = {
    "masks": "masks, which are never films",
    "no class": "films that lie in no class folder",
    "two classes": "films that lie below folders of both classes",
    "unnamed": "films that the table does not name",
    "said": "films of folders or labels that were said to be left out",
    "other": "files that are no films",
    "no file": "links that lead nowhere, pipes and the like",
    "hidden": "hidden files and folders",
    "barred": "folders that may not be opened or were found twice",
}
"""What each kind of file that is left out is called, in the order in which they are said."""

UNKNOWN = "A newer program found something here that this one has no words for; please examine the films again."


def sentences(findings: Iterable[Finding]) -> list[str]:
    """Say what was found, a sentence each."""
    return [sentence(each) for each in findings]


def sentence(found: Finding) -> str:
    """Say one thing that was found; of a code that a newer program wrote, that it is one."""
    several = len(found.names) + found.more > 1
    return _SENTENCES.get(found.code, UNKNOWN).format(
        **{field.name: getattr(found, field.name) for field in fields(Finding)},
        gap=abs(found.limit - found.n),
        times=found.n / max(found.of, 1),
        folders=_listed("folder", found),
        labels=_listed("label", found),
        splits=_listed("split", found),
        columns=_listed("column", found),
        means="mean" if several else "means",
        are="are" if several else "is",
        kinds="; ".join(f"{_KINDS.get(kind, kind)}: {count}" for kind, count in _in_order(found.counts)),
        known=known_validation(found.n, found.of),
    )


def in_words(result: dict[str, Any]) -> dict[str, Any]:
    """Return an examination's result for a person who reads it as JSON: sentences stand in place of findings."""
    found = read_findings(result)
    return result | {each.name: sentences(getattr(found, each.name)) for each in fields(Findings)}


def _in_order(counts: dict[str, int]) -> list[tuple[str, int]]:
    return [(kind, counts[kind]) for kind in {**_KINDS, **counts} if kind in counts]


def _listed(kind: str, found: Finding) -> str:
    """Name a few: folder 'a', or folders 'a', 'b' and 3 more."""
    shown = [*(f"'{name}'" for name in found.names), *([f"{found.more} more"] if found.more else [])]
    together = " and ".join(filter(None, (", ".join(shown[:-1]), *shown[-1:])))
    return f"{kind}{'s' if len(found.names) + found.more > 1 else ''} {together}"
