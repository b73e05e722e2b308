"""The pictures of a reading, by hand arithmetic."""

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from model_store.export.colours import colour_ramp, colours, heat_colours
from model_store.export.picture import (
    SCREEN_SIDE,
    View,
    default_window,
    in_colour,
    overlay,
    panes,
    shrunk,
    to_display,
    to_png,
    with_outlines,
)
from model_store.export.wording.map_sentences import EMPTY_MAP, how_it_was_made, map_caption
from model_store.film.load import load_radiograph
from model_store.film.radiograph import Radiograph
from model_store.reading.results import Explanation
from tests.doubles.fakes import sample_explanation
from tests.doubles.films import phantom

GREY = np.arange(256, dtype=np.uint8).reshape(16, 16)


def corner_explanation() -> Explanation:
    heatmap = np.zeros((7, 7), np.float32)
    heatmap[0, 6] = 1
    return Explanation(heatmap=heatmap, crop=(0.5, 0.0, 1.0, 0.5), lungs=None)


def test_an_8_bit_film_is_shown_as_it_is():
    assert default_window(GREY) == (0, 255)
    assert np.array_equal(to_display(GREY), GREY)


def test_inverting_turns_black_to_white():
    assert np.array_equal(to_display(GREY, invert=True), 255 - GREY)


def test_window_makes_its_ends_black_and_white():
    shown = to_display(np.array([[90, 100, 150, 200, 210]], np.uint8), window=(100, 200))
    assert shown.tolist() == [[0, 0, 128, 255, 255]]


def test_window_of_no_width_does_not_divide_by_zero():
    assert to_display(GREY, window=(100, 100)).max() == 255


def test_a_16_bit_film_uses_the_whole_display_though_it_uses_a_small_part_of_its_range():
    film = np.random.default_rng(0).integers(1000, 2001, (400, 400)).astype(np.uint16)
    low, high = default_window(film)
    assert 1000 <= low < 1030
    assert 1970 < high <= 2001
    shown = to_display(film)
    assert shown.dtype == np.uint8
    assert (shown.min(), shown.max()) == (0, 255)


def test_16_bit_white_has_its_place_in_the_table():
    assert to_display(np.array([[0, 65535]], np.uint16), window=(0, 65535)).tolist() == [[0, 255]]


def test_shrinking_keeps_the_shape_and_leaves_small_films_alone():
    assert shrunk(np.zeros((3000, 2000), np.uint8)).shape == (SCREEN_SIDE, round(SCREEN_SIDE * 2 / 3))
    assert shrunk(GREY) is GREY


def test_pixels_are_untouched_where_the_map_is_zero():
    heatmap = np.zeros((16, 16), np.float32)
    heatmap[3, 5] = 1
    laid = overlay(GREY, heatmap, opacity=0.7, colour_map="viridis")
    expected = np.repeat(GREY[..., None], 3, axis=2)
    changed = (laid != expected).any(axis=2)
    assert changed.sum() == 1
    assert changed[3, 5]


def test_blend_is_the_share_that_opacity_and_map_give():
    grey = np.full((1, 3), 100, np.uint8)
    heatmap = np.array([[0, 0.5, 1]], np.float32)
    laid = overlay(grey, heatmap, opacity=0.5, colour_map="inferno")
    table = colours("inferno").astype(float)
    assert laid[0, 0].tolist() == [100, 100, 100]
    assert np.abs(laid[0, 1] - (100 + 0.25 * (table[128] - 100))).max() <= 0.5
    assert np.abs(laid[0, 2] - (100 + 0.5 * (table[255] - 100))).max() <= 0.5


def test_opacity_zero_is_the_film_and_one_is_the_colour():
    heatmap = np.ones((16, 16), np.float32)
    assert np.array_equal(overlay(GREY, heatmap, opacity=0, colour_map="magma"), np.repeat(GREY[..., None], 3, axis=2))
    assert np.array_equal(overlay(GREY, heatmap, opacity=1, colour_map="magma"), heat_colours(heatmap, "magma"))


def test_blending_leaves_its_arguments_alone():
    grey, heatmap = GREY.copy(), np.ones((16, 16), np.float32)
    overlay(grey, heatmap, opacity=0.5, colour_map="inferno")
    assert np.array_equal(grey, GREY)
    assert (heatmap == 1).all()


