"""What has to be known of a version at a glance? What it is for and reads, four figures, and what not to lean on.

The figures, each with its interval, are of one set of films, which is named with them: those of others do not compare.
"""

from collections.abc import Mapping
from typing import Any

from model_store.versions.comparison.record import Comparison, FilmSet
from model_store.versions.comparison.wording import cautions, film_set_name
from xray_ui.basics.rows import UNKNOWN, Card, Table, interval, number, part, texts
from xray_ui.card import wording

MOST_LIMITS = 4
"""Limits of the card that are on its label; the others are folded away."""

FEW_FILMS = 100
"""Validation films below which it is said how few they are by which a version decides."""

_FIGURES = {
    "auroc": "AUROC",
    "sensitivity": "Sensitivity",
    "specificity": "Specificity",
    "ece": "Calibration error (ECE)",
}


def uses(card: Card) -> list[str]:
    """Say what a version is for."""
    return texts(card, "intended_use") or [wording.no_intended_use(_init(card))]


def reads(card: Card) -> list[str]:
    """Say what a version reads, and from what it has learned."""
    data = part(card, "data")
    counts = [part(data, split) for split in ("training", "validation")]
    normal, pneumonia = (sum(_count(each, label) for each in counts) for label in ("NORMAL", "PNEUMONIA"))
    said = [wording.READS]
    if normal or pneumonia:
        said.append(wording.learned_from(normal, pneumonia, str(data.get("name") or ""), _init(card)))
    return said


def judged_on(card: Card, comparison: Comparison | None) -> tuple[Mapping[str, Any], str]:
    """Return the figures of the most telling films for which there are any, and a sentence on which films these are."""
    if test := part(card, "test"):
        return test, wording.of_data(str(part(card, "data").get("name") or ""), wording.test_sentence(test))
    compared = [each for each in (comparison.sets if comparison else ()) if not each.not_compared]
    if compared:
        films = max(compared, key=lambda each: each.n)
        return films.challenger, wording.compared_sentence(film_set_name(films.key), films.n, _refused(films))
    validation = part(card, "validation")
    return validation, wording.validation_sentence(validation.get("n")) if validation else wording.NOT_JUDGED


def figure_rows(figures: Mapping[str, Any]) -> Table:
    """List the four figures, each with its interval and what it means; one that is not known says so."""
    if not any(key in figures for key in _FIGURES):
        return []
    return [
        {
            "Figure": name,
            "Value (95 % interval)": f"{number(figures.get(key))} ({interval(figures.get(f'{key}_ci'))})",
            "In words": wording.in_words(key, figures.get(key)) or UNKNOWN,
        }
        for key, name in _FIGURES.items()
    ]


def not_to_lean_on(card: Card, comparison: Comparison | None) -> list[str]:
    """Say what a version is not to be trusted in, the plainest first."""
    limits = texts(card, "limits")
    said = limits[:MOST_LIMITS] or [wording.no_limits(_init(card))]
    validation = part(card, "validation").get("n")
    if isinstance(validation, int) and validation < FEW_FILMS:
        said.append(wording.few_validation(validation))
    if comparison:
        said += cautions(comparison.cautions)
    return said + ([wording.more_limits(len(limits) - MOST_LIMITS)] if len(limits) > MOST_LIMITS else [])


def _init(card: Card) -> str:
    """Return the version from which another goes on; "" where it began from none, or that is not known."""
    init = part(card, "recipe").get("init")
    return str(init) if init and init not in ("random", "imagenet") else ""


def _count(counts: Card, label: str) -> int:
    count = counts.get(label)
    return count if isinstance(count, int) else 0


def _refused(films: FilmSet) -> int:
    refused = films.challenger.get("n_refused", 0)
    return refused if isinstance(refused, int) else 0
