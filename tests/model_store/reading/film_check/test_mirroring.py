"""Is a mirrored film told by what lies between the lungs, and a film and its mirror image by the same measure?"""

import json
import re
from dataclasses import replace

import numpy as np
import pytest

from model_store.disk.weights import sha256_of
from model_store.film.header.header import Header
from model_store.film.header.sides import MIRRORED, UNSTATED, USUAL
from model_store.film.radiograph import FILM_SIDE, Radiograph
from model_store.reading.film_check import reasons
from model_store.reading.film_check.header import sides_reasons
from model_store.reading.film_check.mirroring import (
    MIRRORED_FROM,
    SIDE,
    MirrorFinder,
    as_seen,
    build_mirror_network,
    chest_of,
)
from model_store.versions.bundled import BUNDLED_FOLDER, MIRRORING_SHA256, mirroring_file
from model_store.versions.loading import load_mirror_finder
from tests.doubles.films.drawn_lungs import UPRIGHT, DrawnFinder, box, gate_with, lungs_of_boxes

LUNGS = lungs_of_boxes(right=(40, 40, 90, 180), left=(134, 40, 184, 180))
"""Both as high, and as far from the middle of the film."""


def film_with(*spots):
    """A grey film with bright boxes: left, top, right, bottom."""
    film = np.full((FILM_SIDE, FILM_SIDE), 90, np.float32)
    film[LUNGS.mask] = 30
    for spot in spots:
        film[box(*spot)] = 220
    return film


