"""Is it one decision what a data folder is: which films, of which class, split and patient, and nothing uncounted?"""

import os

import pytest

from model_store.trainings.folder_walk import class_meaning, glance, lay_out
from model_store.trainings.layout import Place

PNG = b"\x89PNG\r\n\x1a\n"


def write(folder, *files):
    for name in files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(PNG)
    return folder


def places(folder, *files, meaning=class_meaning):
    layout = lay_out(write(folder / "data", *files), meaning)
    return [layout.place(folder / "data" / name) for name in files]


@pytest.mark.parametrize("around", ["", "chest_xray/", "archive (3)/data/chest_xray/", "Pneumonia/"])
@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("{}/a.png", Place("{}")),
        ("train/{}/a.png", Place("{}", "train")),
        ("{}/Testing/a.png", Place("{}", "Testing")),
        ("{}/p001/a.png", Place("{}", patient="p001")),
        ("{}/patient 7/study1/view/a.png", Place("{}", patient="patient 7")),
        ("{}/new from March/a.png", Place("{}", group="new from March")),
        ("{}/test/0012/a.png", Place("{}", "test", "0012")),
        ("val/{}/batch 2/0012/a.png", Place("{}", "val", "0012")),
        ("{}/2024/03/17/a.png", Place("{}", group="2024")),
        ("images/{}/a.png", Place("{}")),
        ("{}/images/a.png", Place("{}")),
        ("Train/holdout/{}/a.png", Place("{}", "holdout")),
        ("{}_test/a.png", Place("{}", "{}_test")),
    ],
)
def test_what_the_folders_say_of_films(tmp_path, around, path, place):
    names = ("Normal", "PNEUMONIA")
    found = places(tmp_path, *(around + path.format(name) for name in names))
    assert found == [
        Place(place.label.format(name), place.split.format(name), place.patient, place.group) for name in names
    ]


@pytest.mark.parametrize(
    ("path", "split"),
    [
        ("fold1/{}/a.png", "fold1"),
        ("hospital/2019/{}/a.png", "hospital"),
        ("{}/split_b/a.png", "split_b"),
        ("{}/extra/p001/a.png", "extra"),
        ("{}/Trn/a.png", "Trn"),
        ("{}/ward 7/p1/a.png", ""),
        ("{}/p1/a.png", ""),
        ("{}/a.png", ""),
        ("patient_3/{}/a.png", ""),
        ("p0012/{}/a.png", ""),
        ("train/fold1/{}/a.png", "train"),
    ],
)
def test_a_split_that_is_not_known_is_named(tmp_path, path, split):
    """Beside it lie films of another folder, so that it is no folder around all of them."""
    files = [path.format(name) for name in ("NORMAL", "PNEUMONIA")]
    found = places(tmp_path, *files, "test/NORMAL/z.png")
    assert [each.split for each in found[:2]] == [split, split]
    assert found[2].split == "test"


def test_below_a_class_a_folder_beside_splits_is_one(tmp_path):
    found = places(tmp_path, "NORMAL/train/a.png", "NORMAL/march/b.png", "PNEUMONIA/c.png", "PNEUMONIA/march/d.png")
    assert [each.split for each in found] == ["train", "march", "", ""]


def test_a_folder_alone_around_the_data_is_asked_for_where_it_is_called_as_a_part(tmp_path):
    assert [each.split for each in places(tmp_path, "fold 3/NORMAL/a.png", "fold 3/PNEUMONIA/b.png")] == ["fold 3"] * 2


@pytest.mark.parametrize("around", ["train_test_split", "my train and test data"])
def test_a_folder_that_is_called_by_train_and_test_may_hold_both(tmp_path, around):
    files = [f"{around}/{split}/{label}/a.png" for split in ("train", "test") for label in ("NORMAL", "PNEUMONIA")]
    assert [place.split for place in places(tmp_path, *files)] == ["train", "train", "test", "test"]


def test_without_such_splits_in_it_its_films_only_judge(tmp_path):
    files = [f"train_test_split/{label}/a.png" for label in ("NORMAL", "PNEUMONIA")]
    assert {place.split for place in places(tmp_path, *files)} == {"train_test_split"}


