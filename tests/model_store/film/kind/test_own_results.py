"""Is a result that this program saved ever taken for a film, when it comes back as a file?"""

import io

import numpy as np
import pytest
from PIL import Image

from model_store.decoding.pool import study_image
from model_store.export.dicom.export import export_dicom
from model_store.export.picture import in_colour, to_png
from model_store.film.kind.own_results import OWN_RESULT, PROGRAM, marked
from model_store.film.load import load_radiograph
from model_store.film.refusals import UnreadableImage
from model_store.sources.studies import frontal_of
from tests.doubles.films import phantom
from tests.doubles.films.dicom_sources import PATIENT, drawn_film, result_of
from tests.doubles.films.picture_files import encoded

FILM = phantom.chest_film(phantom.Chest(width=320, height=256))
SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"


def capture_of(source, *, keep_patient=False):
    """The picture of a film without a map: its pixels, and nothing else."""
    return export_dicom(in_colour(FILM), result_of(source), source, keep_patient=keep_patient).secondary_capture


@pytest.mark.parametrize("keep_patient", [True, False])
def test_a_secondary_capture_is_refused(keep_patient):
    with pytest.raises(UnreadableImage, match=f"^This is {OWN_RESULT}; please choose") as refusal:
        load_radiograph(capture_of(drawn_film(PATIENT), keep_patient=keep_patient))
    assert refusal.value.name == "other kind"


def test_it_is_never_the_frontal_image_of_its_study():
    """Neither before a film that is a copy itself and says less of itself, nor after it."""
    copy = drawn_film({**PATIENT, "SOPClassUID": SECONDARY_CAPTURE, "Modality": "OT", "BodyPartExamined": None})
    images = [study_image(capture_of(copy, keep_patient=True)), study_image(copy)]
    assert images[0].study == images[1].study
    chosen, sentence = frontal_of(images)
    assert chosen == 1
    assert f"image 1 is {OWN_RESULT}" in sentence
    assert frontal_of(images[::-1])[0] == 0


def test_a_copy_that_another_program_made_is_a_film():
    copy = drawn_film({"SOPClassUID": SECONDARY_CAPTURE, "Manufacturer": f"{PROGRAM}s of Mainz"})
    assert load_radiograph(copy).source_format == "DICOM"


@pytest.mark.parametrize("picture", [FILM, in_colour(FILM)], ids=["grey", "colour"])
def test_a_picture_is_refused(picture):
    with pytest.raises(UnreadableImage, match=f"^This is {OWN_RESULT}; please choose the film") as refusal:
        load_radiograph(to_png(picture))
    assert refusal.value.name == "other kind"


def test_a_picture_of_another_program_is_a_film():
    assert np.array_equal(load_radiograph(encoded(FILM)).pixels, FILM)


def test_the_mark_changes_no_pixel_and_every_checksum_holds():
    file = encoded(FILM)
    with Image.open(io.BytesIO(marked(file)), formats=("PNG",)) as image:
        image.verify()
    with Image.open(io.BytesIO(marked(file)), formats=("PNG",)) as image:
        assert np.array_equal(np.array(image), FILM)
        assert image.text["Software"].startswith(PROGRAM)
