"""Do a film's views show what they say, by hand on constant pictures, and do their cells say which film is in them?"""

import numpy as np
import pytest

from model_store.reading.preparation import CELL, lung_cells
from training.networks.classifier import views as module
from training.networks.classifier.views import WINDOW_CELLS, make_views

CELLS = 8
SIDE = CELL * (CELLS - 1) + 1
NORMAL, PNEUMONIA = 50, 200
"""Greys of the constant films of each class."""


def chance(seed=1):
    return np.random.default_rng(seed)


def everywhere(count):
    return np.ones((count, SIDE, SIDE), bool)


def boxes(*spans):
    """Where the lungs are, (1, SIDE, SIDE): boxes of (top, bottom, left, right) in pixels."""
    drawn = np.zeros((1, SIDE, SIDE), bool)
    for top, bottom, left, right in spans:
        drawn[0, top:bottom, left:right] = True
    return drawn


def constant(*greys):
    return np.repeat(np.array(greys, np.uint8), SIDE * SIDE).reshape(-1, SIDE, SIDE)


def textured(count):
    return chance(7).integers(0, 256, (count, SIDE, SIDE), dtype=np.uint8)


@pytest.fixture
def as_they_are(monkeypatch):
    """Films are neither moved nor shown in other tones, so that pictures can be compared pixel by pixel."""
    monkeypatch.setattr(module, "move_crop", lambda crop, inside, rng, mirror: (crop, inside))
    monkeypatch.setattr(module, "retone", lambda crop, rng: crop)