def test_masks_are_never_films(tmp_path):
    masks = ("COVID/masks/1.png", "Lung Masks/NORMAL/1.png", "NORMAL/images/2_mask.png", "infection mask/2.png")
    outlines = ("NORMAL/ground_truth/1.png", "NORMAL/lung segmentation/1.png")
    films = ("COVID/images/1.png", "NORMAL/images/2.png", "NORMAL/lungs/3.png", "NORMAL/unmasked/4.png")
    found = places(tmp_path, *masks, *outlines, *films)
    assert [each.is_mask for each in found] == [True] * 6 + [False] * 4


def test_a_set_that_is_called_by_its_masks_too_holds_films(tmp_path):
    first, second = places(tmp_path, "Chests with masks/NORMAL/a.png", "Chests with masks/masks/b.png")
    assert (first, second.is_mask) == (Place("NORMAL"), True)


def test_folders_of_both_classes_contradict_each_other(tmp_path):
    one, two = places(tmp_path, "NORMAL/PNEUMONIA/a.png", "NORMAL/b.png")
    assert one.contradicts and two == Place("NORMAL")


@pytest.mark.parametrize(
    ("files", "labels"),
    [
        (("healthy/a.png", "sick/b.png"), ["healthy", "sick"]),
        (("set/healthy/images/a.png", "set/sick/images/b.png", "set/sick/masks/b.png"), ["healthy", "sick", ""]),
        (("2019/healthy/a.png", "2019/sick/b.png", "2020/healthy/c.png"), ["healthy", "sick", "healthy"]),
        (("healthy/p001/a.png", "sick/p001/b.png"), ["healthy", "sick"]),
        (("fold1/healthy/a.png", "fold2/sick/a.png"), ["healthy", "sick"]),
        (("old/NORMAL/a.png", "old/sick/b.png", "new/c.png"), ["NORMAL", "sick", "new"]),
        (("0/a.png", "1/b.png"), ["0", "1"]),
        (("healthy_train/a.png", "sick-test/b.png", "test_images/c.png"), ["healthy", "sick", ""]),
        (("train/a.png", "images/b.png", "c.png"), ["", "", ""]),
    ],
)
def test_which_folder_is_a_class_that_nobody_explained(tmp_path, files, labels):
    assert [each.label for each in places(tmp_path, *files)] == labels


def test_a_table_is_found_in_a_folder_around_the_films(tmp_path):
    write(tmp_path / "data", "set/films/a.png", "set/readme.txt")
    for folder in ("set/films", "set"):
        table = tmp_path / "data" / folder / "Labels.CSV"
        table.touch()
        assert lay_out(tmp_path / "data").table == table


def test_nothing_is_left_uncounted(tmp_path):
    data = write(tmp_path / "data", "NORMAL/a.png", "NORMAL/.b.png", "__MACOSX/c.png", ".git/d.png", "notes.txt")
    write(tmp_path / "elsewhere", "PNEUMONIA/e.png")
    (data / "PNEUMONIA").symlink_to(tmp_path / "elsewhere/PNEUMONIA")
    (data / "PNEUMONIA/up").symlink_to(data)
    layout = lay_out(data)
    assert sorted(os.path.relpath(path, data) for path in layout.files) == [
        "NORMAL/a.png",
        "PNEUMONIA/e.png",
        "notes.txt",
    ]
    assert (layout.hidden, layout.barred) == (3, 1)


def test_a_closed_folder_counts_for_what_is_around_the_data(tmp_path):
    """Or a folder beside the test split would be one around all data, which asks nobody, once that is not opened."""
    data = write(tmp_path, "2019/NORMAL/a.png", "2019/PNEUMONIA/b.png", "test/NORMAL/c.png")
    for layout in (lay_out(data), lay_out(data, is_closed=lambda name: name == "test")):
        assert layout.place(data / "2019/NORMAL/a.png").split == "2019"
    assert not any(path.name == "c.png" for path in layout.files)


@pytest.mark.parametrize(
    ("files", "begins"),
    [
        (("NORMAL/deep/er/a.png",), True),
        (("test/pneumonia/a.png",), True),
        (("Labels.csv",), True),
        (("a/NORMAL/a.png",), False),
        (("healthy/a.png", "sick/b.png"), False),
        (("train/healthy/a.png",), False),
    ],
)
def test_where_data_begin(tmp_path, files, begins):
    assert glance(write(tmp_path, *files)).begins_here is begins
