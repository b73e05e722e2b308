"""What came of a film in a few words? Warnings first, then verdict and probability."""

from collections.abc import Callable

from model_store.export.wording import sentences
from model_store.reading.results import Reading
from xray_ui.reading.case import overruling
from xray_ui.reading.case.case import Case
from xray_ui.reading.result import operating_point

BESIDES: dict[str, Callable[[Reading], bool]] = {
    "read against the check": lambda reading: bool(reading.overruled),
    "the version is against its gate": lambda reading: bool(reading.against_gate),
}
"""What a result is warned of besides its film's own warnings, in short."""


def in_short(reading: Reading, case: Case) -> str:
    """Return verdict and probability of a film, behind the names of the warnings that nobody has overruled."""
    point = operating_point.chosen(reading.prediction, case)
    said = f"{sentences.verdict(reading, point)}: {sentences.percent(reading.prediction.probability)}"
    overruled = overruling.overruled(case)
    warned = [reason.name for reason in reading.quality.warnings if reason.name not in overruled]
    warned += [name for name, holds in BESIDES.items() if holds(reading)]
    # First, as beside the film: a number is not to be believed before what speaks against it is known.
    return f"Warning ({', '.join(warned)}). {said}" if warned else said
