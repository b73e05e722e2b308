"""What do the DICOM objects of a result say? The same facts and sentences in both of them."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from model_store.own_results import PROGRAM
from model_store.results import Explanation, Reading

if TYPE_CHECKING:
    from model_store.deidentify import Origin

SERIES_DESCRIPTION = f"{PROGRAM}, research use, not a medical device"

AGE_LEFT_OUT = (
    "The header of the film gives an age that the model does not know; please check the age before you use the result."
)

_LONGEST = 64
"""Characters of a long string at most, DICOM PS3.5, table 6.2-1."""


def without_age(reading: Reading) -> Reading:
    """Return a reading whose warnings name no age, which a de-identified object may not hold (PS3.15, table E.1-1)."""
    reasons = reading.quality.reasons
    said = tuple(replace(each, sentence=AGE_LEFT_OUT) if each.name == "age" else each for each in reasons)
    return replace(reading, quality=replace(reading.quality, reasons=said))


@dataclass(frozen=True, eq=False)
class DicomResult:
    """A result that leaves as DICOM.

    Attributes:
        reading: what the version found.
        explanation: the map of it that the picture shows.
        temperature: of the version, by which its logits are divided.
        source_format: of the film: "PNG", "JPEG" or "DICOM".
        statements: what has to be read with the result, sentence by sentence: warnings, what was overruled and why,
            how the film was corrected, where the evidence lies.
    """

    reading: Reading
    explanation: Explanation
    temperature: float
    source_format: str
    statements: tuple[str, ...] = ()

    @property
    def model_name(self) -> str:
        """The version's name, as long as DICOM lets a name be."""
        return self.reading.version.replace("\\", " ")[:_LONGEST]

    def derivation(self, origin: "Origin") -> str:
        """Say in one line what the result was made from and by what."""
        prediction = self.reading.prediction
        return (
            f"{self.explanation.method} of {PROGRAM} {self.model_name}, "
            f"weights SHA-256 {self.reading.weights_sha256}, operating point {prediction.operating_point:.3f}, "
            f"temperature {self.temperature:.3f}, probability of pneumonia {prediction.probability:.4f}. "
            f"{self.read_from(origin)}"
        )

    def read_from(self, origin: "Origin") -> str:
        """Say from what file the result was read, and in which of the windows that it offers."""
        # The hash of a DICOM file would lead back to its patient as well as its UIDs do, which are replaced.
        is_named = origin.is_kept or self.source_format != "DICOM"
        named = f" with SHA-256 {self.reading.sha256}" if is_named else ""
        seen = f" in the window: {self.reading.window}" if self.reading.window else ""
        return f"Read from a {self.source_format} file{named}{seen}."
