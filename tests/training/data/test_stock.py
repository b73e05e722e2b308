"""Is every file of a data folder a film of some class and split, or counted, and is the decision said in words?"""

import os

import pytest

from model_store.trainings.findings.wording import sentences
from tests.doubles.films.dicom_files import written
from tests.doubles.trainings.training_doubles import film, png, write_files
from training.data.dataset import listed, scan
from training.data.labelled import DatasetError
from training.data.stock import take_stock
from training.data.stock_findings import disagreement, layout_findings


def test_every_file_is_a_film_or_counted(tmp_path):
    data = write_files(
        tmp_path,
        *("NORMAL/a.png", "NORMAL/p1/b.png", "NORMAL/March/c.png", "NORMAL/March/Thumbs.db", "PNEUMONIA/images/d.png"),
        *(
            "PNEUMONIA/masks/d.png",
            "stray.png",
            "readme.txt",
            "NORMAL/PNEUMONIA/e.png",
            "NORMAL/.DS_Store",
            "old/f.png",
        ),
    )
    stock = take_stock(data, classes={"old": "-"})
    listed_files = [image.path.relative_to(data).as_posix() for image in listed(stock)]
    assert listed_files == [
        *("NORMAL/March/Thumbs.db", "NORMAL/March/c.png", "NORMAL/a.png", "NORMAL/p1/b.png", "PNEUMONIA/images/d.png"),
    ]
    counted = {kind: count for kind, count in stock.left_out.items() if count}
    assert counted == {"masks": 1, "no class": 1, "two classes": 1, "said": 1, "other": 1, "hidden": 1}
    assert len(listed_files) + sum(counted.values()) == 11


@pytest.mark.parametrize("table", [False, True], ids=["folders", "table"])
def test_what_is_no_file_is_counted_as_that(tmp_path, table):
    data = write_files(tmp_path, "NORMAL/a.png", "PNEUMONIA/b.png")
    (data / "NORMAL/gone.png").symlink_to(data / "nowhere.png")
    os.mkfifo(data / "PNEUMONIA/pipe.png")
    if table:
        (data / "labels.csv").write_text("image,label\nNORMAL/a.png,NORMAL\nPNEUMONIA/b.png,PNEUMONIA\n")
    stock = take_stock(data)
    assert {kind: count for kind, count in stock.left_out.items() if count} == {"no file": 2}
    assert sentences(layout_findings(stock))[-1] == "Left out are links that lead nowhere, pipes and the like: 2."


def test_the_decision_is_said(tmp_path):
    files = ("Training/NORMAL/p1/a.png", "Training/PNEUMONIA/March/b.png", "Eval/NORMAL/c.png", "x.png", "y.txt")
    assert sentences(layout_findings(take_stock(write_files(tmp_path, *(f"set/{name}" for name in files))))) == [
        "The data lie in the folder 'set'.",
        "The names of folders say which class a film is of.",
        "Films are learned from in folder 'Training'.",
        "Films of the test split only judge, in folder 'Eval'.",
        "Films whose folder names their patient: 1, in folder 'p1'.",
        "Films that lie deeper in their class and belong to it: 1, in folder 'March'.",
        "Left out are films that lie in no class folder: 1; files that are no films: 1.",
    ]


def test_a_table_beside_class_folders_decides_and_where_both_disagree_is_counted(tmp_path):
    data = write_files(
        tmp_path / "set", "NORMAL/a.png", "PNEUMONIA/b.png", "NORMAL/c.png", "masks/a.png", "NORMAL/d.png"
    )
    (data / "labels.csv").write_text(
        "image,label\nNORMAL/a.png,PNEUMONIA\nPNEUMONIA/b.png,PNEUMONIA\nNORMAL/c.png,NORMAL\n"
    )
    write_files(data, "NORMAL/labels.csv")
    for where in (data, tmp_path):
        stock = take_stock(where)
        assert [image.label for image in listed(stock)] == ["PNEUMONIA", "NORMAL", "PNEUMONIA"]
        assert (
            "The table labels.csv says which class a film is of, not the class folders: they say otherwise of 1 of 3 "
            "films."
        ) in sentences(layout_findings(stock))
        assert sentences(disagreement(stock)) == [
            "The table and the class folders disagree on 1 of 3 films, and the table decides; mend whichever is wrong."
        ]
        assert sentences(layout_findings(stock))[-2:] == [
            "Tables called labels.csv that lie elsewhere and are not read: 1.",
            "Left out are masks, which are never films: 1; films that the table does not name: 1; "
            "files that are no films: 1.",
        ]


