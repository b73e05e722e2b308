import hashlib
from pathlib import Path

import pytest

from tests.doubles.trainings.training_doubles import draw_dataset, opened_paths, write_files
from training.data.dataset import listed, scan
from training.data.labelled import CLASSES, DatasetError
from training.data.stock import take_stock


def keys(folder, *names):
    write_files(folder, *(f"NORMAL/{name}" if "IM-" in name else f"PNEUMONIA/{name}" for name in names), "NORMAL/z")
    return {image.path.name: (image.patient, image.pathogen) for image in scan(folder)}


def test_person_numbers_restart_for_each_pathogen(tmp_path):
    found = keys(tmp_path, "person12_bacteria_47.jpeg", "person12_bacteria_48.jpeg", "person12_virus_3.jpeg")
    assert found["person12_bacteria_47.jpeg"] == found["person12_bacteria_48.jpeg"] == ("bacteria-12", "bacteria")
    assert found["person12_virus_3.jpeg"] == ("virus-12", "virus")


def test_normal_numbers_are_of_two_series(tmp_path):
    found = keys(tmp_path, "IM-0001-0001.jpeg", "IM-0001-0002.jpeg", "NORMAL2-IM-0001-0001.jpeg", "person1_virus_1.png")
    assert found["IM-0001-0001.jpeg"] == found["IM-0001-0002.jpeg"] == ("IM-0001", "")
    assert found["NORMAL2-IM-0001-0001.jpeg"] == ("NORMAL2-IM-0001", "")


def test_names_of_the_original_release_tell_the_patient_by_its_number(tmp_path):
    normal = ("NORMAL/NORMAL-1003233-0001.jpeg", "NORMAL/normal-1003233-0002.jpeg")
    ill = ("PNEUMONIA/BACTERIA-1008087-0001.jpeg", "PNEUMONIA/VIRUS-1008087-0002.jpeg", "PNEUMONIA/VIRUS-77-0001.png")
    images = scan(write_files(tmp_path, *normal, *ill))
    assert [image.patient_key for image in images] == ["1003233", "1003233", "1008087", "1008087", "77"]
    assert [image.pathogen for image in images] == ["", "", "bacteria", "virus", "virus"]
    assert not any(image.has_no_patient for image in images)


def test_a_name_that_tells_nothing_is_a_patient_of_its_own(tmp_path):
    found = keys(tmp_path, "film.a.png", "film.b.png")
    assert (found["film.a.png"], found["film.b.png"]) == (("film.a", ""), ("film.b", ""))


def test_split_folders_of_any_name_and_number(tmp_path):
    splits = ("train", "val", "test", "Training 2")
    data = write_files(tmp_path, *(f"{split}/{label}/{split}{label}.png" for split in splits for label in CLASSES))
    images = scan(data)
    assert {(image.split, image.label) for image in images} == {(s, label) for s in splits for label in CLASSES}
    assert len(images) == 8


def test_classes_directly_in_the_folder(tmp_path):
    images = scan(write_files(tmp_path, "NORMAL/a.png", "PNEUMONIA/b.png"))
    assert [(i.split, i.label, i.target, i.path.name) for i in images] == [
        ("all", "NORMAL", 0, "a.png"),
        ("all", "PNEUMONIA", 1, "b.png"),
    ]


def test_class_folders_in_any_case_and_other_folders_passed_over(tmp_path):
    data = write_files(tmp_path, "train/normal/a.png", "train/Pneumonia/b.png", "train/COVID/c.png", "readme.txt")
    assert sorted(image.label for image in scan(data)) == ["NORMAL", "PNEUMONIA"]


def test_an_image_knows_the_hash_of_its_bytes(tmp_path):
    images = scan(write_files(tmp_path, "NORMAL/a.png", "PNEUMONIA/b.png"))
    assert images[0].sha256 == hashlib.sha256(b"NORMAL/a.png").hexdigest()


def test_hidden_files_and_folders_in_a_class_are_passed_over(tmp_path):
    data = write_files(
        tmp_path, "NORMAL/a.png", "NORMAL/.DS_Store", "NORMAL/._a.png", "NORMAL/.x/d.png", "PNEUMONIA/b.png"
    )
    assert [image.path.name for image in scan(data)] == ["a.png", "b.png"]
    assert take_stock(data).left_out["hidden"] == 3


def test_only_the_wanted_splits_are_read(tmp_path):
    data = write_files(tmp_path, *(f"{split}/{label}/{split}.png" for split in ("train", "test") for label in CLASSES))
    assert {image.split for image in scan(data, splits={"test"})} == {"test"}


def test_an_excluded_split_is_neither_listed_nor_opened(tmp_path):
    data = write_files(tmp_path, *(f"{split}/{label}/{split}.png" for split in ("train", "test") for label in CLASSES))
    with opened_paths() as opened:
        images = scan(data, exclude={"test"})
    assert {image.split for image in images} == {"train"}
    assert any("train" in Path(path).parts for path in opened)  # The watch sees what is opened.
    assert [path for path in opened if path.startswith(str(data / "test"))] == []


def test_missing_folder(tmp_path):
    with pytest.raises(DatasetError, match=r"There is no folder .*nowhere; expected one with the folders NORMAL and"):
        scan(tmp_path / "nowhere")


@pytest.mark.parametrize("missing", CLASSES)
def test_missing_class(tmp_path, missing):
    present = next(label for label in CLASSES if label != missing)
    with pytest.raises(DatasetError, match=f"No images of class {missing} were found below"):
        scan(write_files(tmp_path, f"train/{present}/a.png"))


def test_empty_class_folder(tmp_path):
    (write_files(tmp_path, "train/NORMAL/a.png") / "train/PNEUMONIA").mkdir()
    with pytest.raises(DatasetError, match="No images of class PNEUMONIA"):
        scan(tmp_path)


