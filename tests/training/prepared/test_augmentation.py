import cv2
import numpy as np
import pytest

from tests.doubles.trainings.training_doubles import film
from training.prepared import augmentation
from training.prepared.augmentation import augment_film, move_crop, retone


def chance(seed):
    return np.random.default_rng(seed)


@pytest.fixture
def crop():
    return film("NORMAL", 1)


@pytest.fixture
def mask():
    """Two triangles off the middle, far from the border: a turn, a shift and a mirror all show in them."""
    drawn = np.zeros((2, 224, 224), np.uint8)
    for side, corners in zip(
        drawn, ([[70, 85], [100, 95], [80, 135]], [[125, 80], [150, 90], [130, 120]]), strict=True
    ):
        cv2.fillPoly(side, [np.array(corners, np.int32)], 255)
    return np.moveaxis(drawn, 0, -1).copy()


@pytest.mark.parametrize("mirror", [False, True])
@pytest.mark.parametrize("side", [81, 113, 224])
def test_a_crop_keeps_its_shape_and_type(crop, side, mirror):
    sized = cv2.resize(crop, (side, side))
    moved = move_crop(sized, sized, chance(1), mirror=mirror)
    for varied in (*moved, retone(sized, chance(1))):
        assert (varied.shape, varied.dtype) == ((side, side), np.uint8)


def test_a_crop_is_never_written_to(crop):
    crop = crop.copy()
    before = crop.copy()
    crop.setflags(write=False)  # As prepared crops are.
    for seed in range(30):
        for varied in (*move_crop(crop, crop, chance(seed), mirror=seed % 2 == 0), retone(crop, chance(seed))):
            assert not np.shares_memory(varied, crop)
    assert np.array_equal(crop, before)


VARIATIONS = {"moved": lambda crop, rng: move_crop(crop, crop, rng, mirror=False)[0], "in other tones": retone}


@pytest.mark.parametrize("vary", VARIATIONS.values(), ids=VARIATIONS.keys())
def test_a_crop_varies_by_the_generator_alone(crop, vary):
    assert np.array_equal(vary(crop, chance(4)), vary(crop, chance(4)))
    assert not np.array_equal(vary(crop, chance(4)), vary(crop, chance(5)))
    rng = chance(1)
    assert not np.array_equal(vary(crop, rng), vary(crop, rng))


def test_a_crop_still_shows_what_it_showed(crop):
    # Lungs darker than what lies between them, in nine of ten variations; noise alone would give half.
    kept = 0
    for seed in range(40):
        rng = chance(seed)
        varied = retone(move_crop(crop, crop, rng, mirror=seed % 2 == 0)[0], rng).astype(float)
        sides = np.r_[varied[80:140, 45:75].ravel(), varied[80:140, 150:180].ravel()]
        kept += sides.mean() < varied[80:140, 100:124].mean()
    assert kept >= 36


@pytest.mark.parametrize("mirror", [False, True])
def test_a_crop_and_its_lungs_are_moved_alike(mask, mirror):
    inside = mask.max(axis=-1)
    drawn = np.where(inside > 127, 200, 100).astype(np.uint8)
    for seed in range(20):
        varied, lungs = move_crop(drawn, inside, chance(seed), mirror=mirror)
        ring = (cv2.dilate(lungs, np.ones((13, 13), np.uint8)) > 0) & (lungs == 0)
        assert (lungs == 255).sum() > 300
        assert np.abs(varied[lungs == 255].astype(int) - 200).max() <= 5
        assert np.abs(varied[ring].astype(int) - 100).max() <= 5
        assert not np.array_equal(lungs, inside)