@pytest.fixture
def cut_in_the_middle(as_they_are, monkeypatch):
    """Every second view has its right half from a partner, sharply, and stays on its own chest."""
    half = np.zeros((SIDE, SIDE), np.float32)
    half[:, CELL * CELLS // 2 - CELL // 2 :] = 1  # Midway between two cells.
    monkeypatch.setattr(module, "CUT_TOGETHER_SHARE", 1.0)
    monkeypatch.setattr(module, "_region", lambda side, rng: half)
    monkeypatch.setattr(module, "_feathered", lambda region, rng: region)
    monkeypatch.setattr(module, "_on_another_chest", lambda picture, mask, chest, rng: picture)
    return half


def views_of(crops, lungs, targets, *, seed=1, side=SIDE, cut_together=False):
    return make_views(crops, lungs, np.float32(targets), chance(seed), side=side, cut_together=cut_together)


@pytest.mark.parametrize("cut_together", [False, True])
@pytest.mark.parametrize("cells", [4, 6, 8])
def test_shapes_types_and_ranges(cells, cut_together):
    side, window = CELL * (cells - 1) + 1, CELL * (min(WINDOW_CELLS, cells) - 1) + 1
    crops = chance(3).integers(0, 256, (6, 224, 224), dtype=np.uint8)
    lungs = np.zeros((6, 224, 224), bool)
    lungs[:, 30:190, 20:90] = lungs[:, 30:190, 130:200] = True
    views = views_of(crops, lungs, [0, 0, 0, 1, 1, 1], side=side, cut_together=cut_together)
    for name in ("films", "others"):
        picture = getattr(views, name)
        assert (picture.shape, picture.dtype) == ((6, side, side), np.uint8)
    assert (views.windows.shape, views.windows.dtype) == ((6, window, window), np.uint8)
    assert (views.corners.shape, views.corners.dtype) == ((6, 2), np.int32)
    assert (views.partners.shape, views.partners.dtype) == ((6,), np.int32)
    assert (views.is_film.shape, views.is_film.dtype) == ((6,), np.float32)
    for name in ("lungs", "other_lungs", "own", "theirs", "normal"):
        share = getattr(views, name)
        assert (share.shape, share.dtype) == ((6, cells, cells), np.float32)
        assert share.min() >= 0
        assert share.max() <= 1
    assert np.array_equal(views.is_film == 1, views.partners == np.arange(6))


def test_chance_comes_from_the_generator_alone():
    crops, lungs = textured(4), boxes((20, 90, 10, 50), (20, 90, 62, 102)).repeat(4, axis=0)
    one, again, other = (views_of(crops, lungs, [0, 0, 1, 1], seed=seed, cut_together=True) for seed in (1, 1, 2))
    assert all(np.array_equal(a, b) for a, b in zip(one, again, strict=True))
    assert not np.array_equal(one.films, other.films)
    assert not np.array_equal(one.others, other.others)


@pytest.mark.parametrize("seed", range(12))
def test_the_second_view_is_the_mirrored_film_inside_the_lungs(as_they_are, seed):
    """Away from their edge, which is feathered over at most 4 x 0.03 of the side, the lungs are untouched."""
    crops, edge = textured(4), round(0.12 * SIDE) + 1
    lungs = boxes((5, 108, 4, 52), (5, 108, 61, 109))
    views = views_of(crops, lungs.repeat(4, axis=0), [0, 0, 1, 1], seed=seed)
    mirrored_back = views.others[:, :, ::-1]
    for left, right in ((4, 52), (61, 109)):
        inside = np.s_[:, 5 + edge : 108 - edge, left + edge : right - edge]
        assert mirrored_back[inside].size > 0
        assert np.array_equal(mirrored_back[inside], crops[inside])
    assert np.array_equal(views.films, crops)
    assert np.array_equal(views.lungs, views.other_lungs)
    assert np.array_equal(views.lungs[0], lung_cells(lungs[0], SIDE))


@pytest.mark.parametrize("seed", range(12))
def test_far_from_the_lungs_the_second_view_is_another_chest(as_they_are, monkeypatch, seed):
    monkeypatch.setattr(module, "OWN_BLURRED_SHARE", 0.0)
    monkeypatch.setattr(module, "NOISE_SHARE", 0.0)
    lungs = boxes((45, 65, 45, 54), (45, 65, 59, 68)).repeat(2, axis=0)
    views = views_of(constant(NORMAL, PNEUMONIA), lungs, [0, 1], seed=seed)
    for other in views.others:
        corners = {int(other[row, column]) for row in (0, -1) for column in (0, -1)}
        assert corners in ({NORMAL}, {PNEUMONIA}), "a chest is not of one film"


def test_chests_are_drawn_evenly_from_both_classes(as_they_are):
    """One of ten films is NORMAL, and half of the chests that are films are: that film."""
    pictures, rng = constant(NORMAL, *[PNEUMONIA] * 9)[:, :4, :4], chance(3)
    targets = np.float32([0] + [1] * 9)
    count = 4000
    found = [int(module._chest(5, pictures, targets, rng)[0, 0]) for _ in range(count)]
    films = 1 - module.OWN_BLURRED_SHARE - module.NOISE_SHARE
    # Five standard deviations of a count by chance; the generator is the same one each time.
    margin = 5 * (count * films / 4) ** 0.5
    assert found.count(NORMAL) == pytest.approx(count * films / 2, abs=margin)


def test_a_chest_may_be_the_own_one_blurred(monkeypatch):
    monkeypatch.setattr(module, "OWN_BLURRED_SHARE", 1.0)
    pictures = textured(2)
    for seed in range(5):
        chest = module._chest(0, pictures, np.float32([0, 1]), chance(seed))
        assert chest.std() < 0.2 * pictures[0].std()
        assert chest.mean() == pytest.approx(pictures[0].mean(), abs=5)


def test_a_chest_may_be_noise_that_no_film_has_a_part_in(monkeypatch):
    monkeypatch.setattr(module, "OWN_BLURRED_SHARE", 0.0)
    monkeypatch.setattr(module, "NOISE_SHARE", 1.0)
    for seed in range(5):
        one, other = (
            module._chest(0, pictures, np.float32([0, 1]), chance(seed)) for pictures in (textured(2), constant(0, 255))
        )
        assert np.array_equal(one, other)
        assert one.std() > 1


@pytest.mark.parametrize(("share", "middle"), [(0.0, NORMAL), (1.0, PNEUMONIA)])
def test_lungs_are_pasted_alone_or_with_what_lies_between_them(monkeypatch, share, middle):
    monkeypatch.setattr(module, "HULL_SHARE", share)
    film, chest = constant(PNEUMONIA, NORMAL)
    mask = boxes((30, 80, 0, 25), (30, 80, 88, SIDE))[0].astype(np.float32)
    for seed in range(20):
        pasted = module._on_another_chest(film, mask, chest, chance(seed))
        assert (pasted[55, 0], pasted[55, -1]) == (PNEUMONIA, PNEUMONIA)
        assert (pasted[55, SIDE // 2], pasted[0, SIDE // 2], pasted[-1, SIDE // 2]) == (middle, NORMAL, NORMAL)


def test_without_lungs_nothing_is_pasted():
    film, chest = constant(PNEUMONIA, NORMAL)
    for seed in range(10):  # With and without what lies between the lungs.
        assert np.array_equal(
            module._on_another_chest(film, np.zeros((SIDE, SIDE), np.float32), chest, chance(seed)), chest
        )


@pytest.mark.parametrize("cells", [WINDOW_CELLS - 1, WINDOW_CELLS, CELLS])
def test_windows_begin_at_cells_and_are_the_film_there(cells):
    side, size = CELL * (cells - 1) + 1, min(WINDOW_CELLS, cells)
    begun = set()
    for seed in range(20):
        views = views_of(textured(3), everywhere(3), [0, 1, 1], side=side, seed=seed)
        for film, window, (row, column) in zip(views.films, views.windows, views.corners, strict=True):
            assert 0 <= min(row, column) <= max(row, column) <= cells - size
            top, left, width = CELL * row, CELL * column, CELL * (size - 1) + 1
            assert np.array_equal(window, film[top : top + width, left : left + width])
            begun.add((int(row), int(column)))
    assert len(begun) == 1 if cells <= WINDOW_CELLS else len(begun) > (cells - size + 1) ** 2 / 2


@pytest.mark.parametrize("corner", [(0, 0), (0, CELLS - 1), (CELLS - 1, CELLS - 1)])
def test_windows_lie_where_the_lungs_are(corner):
    cells = np.zeros((CELLS, CELLS), np.float32)
    cells[corner] = 1
    last = CELLS - WINDOW_CELLS
    for seed in range(30):
        row, column = module._corner(cells, WINDOW_CELLS, chance(seed))
        assert (row, column) == (min(corner[0], last), min(corner[1], last))


def test_cells_that_are_cut_together_are_told_apart_by_hand(cut_in_the_middle):
    """The cut lies between cells 3 and 4, each of which holds one film."""
    views = views_of(constant(NORMAL, PNEUMONIA), everywhere(2), [0, 1], cut_together=True)
    mirrored_back = views.others[:, :, ::-1]
    own, theirs = cut_in_the_middle == 0, cut_in_the_middle == 1
    assert (set(mirrored_back[0][own]), set(mirrored_back[0][theirs])) == ({NORMAL}, {PNEUMONIA})
    assert (set(mirrored_back[1][own]), set(mirrored_back[1][theirs])) == ({PNEUMONIA}, {NORMAL})
    assert (views.partners.tolist(), views.is_film.tolist()) == ([1, 0], [0, 0])
    first, last = ([1] * 4 + [0] * 4, [0] * 4 + [1] * 4)
    for row in (0, 1):
        assert views.own[row].tolist() == [first] * CELLS
        assert views.theirs[row].tolist() == [last] * CELLS
    assert views.normal[0].tolist() == [first] * CELLS, "the film itself is the normal one"
    assert views.normal[1].tolist() == [last] * CELLS, "the partner is the normal one"


def test_a_part_as_small_as_a_consolidation_of_one_cell_is_taught(as_they_are, monkeypatch):
    """A disc of 12 px around a cell's middle holds its square; its neighbours' are halved and teach nothing."""
    down, across = np.indices((SIDE, SIDE))
    disc = np.float32(np.hypot(down - 3 * CELL, across - 4 * CELL) <= 12)
    monkeypatch.setattr(module, "CUT_TOGETHER_SHARE", 1.0)
    monkeypatch.setattr(module, "_region", lambda side, rng: disc)
    views = views_of(constant(NORMAL, PNEUMONIA), everywhere(2), [0, 1], cut_together=True)
    assert np.argwhere(views.theirs[0]).tolist() == [[3, 4]]
    assert np.argwhere(views.own[0] == 0).tolist() == [[2, 4], [3, 3], [3, 4], [3, 5], [4, 4]]


def test_the_lungs_of_a_cut_view_are_those_of_both_films(cut_in_the_middle):
    """The partner of the first film has no lungs in its right half, so nothing of it is lung there."""
    lungs = everywhere(2)
    lungs[1, :, SIDE // 2 :] = False
    views = views_of(constant(NORMAL, PNEUMONIA), lungs, [0, 1], cut_together=True)
    assert np.array_equal(views.other_lungs[0], lung_cells(cut_in_the_middle == 0, SIDE))
    assert np.array_equal(views.lungs[0], np.ones((CELLS, CELLS)))
    assert views.own[0].any()
    assert not views.theirs[0].any()
    assert np.array_equal(views.other_lungs[1], np.ones((CELLS, CELLS)))
    assert views.theirs[1].any()


def test_a_view_of_one_film_has_its_label_and_its_cells_are_its_own(as_they_are):
    lungs = boxes((20, 90, 10, 50), (20, 90, 62, 102)).repeat(2, axis=0)
    views = views_of(constant(NORMAL, PNEUMONIA), lungs, [0, 1])
    assert (views.partners.tolist(), views.is_film.tolist()) == ([0, 1], [1, 1])
    assert np.array_equal(views.own, views.other_lungs)
    assert not views.theirs.any()
    assert np.array_equal(views.normal[0], views.own[0])
    assert not views.normal[1].any()


def test_films_of_one_class_are_not_cut_together(cut_in_the_middle):
    views = views_of(constant(NORMAL, NORMAL), everywhere(2), [0, 0], cut_together=True)
    assert views.is_film.tolist() == [1, 1]


def test_films_of_the_other_class_are_cut_in(cut_in_the_middle):
    targets = [0, 0, 1, 1, 1]
    for seed in range(5):
        views = views_of(constant(*targets), everywhere(5), targets, seed=seed, cut_together=True)
        assert all(targets[partner] != target for partner, target in zip(views.partners, targets, strict=True))


def test_regions_are_a_part_of_the_picture():
    kinds = [module._region(SIDE, chance(seed)) for seed in range(60)]
    for region in kinds:
        assert (region.shape, region.dtype) == ((SIDE, SIDE), np.float32)
        assert set(np.unique(region)) == {0, 1}
        assert 0.02 < region.mean() < 0.75
    assert len({region.tobytes() for region in kinds}) > len(kinds) / 2
