"""Does the bundled model give the same film the same probability, however its file stores it?"""

from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread

from model_store.film.load import load_radiograph
from model_store.versions.bundled import BUNDLED
from model_store.versions.loading import load_classifier
from model_store.versions.registry import Registry
from tests.doubles.films import phantom
from tests.doubles.films.dicom_files import COMPRESSED, NATIVE, SC, written
from tests.doubles.films.picture_files import encoded as picture

WITHIN = 0.005
FILM = phantom.chest_film(phantom.Chest(1000, 800, seed=1))
DEEP = FILM.astype(np.uint16) * 16


@pytest.fixture(scope="module")
def classifier():
    return load_classifier(Registry().version(BUNDLED))


def probability(classifier, data, **options):
    """Overruled, since what is asked is the number, whatever the gate thinks of an adult."""
    film = load_radiograph(data, **options)
    return classifier.read(film, overruled="to compare the ways of storing it").prediction.probability


@pytest.fixture(scope="module")
def of_the_png(classifier):
    return probability(classifier, picture(DEEP))


def attribute_sets():
    """Ways to store the same film, each with attributes of its own."""
    signed = DEEP.astype(np.int16) - 2048
    framed = np.where(DEEP == 0, 60_000, DEEP).astype(np.uint16)
    return {
        "8 bits": written(FILM),
        "10 bits": written(DEEP >> 2, bits=10),
        "16 bits": written(DEEP << 4),
        "signed": written(signed, bits=12),
        "monochrome1": written(4095 - DEEP, bits=12, PhotometricInterpretation="MONOCHROME1"),
        "inverse shape": written(4095 - DEEP, bits=12, PresentationLUTShape="INVERSE"),
        "rescaled": written(DEEP, bits=12, RescaleSlope=2, RescaleIntercept=-1024, WindowCenter=3072, WindowWidth=8192),
        "window": written(DEEP, bits=12, WindowCenter=2048, WindowWidth=4096),
        "padding": written(framed, PixelPaddingValue=60_000),
        "aspect": written((DEEP[::2] + DEEP[1::2]) // 2, bits=12, PixelAspectRatio=[2, 1]),
        "colour": written(np.repeat(FILM[:, :, None], 3, axis=2), sop_class=SC),
    }


@pytest.mark.parametrize("name", attribute_sets())
def test_the_drawn_film_with_any_attributes(classifier, of_the_png, name):
    assert abs(probability(classifier, attribute_sets()[name]) - of_the_png) < WITHIN


@pytest.mark.parametrize("name", [*NATIVE, *COMPRESSED])
def test_the_drawn_film_in_every_syntax(classifier, of_the_png, name):
    pixels, bits = (FILM, 8) if name == "JPEG baseline" else (DEEP, 12)
    data = written(pixels, {**NATIVE, **COMPRESSED}[name], bits=bits)
    assert abs(probability(classifier, data) - of_the_png) < WITHIN


@pytest.fixture(scope="module")
def real():
    """The real film of pydicom-data: a CR chest of 15 bits, MONOCHROME1."""
    data_store = pytest.importorskip("data_store", reason="pydicom-data is not installed")
    (path,) = Path(data_store.__file__).parent.rglob("RG1_UNCR.dcm")
    return path


@pytest.mark.parametrize("name", [*NATIVE, *COMPRESSED, "published lossy", "published lossless", "PNG"])
def test_the_real_film_in_every_syntax(classifier, real, name):
    expected = probability(classifier, real.read_bytes())
    assert abs(probability(classifier, stored_as(name, real)) - expected) < WITHIN


def stored_as(name, real):
    published = {"published lossy": "RG1_J2KI.dcm", "published lossless": "RG1_J2KR.dcm"}
    if name in published:
        return real.with_name(published[name]).read_bytes()
    if name == "PNG":
        return picture(load_radiograph(real.read_bytes()).pixels)
    bits = {"JPEG baseline": 8, "JPEG extended": 12}.get(name, 15)
    pixels = dcmread(real).pixel_array >> (15 - bits)
    return written(
        pixels.astype(np.uint8 if bits == 8 else np.uint16),
        {**NATIVE, **COMPRESSED}[name],
        bits=bits,
        PhotometricInterpretation="MONOCHROME1",
        WindowCenter=15_000 / 2 ** (15 - bits),
        WindowWidth=30_000 / 2 ** (15 - bits),
    )
