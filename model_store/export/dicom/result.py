"""What do the DICOM objects of a result say? The same facts and sentences in both of them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from model_store.film.kind.own_results import PROGRAM
from model_store.reading.decision.calibration import Calibration
from model_store.reading.results import Explanation, Reading

if TYPE_CHECKING:
    from model_store.export.dicom.deidentify import Origin

SERIES_DESCRIPTION = f"{PROGRAM}, research use, not a medical device"

_LONGEST = 64
"""Characters of a long string at most, DICOM PS3.5, table 6.2-1."""


@dataclass(frozen=True, eq=False)
class DicomResult:
    """A result that leaves as DICOM.

    Attributes:
        reading: what the version found.
        explanation: the map of it that the picture shows.
        calibration: of the version, from logits to probabilities.
        source_format: of the film: "PNG", "JPEG" or "DICOM".
        film_size: (height, width) in pixels of the film at the top left of the picture.
        statements: what has to be read with the result, sentence by sentence: warnings, what was overruled and why,
            how the film was corrected, where the evidence lies.
        folded: whether the map is folded away, and not on the picture.
    """

    reading: Reading
    explanation: Explanation
    calibration: Calibration
    source_format: str
    film_size: tuple[int, int]
    statements: tuple[str, ...] = ()
    folded: bool = False

    @property
    def model_name(self) -> str:
        """The version's name, as long as DICOM lets a name be."""
        return self.reading.version.replace("\\", " ")[:_LONGEST]

    def alone_in_a_series(self, number: int) -> dict[str, Any]:
        """Return what every object of highdicom is made with: new UIDs, this program, and the version behind it.

        Args:
            number: of the series.
        """
        from pydicom.uid import generate_uid

        return {
            "series_instance_uid": generate_uid(),
            "series_number": number,
            "sop_instance_uid": generate_uid(),
            "instance_number": 1,
            "manufacturer": PROGRAM,
            "manufacturer_model_name": self.model_name,
            "software_versions": self.reading.weights_sha256,
            "series_description": SERIES_DESCRIPTION,
            "specific_character_set": "ISO_IR 192",
        }

    def points(self, *, digits: int) -> list[str]:
        """Name the operating points of the version, each with that many decimals."""
        prediction = self.reading.prediction
        named = {"operating point": prediction.operating_point}
        if prediction.points:
            named |= {"rule-out point": prediction.points.rule_out, "rule-in point": prediction.points.rule_in}
        return [f"{name} {value:.{digits}f}" for name, value in named.items()]

    def derivation(self, origin: "Origin") -> str:
        """Say in one line what the result was made from and by what."""
        prediction = self.reading.prediction
        return (
            f"{self.explanation.method} of {PROGRAM} {self.model_name}, "
            f"weights SHA-256 {self.reading.weights_sha256}, {', '.join(self.points(digits=3))}, "
            f"calibration {self.calibration}, probability of pneumonia {prediction.probability:.4f}. "
            f"{self.read_from(origin)}"
        )

    def read_from(self, origin: "Origin") -> str:
        """Say from what file the result was read, and in which of the windows that it offers."""
        # The hash of a DICOM file would lead back to its patient as well as its UIDs do, which are replaced.
        is_named = origin.is_kept or self.source_format != "DICOM"
        named = f" with SHA-256 {self.reading.sha256}" if is_named else ""
        seen = f" in the window: {self.reading.window}" if self.reading.window else ""
        return f"Read from a {self.source_format} file{named}{seen}."
