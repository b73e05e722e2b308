"""What is said of a result, on the screen and wherever it leaves it? The same sentences everywhere, as plain text."""

from model_store.film.header.sides import UNSTATED
from model_store.reading.decision.calibration import Calibration
from model_store.reading.lungs.fields import LungFields
from model_store.reading.results import Reading

RESEARCH_USE = (
    "Research use only, not a medical device. "
    "The model knows frontal films of children of 1 to 5 years from one hospital."
)

AGE_NOT_KNOWN = "not known; the model knows children of 1 to 5 years alone"

_FOUND = {
    "no lungs": "no two lungs",
    "implausible lungs": "no two lungs of the usual shape and place",
    "not a chest": "no chest radiograph",
    "lateral view": "a header that says lateral view",
    "oblique view": "a header that says oblique view",
    "other body part": "a header that names another part of the body",
    "other modality": "a header of something other than a radiograph",
    "adult": "a header that gives the age of an adult",
    "age": "a header that gives an age outside those that the model knows",
    "unlike": "a picture unlike those that the model knows",
}
"""What the check found, by the name of its reason, in words that go on a sentence."""

_TURNS = ("", "turned 90 degrees clockwise", "turned 180 degrees", "turned 90 degrees counterclockwise")


def correction(turn: int, *, is_inverted: bool, is_mirrored: bool = False) -> str:
    """Say how a film differs from the stored one; "" for the stored one itself.

    Args:
        turn: quarter turns clockwise, 0..3.
        is_inverted: whether black and white are exchanged.
        is_mirrored: whether left and right are exchanged.
    """
    done = (_TURNS[turn], "mirrored" if is_mirrored else "", "inverted" if is_inverted else "")
    return ", ".join(filter(None, done))


def correction_sentence(turn: int, *, is_inverted: bool, is_mirrored: bool = False) -> str:
    """Say on the screen that a film is not shown as it was uploaded."""
    said = correction(turn, is_inverted=is_inverted, is_mirrored=is_mirrored)
    return f"This film is shown and read {said.replace(', ', ' and ')}."


def overruled_warning(sentence: str) -> str:
    """Say that the reader has taken note of a warning and overruled it."""
    return f"Overruled by the reader: {sentence}"


def overruled_refusal(reading: Reading) -> str:
    """Say against what a film was read, and why; "" where nothing was overruled."""
    if reading.overruled is None:
        return ""
    found = " and ".join(_FOUND.get(reason.name, reason.name) for reason in reading.quality.refusals)
    return (
        f"Read against the check of this film, which found {found or _FOUND['not a chest']}. "
        f"The reader's reason: {reading.overruled.rstrip('.')}."
    )


def notices(reading: Reading, overruled: frozenset[str]) -> list[str]:
    """List what has to be read with a result that leaves the screen; first what holds for all of a version's results.

    Args:
        reading: the result.
        overruled: names of the warnings that the reader has overruled.
    """
    warnings = [
        overruled_warning(reason.sentence) if reason.name in overruled else f"Warning: {reason.sentence}"
        for reason in reading.quality.warnings
    ]
    return [sentence for sentence in (reading.against_gate, overruled_refusal(reading), *warnings) if sentence]


NOT_SURE = "Not sure whether this is pneumonia"

SIDE_NOT_STATED = "side not stated"


def percent(probability: float) -> str:
    """Return a probability in whole percent; never "0 %" or "100 %", which no model can know."""
    if probability < 0.01:
        return "below 1 %"
    return "above 99 %" if probability > 0.99 else f"{100 * probability:.0f} %"


def whole_percent(share: float) -> str:
    """Return a share that was counted, 0..1, in whole percent."""
    return f"{100 * share:.0f} %"


def verdict(reading: Reading, chosen: float | None = None) -> str:
    """Return the one verdict on a film.

    Args:
        reading: the result.
        chosen: the operating point that the reader chose in place of the version's own, 0..1.
    """
    if chosen is not None:
        return f"Pneumonia {_at(reading, chosen)} at the point you chose"
    answer = reading.prediction.answer
    return NOT_SURE if answer == "not sure" else f"Pneumonia {answer}"


