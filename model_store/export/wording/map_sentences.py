"""What is said of a heatmap? What it shows, where it is brightest, and whether the answer hangs on that."""

import math
from dataclasses import replace

from model_store.export.picture import View, shows_against
from model_store.export.wording.sentences import SIDE_NOT_STATED, percent, whole_percent
from model_store.film.header.sides import UNSTATED, Sides
from model_store.reading.maps.evidence import LEAST_OF_CHANCE
from model_store.reading.network import SUSPICIOUS_SHARE
from model_store.reading.results import DeletionTest, Evidence, Explanation, Prediction

MAP_CAPTION = "The heatmap shows where the network looked, not where disease is."
NOTHING_FOR = "No part of this film spoke for pneumonia"
AGAINST_LEGEND = "What speaks against pneumonia is blue, on the same scale."
EMPTY_MAP = f"{NOTHING_FOR}, so there is no heatmap to show."

FOLDED = "The heatmap is folded away, since the probability is below the operating point."
NO_PLACE = "No place in the lungs is named"

_LEAST_CHANGE = 0.05
"""Of the odds, below which nothing is said to change."""

_MUCH_MORE = 2.0
"""So many times as far has the log of the odds to fall by the highlighted part as by others."""

_PARTS = {1 / 2: "half", 1 / 3: "third", 1 / 4: "quarter", 1 / 5: "fifth"}


def is_folded(prediction: Prediction, chosen: float | None = None) -> bool:
    """Return whether the map of a film is folded away at first, since pneumonia is not suspected there.

    Args:
        prediction: of the film.
        chosen: the operating point that the reader chose in place of the version's own, 0..1.
    """
    return prediction.probability < (prediction.operating_point if chosen is None else chosen)


def drawn_view(view: View, *, folded: bool) -> View:
    """Return a view as it is drawn: of a map that is folded away, the film alone."""
    return replace(view, layout="original") if folded else view


def map_caption(explanation: Explanation, view: View | None = None, *, folded: bool = False) -> str:
    """Say what a map shows; that there is none, where there is nothing to draw, or that it is folded away.

    Args:
        explanation: with the map.
        view: what the reader has chosen to see; None for what the screen shows at first.
        folded: whether it is folded away.
    """
    against = shows_against(explanation, view or View())
    if explanation.is_empty and not against:
        return EMPTY_MAP
    if folded:
        return FOLDED
    said = f"{NOTHING_FOR}." if explanation.is_empty else MAP_CAPTION
    return f"{said} {AGAINST_LEGEND}" if against else said


def how_it_was_made(explanation: Explanation) -> str:
    """Say by which method a map was made, how fine it is and on what scale it is drawn."""
    rows, columns = explanation.heatmap.shape
    cells = f"{rows} x {columns} cells over the part that was read"
    if explanation.cells is None:
        return (
            f"{explanation.method}: {cells}, the brightest as bright as can be from the operating point on, and below "
            "it the darker the lower the probability is."
        )
    scale = "" if explanation.full is None else ", on one scale for all films of this version"
    share = _PARTS.get(SUSPICIOUS_SHARE, f"{100 * SUSPICIOUS_SHARE:.0f} %")
    usual = " more than normal films do there" if explanation.above_normal else ""
    return (
        f"{explanation.method} at the head's hidden layer: {cells}, as bright as they speak for pneumonia"
        f"{usual}{scale}. "
        f"The most suspicious {share} of the {'lungs' if explanation.lungs else 'cells'} decides."
    )


def location_sentence(explanation: Explanation, *, folded: bool = False) -> str:
    """Say in one sentence where in the lungs a map is brightest, or that no place is named, and why.

    Args:
        explanation: with the map, as it is drawn.
        folded: whether it is folded away.
    """
    evidence = explanation.evidence
    if explanation.is_empty:
        return f"{NO_PLACE}: no part of the film spoke for pneumonia."
    if folded:
        return f"{NO_PLACE}: the probability is below the operating point."
    if evidence is None:
        return f"{NO_PLACE}: no lungs are outlined on this film."
    if evidence.in_lung < LEAST_OF_CHANCE * evidence.chance:
        return f"{NO_PLACE}: most of the heatmap lies outside of them."
    if not evidence.hottest:
        return f"{NO_PLACE}: the heatmap is brightest outside of them."
    if evidence.hottest in evidence.zones:
        return f"The heatmap is brightest in the {_places(evidence.zones, evidence.sides)}."
    return f"The heatmap is spread over the lungs, and brightest in the {_places((evidence.hottest,), evidence.sides)}."