class LeftIsBright:
    """A network that answers how bright the left half of what it sees is."""

    def __call__(self, seen, *, training):
        import tensorflow as tf

        return tf.reduce_mean(seen[:, :, : SIDE // 2], axis=[1, 2])


def test_a_film_and_its_mirror_image_are_each_other_s_contrary():
    finder = MirrorFinder(LeftIsBright())
    heart_on_the_left = film_with((92, 100, 110, 170))
    mirrored = finder.find(heart_on_the_left, LUNGS)
    assert mirrored > 0.5
    assert finder.find(heart_on_the_left[:, ::-1], LUNGS) == pytest.approx(1 - mirrored, abs=1e-6)
    assert finder.find(film_with(), LUNGS) == pytest.approx(0.5, abs=1e-6)


def test_letters_beside_the_chest_change_nothing():
    plain = film_with((112, 100, 130, 170))
    lettered = plain.copy()
    for corner in ((2, 2, 25, 25), (190, 2, 222, 30), (2, 190, 30, 222)):
        lettered[box(*corner)] = 255
    one, other = (as_seen(*chest_of(film, LUNGS.mask)) for film in (plain, lettered))
    np.testing.assert_array_equal(one, other)


def test_what_lies_between_the_lungs_is_seen():
    plain, heart = (as_seen(*chest_of(film, LUNGS.mask)) for film in (film_with(), film_with((112, 100, 130, 170))))
    assert (plain.shape, plain.dtype) == ((SIDE, SIDE), np.float32)
    assert np.abs(plain).max() <= 1
    changed = np.abs(heart - plain) > 0.3
    assert changed[SIDE // 2 :, SIDE // 2 :].any()


def test_what_does_not_count_is_blank():
    counts = np.zeros((SIDE, SIDE), np.uint8)
    counts[10:20] = 255
    seen = as_seen(np.full((SIDE, SIDE), 255, np.uint8), counts)
    assert (seen[10:20] == 1).all()
    assert not seen[:10].any()
    assert not seen[20:].any()


def test_the_exposure_does_not_matter():
    film = film_with((112, 100, 130, 170))
    darker = film * np.float32(0.5) + np.float32(20)
    np.testing.assert_allclose(as_seen(*chest_of(film, LUNGS.mask)), as_seen(*chest_of(darker, LUNGS.mask)), atol=0.02)


class TestSides:
    """What is said of what is seen, beside what the header says."""

    @pytest.mark.parametrize(
        ("sides", "looks", "words", "offer"),
        [
            (UNSTATED, "mirrored", "seems to be mirrored", "mirror"),
            (UNSTATED, "unclear", "", ""),
            (UNSTATED, "usual", "", ""),
            (USUAL, "mirrored", "its header states the usual sides", "mirror"),
            (USUAL, "unclear", "", ""),
            (USUAL, "usual", "", ""),
            (MIRRORED, "mirrored", "as on a mirrored film", "mirror"),
            (MIRRORED, "unclear", "as on a mirrored film", "mirror"),
            (MIRRORED, "usual", "heart and aortic arch lie as on a usual one", ""),
        ],
    )
    def test_each_in_its_own_words(self, sides, looks, words, offer):
        found = sides_reasons(sides, looks_mirrored=looks == "mirrored", looks_usual=looks == "usual")
        assert [(each.name, each.verdict, each.offer) for each in found] == [("mirrored", "warn", offer)] * bool(words)
        assert all(words in each.sentence for each in found)

    @pytest.mark.parametrize(
        ("mirrored", "warned"), [(MIRRORED_FROM, True), (MIRRORED_FROM - 0.001, False), (0.0, False)]
    )
    def test_a_film_is_warned_of_from_the_limit_on(self, mirrored, warned):
        film = Radiograph(_exposed(), "0" * 64, "PNG")
        lungs, report = gate_with(finder=DrawnFinder(LUNGS), mirrored=mirrored).assess(film)
        assert lungs is not None
        assert (reasons.MIRRORED in report.reasons) == warned
        assert not report.refusals

    def test_an_adult_s_film_that_is_read_for_a_reason_is_warned_of_too(self):
        adult = Radiograph(_exposed(), "0" * 64, "DICOM", header=Header(age_years=64.0))
        gate = gate_with(finder=DrawnFinder(LUNGS), mirrored=1.0)
        assert reasons.MIRRORED in gate.examine(adult, overrule=True).report.warnings

    def test_what_is_no_chest_is_not_called_mirrored(self):
        no_chest = replace(UPRIGHT, kinds=(0.0, 0.0, 1.0))
        gate = gate_with(no_chest, DrawnFinder(LUNGS), mirrored=1.0)
        film = Radiograph(_exposed(), "0" * 64, "PNG")
        assert gate.assess(film)[1].reasons == (reasons.NOT_A_CHEST,)

    def test_the_header_is_that_of_the_film_as_it_is_shown(self):
        stored = Radiograph(_exposed(), "0" * 64, "DICOM", header=Header(orientation=("L", "F")))
        gate = gate_with(finder=DrawnFinder(LUNGS), mirrored=0.0)
        assert "mirrored" not in [each.name for each in gate.assess(stored)[1].reasons]
        (found,) = [each for each in gate.assess(stored.corrected(mirror=True))[1].reasons if each.name == "mirrored"]
        assert "lie as on a usual one" in found.sentence


def _exposed():
    return np.random.default_rng(1).integers(20, 230, (FILM_SIDE, FILM_SIDE), dtype=np.uint8)


class TestBundled:
    def test_the_pinned_hash_is_the_files(self):
        assert re.fullmatch("[0-9a-f]{64}", MIRRORING_SHA256)
        assert sha256_of(mirroring_file(BUNDLED_FOLDER)) == MIRRORING_SHA256
        assert mirroring_file(BUNDLED_FOLDER).stat().st_size < 1_000_000

    def test_its_card_is_that_of_these_weights_and_of_the_limit(self):
        card = json.loads((BUNDLED_FOLDER / "mirroring.json").read_text())
        assert card["weights_sha256"] == MIRRORING_SHA256
        assert card["parameters"] == build_mirror_network().count_params()
        assert pytest.approx(card["limit"], abs=0.001) == MIRRORED_FROM
        assert card["caught"] >= 0.95
        assert card["warned"] <= 0.01

    def test_real_films_and_their_mirror_images(self, chest_xray):
        """Of patients who were learned from and of others: one in twenty may be missed, and one in fifty warned of."""
        from model_store.film.load import load_radiograph
        from model_store.versions.loading import load_lung_finder

        lungs, mirroring = load_lung_finder(BUNDLED_FOLDER), load_mirror_finder(BUNDLED_FOLDER)
        files = sorted((chest_xray / "train").glob("*/*.jpeg"))[::100]
        warned, caught = [], []
        for file in files:
            film = load_radiograph(file.read_bytes())
            for shown, found in ((film, warned), (film.corrected(mirror=True), caught)):
                found.append(mirroring.find(shown.reduced, lungs.find(shown.reduced)) >= MIRRORED_FROM)
        assert len(files) > 40
        assert sum(caught) >= 0.95 * len(files)
        assert sum(warned) <= 0.02 * len(files)
