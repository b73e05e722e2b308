import json

import numpy as np
import pytest
from PIL import Image

from tests.doubles.trainings.training_doubles import draw_dataset, film, name_of, png
from training.__main__ import main
from training.data.describe import describe

COUNTS = ("NORMAL", "PNEUMONIA", "bacterial", "viral", "patients", "images")


@pytest.fixture
def data(tmp_path):
    """Three people a class in train (two with a virus) and two in test (one with a virus)."""
    return draw_dataset(tmp_path / "data", train=3, test=2)


def test_counts_by_split_class_and_pathogen(data):
    splits = describe(data)["splits"]
    assert list(splits) == ["test", "train"]
    assert [splits["train"][key] for key in COUNTS] == [3, 3, 1, 2, 6, 6]
    assert [splits["test"][key] for key in COUNTS] == [2, 2, 1, 1, 4, 4]


def test_several_films_of_a_patient_are_one_patient(data):
    (data / "train/PNEUMONIA/person1_virus_7.png").write_bytes(png(film("PNEUMONIA", 20)))
    (data / "train/PNEUMONIA/person1_bacteria_8.png").write_bytes(png(film("PNEUMONIA", 21)))
    train = describe(data)["splits"]["train"]
    assert [train[key] for key in COUNTS] == [3, 5, 2, 3, 7, 8]


def test_sizes_most_frequent_first(data):
    (data / "train/NORMAL/wide.png").write_bytes(png(np.tile(np.arange(200, dtype=np.uint8), (100, 1))))
    described = describe(data)
    assert described["sizes"] == [
        {"width": 224, "height": 224, "images": 10},
        {"width": 200, "height": 100, "images": 1},
    ]
    assert described["distinct_sizes"] == 2


def test_byte_identical_files_are_grouped(data):
    first = data / "train/NORMAL" / name_of("NORMAL", 1)
    (data / "train/NORMAL/copy.png").write_bytes(first.read_bytes())
    (data / "train/PNEUMONIA/other_copy.png").write_bytes(first.read_bytes())
    described = describe(data)
    names = {f"train/NORMAL/{first.name}", "train/NORMAL/copy.png", "train/PNEUMONIA/other_copy.png"}
    assert [set(group) for group in described["duplicates"]] == [names]
    assert described["duplicates_in_two_classes"] == 1


def test_a_patient_in_two_splits_is_named(data):
    assert describe(data)["patients_in_two_splits"] == []
    (data / "test/PNEUMONIA/person1_virus_999.png").write_bytes(png(film("PNEUMONIA", 30)))
    (data / "test/PNEUMONIA/person1_bacteria_998.png").write_bytes(png(film("PNEUMONIA", 31)))  # Somebody else.
    assert describe(data)["patients_in_two_splits"] == ["PNEUMONIA/virus-1"]


def test_a_patient_whom_a_table_names_is_one_person_in_all_classes_and_splits(tmp_path):
    data = draw_dataset(tmp_path / "pool", train=2, test=2)
    for split in ("train", "test"):  # Other names than those of classes, so that the table counts.
        (data / split / "NORMAL").rename(data / split / "a")
        (data / split / "PNEUMONIA").rename(data / split / "b")
    films = sorted(data.rglob("*.png"))
    lines = [f"{path.relative_to(data)},{'NORMAL' if path.parent.name == 'a' else 'PNEUMONIA'},Doe" for path in films]
    (data / "labels.csv").write_text("\n".join(["image,label,patient", *lines]))
    described = describe(data)
    assert [described["splits"][split]["patients"] for split in ("train", "test")] == [1, 1]
    assert described["patients_in_two_splits"] == ["Doe"]


def test_unreadable_files_are_listed_with_their_reason(data):
    (data / "train/NORMAL/broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (data / "train/PNEUMONIA/empty.jpeg").write_bytes(b"")
    unreadable = {item["path"]: item["reason"] for item in describe(data)["unreadable"]}
    assert set(unreadable) == {"train/NORMAL/broken.png", "train/PNEUMONIA/empty.jpeg"}
    assert "cut off" in unreadable["train/NORMAL/broken.png"]
    assert "empty" in unreadable["train/PNEUMONIA/empty.jpeg"]


def test_as_a_table(data, capsys):
    (data / "train/NORMAL/broken.png").write_bytes(b"no picture")
    (data / "test/NORMAL" / name_of("NORMAL", 1)).write_bytes(png(film("NORMAL", 40)))
    assert main(["describe", "--data", str(data)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "The names of folders say which class a film is of."
    lines = lines[lines.index("") + 1 :]
    assert lines[0].split() == ["split", *COUNTS]
    assert [line.split() for line in lines[1:3]] == [
        ["test", "3", "2", "1", "1", "5", "5"],
        ["train", "4", "3", "1", "2", "7", "7"],
    ]
    assert "Sizes in pixels: 224 x 224 (11)" in lines
    assert "Copies of the same film: 0 files in 0 groups, 0 groups across classes" in lines
    assert lines[lines.index("Patients in two splits: 1") + 1] == "  NORMAL/IM-0001"
    assert lines[lines.index("Unreadable files: 1") + 1].startswith("  train/NORMAL/broken.png: This file is not a")


def test_as_json(data, capsys):
    assert main(["describe", "--data", str(data), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == describe(data)


def test_montage_has_a_row_of_films_for_each_class(data, tmp_path, capsys):
    (data / "train/NORMAL/broken.png").write_bytes(b"no picture")
    path = tmp_path / "montage.png"
    assert main(["describe", "--data", str(data), "--montage", str(path)]) == 0
    with Image.open(path) as montage:
        assert montage.size == (6 * 160, 2 * 178)
        pixels = np.asarray(montage.convert("L"))
    for row in range(2):
        tiles = [pixels[row * 178 + 18 : (row + 1) * 178, column * 160 : (column + 1) * 160] for column in range(6)]
        assert [tile.std() > 10 for tile in tiles] == [True] * 5 + [False]  # Five readable films a class.


def test_montage_where_it_cannot_be_written(data, tmp_path, capsys):
    assert main(["describe", "--data", str(data), "--montage", str(tmp_path / "nowhere/montage.png")]) == 2
    assert capsys.readouterr().err.startswith("training: ")


def test_folders_that_cannot_be_described(tmp_path, capsys):
    assert main(["describe", "--data", str(tmp_path / "nowhere")]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("training: There is no folder")
    assert err.count("\n") == 1


@pytest.fixture(scope="module")
def described(chest_xray):
    return describe(chest_xray)


def test_the_public_set(described):
    counts = {name: [split[key] for key in COUNTS[:4]] for name, split in described["splits"].items()}
    assert counts == {
        "train": [1341, 3875, 2530, 1345],
        "val": [8, 8, 8, 0],
        "test": [234, 390, 242, 148],
    }
    assert {name: split["images"] for name, split in described["splits"].items()} == {
        "train": 5216,
        "val": 16,
        "test": 624,
    }
    assert described["unreadable"] == []
    assert described["sizes"] == [{"width": 224, "height": 224, "images": 5856}]


def test_copies_in_the_public_set_are_identical_files_alone(described):
    assert (len(described["duplicates"]), sum(map(len, described["duplicates"]))) == (30, 62)
    assert described["duplicates_in_two_classes"] == 0


def test_no_patient_of_the_public_set_is_in_train_and_in_test(chest_xray):
    from training.data.dataset import scan

    patients = {"train": set(), "val": set(), "test": set()}
    for image in scan(chest_xray):
        patients[image.split].add((image.label, image.patient))
    assert len(patients["test"]) > 300
    assert not patients["train"] & patients["test"]
