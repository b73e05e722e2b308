"""What is said of operating points? Of the one that the reader chose, of its figures, and of the odds it leaves."""

from model_store.export.wording.point_sentences import point_percent
from model_store.export.wording.sentences import percent
from model_store.reading.decision.operating_points import OperatingPoints
from xray_ui.card.odds import LikelihoodRatio, post_test_probability

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


def option(point: float, points: OperatingPoints) -> str:
    """Write a point as the slider names it."""
    return ", ".join([point_percent(point), *points.names_of(point)])


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
