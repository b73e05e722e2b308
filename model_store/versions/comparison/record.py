"""What does a comparison of two versions hold? The part of a card, and the file comparison.json of a training."""

from dataclasses import dataclass, field, replace
from typing import Any, Literal

from model_store.basics.records import Record, read_record, schema_of

HELD_OUT, REFERENCE = "held_out", "reference"
"""Keys of the sets of films on which versions are compared."""

Outcome = Literal["not worse", "not shown", "worse", "within", "beyond"]
MET: tuple[Outcome, ...] = ("not worse", "within")
"""Outcomes of a check that is met."""

ECE = "ece"
_FIGURES_OF_BEFORE = {"AUROC": "auroc", "calibration error": ECE}


@dataclass(frozen=True, kw_only=True)
class Compared(Record):
    """One of the two versions, as it was then.

    Attributes:
        version: its name.
        identity: what tells its readings from any other's; "" in comparisons of before there were any.
        weights_sha256: of its weights.
        operating_point: probability from which it suspected pneumonia.
    """

    version: str = ""
    identity: str = ""
    weights_sha256: str = ""
    operating_point: float | None = None


@dataclass(frozen=True, kw_only=True)
class Check(Record):
    """One check of the gate on one set of films.

    Attributes:
        figure: "auroc", "sensitivity", "specificity" or `ECE`.
        outcome: what came of it.
        value: the difference (challenger - active), or of `ECE` the new version's own error.
        margin: by how much it may be worse; None for `ECE`.
        low: lower end of the difference's 95 % interval; None for `ECE`.
        limit: of `ECE`, the greatest error.
        by_chance: of `ECE`, what chance gives a perfectly calibrated version on these films.
    """

    figure: str
    outcome: Outcome
    value: float | None = None
    margin: float | None = None
    low: float | None = None
    limit: float | None = None
    by_chance: float | None = None


@dataclass(frozen=True, kw_only=True)
class Disagreement(Record):
    """A film on which the versions decide differently: its hash, label, both probabilities, and where it lies."""

    sha256: str
    label: str = ""
    active: float | None = None
    challenger: float | None = None
    path: str = ""


@dataclass(frozen=True, kw_only=True)
class Difference(Record):
    """A paired difference, challenger - active, with its 95 % interval and p value; None where it is not defined."""

    value: float | None = None
    ci: tuple[float | None, float | None] | None = None
    p: float | None = None


@dataclass(frozen=True, kw_only=True)
class NotCompared(Record):
    """Why versions were not compared on a set of films.

    Attributes:
        why: "missing": there is no film of a class; "unread": none of a class was read by both; "learned": a version
            has learned from some; "said": as a program of before said it.
        label: the class, or the classes, that are missing.
        n: films of the set.
        learned: how many of them each version has learned from, by "active" and "challenger".
        said: the sentence of a program of before.
    """

    why: Literal["missing", "unread", "learned", "said"]
    label: str = ""
    n: int = 0
    learned: dict[str, int] = field(default_factory=dict)
    said: str = ""


@dataclass(frozen=True, kw_only=True)
class FilmSet(Record):
    """What was found on one set of films.

    Attributes:
        key: `HELD_OUT` or `REFERENCE`.
        not_compared: why nothing was; then all else is empty.
        n, n_normal, n_pneumonia, patients: how many there are.
        n_refused: of them, how many at least one version refused.
        active, challenger: figures of both versions by name, intervals under the name and `_ci`.
        difference: by figure.
        checks: of the gate.
        disagreements: films that they decide differently, the greatest difference first.
    """

    key: str
    not_compared: NotCompared | None = None
    n: int = 0
    n_normal: int = 0
    n_pneumonia: int = 0
    patients: int | None = None
    n_refused: int = 0
    active: dict[str, Any] = field(default_factory=dict)
    challenger: dict[str, Any] = field(default_factory=dict)
    difference: dict[str, Difference] = field(default_factory=dict)
    checks: tuple[Check, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Cautions(Record):
    """What a verdict has to be read with.

    Attributes:
        unknown: names of versions of which it is not known on which films they were trained.
        no_copies: names of versions of whose films the files are known, but not what they show.
        validation_known: of the new version's validation films, how many the weights that it began from have learned.
        validation: its validation films.
    """

    unknown: tuple[str, ...] = ()
    no_copies: tuple[str, ...] = ()
    validation_known: int = 0
    validation: int = 0


@dataclass(frozen=True, kw_only=True)
class Comparison(Record):
    """A whole comparison.

    Attributes:
        active, challenger: the version that read films then, and the new one.
        gate: the margins by name that were set before the training.
        sets: what was found, by set of films.
        passed: whether all checks of at least one compared set were passed, and none failed.
        cautions: what the verdict has to be read with.
        said: of a comparison of before 2026-11-29, its sentences.
    """

    active: Compared = Compared()
    challenger: Compared = Compared()
    gate: dict[str, float] = field(default_factory=dict)
    sets: tuple[FilmSet, ...] = ()
    passed: bool = False
    cautions: Cautions = Cautions()
    said: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether the versions were compared on no films."""
        return all(each.not_compared for each in self.sets)

    def without_paths(self) -> "Comparison":
        """Return it for a card, which may leave the machine: of the films on which they disagree, no paths."""
        sets = [
            replace(each, disagreements=tuple(replace(film, path="") for film in each.disagreements))
            for each in self.sets
        ]
        return replace(self, sets=tuple(sets))


def read_comparison(content: object) -> Comparison:
    """Return a comparison that a card or a file holds, of before schemas too; raises UnreadableRecord."""
    is_old = schema_of(content) < 2 and isinstance(content, dict)
    return read_record(Comparison, _of_now(content) if is_old else content)


def _of_now(content: Any) -> dict[str, Any]:
    """Bring a comparison of before into the form of now; what does not fit is left for `read_record` to find."""
    sets = content.get("sets")
    made = {**content, "said": content.get("sentences", [])}
    return {**made, "sets": [_set_of_now(each) for each in sets]} if isinstance(sets, list) else made


def _set_of_now(found: Any) -> Any:
    if not isinstance(found, dict):
        return found
    if "not_compared" in found:
        return {"key": found.get("key"), "not_compared": {"why": "said", "said": found["not_compared"]}}
    checks = found.get("checks")
    return {**found, "checks": [_check_of_now(each) for each in checks]} if isinstance(checks, list) else found


def _check_of_now(check: Any) -> Any:
    figure = check.get("figure") if isinstance(check, dict) else None
    return {**check, "figure": _FIGURES_OF_BEFORE.get(figure, figure)} if isinstance(figure, str) else check
