"""What does the screen say? Every sentence about a result or an error, as plain text."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from model_store.lungs import LungFields
from model_store.overlay import EMPTY_MAP, MAP_CAPTION, RESEARCH_USE
from model_store.results import DeletionTest, Evidence, Reading
from xray_ui.gate_wording import correction
from xray_ui.odds import LikelihoodRatio, post_test_probability

__all__ = ["EMPTY_MAP", "MAP_CAPTION", "RESEARCH_USE"]

WELCOME = "Read a chest radiograph"
WELCOME_STEPS = (
    "Drop films, folders or ZIP files on the upload field at the left, or choose them with the buttons there.",
    "The film appears at once, its result beside it: the probability of pneumonia and where the network looked.",
    "Nothing is saved, and nothing leaves the computer on which this program runs.",
)
PREPARING = "Preparing the model"
WAITING = "Preparing the model. Films can be uploaded already; they are read as soon as it is ready."
READING = "Reading this film"
NO_VERSION = "The model cannot be used, so no film is read. Please install the program anew."
MAP_SANITY = (
    "Rank correlation of the heatmap with that of the same network whose blocks are made random, from the last to the "
    "first: near 0 where the heatmap shows what the network has learned, near 1 where it does not."
)
MISSING_PART = "The card of this version does not hold this part."
SHORTEST_NAME = 12
LONGEST_NAME = 60

_OTHER_SIDE = {"right": "left", "left": "right"}
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~:$&^=])")


def shown_name(name: str) -> str:
    """Make a file name fit to be shown: its last part, without control or direction marks, shortened.

    Args:
        name: whatever the browser sent, of any length.
    """
    return visible(re.split(r"[/\\]", name)[-1]) or "film without a name"


def one_line(text: str) -> str:
    """Make what somebody typed one line, without control or direction marks or needless spaces."""
    return _without_marks(" ".join(text.split()))


def _without_marks(text: str) -> str:
    return "".join("\ufffd" if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") else c for c in text)


def visible(text: str) -> str:
    """Make a text from a file fit to be shown in a line: without control or direction marks, shortened."""
    seen = _without_marks(text)
    if len(seen) <= LONGEST_NAME:
        return seen
    return f"{seen[: LONGEST_NAME - SHORTEST_NAME - 1]}\u2026{seen[-SHORTEST_NAME:]}"


def literal(text: str) -> str:
    """Escape a text so that Markdown shows it as it is."""
    return _MARKDOWN.sub(r"\\\1", text.replace("\n", " "))


def listed(sentences: list[str]) -> str:
    """Return sentences as Markdown that shows them as they are: one alone, several as a list."""
    lines = [literal(sentence) for sentence in sentences]
    return lines[0] if len(lines) == 1 else "\n".join(f"- {line}" for line in lines)


def percent(probability: float) -> str:
    """Return a probability in whole percent; never "0 %" or "100 %", which no model can know."""
    if probability < 0.01:
        return "below 1 %"
    return "above 99 %" if probability > 0.99 else f"{100 * probability:.0f} %"


def whole_percent(share: float) -> str:
    """Return a share that was counted, 0..1, in whole percent."""
    return f"{100 * share:.0f} %"


def verdict(reading: Reading) -> str:
    """Return the decision at the version's operating point."""
    return "Pneumonia suspected" if reading.prediction.suspected else "Pneumonia not suspected"


def headline(reading: Reading) -> str:
    """Return the result in one line, for a picture that leaves the screen."""
    return f"{verdict(reading)}: probability {percent(reading.prediction.probability)}"


def provenance(reading: Reading, temperature: float, *, with_image: bool = True) -> str:
    """Return what the result came from in one line; the file's name, which may be a patient's, is not in it.

    Args:
        reading: the result.
        temperature: of the version.
        with_image: whether the hash of the film's file is named, which leads to it where it is kept.
    """
    named = facts(reading, temperature)
    return ", ".join(f"{name.lower()} {value}" for name, value in named if with_image or name != "Image")


def probability_sentence(reading: Reading) -> str:
    """Say the probability and the decision in one sentence."""
    prediction = reading.prediction
    side = "reaches" if prediction.suspected else "stays below"
    return (
        f"The model gives a probability of pneumonia of {percent(prediction.probability)}, which {side} "
        f"its operating point of {100 * prediction.operating_point:.1f} %."
    )


def lung_share_sentence(evidence: Evidence) -> str:
    """Say how much of the map lies inside the lungs, and how much would by chance."""
    return (
        f"{whole_percent(evidence.in_lung)} of the map lies inside the lungs; "
        f"an even map would have {whole_percent(evidence.chance)} there."
    )