def test_a_mirrored_crop_is_the_same_variation_of_the_mirrored_crop(crop, mask):
    """By whole pixels: on the side of a network the first cell falls on the last."""
    inside = mask.max(axis=-1)
    for seed in range(5):
        varied, lungs = move_crop(crop, inside, chance(seed), mirror=True)
        other, others_lungs = move_crop(crop[:, ::-1].copy(), inside[:, ::-1].copy(), chance(seed), mirror=False)
        for one, same in ((varied, other), (lungs, others_lungs)):
            middle = np.s_[30:-30, 30:-30]  # Beyond the border, a crop is continued and lungs are not.
            assert np.abs(one[middle].astype(int) - same[middle]).max() <= 2


def test_film_and_mask_keep_their_shapes_and_types_and_are_not_written_to(crop, mask):
    before = crop.copy(), mask.copy()
    for seed in range(30):
        varied, outline = augment_film(crop, mask, chance(seed))
        assert (varied.shape, varied.dtype) == ((224, 224), np.uint8)
        assert (outline.shape, outline.dtype) == ((224, 224, 2), np.uint8)
    assert np.array_equal(crop, before[0])
    assert np.array_equal(mask, before[1])


def test_a_film_varies_by_the_generator_alone(crop, mask):
    for first, again in zip(augment_film(crop, mask, chance(7)), augment_film(crop, mask, chance(7)), strict=True):
        assert np.array_equal(first, again)


def test_film_and_mask_are_warped_alike(monkeypatch, mask):
    monkeypatch.setattr(augmentation, "_exposure_curve", lambda rng, **_: np.arange(256, dtype=np.uint8))
    monkeypatch.setattr(augmentation, "_blur_or_noise", lambda image, rng: image)
    monkeypatch.setattr(augmentation, "_erase", lambda image, rng: None)
    drawn = np.where(mask.any(axis=-1), 200, 100).astype(np.uint8)
    moved = 0
    for seed in range(40):
        varied, outline = augment_film(drawn, mask, chance(seed))
        both = outline.max(axis=-1)
        inside, ring = both > 250, (cv2.dilate(both, np.ones((13, 13), np.uint8)) > 0) & (both == 0)
        if np.median(varied[inside]) < 100:  # One in ten is inverted.
            varied = 255 - varied
        assert inside.sum() > 300
        assert np.abs(varied[inside].astype(int) - 200).max() <= 5
        assert np.abs(varied[ring].astype(int) - 100).max() <= 5
        moved += not np.array_equal(outline, mask)
    assert moved == 40


def test_the_right_lung_stays_on_the_left_of_the_picture(crop, mask):
    """The patient's right lung of a mirrored film is the one that was the left."""
    mirrored, centres = 0, [np.nonzero(lung)[1].mean() for lung in np.moveaxis(mask, -1, 0)]
    areas = mask.astype(bool).sum((0, 1))
    assert centres[0] < centres[1]
    assert areas[0] > 1.4 * areas[1]
    for seed in range(40):
        _, outline = augment_film(crop, mask, chance(seed))
        right, left = np.moveaxis(outline > 127, -1, 0)
        assert np.nonzero(right)[1].mean() < np.nonzero(left)[1].mean()
        mirrored += right.sum() < left.sum()
    assert 10 <= mirrored <= 30, "about half of the films are mirrored, and the larger lung is then the left one"


def test_erasing_covers_a_rectangle_of_2_to_12_percent_with_one_grey():
    for seed in range(50):
        image = np.tile(np.arange(224, dtype=np.uint8), (224, 1))
        before = image.copy()
        augmentation._erase(image, chance(seed))
        rows, columns = np.nonzero(image != before)
        box = image[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
        assert len(np.unique(box)) == 1
        assert 0.015 < box.size / image.size <= 0.12


def test_erasing_fits_the_smallest_side():
    for seed in range(200):
        image = np.zeros((32, 32), np.uint8)
        augmentation._erase(image, chance(seed))
        assert image.shape == (32, 32)


def test_exposure_is_monotonic():
    for seed in range(50):
        curve = augmentation._exposure_curve(chance(seed), gamma=0.6, contrast=0.4, brightness=50)
        assert np.all(np.diff(curve.astype(int)) >= 0)
        assert curve[-1] > curve[0] + 60