def _at(reading: Reading, point: float) -> str:
    return "suspected" if reading.prediction.probability >= point else "not suspected"


def headline(reading: Reading) -> str:
    """Return the result in one line, for a picture that leaves the screen."""
    return f"{verdict(reading)}: probability {percent(reading.prediction.probability)}"


_ENGINEERING = frozenset({"Calibration", "Lung outlines", "Time"})
"""Which facts say something to who builds such a program, and nothing to a clinician who is handed a page."""


def provenance(
    reading: Reading, calibration: Calibration, *, with_image: bool = True, with_engineering: bool = True
) -> str:
    """Return what the result came from in one line; the file's name, which may be a patient's, is not in it.

    Args:
        reading: the result.
        calibration: of the version.
        with_image: whether the hash of the film's file is named, which leads to it where it is kept.
        with_engineering: whether calibration, certainty of the outlines and computing time are.
    """
    left_out = (frozenset() if with_image else {"Image"}) | (frozenset() if with_engineering else _ENGINEERING)
    named = facts(reading, calibration)
    return ", ".join(f"{name.lower()} {value}" for name, value in named if name not in left_out)


def probability_sentence(reading: Reading, chosen: float | None = None) -> str:
    """Say the probability and the verdict in one sentence; arguments as in `verdict`."""
    prediction = reading.prediction
    said = f"The model gives a probability of pneumonia of {percent(prediction.probability)}, which"
    if chosen is not None:
        side = "reaches" if prediction.probability >= chosen else "stays below"
        return (
            f"{said} {side} the point of {100 * chosen:.1f} % that you chose. "
            f"The answer by the model's own points: {prediction.answer}."
        )
    if (points := prediction.points) is None:
        side = "reaches" if prediction.suspected else "stays below"
        return f"{said} {side} its operating point of {100 * prediction.operating_point:.1f} %."
    low, high = f"rule-out point of {100 * points.rule_out:.1f} %", f"rule-in point of {100 * points.rule_in:.1f} %"
    between = {"suspected": f"reaches its {high}", "not suspected": f"stays below its {low}"}
    return f"{said} {between.get(prediction.answer, f'lies between its {low} and its {high}')}."


def facts(reading: Reading, calibration: Calibration) -> list[tuple[str, str]]:
    """List what a result came from: model, weights, operating points, calibration, image, lungs, time.

    What was done to the film, and for what reason it was read against the check, only where it was; that the patient's
    age is not known, only where nothing else says so.
    """
    points = reading.prediction.points
    rows = [
        ("Model version", reading.version),
        ("Weights", reading.weights_sha256[:12]),
        ("Operating point", f"{reading.prediction.operating_point:.3f}"),
        ("Rule-out and rule-in", f"{points.rule_out:.3f} and {points.rule_in:.3f}" if points else ""),
        ("Calibration", str(calibration)),
        ("Image", reading.sha256[:12]),
        ("Window", reading.window),
        ("Age of the patient", "" if reading.is_age_stated else AGE_NOT_KNOWN),
        ("Film", correction(reading.turn, is_inverted=reading.is_inverted, is_mirrored=reading.is_mirrored)),
        ("Lung outlines", _outlines(reading.explanation.lungs)),
        ("Read against the check", f'"{reading.overruled}"' if reading.overruled else ""),
        ("Time", f"{reading.seconds:.2f} s"),
    ]
    return [(name, value) for name, value in rows if value]


def _outlines(lungs: LungFields | None) -> str:
    if lungs is None:
        return "none found"
    named = ", ".join(f"{side} {dice:.2f}" for side, dice in zip(lungs.sides, lungs.confidence, strict=True))
    return f"{named} (expected Dice{f'; {SIDE_NOT_STATED}' if lungs.sides == UNSTATED else ''})"


def gauge_description(reading: Reading, chosen: float | None = None) -> str:
    """Describe the gauge for a screen reader; arguments as in `verdict`."""
    return f"Gauge from 0 to 100 percent. {probability_sentence(reading, chosen)}"
