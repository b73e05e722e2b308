"""What does a page to hand on say besides the result? Whatever it has in common with other exports is said there."""

from datetime import date

from model_store.export.wording.point_sentences import called, point_percent
from model_store.film.kind.own_results import PROGRAM
from model_store.reading.results import Prediction

TITLE = "Chest radiograph, read by a program"
NOT_NAMED = "The patient is not named on this page."
PNEUMONIA_ALONE = (
    "The program measures the probability of pneumonia alone; this page says nothing of what else the film may show."
)
FILM, HEATMAP, HIGHLIGHTED = "Film", "Heatmap", "Heatmap, its brightest part within the broken line"
WITH_OUTLINES, NO_LUNGS = "outlines of the lungs", "no lungs were outlined"
IMPRESSION = "Impression, in the words of the person who hands this page on:"
NAME = "Name:"
SHORTENED = "\u2026 (shortened)"
FOOT = "Research use only, not a medical device; no decision about a patient may rest on it."
UNDRAWN = "(?) stands for letters for which this program has no font."

PATIENT = {
    "PatientName": "Patient",
    "PatientID": "number",
    "PatientBirthDate": "born",
    "PatientSex": "sex",
    "StudyDate": "examined",
    "AccessionNumber": "accession number",
}
"""What is said of a patient who is kept, by keyword of the film's header."""


def point_called(prediction: Prediction, chosen: float | None) -> str:
    """Name the point at which is decided, to stand in a sentence; arguments as in `point_sentences.called`."""
    return called(prediction, None) if chosen is None else f"the reader's point of {point_percent(chosen)}"


def folded(point: str) -> str:
    """Say why there is no map; `point` is what the operating point is called, as "the balanced point of 43.7 %"."""
    return f"The probability stays below {point}, so no heatmap is shown."


def made_on(day: date) -> str:
    """Say when a page was made."""
    return f"Page made on {day.isoformat()} by {PROGRAM}"


def patient_line(attributes: dict[str, str | None]) -> str:
    """Name a patient and the examination in one line; only what the film's header says.

    Args:
        attributes: of the header by keyword, names and dates as DICOM writes them.
    """
    said = {keyword: _readable(keyword, value) for keyword in PATIENT if (value := attributes.get(keyword))}
    return ", ".join(f"{PATIENT[keyword]} {value}" for keyword, value in said.items())


def _readable(keyword: str, value: str) -> str:
    if keyword == "PatientName":  # The parts of a name, and the ways to write it: PS3.5, section 6.2.1.1.
        return " / ".join(" ".join(written.replace("^", " ").split()) for written in value.split("=") if written)
    if keyword.endswith("Date") and len(value) == 8:
        return f"{value[:4]}-{value[4:6]}-{value[6:]}"
    return value
