"""What is said of operating points? Of the one that the reader chose, of its figures, and of the odds it leaves."""

from collections.abc import Mapping
from typing import Any

from model_store.export.sentences import percent
from model_store.reading.decision.operating_points import OperatingPoints, ThreeWay
from model_store.reading.results import Prediction
from xray_ui.card.odds import LikelihoodRatio, PointFigures, post_test_probability

SLIDER = "Operating point"
SLIDER_HELP = (
    "From which probability on pneumonia is suspected: lower misses fewer pneumonias, higher alarms for fewer normal "
    "films. It holds for this film only, until you turn to another, and is named wherever the result is kept."
)
ONE_POINT = "Rule-out, balanced and rule-in are one point for this version, so there is nothing to choose."
NO_RATIO = "No likelihood ratio: at this point no film of one class is on this side."
POINTS_HELP = (
    "Below rule-out hardly any pneumonia lies, from rule-in on hardly any normal film; between them the answer is "
    '"not sure". All were fitted on validation patients.'
)
CONFORMAL_HELP = (
    "A second opinion between rule-out and rule-in: the classes that cannot be excluded at the error rate. The model "
    "promises that rate for films like those of validation; here is what it came to on the test films that were read."
)


def point_percent(point: float) -> str:
    """Write an operating point, 0..1."""
    return f"{100 * point:.1f} %"


def option(point: float, points: OperatingPoints) -> str:
    """Write a point as the slider names it."""
    return ", ".join([point_percent(point), *points.names_of(point)])


def called(prediction: Prediction, chosen: float | None) -> str:
    """Name the present point, with its probability, to stand in a sentence."""
    if chosen is not None:
        names = prediction.points.names_of(chosen) if prediction.points else []
        return f"the point you chose, {', '.join([*names, point_percent(chosen)])}"
    kind = "balanced" if prediction.points else "stored operating"
    return f"the {kind} point of {point_percent(prediction.operating_point)}"


def chosen_sentence(prediction: Prediction, chosen: float | None) -> str:
    """Say what is decided at the point that the reader chose, wherever a result is kept; "" for the version's own."""
    if chosen is None:
        return ""
    decided: ThreeWay = "suspected" if prediction.probability >= chosen else "not suspected"
    return f"At the point that the reader chose, {point_percent(chosen)}: pneumonia {decided}."


def figures_sentence(point: str, found: PointFigures) -> str:
    """Say how well a version decides at a point.

    Args:
        point: what it is called, as "the balanced point of 43.7 %".
        found: its figures.
    """
    films = "test films" if found.films == "test" else "validation films, by which it was chosen and which flatter it"
    count = found.values.get("n")
    figures = ", ".join(_share(name, found.values) for name in ("sensitivity", "specificity"))
    return f"At {point}, on {f'{count} ' if count else ''}{films}: {figures}."


def post_test_sentences(pre_test: float, ratio: LikelihoodRatio, *, point: str, reached: bool, films: str) -> list[str]:
    """Say what a result makes of the probability before the film.

    Args:
        pre_test: probability before the film was read, above 0 and below 1.
        ratio: likelihood ratio of the result.
        point: what the present point is called, as "the balanced point of 43.7 %".
        reached: which side of it the result is on.
        films: on which it was counted, "test" or "validation".
    """
    after = post_test_probability(pre_test, ratio.value)
    between = ""
    if ratio.interval:
        low, high = (percent(post_test_probability(pre_test, bound)) for bound in ratio.interval)
        between = f" (95 % interval {low} to {high})"
    return [
        f"Probability of pneumonia after this result: {percent(after)}{between}.",
        f"Likelihood ratio of a film that {'reaches' if reached else 'stays below'} {point}: {ratio.value:.2f}. "
        f"It holds for films like those of the {films} set.",
    ]


def _share(name: str, values: Mapping[str, Any]) -> str:
    value, bounds = values.get(name), values.get(f"{name}_ci")
    if not isinstance(value, int | float):
        return f"{name} not known"
    known = isinstance(bounds, list) and len(bounds) == 2 and all(isinstance(each, int | float) for each in bounds)
    between = f" (95 % interval {100 * bounds[0]:.1f} to {100 * bounds[1]:.1f})" if known and bounds else ""
    return f"{name} {100 * value:.1f} %{between}"
