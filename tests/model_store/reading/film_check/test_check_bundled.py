"""Does the bundled gate let chests pass, slightly rotated ones too, and nothing that lies on its side or is none?"""

import cv2
import numpy as np
import pytest

from model_store.film.load import load_radiograph
from model_store.film.radiograph import FILM_SIDE, Radiograph
from model_store.reading.film_check.verdict import FilmRefused
from tests.doubles.films import phantom
from tests.doubles.films.drawn_lungs import box

SLIGHT = (-8, -4, 0, 4, 8)
"""Degrees by which a film may be rotated, as patients lie."""

NO_CHESTS = {
    "noise": np.random.default_rng(0).integers(0, 256, (FILM_SIDE, FILM_SIDE)),
    "one grey": np.full((FILM_SIDE, FILM_SIDE), 90),
    "ramp": np.tile(np.arange(FILM_SIDE), (FILM_SIDE, 1)),
    "photograph of a square": 200 - 150 * box(60, 60, 160, 160),
}


def radiograph_of(pixels):
    return Radiograph(np.asarray(pixels, np.uint8), "0" * 64, "PNG")


def rotated(film, degrees):
    """The film rotated about its middle, counter-clockwise, in a frame of the same size."""
    height, width = film.pixels.shape
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), degrees, 1)
    return radiograph_of(cv2.warpAffine(film.pixels, matrix, (width, height), flags=cv2.INTER_LINEAR))


def names(gate, film):
    return [reason.name for reason in gate.assess(film)[1].refusals]


@pytest.fixture(scope="module", params=[0, 1])
def chest(request):
    return load_radiograph(phantom.png(phantom.Chest(600, 500, seed=request.param)))


@pytest.fixture(scope="module")
def real_films(chest_xray):
    """A film of every 500th, so of patients in both halves of the division, and of both classes."""
    files = sorted((chest_xray / "train").glob("*/*.jpeg"))[::500]
    assert len(files) > 8
    return [load_radiograph(file.read_bytes()) for file in files]


@pytest.mark.parametrize("degrees", SLIGHT)
def test_a_slightly_rotated_chest_passes(gate, chest, degrees):
    examined = gate.examine(rotated(chest, degrees))
    assert examined.report.reasons == ()
    assert examined.lungs is not None


@pytest.mark.parametrize(("turn", "name"), [(1, "rotated"), (2, "upside down"), (3, "rotated")])
def test_a_turned_chest_does_not_and_passes_once_it_is_turned_back(gate, chest, turn, name):
    lying = chest.corrected(turn=turn)
    with pytest.raises(FilmRefused) as refused:
        gate.examine(lying)
    report = refused.value.report
    assert [reason.name for reason in report.refusals] == [name]
    assert report.offers("turn")
    assert (turn + report.turn) % 4 == 0
    assert gate.examine(lying.corrected(turn=report.turn)).report.reasons == ()


def test_an_inverted_chest_does_not_and_passes_once_it_is_inverted_back(gate, chest):
    inverted = chest.corrected(invert=True)
    assert names(gate, inverted) == ["inverted"]
    assert names(gate, inverted.corrected(invert=True)) == []


def test_two_chests_in_one_picture(gate, chest):
    assert names(gate, radiograph_of(np.concatenate([chest.pixels, chest.pixels], axis=1))) == ["several films"]


@pytest.mark.parametrize("what", NO_CHESTS)
def test_what_is_no_chest_is_refused(gate, what):
    with pytest.raises(FilmRefused) as refused:
        gate.examine(radiograph_of(NO_CHESTS[what]))
    assert "not a chest" in {reason.name for reason in refused.value.report.refusals}


class TestRealFilms:
    """Sums, since one film in a hundred may be refused and three turned ones in a hundred may pass."""

    def test_upright_and_slightly_rotated_ones_pass(self, gate, real_films):
        refused = [names(gate, rotated(film, degrees)) for film in real_films for degrees in SLIGHT]
        assert sum(map(bool, refused)) <= len(refused) // 50

    @pytest.mark.parametrize("turn", [1, 2, 3])
    def test_turned_ones_do_not(self, gate, real_films, turn):
        reports = [gate.assess(film.corrected(turn=turn))[1] for film in real_films]
        assert sum(report.offers("turn") and (report.turn + turn) % 4 == 0 for report in reports) >= len(reports) - 1

    def test_inverted_ones_do_not(self, gate, real_films):
        reports = [gate.assess(film.corrected(invert=True))[1] for film in real_films]
        assert sum(report.verdict == "refuse" for report in reports) >= len(reports) - 1
