"""Is it said rightly where in the lungs a map lies? By hand, with drawn lungs and drawn maps."""

from dataclasses import replace

import numpy as np
import pytest

from model_store.film.header.sides import MIRRORED, UNSTATED
from model_store.film.radiograph import FILM_SIDE
from model_store.reading.maps.evidence import FOCUS_SHARE, locate, zones_of
from model_store.reading.preparation import to_film, to_model_input
from tests.doubles.films.drawn_lungs import box, lungs_of_boxes, lungs_of_the_phantom

WHOLE = (0.0, 0.0, 1.0, 1.0)
UNEQUAL = lungs_of_boxes(right=(20, 30, 80, 120), left=(120, 60, 200, 210))
"""Thirds of 30 rows on the right and of 50 on the left: 60 x 30 and 80 x 50 pixels, of 5400 + 12000 in all."""

NAMES = ["right upper", "right middle", "right lower", "left upper", "left middle", "left lower"]


def map_of(zones, *, lungs=UNEQUAL, outside=0.0):
    """Draw a map of the whole film that holds these shares: each in 100 pixels of its zone, or outside the lungs."""
    drawn = np.zeros((FILM_SIDE, FILM_SIDE), np.float32)
    for name, share in zones.items():
        drawn[tuple(np.argwhere(zones_of(lungs)[name])[:100].T)] = share
    drawn[tuple(np.argwhere(~lungs.mask)[:100].T)] = outside
    return drawn


def focus_map(cells, crop, lungs, name):
    """Draw a map of so many cells with the one lit in which the middle of a zone lies."""
    left, top, right, bottom = crop
    row, column = (np.argwhere(zones_of(lungs)[name]).mean(axis=0) + 0.5) / FILM_SIDE
    heatmap = np.zeros((cells, cells), np.float32)
    last = cells - 1
    heatmap[round((row - top) / (bottom - top) * last), round((column - left) / (right - left) * last)] = 1
    return heatmap


def crop_of(lungs):
    return to_model_input(np.zeros((FILM_SIDE, FILM_SIDE), np.float32), lungs).crop


class TestZones:
    def test_the_thirds_of_each_lung_by_its_own_height(self):
        zones = zones_of(UNEQUAL)
        assert list(zones) == NAMES
        for number, third in enumerate(("upper", "middle", "lower")):
            np.testing.assert_array_equal(zones[f"right {third}"], box(20, 30 + 30 * number, 80, 60 + 30 * number))
            np.testing.assert_array_equal(zones[f"left {third}"], box(120, 60 + 50 * number, 200, 110 + 50 * number))

    def test_a_height_that_three_does_not_divide(self):
        """Ten rows: the centre of the fourth lies at 3.5 of 10, below the first third, and so on: 3, 4 and 3 rows."""
        zones = zones_of(lungs_of_boxes(right=(0, 0, 50, 10)))
        assert [int(zones[name].any(axis=1).sum()) for name in NAMES[:3]] == [3, 4, 3]

    def test_they_share_out_both_lungs_and_nothing_else(self):
        lungs = lungs_of_the_phantom()
        total = sum(zone.astype(int) for zone in zones_of(lungs).values())
        np.testing.assert_array_equal(total, lungs.mask.astype(int))

    @pytest.mark.parametrize(
        ("sides", "named"),
        [(MIRRORED, ["left", "right"]), (UNSTATED, ["picture left", "picture right"])],
    )
    def test_they_are_named_by_what_the_film_states(self, sides, named):
        lungs = replace(UNEQUAL, sides=sides)
        assert list(zones_of(lungs)) == [f"{side} {third}" for side in named for third in ("upper", "middle", "lower")]
        evidence = locate(map_of({f"{named[0]} lower": 1.0}, lungs=lungs), WHOLE, lungs)
        assert (evidence.zones, evidence.sides) == ((f"{named[0]} lower",), sides)

    def test_the_patient_s_right_lies_on_the_left_of_the_picture(self):
        heatmap = np.zeros((7, 7), np.float32)
        heatmap[4, 1] = 1
        evidence = locate(heatmap, WHOLE, lungs_of_the_phantom())
        assert evidence.zones[0].startswith("right")


