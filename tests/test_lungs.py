"""Are both lungs found, and only lungs? Drawn masks by hand, the bundled network, and real films where there are."""

import json
import shutil

import cv2
import numpy as np
import pytest
from phantom import Chest, chest_film

from model_store.lungs import (
    LUNGS_SHA256,
    MIN_LUNG_SHARE,
    LungFields,
    NoLungsFound,
    build_lung_network,
    load_lung_finder,
    lung_fields,
    lungs_file,
    to_lung_input,
)
from model_store.radiograph import FILM_SIDE, load_radiograph
from model_store.registry import BUNDLED_FOLDER
from model_store.weights import ModelCorrupted, sha256_of


def rectangles(*boxes):
    """Draw filled boxes, each (left, top, right, bottom), the last row and column not included."""
    mask = np.zeros((FILM_SIDE, FILM_SIDE), bool)
    for left, top, right, bottom in boxes:
        mask[top:bottom, left:right] = True
    return mask


LEFT, RIGHT = (30, 40, 90, 180), (130, 40, 190, 170)


def film_of(chest):
    """Return a drawn chest as the lung network takes it."""
    film = chest_film(chest)
    return cv2.resize(film, (FILM_SIDE, FILM_SIDE), interpolation=cv2.INTER_AREA).astype(np.float32)


class TestLungFields:
    def test_two_parts_stay_as_they_are(self):
        mask = rectangles(LEFT, RIGHT)
        fields = lung_fields(mask)
        assert fields.mask.dtype == bool
        np.testing.assert_array_equal(fields.mask, mask)

    def test_only_the_two_largest_parts_stay(self):
        mask = rectangles(LEFT, RIGHT, (100, 190, 140, 220), (0, 0, 8, 8), (200, 100, 201, 101))
        np.testing.assert_array_equal(lung_fields(mask).mask, rectangles(LEFT, RIGHT))

    def test_holes_are_closed(self):
        mask = rectangles(LEFT, RIGHT)
        mask[60:100, 40:80] = False
        mask[150, 150] = False
        np.testing.assert_array_equal(lung_fields(mask).mask, rectangles(LEFT, RIGHT))

    def test_a_lung_is_measured_with_its_holes_closed(self):
        """A hollow lung of 60 x 140 has fewer pixels than the solid 40 x 60 part, and is still the larger part."""
        mask = rectangles(LEFT, RIGHT)
        mask[42:178, 32:88] = False
        assert mask[:, :100].sum() < 40 * 60
        mask |= rectangles((95, 0, 125, 30))
        np.testing.assert_array_equal(lung_fields(mask).mask, rectangles(LEFT, RIGHT))

    @pytest.mark.parametrize(
        "boxes",
        [
            [],
            [LEFT],
            [(30, 40, 190, 180)],
            [LEFT, (89, 100, 131, 110), RIGHT],  # a bridge makes them one part
            [LEFT, (130, 40, 150, 90)],  # 20 x 50 = 0.0199 of the film
            [(0, 0, FILM_SIDE, FILM_SIDE)],
        ],
    )
    def test_anything_but_two_lungs_is_refused(self, boxes):
        with pytest.raises(NoLungsFound, match="No two lungs were found on this picture, so it was not read; please"):
            lung_fields(rectangles(*boxes))

    def test_the_smallest_lung_that_counts(self):
        """The area inside the outline through the pixels' centres decides: 34 x 31 = 1054 against 1003.52."""
        assert 33 * 30 < MIN_LUNG_SHARE * FILM_SIDE**2 < 34 * 31
        lung_fields(rectangles(LEFT, (130, 40, 165, 72)))
        with pytest.raises(NoLungsFound):
            lung_fields(rectangles(LEFT, (130, 40, 164, 71)))

    def test_the_callers_mask_is_not_changed(self):
        mask = rectangles(LEFT, RIGHT, (0, 0, 8, 8))
        kept = mask.copy()
        lung_fields(mask)
        np.testing.assert_array_equal(mask, kept)


class TestBox:
    def test_by_hand(self):
        mask = rectangles((56, 28, 100, 112), (120, 40, 168, 196))
        assert LungFields(mask).box() == (56 / 224, 28 / 224, 168 / 224, 196 / 224)

    def test_lungs_that_touch_the_film_s_edges(self):
        assert LungFields(rectangles((0, 0, 80, 200), (140, 10, 224, 224))).box() == (0, 0, 1, 1)

    def test_one_pixel(self):
        assert LungFields(rectangles((223, 0, 224, 1))).box() == (223 / 224, 0, 1, 1 / 224)


