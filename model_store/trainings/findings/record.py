"""What does an examination write down of what it found? Codes with their figures; `wording` has their sentences."""

from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any

from model_store.basics.records import Record, read_record


class Code(StrEnum):
    """What can be found; what is stored, and so never changes its meaning."""

    SAID = "said"
    """An error's own sentence; or a sentence of a program of before, which wrote no codes."""

    UNKNOWN_FOLDERS = "unknown folders"
    UNKNOWN_LABELS = "unknown labels"
    UNKNOWN_SPLITS = "unknown splits"
    NO_FILMS = "no films"
    NO_FILMS_OF_CLASS = "no films of class"
    ALL_REFUSED = "all refused"
    TOO_FEW = "too few"
    PATIENTS_ON_BOTH_SIDES = "patients on both sides"
    FILMS_ON_BOTH_SIDES = "films on both sides"
    FILMS_IN_BOTH_CLASSES = "films in both classes"
    DISK = "disk"

    COPIES = "copies"
    REFUSED = "refused"
    ONE_SIDED_TEST = "one-sided test"
    NAMED_AS_TEST = "named as test"
    IMBALANCE = "imbalance"
    FEW_FILMS = "few films"
    FEW_HELD_OUT = "few held out"
    ONE_PATIENT = "one patient"
    NO_PATIENTS = "no patients"
    SOME_WITHOUT_PATIENTS = "some without patients"
    UNUSED_COLUMNS = "unused columns"
    KNOWN_VALIDATION = "known validation"
    KNOWN_HELD_OUT = "known held out"
    TABLE_AGAINST_CLASSES = "table against classes"
    TABLE_AGAINST_SPLITS = "table against splits"

    AROUND = "around"
    TABLE_DECIDES = "table decides"
    TABLE_BEFORE_FOLDERS = "table before folders"
    FOLDERS_DECIDE = "folders decide"
    COLUMN_OF_SPLITS = "column of splits"
    OTHER_TABLES = "other tables"
    LEARNED_FOLDERS = "learned folders"
    LEARNED_SPLITS = "learned splits"
    TEST_FOLDERS = "test folders"
    TEST_SPLITS = "test splits"
    PATIENT_FOLDERS = "patient folders"
    DEEPER_FOLDERS = "deeper folders"
    LEFT_OUT = "left out"


@dataclass(frozen=True, kw_only=True)
class Finding(Record):
    """One thing that was found; of the figures those that its code needs.

    Attributes:
        code: a `Code`, or one of a newer program.
        label: the class that it is about.
        name: what else it names: a table, a folder, or the other class.
        names: the first few of several: folders, labels or columns.
        more: how many there are besides `names`.
        n: how many films, files or patients, or the MB that are needed.
        of: of how many; of `IMBALANCE` how many films the rare class has.
        limit: the fewest or the most of `n` that will do, or the MB that are free.
        counts: how many files of each kind, as `training.data.stock` calls the kinds.
        said: the sentence of `SAID`.
    """

    code: str
    label: str = ""
    name: str = ""
    names: tuple[str, ...] = ()
    more: int = 0
    n: int = 0
    of: int = 0
    limit: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    said: str = ""


@dataclass(frozen=True, kw_only=True)
class Findings(Record):
    """What result.json of an examination holds besides counts and lists.

    Attributes:
        problems: what forbids the training.
        warnings: what should be known before it.
        layout: what was decided about the folder, and what is left out.
    """

    problems: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()
    layout: tuple[Finding, ...] = ()


def said(sentence: object) -> Finding:
    """Return a finding that has its own sentence, as an error has."""
    return Finding(code=Code.SAID, said=str(sentence))


def naming(code: Code, names: list[str], most: int, *, name: str = "", n: int = 0) -> Finding:
    """Return a finding that names so many of several at most, and counts the others."""
    return Finding(code=code, name=name, names=tuple(names[:most]), more=len(names[most:]), n=n)


def read_findings(result: object) -> Findings:
    """Return what a result.json holds of findings, of a program of before too; raises UnreadableRecord."""
    if not isinstance(result, dict):
        return read_record(Findings, result)
    keys = [each.name for each in fields(Findings)]
    return read_record(Findings, result | {key: _of_now(result[key]) for key in keys if key in result})


def _of_now(found: Any) -> Any:
    """Bring a list of sentences into the form of now; what does not fit is left for `read_record` to find."""
    if not isinstance(found, list):
        return found
    return [{"code": Code.SAID, "said": each} if isinstance(each, str) else each for each in found]
