"""How is the result drawn on the film itself? By a Grayscale Softcopy Presentation State, DICOM PS3.3, A.33.1."""

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.uid import ComputedRadiographyImageStorage

from model_store.decoding.pool import header_text
from model_store.export.dicom.deidentify import REQUIRED, ImageReference, Origin, complete
from model_store.export.dicom.regions import in_pixels, regions_of, top_left
from model_store.export.dicom.result import DicomResult
from model_store.export.wording.map_sentences import MAP_CAPTION
from model_store.export.wording.sentences import RESEARCH_USE, headline
from model_store.film.header.header import level_and_width
from model_store.film.kind.own_results import PROGRAM
from model_store.film.refusals import UnreadableImage
from model_store.reading.results import Reading

if TYPE_CHECKING:
    from highdicom.pr import GraphicAnnotation, GraphicLayer, GrayscaleSoftcopyPresentationState

SERIES_NUMBER = 9003
LAYER = "RESULT"

_TABLES = ("ModalityLUTSequence", "VOILUTSequence")
_FUNCTION = "VOILUTFunction"
_SHADES = (
    *("PhotometricInterpretation", "RescaleIntercept", "RescaleSlope", "WindowCenter", "WindowWidth"),
    _FUNCTION,
)
_FRAMES = "NumberOfFrames"

Shades = dict[str, str | None]
"""How the film's values become grey, by keyword, as text."""


def build_presentation_state(
    result: DicomResult, origin: Origin, source: bytes
) -> "GrayscaleSoftcopyPresentationState | None":
    """Make the presentation state of a result: the film in the window it was read in, the outlines and the result.

    Args:
        result: what was found.
        origin: the film's own patient, study and image.
        source: the film's DICOM file.

    Returns:
        The object; None where no presentation state could show the film as it was read: its own image is not known
        there, or a table makes its grey.
    """
    shades = _shades(source)
    if origin.film is None or shades is None:
        return None
    from highdicom import PresentationLUTTransformation
    from highdicom.pr import GraphicLayer, GrayscaleSoftcopyPresentationState

    film = _film(*origin.film, origin.study_uid, shades, result.reading.window)
    layer = GraphicLayer(LAYER, order=1, description=PROGRAM)
    is_inverse = (shades.get("PhotometricInterpretation") == "MONOCHROME1") != result.reading.is_inverted
    state = GrayscaleSoftcopyPresentationState(
        referenced_images=[film],
        device_serial_number=result.reading.weights_sha256,
        content_label=LAYER,
        content_description=MAP_CAPTION[:64],
        graphic_layers=[layer],
        graphic_annotations=[_annotation(result, film, layer)],
        presentation_lut_transformation=PresentationLUTTransformation("INVERSE" if is_inverse else "IDENTITY"),
        **result.alone_in_a_series(SERIES_NUMBER),
    )
    if result.reading.turn or result.reading.is_mirrored:
        _turn(state, result.reading, (film.Rows, film.Columns))
    state.BodyPartExamined = "CHEST"
    state.walk(partial(_name_class, sop_class_uid=origin.film[0].sop_class_uid))
    complete(state, origin)
    return state


def _turn(state: "GrayscaleSoftcopyPresentationState", reading: Reading, size: tuple[int, int]) -> None:
    """Have the film turned, then flipped, PS3.3, C.10.6; the area has the corners of then, C.10.4."""
    state.ImageRotation = 90 * reading.turn
    state.ImageHorizontalFlip = "Y" if reading.is_mirrored else "N"
    corners = np.array([[0, 0], [1, 1]], np.float32)
    first, last = in_pixels(corners, size, reading.turn, is_mirrored=reading.is_mirrored).clip(1).astype(int).tolist()
    (area,) = state.DisplayedAreaSelectionSequence
    area.DisplayedAreaTopLeftHandCorner, area.DisplayedAreaBottomRightHandCorner = first, last


def _name_class(dataset: Dataset, element: DataElement, sop_class_uid: str) -> None:
    if element.keyword == "ReferencedSOPClassUID":
        dataset.ReferencedSOPClassUID = sop_class_uid


def _annotation(result: DicomResult, film: Dataset, layer: "GraphicLayer") -> "GraphicAnnotation":
    from highdicom.pr import GraphicAnnotation, GraphicObject, TextObject

    regions = regions_of(result.reading, result.explanation)
    size, reading = (film.Rows, film.Columns), result.reading
    lines = [in_pixels(line, size, reading.turn, is_mirrored=reading.is_mirrored) for _, line in regions]
    return GraphicAnnotation(
        referenced_images=[film],
        graphic_layer=layer,
        graphic_objects=[GraphicObject("POLYLINE", line, "PIXEL") for line in lines],
        text_objects=[
            TextObject(
                f"{headline(result.reading)}. {regions[0][0]}. {RESEARCH_USE}".replace(". ", ".\r\n"),
                "PIXEL",
                anchor_point=top_left(lines),
                anchor_point_visible=False,
            )
        ],
    )


def _shades(source: bytes) -> Shades | None:
    """Return how a film becomes grey; None where more than numbers are needed for that."""
    with suppress(UnreadableImage):
        said = header_text(source, (*_SHADES, *_TABLES, _FRAMES))
        if not any(said.get(keyword) for keyword in (*_TABLES, _FRAMES)):
            return said
    return None


def _film(image: ImageReference, size: tuple[int, int], study_uid: str, shades: Shades, window: str) -> Dataset:
    """Return the film as highdicom takes it for referred to: nothing of its file but what stands here."""
    film = Dataset()
    for keyword in REQUIRED:
        setattr(film, keyword, None)
    film.StudyInstanceUID, film.SeriesInstanceUID = study_uid, image.series_uid
    # highdicom asks of the class whether images of it can have frames, and knows no retired ones: it is named later.
    film.SOPClassUID, film.SOPInstanceUID = ComputedRadiographyImageStorage, image.sop_uid
    (film.Rows, film.Columns), film.SamplesPerPixel = size, 1
    if shades.get("RescaleSlope") and shades.get("RescaleIntercept"):
        film.RescaleSlope, film.RescaleIntercept = shades["RescaleSlope"], shades["RescaleIntercept"]
    if found := _named(window, shades):
        film.WindowCenter, film.WindowWidth = found
        if function := (shades.get(_FUNCTION) or "").strip().upper():
            film.VOILUTFunction = function
    return film


def _named(window: str, shades: Shades) -> tuple[str, str] | None:
    """Return level and width of the window of that name; by its place it may be another, since some do not fit."""
    levels, widths = ((shades.get(keyword) or "").split("\\") for keyword in ("WindowCenter", "WindowWidth"))
    for level, width in zip(levels, widths, strict=False):
        with suppress(ValueError):
            if window.endswith(level_and_width(float(level), float(width))):
                return level, width
    return None
