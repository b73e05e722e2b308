"""What does a film's own header say of it? Plain values that matter for reading; never who the patient is."""

from dataclasses import dataclass, field

from model_store.film.header.body_parts import names_chest
from model_store.film.header.sides import Orientation

FRONTAL_VIEWS = frozenset({"AP", "PA", "FRONTAL"})
LATERAL_VIEWS = frozenset({"LL", "RL", "LATERAL"})
OBLIQUE_VIEWS = frozenset({"LAO", "RAO", "LPO", "RPO", "LLO", "RLO", "OBLIQUE"})

_RADIOGRAPHY = frozenset({"CR", "DX", "RG", "DR", "XR", "RX"})
"""Computed radiography, digital radiography, radiographic imaging, and what some detectors write in their place."""

_UNSAID = frozenset({"", "OT", "SC"})
"""What stands for the modality of a copy of which nobody knows what it was made of."""

UNNAMED = frozenset({"", "OTHER", "UNKNOWN", "NONE", "DEFAULT", "NA", "N A", "UNDEFINED", "UNSPECIFIED"})
"""What stands for a body part, or a view, that nobody has named."""

ANIMAL, TEST_OBJECT = "an animal", "a test object"
"""What may have been filmed in place of a person."""


@dataclass(frozen=True)
class Header:
    """What a DICOM file says of its film. A value that it does not give is "" or None.

    Attributes:
        modality: as DICOM abbreviates it, for example "CR".
        body_part: as DICOM names it, for example "CHEST".
        view: "AP", "PA", "FRONTAL", "LL" (left lateral), "RL", "LATERAL", "OBLIQUE" or another view as DICOM
            abbreviates it.
        age_years: of the patient at the examination, in years.
        age_stated: an age that is there and cannot be understood, as it stands there; "" for none.
        sex: "F", "M" or "O" (other).
        spacing: height and width of a pixel in mm.
        spacing_kind: where that holds, "pixel spacing", "imager pixel spacing" (at the detector) or "scanned film".
        windows: names of all greyscale windows that the file offers and that fit its values, the default first, and
            last the whole range of its values; none for a film in colour.
        unfit_windows: names of those that do not fit, each with what it would show: "Window 1 (..): white".
        photometric: photometric interpretation, for example "MONOCHROME1".
        bits: bits of a pixel that are in use; 0 where unknown.
        secondary: whether it is a copy that was made of a film (secondary capture).
        for_processing: whether it is stored as the detector saw it, not made ready to be looked at.
        orientation: where rows and columns of the stored picture lead in the patient, as ("L", "F").
        described_part: a part of the body other than the chest that a description names, as "ABDOMEN".
        subject: ANIMAL or TEST_OBJECT where the file says that it was no person who was filmed.
        is_without_bones: whether a program took the bones out of the picture, or all else.
        unclear: names of the attributes above of which the file says something, but nothing that is understood.
    """

    modality: str = ""
    body_part: str = ""
    view: str = ""
    age_years: float | None = None
    age_stated: str = ""
    sex: str = ""
    spacing: tuple[float, float] | None = None
    spacing_kind: str = ""
    windows: tuple[str, ...] = ()
    unfit_windows: tuple[str, ...] = ()
    photometric: str = ""
    bits: int = 0
    secondary: bool = False
    for_processing: bool = False
    orientation: Orientation = ()
    described_part: str = ""
    subject: str = ""
    is_without_bones: bool = False
    unclear: tuple[str, ...] = ()

    @property
    def is_age_stated(self) -> bool:
        """Whether the header says an age, be it understood or not."""
        return self.age_years is not None or bool(self.age_stated)

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
    def is_view_contradicted(self) -> bool:
        """Whether the header says frontal view, and the orientation of a lateral one."""
        return self.is_frontal and not {"A", "P"}.isdisjoint(self.orientation)

    @property
    def is_chest(self) -> bool | None:
        """Whether the header says that this is a chest; None where it does not say what it is."""
        if self.body_part in UNNAMED:
            return False if self.described_part else None
        return names_chest(self.body_part)

    @property
    def is_part_contradicted(self) -> bool:
        """Whether the header names the chest in one place and another part of the body in another."""
        return bool(self.is_chest and self.described_part)

    @property
    def is_radiograph(self) -> bool | None:
        """Whether the header says that this is a radiograph; None where it does not say what it is."""
        return None if self.modality in _UNSAID else self.modality in _RADIOGRAPHY


def level_and_width(level: float, width: float) -> str:
    """Say which window this is; no two windows that an eye could tell apart are named alike."""
    return f"(level {level:g}, width {width:g})"


def age_in_words(years: float) -> str:
    """Say an age in whole years, or in months where there are fewer than two of them."""
    return f"{int(years)} years" if years >= 2 else f"{int(years * 12 + 0.01)} months"  # 0.01: of rounded years.


DIRECTORY = "a DICOMDIR, the table of contents of a disc"
"""The kind of what lists the images of a study and is none itself."""


@dataclass(frozen=True)
class StudyImage:
    """What decides which image of a study is read; nothing in it names a patient.

    Attributes:
        study: what all images of a study have in common, as a hash; "" for an image that stands alone.
        kind: what it is where it is no radiograph, as "a CT image"; "" for a radiograph.
        header: what its header says of the film.
        is_other_part: whether the header names a part of the body other than the chest.
        size: its pixels.
        number: its number in the series; None where it has none.
        patient: what all images of a patient have in common, as a hash; "" where the header does not say who it is.
        day: of the study, to be compared and never shown: "YYYYMMDD", or "" where it is not given.
    """

    study: str = ""
    kind: str = ""
    header: Header = field(default_factory=Header)
    is_other_part: bool = False
    size: int = 0
    number: int | None = None
    patient: str = ""
    day: str = ""

    def is_of_earlier_study(self, other: "StudyImage") -> bool:
        """Return whether by the headers this is of the same patient as another image, and was taken on a day before."""
        return bool(self.patient) and self.patient == other.patient and "" < self.day < other.day