def zones_sentence(evidence: Evidence) -> str:
    """Say which zones of the lungs hold the evidence, with the side of the patient and of the picture."""
    if not evidence.zones:
        return "There is no clear focus: the map is not gathered in one or two zones of the lungs."
    sides = {zone.split()[0] for zone in evidence.zones}
    if len(sides) > 1:
        places = " and the ".join(evidence.zones)
        seen = "right and left are the patient's, the right lung is on the left of the picture"
    else:
        (side,) = sides
        places = f"{side} {' and '.join(zone.split()[1] for zone in evidence.zones)}"
        seen = f"the patient's {side}, {_OTHER_SIDE[side]} in the picture"
    return f"The evidence lies in the {places} zone{'s' if len(evidence.zones) > 1 else ''} ({seen})."


def deletion_sentence(result: DeletionTest) -> str:
    """Say what becomes of the probability without the highlighted region, against other regions as large."""
    highlighted, others = (_change(result.before, after) for after in (result.highlighted, result.random_mean))
    return (
        f"When the highlighted region is blurred, the probability {highlighted}; "
        f"when other regions of the lungs of the same size are blurred, it {others} on average."
    )


def _change(before: float, after: float) -> str:
    if abs(after - before) < 0.01:  # Less is no change that a figure in whole percent could show.
        return f"stays at {percent(before)}"
    return f"{'falls' if after < before else 'rises'} from {percent(before)} to {percent(after)}"


def facts(reading: Reading, temperature: float) -> list[tuple[str, str]]:
    """List what a result came from: model, weights, operating point, temperature, image, lungs, time.

    What was done to the film, and for what reason it was read against the check, only where it was.
    """
    rows = [
        ("Model version", reading.version),
        ("Weights", reading.weights_sha256[:12]),
        ("Operating point", f"{reading.prediction.operating_point:.3f}"),
        ("Temperature", f"{temperature:.3f}"),
        ("Image", reading.sha256[:12]),
        ("Window", reading.window),
        ("Film", correction(reading.turn, is_inverted=reading.is_inverted)),
        ("Lung outlines", _outlines(reading.explanation.lungs)),
        ("Read against the check", f'"{reading.overruled}"' if reading.overruled else ""),
        ("Time", f"{reading.seconds:.2f} s"),
    ]
    return [(name, value) for name, value in rows if value]


def _outlines(lungs: LungFields | None) -> str:
    if lungs is None:
        return "none found"
    right, left = lungs.confidence
    return f"right {right:.2f}, left {left:.2f} (expected Dice)"


def unexpected_error(number: str) -> str:
    """Say that something failed, with the number under which the log holds it."""
    return f"Something went wrong here (error {number}). Nothing was saved; please try again or use another film."


def gauge_description(reading: Reading) -> str:
    """Describe the gauge for a screen reader."""
    return f"Gauge from 0 to 100 percent. {probability_sentence(reading)}"


def test_sentence(test: Mapping[str, Any]) -> str:
    """Say which films the figures come from."""
    share = test.get("prevalence")
    of_them = f", {percent(share)} of them with pneumonia" if isinstance(share, float) else ""
    refused = test.get("n_refused")
    without = f"; {refused} were refused and count as wrong" if refused else ""
    return f"{test.get('n', 'An unknown number of')} films{of_them}{without}. Intervals hold 95 %."


def refused_sentence(count: int) -> str:
    """Say how many films of training and validation were left out."""
    if not count:
        return "No film of training and validation had to be left out."
    films = "1 film" if count == 1 else f"{count} films"
    return f"Left out of training and validation: {films} that could not be read or showed no two lungs."


def maps_sentence(maps: Mapping[str, Any]) -> str:
    """Say how heatmaps were compared, from a card's part on them."""
    return (
        f"Heatmaps of {maps.get('films', 'some')} suspected validation films. Deletion: the mean log-odds of pneumonia "
        "while pixels are taken away, those first that are highlighted; insertion: while they alone are shown. A "
        "heatmap is right where deletion is low and insertion is high."
    )


def label_sentence(label: str) -> str:
    """Say what the data set calls an example."""
    return f"The data set's label of this film is {label}."


def film_place(position: int, count: int, name: str) -> str:
    """Name a film with its place in the list; positions count from 0."""
    return f"{position + 1} of {count}: {name}"


def post_test_sentences(pre_test: float, ratio: LikelihoodRatio, *, suspected: bool) -> list[str]:
    """Say what a result makes of the probability before the film.

    Args:
        pre_test: probability before the film was read, above 0 and below 1.
        ratio: likelihood ratio of the result.
        suspected: which side of the operating point the result is on.
    """
    after = post_test_probability(pre_test, ratio.value)
    between = ""
    if ratio.interval:
        low, high = (percent(post_test_probability(pre_test, bound)) for bound in ratio.interval)
        between = f" (95 % interval {low} to {high})"
    return [
        f"Probability of pneumonia after this result: {percent(after)}{between}.",
        f"Likelihood ratio of {'suspected' if suspected else 'not suspected'} on the test films: {ratio.value:.2f}. "
        "It holds for films like those of the test set, at the stored operating point.",
    ]
