import numpy as np
import pytest

from model_store.film.load import load_radiograph
from model_store.reading.preparation import PREPARATION, lungs_in_crop, to_model_input
from model_store.versions.bundled import LUNGS_SHA256
from tests.doubles.films.drawn_lungs import DrawnFinder, drawn_check
from tests.doubles.trainings.training_doubles import draw_dataset, film, name_of, png
from training.data.dataset import scan
from training.prepared.crops import CropSet, prepare_crops


@pytest.fixture
def images(tmp_path):
    return scan(draw_dataset(tmp_path / "data", train=2))


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache"


def cached_files(cache):
    return sorted(cache.rglob("*.npz"))


def test_a_crop_for_training_is_the_one_that_reading_prepares(images, cache):
    crops = prepare_crops(images, drawn_check(), cache)
    for image, pixels, inside in zip(images, crops.pixels, crops.lungs, strict=True):
        film = load_radiograph(image.path.read_bytes()).reduced
        lungs = DrawnFinder().find(film)
        seen = to_model_input(film, lungs)
        assert seen.pixels.tobytes() == pixels.tobytes()
        assert np.array_equal(lungs_in_crop(lungs, seen.crop), inside)
        assert 0.1 < inside.mean() < 0.9


def test_what_is_prepared(images, cache):
    crops = prepare_crops(images, drawn_check(), cache)
    assert (crops.pixels.shape, crops.pixels.dtype) == ((4, 224, 224), np.uint8)
    assert (crops.lungs.shape, crops.lungs.dtype) == ((4, 224, 224), bool)
    assert crops.images == images
    assert crops.targets.tolist() == [0, 0, 1, 1]
    assert crops.refused == []


def test_a_crop_from_the_cache_is_the_fresh_one(images, cache):
    fresh = prepare_crops(images, drawn_check(), cache)
    finder = DrawnFinder()
    again = prepare_crops(images, drawn_check(finder), cache)
    assert finder.calls == 0
    assert np.array_equal(again.pixels, fresh.pixels)
    assert np.array_equal(again.lungs, fresh.lungs)
    assert again.images == fresh.images


def test_the_cache_is_keyed_by_image_preparation_and_lung_network(images, cache):
    prepare_crops(images, drawn_check(), cache)
    folder = cache / f"{PREPARATION}-with-lungs-{LUNGS_SHA256[:12]}"
    assert cached_files(cache) == sorted(folder / f"{image.sha256}.npz" for image in images)


def test_a_file_that_changed_is_prepared_anew(images, cache):
    before = prepare_crops(images, drawn_check(), cache)
    images[0].path.write_bytes(png(film("NORMAL", 9)))
    changed = scan(images[0].path.parents[2])
    finder = DrawnFinder()
    after = prepare_crops(changed, drawn_check(finder), cache)
    assert finder.calls == 1
    assert not np.array_equal(after.pixels[0], before.pixels[0])
    assert np.array_equal(after.pixels[1:], before.pixels[1:])


@pytest.mark.parametrize(
    "damage",
    [lambda good: b"", lambda good: good[:5], lambda good: good[:-100], lambda good: b"not a crop at all" * 9],
    ids=["empty", "header-cut", "pixels-cut", "other"],
)
def test_a_damaged_cache_file_is_made_again(images, cache, damage):
    fresh = prepare_crops(images, drawn_check(), cache)
    path = cache / f"{PREPARATION}-with-lungs-{LUNGS_SHA256[:12]}" / f"{images[1].sha256}.npz"
    good = path.read_bytes()
    path.write_bytes(damage(good))
    finder = DrawnFinder()
    again = prepare_crops(images, drawn_check(finder), cache)
    assert finder.calls == 1
    assert np.array_equal(again.pixels, fresh.pixels)
    assert path.read_bytes() == good


def test_a_cache_file_without_lungs_is_made_again(images, cache):
    fresh = prepare_crops(images, drawn_check(), cache)
    np.savez(cached_files(cache)[0], crop=fresh.pixels[0])
    again = prepare_crops(images, drawn_check(), cache)
    assert np.array_equal(again.pixels, fresh.pixels)
    assert np.array_equal(again.lungs, fresh.lungs)


def test_what_a_killed_run_left_half_written_does_no_harm(images, cache):
    folder = cache / f"{PREPARATION}-with-lungs-{LUNGS_SHA256[:12]}"
    folder.mkdir(parents=True)
    (folder / f"{images[0].sha256}.123.part").write_bytes(b"half")
    assert len(prepare_crops(images, drawn_check(), cache).images) == 4
    assert len(cached_files(cache)) == 4


def test_unreadable_films_and_films_without_lungs_are_listed_and_left_out(tmp_path, cache):
    data = draw_dataset(tmp_path / "data", train=2)
    (data / "train/NORMAL/broken.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"x" * 50)
    (data / "train/NORMAL/notes.txt").write_text("a film of nobody")
    dark = film("NORMAL", 1) // 20
    (data / "train/PNEUMONIA/a_dark.png").write_bytes(png(dark))
    crops = prepare_crops(scan(data), drawn_check(), cache)
    reasons = {image.path.name: reason for image, reason in crops.refused}
    assert set(reasons) == {"broken.png", "notes.txt", "a_dark.png"}
    assert "cut off" in reasons["broken.png"]
    assert "not a picture" in reasons["notes.txt"]
    assert "No two lungs" in reasons["a_dark.png"]
    assert [image.path.name for image in crops.images] == [
        name_of(label, person) for label in ("NORMAL", "PNEUMONIA") for person in (1, 2)
    ]
    whole = prepare_crops(crops.images, drawn_check(), tmp_path / "other")
    assert np.array_equal(crops.pixels, whole.pixels)  # The crops belong to the images that were kept.


def test_a_refused_film_is_refused_again(tmp_path, cache):
    data = draw_dataset(tmp_path / "data", train=1)
    (data / "train/NORMAL/empty.png").write_bytes(b"")
    for _ in range(2):
        assert [image.path.name for image, _ in prepare_crops(scan(data), drawn_check(), cache).refused] == [
            "empty.png"
        ]


def test_subset_keeps_images_their_pixels_and_their_lungs_together(images, cache):
    crops = prepare_crops(images, drawn_check(), cache)
    crops.lungs[3] = False  # The drawn lungs are the same on every film.
    part = crops.subset([images[3], images[1]])
    assert part.images == [images[1], images[3]]
    assert np.array_equal(part.pixels, crops.pixels[[1, 3]])
    assert part.lungs.any(axis=(1, 2)).tolist() == [True, False]
    assert part.targets.tolist() == [0, 1]


def test_subset_takes_one_of_two_identical_files(cache, tmp_path):
    data = draw_dataset(tmp_path / "data", train=1)
    twin = data / "train/NORMAL/twin.png"
    twin.write_bytes((data / "train/NORMAL" / name_of("NORMAL", 1)).read_bytes())
    crops = prepare_crops(scan(data), drawn_check(), cache)
    assert len(crops.images) == 3
    assert len(cached_files(cache)) == 2
    assert [image.path for image in crops.subset([i for i in crops.images if i.path == twin]).images] == [twin]


def test_nothing_to_prepare(cache):
    crops = prepare_crops([], drawn_check(), cache)
    assert isinstance(crops, CropSet)
    assert crops.pixels.shape == crops.lungs.shape == (0, 224, 224)