def test_masks_that_a_table_names_are_no_films_either(tmp_path):
    data = write_files(tmp_path, "images/a.png", "masks/a.png")
    (data / "labels.csv").write_text("image,label\nimages/a.png,NORMAL\nmasks/a.png,NORMAL\n")
    assert [image.path.parent.name for image in listed(take_stock(data))] == ["images"]
    assert take_stock(data).left_out["masks"] == 1


def test_a_split_of_which_nobody_said_what_it_is_for_is_asked_for_and_never_used(tmp_path):
    data = write_files(
        tmp_path, *(f"{split}/{label}/{split}.png" for split in ("a", "b") for label in ("NORMAL", "PNEUMONIA"))
    )
    assert take_stock(data).unknown_splits() == {"a": 2, "b": 2}
    with pytest.raises(DatasetError, match=r"The folder 'a' is no split that is known; .* --split 'a=train'"):
        scan(data)
    assert {image.split for image in scan(data, splits={"b"})} == {"b"}, "who names a split has said which"
    said = scan(data, said={"A": "train", "b": "test"})
    assert [image.is_test for image in said] == [False, False, True, True]
    assert [image.path.parts[-3] for image in scan(data, said={"a": "-", "b": "train"})] == ["b", "b"]
    assert [image.split for image in scan(data, said={"a": "test", "b": "train"}, exclude={"test"})] == ["train"] * 2


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"a": "learn"}, "The folder 'a' was said to mean 'learn'; expected train, test or -"),
        ({"Testing": "train"}, "The folder 'Testing' is a test split by its name; rename it to learn from its films"),
    ],
)
def test_what_a_split_cannot_be_for(tmp_path, said, sentence):
    with pytest.raises(DatasetError, match=sentence):
        take_stock(tmp_path, splits=said)


def test_a_table_of_films_in_parts_asks_for_them(tmp_path):
    data = write_files(tmp_path, "fold1/a.png", "pool/b.png", "Testing/c.png")
    (data / "labels.csv").write_text("image,label\nfold1/a.png,NORMAL\npool/b.png,PNEUMONIA\nTesting/c.png,NORMAL\n")
    assert take_stock(data).unknown_splits() == {"fold1": 1}
    splits = {image.path.name: image.split for image in listed(take_stock(data))}
    assert splits == {"a.png": "fold1", "b.png": "all", "c.png": "Testing"}


def test_a_patient_s_folder_counts_where_neither_table_nor_header_names_the_patient(tmp_path):
    data = write_files(tmp_path, "NORMAL/p1/a.png", "PNEUMONIA/p1/b.png", "NORMAL/March/c.png")
    header = written(film("NORMAL", 1), PatientID="4711")
    (data / "NORMAL/p1/d").write_bytes(header)
    (data / "NORMAL/p2").mkdir()
    (data / "NORMAL/p2/e.png").write_bytes(png(film("NORMAL", 2)))
    images = {image.path.name: image for image in scan(data)}
    assert images["a.png"].patient_key == images["b.png"].patient_key == "p1"
    assert images["e.png"].patient_key == "p2"
    assert images["c.png"].patient_key == "NORMAL/c" and not images["c.png"].patient_is_named
    assert images["d"].patient_is_hidden and not images["a.png"].patient_is_hidden
