"""Does a viewer that is told by it show the film as it was read, with the outline of what the map highlights?"""

from dataclasses import replace

import pytest

from model_store.export.dicom.deidentify import origin_of
from model_store.export.dicom.presentation_state import build_presentation_state
from model_store.export.wording.sentences import RESEARCH_USE
from tests.doubles.films.dicom_sources import PATIENT, UIDS, film, result_of

WINDOWS = {
    "WindowCenter": [9000, 600, 500.5],
    "WindowWidth": [10, 400, 300.25],
    "PhotometricInterpretation": "MONOCHROME2",
}


def state_of(source, *, keep_patient=True, **changes):
    result = result_of(source)
    result = replace(result, reading=replace(result.reading, **changes))
    return build_presentation_state(result, origin_of(source, keep_patient=keep_patient), source)


@pytest.mark.parametrize(
    ("window", "level_and_width"),
    [("Window 2 (level 600, width 400)", (600, 400)), ("Lung (level 500.5, width 300.25)", (500.5, 300.25))],
)
def test_the_window_is_the_one_that_was_read_whichever_was_left_out_before_it(window, level_and_width):
    found = state_of(film({**PATIENT, **WINDOWS}), window=window).SoftcopyVOILUTSequence[0]
    assert (found.WindowCenter, found.WindowWidth) == level_and_width


@pytest.mark.parametrize("function", ["LINEAR", "LINEAR_EXACT", "SIGMOID"])
def test_so_is_the_curve_in_which_it_was_read(function):
    source = film({**PATIENT, **WINDOWS, "VOILUTFunction": function})
    found = state_of(source, window="Window 2 (level 600, width 400)").SoftcopyVOILUTSequence[0]
    assert found.VOILUTFunction == function


@pytest.mark.parametrize("window", ["", "Whole range"])
def test_the_whole_range_is_no_window(window):
    assert "SoftcopyVOILUTSequence" not in state_of(film({**PATIENT, **WINDOWS}), window=window)


def test_levels_that_are_no_numbers_are_passed_over():
    said = WINDOWS | {"WindowCenter": ["", 600], "WindowWidth": ["", 400]}
    found = state_of(film({**PATIENT, **said}), window="Window 2 (level 600, width 400)").SoftcopyVOILUTSequence[0]
    assert (found.WindowCenter, found.WindowWidth) == (600, 400)


@pytest.mark.parametrize(
    ("photometric", "is_inverted", "shape"),
    [
        ("MONOCHROME2", False, "IDENTITY"),
        ("MONOCHROME2", True, "INVERSE"),
        ("MONOCHROME1", False, "INVERSE"),
        ("MONOCHROME1", True, "IDENTITY"),
    ],
)
def test_black_and_white_are_as_they_were_read(photometric, is_inverted, shape):
    state = state_of(film({**PATIENT, "PhotometricInterpretation": photometric}), is_inverted=is_inverted)
    assert state.PresentationLUTShape == shape


@pytest.mark.parametrize(
    ("turn", "is_mirrored", "corners"),
    [
        (1, False, ([1, 256], [320, 1])),
        (2, False, ([320, 256], [1, 1])),
        (0, True, ([320, 1], [1, 256])),
        (3, True, ([320, 256], [1, 1])),
    ],
)
def test_a_turned_film_is_turned_and_its_area_named_by_the_pixels_in_its_corners_then(turn, is_mirrored, corners):
    state = state_of(film(PATIENT), turn=turn, is_mirrored=is_mirrored)
    assert (state.ImageRotation, state.ImageHorizontalFlip) == (90 * turn, "Y" if is_mirrored else "N")
    (area,) = state.DisplayedAreaSelectionSequence
    assert (area.DisplayedAreaTopLeftHandCorner, area.DisplayedAreaBottomRightHandCorner) == corners


def test_any_other_is_shown_as_it_is_stored():
    assert "ImageRotation" not in state_of(film(PATIENT))


def test_it_refers_to_the_film_and_says_what_was_found():
    state = state_of(film(PATIENT))
    assert (
        state.ReferencedSeriesSequence[0].ReferencedImageSequence[0].ReferencedSOPInstanceUID == UIDS["SOPInstanceUID"]
    )
    drawn = state.GraphicAnnotationSequence[0]
    assert RESEARCH_USE in drawn.TextObjectSequence[0].UnformattedTextValue.replace("\r\n", " ")
    assert drawn.GraphicObjectSequence[0].GraphicData


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(film({**PATIENT, "NumberOfFrames": 2}), id="frames"),
        pytest.param(film(dict.fromkeys(UIDS)), id="no UIDs"),
    ],
)
def test_there_is_none_where_it_could_not_show_the_film_as_it_was_read(source):
    assert state_of(source, keep_patient=False) is None


def test_there_is_none_where_the_film_is_not_referred_to():
    assert state_of(film(PATIENT), keep_patient=False) is None