def test_map_lands_on_its_corner_of_a_film_that_is_not_square():
    film = np.full((100, 300), 50, np.uint8)
    (_, _), (_, laid) = panes(film, corner_explanation(), View())
    changed = (laid != 50).any(axis=2)
    rows, columns = np.nonzero(changed)
    assert columns.min() >= 250
    assert columns.max() == 299
    assert rows.min() == 0
    assert rows.max() < 20


@pytest.mark.parametrize(
    ("layout", "titles"),
    [
        ("side by side", ["Radiograph", "Radiograph with heatmap"]),
        ("overlay", ["Radiograph with heatmap"]),
        ("heatmap", ["Heatmap"]),
        ("original", ["Radiograph"]),
    ],
)
def test_views_hold_their_pictures(layout, titles):
    assert [title for title, _ in panes(GREY, sample_explanation(), View(layout=layout))] == titles


@pytest.mark.parametrize("layout", ["side by side", "overlay", "heatmap"])
def test_empty_map_is_no_picture(layout):
    for explanation in (sample_explanation(empty=True), None):
        assert [title for title, _ in panes(GREY, explanation, View(layout=layout))] == ["Radiograph"]


def test_outlines_are_drawn_when_asked_for_on_a_copy():
    picture = np.zeros((224, 224, 3), np.uint8)
    assert not with_outlines(picture, sample_explanation(), View()).any()
    drawn = with_outlines(picture, sample_explanation(), View(lungs=True, crop=True))
    assert drawn[28, 100].any(), "the upper side of the frame"
    assert drawn[:, 70].any()
    assert not picture.any()


def test_the_letters_of_the_sides_are_drawn_with_the_lungs_alone():
    """Above the lungs and inside the frame there is nothing but the upper halves of two letters."""
    explanation = sample_explanation()
    top = int(np.flatnonzero(explanation.lungs.mask.any(axis=1))[0] / 224 * 896)
    picture = np.zeros((896, 896, 3), np.uint8)
    above = slice(118, top - 4)
    assert with_outlines(picture, explanation, View(lungs=True))[above].any()
    assert not with_outlines(picture, explanation, View(crop=True))[above, 118:778].any()


def test_caption_is_short_and_how_a_map_was_made_counts_the_cells_and_names_the_method():
    explanation = sample_explanation()
    assert map_caption(explanation) == "The heatmap shows where the network looked, not where disease is."
    assert how_it_was_made(explanation).startswith("Grad-CAM: 7 x 7 cells over the part that was read")
    finer = replace(explanation, heatmap=np.ones((14, 28), np.float32), method="LayerCAM")
    assert how_it_was_made(finer).startswith("LayerCAM: 14 x 28 cells over the part that was read")
    assert map_caption(sample_explanation(empty=True)) == EMPTY_MAP


def overlaid(radiograph, explanation):
    return in_colour(panes(shrunk(radiograph.pixels), explanation, View(layout="overlay"))[-1][1])


def test_an_overlay_has_the_films_size_and_is_untouched_outside_the_crop():
    radiograph = load_radiograph(phantom.png(phantom.Chest(width=400, height=300)))
    picture = overlaid(radiograph, sample_explanation())
    assert picture.shape == (300, 400, 3)
    assert np.array_equal(picture[:30], np.repeat(radiograph.pixels[:30, :, None], 3, axis=2))
    assert not np.array_equal(picture, np.repeat(radiograph.pixels[..., None], 3, axis=2))


def test_an_overlay_of_a_large_16_bit_film_is_shrunk():
    pixels = np.tile(np.arange(2000, dtype=np.uint16), (3000, 1))
    radiograph = Radiograph(pixels=pixels, sha256="0" * 64, source_format="PNG")
    assert overlaid(radiograph, sample_explanation()).shape == (1600, 1067, 3)
    assert pixels.max() == 1999


def test_an_overlay_of_an_empty_map_is_the_film():
    radiograph = load_radiograph(phantom.png(phantom.Chest(width=400, height=300)))
    picture = overlaid(radiograph, sample_explanation(empty=True))
    assert np.array_equal(picture, np.repeat(radiograph.pixels[..., None], 3, axis=2))


@pytest.mark.parametrize("picture", [GREY, colour_ramp("inferno")])
def test_png_gives_back_the_same_pixels(picture):
    with Image.open(io.BytesIO(to_png(picture)), formats=("PNG",)) as image:
        assert np.array_equal(np.asarray(image), picture)
