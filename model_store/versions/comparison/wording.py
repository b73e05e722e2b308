"""How is a comparison of two versions said? The verdict first; no sentence claims more than was measured."""

from model_store.reading.decision.calibration import known_validation
from model_store.versions.comparison.record import (
    ECE,
    HELD_OUT,
    REFERENCE,
    Cautions,
    Check,
    Comparison,
    FilmSet,
    NotCompared,
)

NAMES = {HELD_OUT: "Held-out films of this data", REFERENCE: "Reference test films"}
"""What the sets of films are called."""

FIGURES = {"auroc": "AUROC", "sensitivity": "sensitivity", "specificity": "specificity", ECE: "calibration error"}
"""What the figures of the checks are called."""

PASSED = "The new version passes the gate."
NOT_PASSED = "The new version does not pass the gate."
NOT_COMPARED = "The versions were not compared on any films, so the new version does not pass the gate."


def sentences(comparison: Comparison) -> list[str]:
    """Say what a comparison found, the verdict first."""
    if comparison.said:
        return list(comparison.said)
    verdict = PASSED if comparison.passed else NOT_COMPARED if comparison.is_empty else NOT_PASSED
    of_sets = [said for each in comparison.sets for said in _of_set(each)]
    return [verdict, *of_sets, *cautions(comparison.cautions)]


def why_not_compared(reason: NotCompared) -> str:
    """Say why versions were not compared on a set of films."""
    if reason.why == "missing":
        return f"There is no film labelled {reason.label} here, and a comparison needs films of both classes."
    if reason.why == "unread":
        needed = "and a comparison needs films of both classes"
        return f"No film labelled {reason.label} was read by both versions, {needed}."
    if reason.why == "learned":
        who = {"challenger": "the new version", "active": "the active version"}
        found = " and ".join(f"{who[side]} learned from {n}" for side in who if (n := reason.learned.get(side)))
        return f"Of these {reason.n} films {found}, so a comparison on them would not be fair."
    return reason.said


def cautions(found: Cautions) -> list[str]:
    """Say what a verdict has to be read with."""
    said = []
    if found.validation_known:
        said.append(known_validation(found.validation_known, found.validation))
    said += [
        f"It is not known on which films version {name} was trained; if films of this comparison were among them, "
        "its figures here are better than they would be on new films."
        for name in found.unknown
    ]
    return said + [
        f"Of the films that version {name} learned from the files are known, but not what they show, so copies that "
        "were saved anew cannot be known; if such are among these films, its figures here are better than they would "
        "be on new films."
        for name in found.no_copies
    ]


def film_set_name(key: str) -> str:
    """Return what a set of films is called."""
    return NAMES.get(key, "Films")


def _of_set(each: FilmSet) -> list[str]:
    if each.not_compared:
        return [f"{film_set_name(each.key)}: {why_not_compared(each.not_compared)}"]
    said = [_of_check(each, check) for check in each.checks]
    if each.n_refused:
        active, challenger = each.active.get("n_refused"), each.challenger.get("n_refused")
        said.append(
            f"Of {_films(each, each.n)}, the active version refused {active} and the new version {challenger}; a "
            "film counts as decided wrongly by each version that refused it."
        )
    return said


def _of_check(each: FilmSet, check: Check) -> str:
    figure, read = FIGURES.get(check.figure, check.figure), each.n - each.n_refused
    if check.figure == ECE:
        is_of_chance = check.limit == check.by_chance
        chance = ", which chance gives a perfectly calibrated version on so few films" if is_of_chance else ""
        return (
            f"On {_films(each, read)} the {figure} of the new version is {_figure(check.value)}, "
            f"{check.outcome} the limit of {check.limit:.3g}{chance}."
        )
    films = {
        "sensitivity": _films(each, each.n_pneumonia, " with pneumonia"),
        "specificity": _films(each, each.n_normal, " without pneumonia"),
    }.get(check.figure, _films(each, read))
    difference = each.difference.get(check.figure)
    low, high = (difference.ci if difference else None) or (None, None)
    figures = (
        f"{_figure(each.challenger.get(check.figure))} against {_figure(each.active.get(check.figure))} (difference "
        f"{_signed(check.value)}, 95 % interval {_signed(low)} to {_signed(high)})"
    )
    worse = f"worse by more than {check.margin:g}"
    if check.outcome == "not worse":
        return f"On {films} the new version is not {worse}: {figure} {figures}."
    if check.outcome == "worse":
        return f"On {films} the new version is {worse}: {figure} {figures}."
    return f"On {films}, too few to show that the new version is not {worse}, its {figure} is {figures}."


def _films(each: FilmSet, count: int, which: str = "") -> str:
    """Return for example "390 reference test films with pneumonia"."""
    name = film_set_name(each.key)
    name = name[:1].lower() + name[1:]
    return f"{count} {name.replace('films', ('film' if count == 1 else 'films') + which, 1)}"


def _figure(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, int | float) else "not defined"


def _signed(value: float | None) -> str:
    return "not defined" if value is None else f"{round(value, 3) + 0.0:+.3f}"  # Adding zero turns -0.0 into 0.0.
