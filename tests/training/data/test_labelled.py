"""How is a labelled film read? Within the bounds of an upload, and DICOM in a process that may be lost."""

import pytest

from model_store.film.refusals import MAX_BYTES, UnreadableImage
from tests.doubles.films.dicom_files import FILM, written
from tests.doubles.films.picture_files import encoded
from tests.doubles.trainings.training_doubles import labelled
from training.data import labelled as module

LOST = "It stops the program that decodes it."


@pytest.fixture
def lost(monkeypatch):
    """A file that ends whatever decodes it in the process for that."""

    def end(data):
        raise UnreadableImage(LOST)

    monkeypatch.setattr(module, "decode", end)


def film(folder, data):
    (folder / "a").write_bytes(data)
    return labelled(folder / "a")


def test_dicom_is_decoded_elsewhere(tmp_path, lost):
    with pytest.raises(UnreadableImage, match=LOST):
        film(tmp_path, written(FILM)).radiograph()


def test_png_is_read_at_once(tmp_path, lost):
    assert film(tmp_path, encoded(FILM)).radiograph().pixels.shape == FILM.shape


def test_both_are_the_same_film(tmp_path):
    dicom, png = (film(tmp_path, data).radiograph() for data in (written(FILM), encoded(FILM)))
    assert (dicom.pixels == png.pixels).all()
    assert (dicom.source_format, png.source_format) == ("DICOM", "PNG")


def test_a_file_is_read_up_to_the_limit_alone(tmp_path, monkeypatch):
    seen = []
    monkeypatch.setattr(module, "load_radiograph", lambda data: seen.append(len(data)))
    with (tmp_path / "a").open("wb") as file:
        file.truncate(MAX_BYTES + 5000)
    labelled(tmp_path / "a").radiograph()
    assert seen == [MAX_BYTES + 1]
