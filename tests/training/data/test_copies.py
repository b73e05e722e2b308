"""Which files are of the same film, by their bytes or by what they show?"""

import io

from PIL import Image

from tests.doubles.trainings.training_doubles import film, labelled, png
from training.data.copies import film_numbers, linked
from training.data.describe import copies
from training.data.division import split_by_patient
from training.data.labelled import labelled_image


def saved(folder, name, pixels, **options):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path, **options)
    return labelled_image(path, split="all", label=path.parent.name)


def test_files_of_the_same_film_share_a_number(tmp_path):
    images = [
        saved(tmp_path, "NORMAL/a.png", film("NORMAL", 1)),
        saved(tmp_path, "NORMAL/b.png", film("NORMAL", 2)),
        saved(tmp_path, "NORMAL/c.jpg", film("NORMAL", 1), quality=70),
        saved(tmp_path, "PNEUMONIA/d.jpg", film("NORMAL", 2), quality=60),
    ]
    numbers = film_numbers(images)
    assert numbers[0] == numbers[2] != numbers[1] == numbers[3]
    assert [[image.path.name for image in group] for group in copies(images)] == [
        ["a.png", "c.jpg"],
        ["b.png", "d.jpg"],
    ]


def test_files_that_cannot_be_read_are_known_by_their_bytes(tmp_path):
    broken = tmp_path / "broken.png"
    broken.write_bytes(png(film("NORMAL", 1))[:100])
    images = [labelled_image(broken, split="all", label="NORMAL"), labelled("gone.png", sha256="x")]
    assert [image.fingerprint for image in images] == ["", ""]
    assert [image.entry for image in images] == [image.sha256 for image in images]
    assert len(set(film_numbers(images))) == 2
    assert len(set(film_numbers([images[0], *images]))) == 2


def test_a_film_is_decoded_once(tmp_path):
    image = saved(tmp_path, "NORMAL/a.png", film("NORMAL", 1))
    known = image.fingerprint
    image.path.unlink()
    assert image.fingerprint == known != ""
    assert image.entry == f"{image.sha256} {known}"


def test_chains_are_one_group():
    assert linked([(0, 3), (3, 1)], 5) == [0, 0, 1, 0, 2]
    assert linked([], 2) == [0, 1]
    assert linked([], 0) == film_numbers([]) == []


def test_patients_who_share_a_film_saved_anew_stay_on_one_side(tmp_path):
    images = [
        saved(tmp_path, f"{label}/{n}.png", film(label, n)) for label in ("NORMAL", "PNEUMONIA") for n in range(6)
    ]
    buffer = io.BytesIO()
    Image.fromarray(film("NORMAL", 0)).save(buffer, "JPEG", quality=80)
    for n in range(3):  # With other bytes each.
        (tmp_path / f"NORMAL/other{n}.jpg").write_bytes(buffer.getvalue() + bytes(n))
        images.append(labelled_image(tmp_path / f"NORMAL/other{n}.jpg", split="all", label="NORMAL"))
    for seed in range(8):
        sides = split_by_patient(images, share=0.4, seed=seed)
        names = [{image.path.stem for image in side if image.label == "NORMAL"} for side in sides]
        group = {"0", "other0", "other1", "other2"}
        assert sorted(len(group & side) for side in names) == [0, 4]