def _places(zones: tuple[str, ...], sides: Sides) -> str:
    """Name zones by the patient's side where it is stated, else by the picture's."""
    seen_at = dict(zip(sides, ("left", "right"), strict=True))
    lungs, thirds = zip(*(zone.rsplit(maxsplit=1) for zone in zones), strict=True)
    places = " and the ".join(zones) if len(set(lungs)) > 1 else f"{lungs[0]} {' and '.join(thirds)}"
    if sides == UNSTATED:
        seen = SIDE_NOT_STATED
    elif len(set(lungs)) > 1:
        seen = f"right and left are the patient's, the right lung is on the {seen_at['right']} of the picture"
    else:
        seen = f"the patient's {lungs[0]}, {seen_at[lungs[0]]} in the picture"
    return f"{places} zone{'s' if len(zones) > 1 else ''} ({seen})"


def lung_share_sentence(evidence: Evidence) -> str:
    """Say how much of the map lies inside the lungs, and how much would by chance."""
    return (
        f"{whole_percent(evidence.in_lung)} of the map lies inside the lungs; "
        f"an even map would have {whole_percent(evidence.chance)} there."
    )


def deletion_sentence(result: DeletionTest) -> str:
    """Say what becomes of the answer without the highlighted part, against other parts as large.

    Where whole percents cannot tell the change, as near 0 and 100 %, it is said of the odds, probability / (1 -
    probability).
    """
    changes = [(result.before, after) for after in (result.highlighted, result.random_mean)]
    if any(percent(before) != percent(after) for before, after in changes):
        highlighted, others = (f"the probability {_change(*each)}" for each in changes)
    else:
        highlighted, others = (f"the odds of pneumonia {_odds_change(*each)}" for each in changes)
        highlighted += f" (the probability is {percent(result.before)})"
    where = "of the lungs " if result.in_lungs else ""
    return (
        f"{_finding(result)}: when it is blurred, {highlighted}; when {result.regions} other parts {where}as large are "
        f"blurred one by one, {others} on average."
    )


def _finding(result: DeletionTest) -> str:
    """Say what the test means: the answer hangs on the highlighted part where that lowers it more than others do."""
    falls = [math.log(_odds(result.before) / _odds(after)) for after in (result.highlighted, result.random_mean)]
    if falls[0] > max(-math.log(1 - _LEAST_CHANGE), falls[1]):
        times = "" if falls[0] >= _MUCH_MORE * falls[1] else "hardly "
        return f"The answer hangs on the highlighted part {times}more than on others"
    return "The answer does not hang on the highlighted part, so do not lean on this heatmap"


def _change(before: float, after: float) -> str:
    if percent(before) == percent(after):
        return f"stays at {percent(before)}"
    return f"{'falls' if after < before else 'rises'} from {percent(before)} to {percent(after)}"


def _odds_change(before: float, after: float) -> str:
    ratio = _odds(after) / _odds(before)
    if 1 - _LEAST_CHANGE < ratio < 1 + _LEAST_CHANGE:
        return "stay as they are"
    if not 0.01 <= ratio < 100:
        bound = "fall to less than a hundredth of" if ratio < 1 else "rise to more than a hundred times"
        return f"{bound} what they were"
    return f"{'fall' if ratio < 1 else 'rise'} to {ratio:.2g} times what they were"


def _odds(probability: float) -> float:
    held = min(max(probability, 1e-12), 1 - 1e-12)  # Neither end is a probability that a model can mean.
    return held / (1 - held)
