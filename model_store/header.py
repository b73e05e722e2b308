"""What does a film's own header say of it? Plain values that matter for reading; never who the patient is."""

from dataclasses import dataclass

FRONTAL_VIEWS = frozenset({"AP", "PA", "FRONTAL"})
LATERAL_VIEWS = frozenset({"LL", "RL", "LATERAL"})
OBLIQUE_VIEWS = frozenset({"LAO", "RAO", "LPO", "RPO", "LLO", "RLO", "OBLIQUE"})

_RADIOGRAPHY = frozenset({"CR", "DX", "RG", "DR", "XR", "RX"})
"""Computed radiography, digital radiography, radiographic imaging, and what some detectors write in their place."""

_UNSAID = frozenset({"", "OT", "SC"})
"""What stands for the modality of a copy of which nobody knows what it was made of."""

UNNAMED = frozenset({"", "OTHER", "UNKNOWN", "NONE", "DEFAULT", "NA", "N A", "UNDEFINED", "UNSPECIFIED"})
"""What stands for a body part, or a view, that nobody has named."""

_CHEST = (
    *("CHEST", "CXR", "THORA", "TORAX", "TORAC", "TORAK", "LUNG", "PULMO"),
    *("BRUSTKORB", "POITRINE", "POUMON", "PECHO", "KLATKA", "HRUDN"),
)
"""What is in the name of a body part that holds the lungs, in the languages that such names are written in."""

_SPINE = ("SPIN", "LUMB", "VERTEB", "COLUM", "RACHIS")
"""What is in the name of the spine, which is thoracic too."""


@dataclass(frozen=True)
class Header:
    """What a DICOM file says of its film. A value that it does not give is "" or None.

    Attributes:
        modality: as DICOM abbreviates it, for example "CR".
        body_part: as DICOM names it, for example "CHEST".
        view: "AP", "PA", "FRONTAL", "LL" (left lateral), "RL", "LATERAL", "OBLIQUE" or another view as DICOM
            abbreviates it.
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
    def is_oblique(self) -> bool:
        """Whether the header says that this is an oblique view."""
        return self.view in OBLIQUE_VIEWS

    @property
    def is_chest(self) -> bool | None:
        """Whether the header says that this is a chest; None where it does not say what it is."""
        if self.body_part in UNNAMED:
            return None
        return any(word in self.body_part for word in _CHEST) and not any(word in self.body_part for word in _SPINE)

    @property
    def is_radiograph(self) -> bool | None:
        """Whether the header says that this is a radiograph; None where it does not say what it is."""
        return None if self.modality in _UNSAID else self.modality in _RADIOGRAPHY


def age_in_words(years: float) -> str:
    """Say an age in whole years, or in months where there are fewer than two of them."""
    return f"{int(years)} years" if years >= 2 else f"{int(years * 12 + 0.01)} months"  # 0.01: of rounded years.
