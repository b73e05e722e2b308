"""What does a film's own header say of it? Plain values that matter for reading; never who the patient is."""

from dataclasses import dataclass

FRONTAL_VIEWS = frozenset({"AP", "PA"})
LATERAL_VIEWS = frozenset({"LL", "RL", "LATERAL"})

_CHEST = ("CHEST", "THORA", "TORAX", "LUNG")
"""What is in the name of a body part that holds the lungs, in the languages that such names are written in."""


@dataclass(frozen=True)
class Header:
    """What a DICOM file says of its film. A value that it does not give is "" or None.

    Attributes:
        modality: as DICOM abbreviates it, for example "CR".
        body_part: as DICOM names it, for example "CHEST".
        view: "AP", "PA", "LL" (left lateral), "RL", "LATERAL", "OBLIQUE" or another view as DICOM abbreviates it.
        age_years: of the patient at the examination, in years.
        sex: "F", "M" or "O" (other).
        spacing: height and width of a pixel in mm.
        spacing_kind: where that holds, "pixel spacing", "imager pixel spacing" (at the detector) or "scanned film".
        windows: names of all greyscale windows that the file offers, the default first.
        photometric: photometric interpretation, for example "MONOCHROME1".
        bits: bits of a pixel that are in use; 0 where unknown.
        secondary: whether it is a copy that was made of a film (secondary capture).
        for_processing: whether it is stored as the detector saw it, not made ready to be looked at.
    """

    modality: str = ""
    body_part: str = ""
    view: str = ""
    age_years: float | None = None
    sex: str = ""
    spacing: tuple[float, float] | None = None
    spacing_kind: str = ""
    windows: tuple[str, ...] = ()
    photometric: str = ""
    bits: int = 0
    secondary: bool = False
    for_processing: bool = False

    @property
    def is_frontal(self) -> bool:
        """Whether the header says that this is a frontal view."""
        return self.view in FRONTAL_VIEWS

    @property
    def is_lateral(self) -> bool:
        """Whether the header says that this is a lateral view."""
        return self.view in LATERAL_VIEWS

    @property
    def is_chest(self) -> bool | None:
        """Whether the header says that this is a chest; None where it does not say what it is."""
        return any(word in self.body_part for word in _CHEST) if self.body_part else None