class TestShares:
    def test_by_hand(self):
        """Columns 56 to 167 and rows 28 to 223 are seen, and 60 pixels with three quarters of the map are lung."""
        crop = (0.25, 0.125, 0.75, 1.0)
        lungs = lungs_of_boxes(right=(66, 38, 96, 138), left=(106, 38, 136, 98))
        heatmap = np.zeros((196, 112), np.float32)
        heatmap[20:30, 12:18] = 1  # Columns 68 to 73 and rows 48 to 57 of the film.
        heatmap[180:190, 100:102] = 1
        evidence = locate(heatmap, crop, lungs)
        assert evidence.in_lung == pytest.approx(60 / 80, rel=1e-6)
        assert evidence.chance == pytest.approx((30 * 100 + 30 * 60) / (112 * 196), rel=1e-6)
        assert evidence.zones == ("right upper",)

    @pytest.mark.parametrize("cells", [7, 14, 28])
    def test_an_even_map_has_what_chance_gives(self, cells):
        evidence = locate(np.full((cells, cells), 0.3, np.float32), crop_of(UNEQUAL), UNEQUAL)
        left, top, right, bottom = crop_of(UNEQUAL)
        area = (right - left) * (bottom - top) * FILM_SIDE**2
        assert evidence.in_lung == pytest.approx(evidence.chance, rel=1e-5)
        assert evidence.chance == pytest.approx((5400 + 12000) / area, rel=1e-5)
        assert evidence.zones == ()

    def test_how_bright_a_map_is_does_not_matter(self):
        heatmap = np.random.default_rng(0).uniform(0, 1, (7, 7)).astype(np.float32)
        bright, dim = (locate(heatmap * np.float32(level), WHOLE, UNEQUAL) for level in (1, 0.01))
        assert dim.in_lung == pytest.approx(bright.in_lung, rel=1e-5)

    @pytest.mark.parametrize("shape", [(448, 1120), (1120, 448)])
    def test_they_are_those_of_the_film_that_was_squashed(self, shape):
        """Counted on films of 2 : 5 and 5 : 2 themselves."""
        crop, lungs = (0.125, 0.25, 0.875, 0.75), lungs_of_boxes(right=(35, 60, 100, 160), left=(120, 70, 190, 140))
        heatmap = np.random.default_rng(1).uniform(0, 1, (7, 7)).astype(np.float32)
        laid = to_film(heatmap, crop, shape)
        mask = np.kron(lungs.mask, np.ones((shape[0] // FILM_SIDE, shape[1] // FILM_SIDE), bool))
        evidence = locate(heatmap, crop, lungs)
        assert evidence.in_lung == pytest.approx(float(laid[mask].sum() / laid.sum()), abs=0.005)

    def test_an_empty_map_lies_nowhere(self):
        assert locate(np.zeros((7, 7), np.float32), WHOLE, UNEQUAL) is None

    def test_without_lungs_nothing_is_said(self):
        assert locate(np.ones((7, 7), np.float32), WHOLE, None) is None

    def test_nothing_is_changed(self):
        heatmap = np.random.default_rng(0).uniform(0, 1, (7, 7)).astype(np.float32)
        kept, mask = heatmap.copy(), UNEQUAL.mask.copy()
        locate(heatmap, crop_of(UNEQUAL), UNEQUAL)
        np.testing.assert_array_equal(heatmap, kept)
        np.testing.assert_array_equal(UNEQUAL.mask, mask)


class TestHottest:
    @pytest.mark.parametrize("name", NAMES)
    @pytest.mark.parametrize("cells", [7, 14, 28])
    def test_the_zone_in_which_the_brightest_cell_lies(self, name, cells):
        crop = crop_of(UNEQUAL)
        assert locate(focus_map(cells, crop, UNEQUAL, name), crop, UNEQUAL).hottest == name

    def test_where_a_map_is_drawn_full_on_many_pixels_the_zone_with_most_of_them(self):
        drawn = map_of({"right upper": 1.0, "left lower": 1.0})
        drawn[tuple(np.argwhere(zones_of(UNEQUAL)["left lower"])[100:150].T)] = 0.96
        assert locate(drawn, WHOLE, UNEQUAL).hottest == "left lower"

    def test_it_may_lie_beside_the_lungs(self):
        evidence = locate(map_of({"right upper": 0.9}, outside=1.0), WHOLE, UNEQUAL)
        assert (evidence.hottest, evidence.zones) == ("", ())

    def test_zones_are_not_named_without_the_brightest_one(self):
        """Two zones hold nine tenths of the map, and its brightest pixel lies in a third one."""
        drawn = map_of({"right upper": 0.5, "right lower": 0.5})
        drawn[tuple(np.argwhere(zones_of(UNEQUAL)["left middle"])[:5].T)] = 1
        evidence = locate(drawn, WHOLE, UNEQUAL)
        assert (evidence.zones, evidence.hottest) == ((), "left middle")

    def test_the_brightest_zone_is_named_first(self):
        drawn = map_of({"right upper": 0.5, "right lower": 0.5})
        drawn[tuple(np.argwhere(zones_of(UNEQUAL)["right upper"])[100:140].T)] = 0.5
        drawn[tuple(np.argwhere(zones_of(UNEQUAL)["right lower"])[:5].T)] = 1
        assert locate(drawn, WHOLE, UNEQUAL).zones == ("right lower", "right upper")


class TestFocus:
    @pytest.mark.parametrize(
        ("held", "zones"),
        [
            ({"right lower": 1}, ("right lower",)),
            ({"left upper": 0.35, "right lower": 0.5, "left middle": 0.15}, ("right lower", "left upper")),
            ({"left lower": 0.46, "right upper": 0.4, "left middle": 0.14}, ("left lower", "right upper")),
            ({"left lower": 0.46, "right upper": 0.38, "left middle": 0.16}, ()),
            ({"right upper": 0.33, "right middle": 0.34, "right lower": 0.33}, ()),
            (dict.fromkeys(NAMES, 1 / 6), ()),
        ],
    )
    def test_at_most_two_zones_that_hold_most(self, held, zones):
        assert FOCUS_SHARE == 0.85
        evidence = locate(map_of(held), WHOLE, UNEQUAL)
        assert evidence.in_lung == pytest.approx(1)
        assert evidence.zones == zones

    def test_what_ran_over_into_a_neighbour_is_not_named(self):
        """The left middle zone is 4000 of 17400 pixels, 0.23 of both lungs, and holds less than that; then more."""
        below, above = ({"left lower": 1 - share, "left middle": share} for share in (0.22, 0.24))
        assert locate(map_of(below), WHOLE, UNEQUAL).zones == ("left lower",)
        assert locate(map_of(above), WHOLE, UNEQUAL).zones == ("left lower", "left middle")

    def test_evidence_beside_the_lungs_has_no_zone(self):
        """By chance 17400 of 50176 pixels, 0.347; half of that is needed."""
        drawn = [map_of({"right lower": share}) for share in (0.18, 0.17)]
        for heatmap, share in zip(drawn, (0.18, 0.17), strict=True):  # Elsewhere in ten times as many pixels, dimmer.
            heatmap[tuple(np.argwhere(~UNEQUAL.mask)[:1000].T)] = (1 - share) / 10
        inside, mostly_outside = (locate(heatmap, WHOLE, UNEQUAL) for heatmap in drawn)
        assert (inside.in_lung, mostly_outside.in_lung) == (pytest.approx(0.18), pytest.approx(0.17))
        assert inside.zones == ("right lower",)
        assert mostly_outside.zones == ()

    @pytest.mark.parametrize("lungs", [UNEQUAL, lungs_of_the_phantom()], ids=["unequal", "phantom"])
    @pytest.mark.parametrize("cells", [7, 14, 28])
    @pytest.mark.parametrize("name", NAMES)
    def test_one_cell_in_the_middle_of_a_zone_names_that_zone_first(self, cells, lungs, name):
        crop = crop_of(lungs)
        zones = locate(focus_map(cells, crop, lungs, name), crop, lungs).zones
        assert zones[0] == name
        assert len(zones) == 1 or zones[1].split()[0] == name.split()[0], "what runs over stays in that lung"

    @pytest.mark.parametrize("cells", [7, 14, 28])
    @pytest.mark.parametrize("side", ["right", "left"])
    def test_a_map_that_fills_one_lung_is_no_focus(self, cells, side):
        lungs = lungs_of_the_phantom()
        filled = getattr(lungs, side).astype(np.float32)
        heatmap = filled.reshape(cells, FILM_SIDE // cells, cells, FILM_SIDE // cells).mean((1, 3))
        evidence = locate(heatmap, WHOLE, lungs)
        assert evidence.in_lung > 1.5 * evidence.chance
        assert evidence.zones == ()

    def test_a_cell_on_a_border_names_both_zones(self):
        """The middle of the left lung's border between middle and lower zone: column 160, row 160 of 224."""
        heatmap = np.zeros((7, 7), np.float32)
        heatmap[4, 4], heatmap[5, 4] = 1, 1
        assert set(locate(heatmap, WHOLE, UNEQUAL).zones) == {"left middle", "left lower"}

    def test_lungs_that_lie_one_over_the_other_are_told_apart_by_their_own_masks(self):
        lungs = lungs_of_boxes(right=(20, 30, 120, 120), left=(60, 130, 200, 220))
        heatmap = np.zeros((FILM_SIDE, FILM_SIDE), np.float32)
        heatmap[200:210, 70:80] = 1
        assert locate(heatmap, WHOLE, lungs).zones == ("left lower",)
