"""Is it told which way up a film is? Probabilities by hand, and the bundled network on a drawn chest."""

import json
import re

import numpy as np
import pytest

from model_store.basics.errors import ModelCorrupted
from model_store.disk.weights import sha256_of
from model_store.film.load import load_radiograph
from model_store.reading.film_check.presentation import (
    CHEST,
    OTHER,
    SEVERAL,
    Presentation,
    PresentationFinder,
    build_presentation_network,
    to_presentation_input,
)
from model_store.versions.bundled import BUNDLED_FOLDER, PRESENTATION_SHA256, presentation_file
from model_store.versions.loading import load_presentation_finder
from tests.doubles.films import phantom

FILM = np.tile(np.linspace(0, 255, 224, dtype=np.float32), (224, 1))


class Answering:
    """A network that answers the same to every film, and keeps the shape of what it was shown."""

    def __init__(self, *logits):
        self.logits, self.shapes = logits, []

    def __call__(self, films, *, training):
        import tensorflow as tf

        assert training is False
        self.shapes.append(tuple(films.shape[1:]))
        return tf.constant([self.logits], tf.float32)


@pytest.fixture(scope="module")
def bundled():
    return load_presentation_finder(BUNDLED_FOLDER)


@pytest.fixture(scope="module")
def chest():
    return load_radiograph(phantom.png(phantom.Chest(448, 448)))


def test_probabilities_by_hand():
    """exp of the logits is 1, 2, 1, 1 for the turns, 3 for the polarity, and 1, 1, 2 for the kinds."""
    network = Answering(0, np.log(2), 0, 0, np.log(3), 0, 0, np.log(2))
    found = PresentationFinder(network).find(FILM)
    assert found.turns == pytest.approx((1 / 5, 2 / 5, 1 / 5, 1 / 5))
    assert found.inverted == pytest.approx(3 / 4)
    assert found.kinds == pytest.approx((1 / 4, 1 / 4, 1 / 2))
    assert found.turn == 1
    assert network.shapes == [(64, 64, 1)]


def test_a_network_that_is_certain():
    found = PresentationFinder(Answering(300, -300, 0, 0, -300, 500, 0, 0)).find(FILM)
    assert found.turns == pytest.approx((1, 0, 0, 0))
    assert found.inverted == pytest.approx(0)
    assert found.kinds == pytest.approx((1, 0, 0))


@pytest.mark.parametrize("turn", range(4))
def test_the_turn_is_the_likeliest(turn):
    turns = [0.2] * 4
    turns[turn] = 0.4
    assert Presentation(tuple(turns), 0.0, (1.0, 0.0, 0.0)).turn == turn


def test_the_kinds_have_places_of_their_own():
    assert sorted((CHEST, SEVERAL, OTHER)) == [0, 1, 2]


class TestInput:
    def test_a_film_is_shrunk_by_area(self):
        """Left half black, right half white: 112 columns are 32 of the small film."""
        film = np.zeros((224, 224), np.float32)
        film[:, 112:] = 255
        small = to_presentation_input(film)
        assert (small.shape, small.dtype) == ((64, 64), np.float32)
        assert (small[:, :32] == -1).all()
        assert (small[:, 32:] == 1).all()

    def test_the_exposure_does_not_matter(self):
        darker = FILM * np.float32(0.3) + np.float32(40)
        assert to_presentation_input(darker) == pytest.approx(to_presentation_input(FILM), abs=1e-5)

    def test_an_even_film_is_no_division_by_zero(self):
        assert (to_presentation_input(np.full((224, 224), 80, np.float32)) == -1).all()


class TestBundled:
    def test_the_pinned_hash_is_the_files(self):
        assert re.fullmatch("[0-9a-f]{64}", PRESENTATION_SHA256)
        assert sha256_of(presentation_file(BUNDLED_FOLDER)) == PRESENTATION_SHA256

    def test_its_card_is_that_of_these_weights(self):
        card = json.loads((BUNDLED_FOLDER / "presentation.json").read_text())
        assert card["weights_sha256"] == PRESENTATION_SHA256
        assert card["parameters"] == build_presentation_network().count_params()

    def test_the_network_has_eight_answers(self):
        assert build_presentation_network().compute_output_shape((5, 64, 64, 1)) == (5, 8)

    def test_a_drawn_chest_is_one_upright_film(self, bundled, chest):
        found = bundled.find(chest.reduced)
        assert found.turn == 0
        assert found.inverted < 0.5
        assert found.kinds[CHEST] > 0.5
        assert sum(found.turns) == pytest.approx(1)
        assert sum(found.kinds) == pytest.approx(1)

    @pytest.mark.parametrize("turn", [1, 2, 3])
    def test_the_turn_that_is_found_puts_it_upright(self, bundled, chest, turn):
        lying = chest.corrected(turn=turn)
        found = bundled.find(lying.reduced)
        assert lying.corrected(turn=found.turn) is chest

    def test_an_inverted_chest(self, bundled, chest):
        assert bundled.find(chest.corrected(invert=True).reduced).inverted > 0.5

    def test_two_chests_in_one_picture(self, bundled, chest):
        together = np.concatenate([chest.reduced, chest.reduced], axis=1)
        squashed = together.reshape(224, 224, 2).mean(axis=2)
        assert bundled.find(squashed).kinds[CHEST] < 0.5

    @pytest.mark.parametrize("place", [0, -1])
    def test_damaged_weights_are_refused(self, tmp_path, place):
        data = bytearray(presentation_file(BUNDLED_FOLDER).read_bytes())
        data[place] ^= 1
        presentation_file(tmp_path).write_bytes(data)
        with pytest.raises(ModelCorrupted, match=r"presentation\.safetensors is not the one"):
            load_presentation_finder(tmp_path)

    def test_missing_weights_are_refused(self, tmp_path):
        with pytest.raises(ModelCorrupted, match=r"presentation\.safetensors cannot be read"):
            load_presentation_finder(tmp_path)