def test_no_images_at_all(tmp_path):
    with pytest.raises(DatasetError, match=r"expected .*/<split>/NORMAL/ or .*/NORMAL/ with at least one image"):
        scan(tmp_path)


def test_a_split_that_is_not_there_is_named(tmp_path):
    with pytest.raises(DatasetError, match="No images of class NORMAL were found in holdout below"):
        scan(write_files(tmp_path, "train/NORMAL/a.png", "train/PNEUMONIA/b.png"), splits={"holdout"})


def test_named_classes_mean_what_was_said_in_any_case(tmp_path):
    data = write_files(
        tmp_path, "train/Healthy /a.png", "train/sick/b.png", "train/NORMAL/c.png", "train/unclear/d.png"
    )
    images = scan(data, classes={"HEALTHY": "NORMAL", "Sick": "PNEUMONIA", "unclear": "-"})
    assert {image.path.name: image.label for image in images} == {
        "a.png": "NORMAL",
        "b.png": "PNEUMONIA",
        "c.png": "NORMAL",
    }


def test_a_class_folder_that_is_left_out_is_no_split(tmp_path):
    data = write_files(tmp_path, "NORMAL/a.png", "PNEUMONIA/b.png", "old/NORMAL/c.png")
    assert [image.path.name for image in scan(data, classes={"old": "-"})] == ["a.png", "b.png"]


def test_what_a_class_cannot_mean(tmp_path):
    data = write_files(tmp_path, "NORMAL/a.png", "PNEUMONIA/b.png")
    with pytest.raises(DatasetError, match="'sick' was said to mean 'ill'; expected NORMAL, PNEUMONIA or -"):
        scan(data, classes={"sick": "ill"})


@pytest.mark.parametrize("classes", [{"sick": "PNEUMONIA", "SICK": "-"}, {"normal": "PNEUMONIA"}])
def test_a_class_of_two_meanings(tmp_path, classes):
    data = write_files(tmp_path, "NORMAL/a.png", "PNEUMONIA/b.png")
    with pytest.raises(DatasetError, match="was given two meanings; say one of NORMAL, PNEUMONIA and -"):
        scan(data, classes=classes)


@pytest.mark.parametrize(
    ("files", "unknown"),
    [
        (("healthy/a.png", "sick/b.JPG"), ["healthy", "sick"]),
        (("train/healthy/a.png", "test/sick/b.png", "test/healthy/b.png"), ["healthy", "sick"]),
        (("train/NORMAL/a.png", "train/PNEUMONIA/b.png", "train/COVID/c.dcm"), ["COVID"]),
        (("NORMAL/a.png", "PNEUMONIA/b.png", "scripts/run.py", ".cache/x.png", "__MACOSX/y.png"), []),
        (("train/stray.png", "train/NORMAL/a.png", "train/PNEUMONIA/b.png"), []),
        (("train/stray.png", "train/sick/a.png", "train/healthy/b.png"), ["healthy", "sick"]),
        (("2019/stray.png", "2019/NORMAL/a.png", "2019/odd/b.png"), ["odd"]),
        (("sick/a.png", "sick/thumbs/a.png", "NORMAL/b.png"), ["sick"]),
        (("train/a.png",), []),
        (("a.png",), []),
    ],
)
def test_names_that_nobody_explained(tmp_path, files, unknown):
    assert take_stock(write_files(tmp_path, *files)).unknown_classes() == unknown


def test_a_name_that_was_explained_is_not_asked_again(tmp_path):
    data = write_files(tmp_path, "train/healthy/a.png", "train/Sick/b.png", "train/odd/c.png")
    classes = {"Healthy": "NORMAL", "sick": "PNEUMONIA", "odd": "-"}
    assert take_stock(data, classes=classes).unknown_classes() == []


def test_images_of_each_name_however_it_is_spelled(tmp_path):
    data = write_files(
        tmp_path, "train/sick/a.png", "train/sick/b.png", "train/sick/notes.txt", "val/Sick/c.png", "NORMAL/d.png"
    )
    assert take_stock(data).films_by_name() == {"NORMAL": 1, "sick": 3}


def test_images_can_be_listed_where_a_class_is_missing(tmp_path):
    data = write_files(tmp_path, "sick/a.png", "NORMAL/b.png")
    assert [image.path.name for image in listed(take_stock(data))] == ["b.png"]
    assert listed(take_stock(tmp_path / "sick")) == []


def test_links_that_the_owner_made_are_followed(tmp_path):
    write_files(tmp_path / "elsewhere", "train/NORMAL/a.png", "train/PNEUMONIA/b.png")
    (tmp_path / "data").mkdir()
    (tmp_path / "data/train").symlink_to(tmp_path / "elsewhere/train")
    (tmp_path / "shortcut").symlink_to(tmp_path / "data")
    assert [image.path for image in scan(tmp_path / "shortcut")] == [
        tmp_path / "shortcut/train/NORMAL/a.png",
        tmp_path / "shortcut/train/PNEUMONIA/b.png",
    ]


@pytest.mark.parametrize("name", ["Testing", "test_set", "holdout", "EVAL"])
def test_a_test_split_of_any_name_is_not_opened_where_it_is_excluded_and_is_the_one_that_is_evaluated(tmp_path, name):
    draw_dataset(tmp_path, train=1, **{name: 1})
    learned = scan(tmp_path, exclude={"test"})
    judged = scan(tmp_path, splits={"test"})
    assert {image.split for image in learned} == {"train"}
    assert {image.split for image in judged} == {name}
    assert all(image.is_test for image in judged)
    assert not any(image.is_test for image in learned)