class TestLungInput:
    def test_the_percentiles_become_minus_one_and_one(self):
        ramp = np.tile(np.linspace(50, 150, 101, dtype=np.float32), (5, 1))  # 1st percentile 51, 99th 149
        seen = to_lung_input(ramp)
        assert seen.dtype == np.float32
        assert seen[0, 1] == pytest.approx(-1)
        assert seen[0, 50] == pytest.approx(0, abs=1e-6)
        assert seen[0, 99] == pytest.approx(1)
        assert (seen.min(), seen.max()) == (-1, 1)

    def test_exposure_does_not_matter(self):
        film = film_of(Chest(width=300, height=260))
        np.testing.assert_allclose(to_lung_input(film * 0.4 + 30), to_lung_input(film), atol=1e-4)

    def test_a_film_of_one_grey_gives_finite_numbers(self):
        assert np.isfinite(to_lung_input(np.full((FILM_SIDE, FILM_SIDE), 80, np.float32))).all()


class TestNetwork:
    def test_it_is_small(self):
        assert build_lung_network().count_params() <= 1_000_000
        assert lungs_file(BUNDLED_FOLDER).stat().st_size < 3_000_000

    def test_the_pinned_hash_is_the_file_s(self):
        assert sha256_of(lungs_file(BUNDLED_FOLDER)) == LUNGS_SHA256

    def test_its_card_names_it_and_reaches_the_floor(self):
        card = json.loads((BUNDLED_FOLDER / "lungs.json").read_text())
        assert card["weights_sha256"] == LUNGS_SHA256
        assert card["val_dice"] >= 0.95
        assert card["val_dice_p05"] >= 0.90

    @pytest.mark.parametrize("place", [0, 100, 500_000, -1])
    def test_a_damaged_file_is_refused(self, tmp_path, place):
        data = bytearray(lungs_file(BUNDLED_FOLDER).read_bytes())
        data[place] ^= 1
        lungs_file(tmp_path).write_bytes(data)
        with pytest.raises(ModelCorrupted, match=r"lungs\.safetensors is not the one"):
            load_lung_finder(tmp_path)

    def test_a_missing_file_is_refused(self, tmp_path):
        with pytest.raises(ModelCorrupted, match=r"lungs\.safetensors cannot be read"):
            load_lung_finder(tmp_path)

    def test_a_copy_elsewhere_is_taken(self, tmp_path, finder):
        shutil.copy(lungs_file(BUNDLED_FOLDER), tmp_path)
        film = film_of(Chest())
        np.testing.assert_array_equal(load_lung_finder(tmp_path).find(film).mask, finder.find(film).mask)


class TestFinder:
    @pytest.mark.parametrize("seed", [0, 1])
    def test_the_lungs_of_a_drawn_chest_lie_where_they_were_drawn(self, finder, seed):
        fields = finder.find(film_of(Chest(seed=seed)))
        np.testing.assert_allclose(fields.box(), (0.12, 0.14, 0.88, 0.81), atol=0.11)
        film = film_of(Chest(seed=seed))
        assert film[fields.mask].mean() < film[~fields.mask].mean(), "lungs are darker than what is round them"
        assert not fields.mask[60:120, FILM_SIDE // 2].any(), "the spine is in neither lung"

    def test_exposure_moves_no_outline(self, finder):
        film = film_of(Chest())
        plain, dim = finder.find(film).mask, finder.find(film * 0.3 + 60).mask
        assert (plain ^ dim).mean() < 0.001

    def test_the_film_is_not_changed(self, finder):
        film = film_of(Chest())
        kept = film.copy()
        finder.find(film)
        np.testing.assert_array_equal(film, kept)

    @pytest.mark.parametrize("what", ["noise", "one grey", "ramp", "photograph of a square"])
    def test_what_is_no_chest_has_no_lungs(self, finder, what):
        film = {
            "noise": np.random.default_rng(0).integers(0, 256, (FILM_SIDE, FILM_SIDE)),
            "one grey": np.full((FILM_SIDE, FILM_SIDE), 90),
            "ramp": np.tile(np.arange(FILM_SIDE), (FILM_SIDE, 1)),
            "photograph of a square": 200 - 150 * rectangles((60, 60, 160, 160)),
        }[what]
        with pytest.raises(NoLungsFound, match="frontal chest radiograph that shows both lungs"):
            finder.find(film.astype(np.float32))

    def test_the_lungs_of_real_films(self, finder, chest_xray):
        """Twenty films spread over train and val."""
        files = (
            sorted(chest_xray.glob("train/*/*.jpeg"))[:: 5216 // 16][:16] + sorted(chest_xray.glob("val/*/*.jpeg"))[::4]
        )
        assert len(files) == 20
        for file in files:
            fields = finder.find(load_radiograph(file.read_bytes()).reduced)
            left, top, right, bottom = fields.box()
            assert right - left > 0.4, file.name
            assert bottom - top > 0.3, file.name
            assert 0.1 < fields.mask.mean() < 0.6, file.name
            assert left < 0.5 < right, file.name
