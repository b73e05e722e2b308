import hashlib
import unicodedata

import pytest

from model_store.trainings.findings.wording import sentences
from tests.doubles.trainings.training_doubles import film, opened_paths, png
from training.data.dataset import listed, scan
from training.data.labelled import DatasetError
from training.data.stock import take_stock
from training.data.stock_findings import disagreement, layout_findings


def write_table(data, *lines, name="labels.csv"):
    (data / name).write_text("\n".join(lines) + "\n")
    return data / name


@pytest.fixture
def pool(tmp_path):
    """Four films, of which a table has to say what they are."""
    for name in ("pool/a.png", "pool/b.png", "train/c.png", "Test/d.png"):
        (tmp_path / "data" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "data" / name).write_bytes(name.encode())
    return tmp_path / "data"


def test_a_table_in_the_folder_is_taken_by_itself(pool):
    write_table(pool, "image,label,patient", "train/c.png,sick,7", "pool/a.png,normal,7", "Test/d.png,Pneumonia,")
    images = scan(pool, classes={"sick": "PNEUMONIA"})
    assert [
        (image.path.relative_to(pool).as_posix(), image.split, image.label, image.patient_key) for image in images
    ] == [
        ("Test/d.png", "Test", "PNEUMONIA", "PNEUMONIA/d"),
        ("pool/a.png", "all", "NORMAL", "7"),
        ("train/c.png", "train", "PNEUMONIA", "7"),
    ]
    assert images[0].sha256 == hashlib.sha256(b"Test/d.png").hexdigest()


def test_a_table_beside_class_folders_decides(pool):
    (pool / "pool").rename(pool / "NORMAL")
    (pool / "train").rename(pool / "PNEUMONIA")
    write_table(pool, "image,label", "NORMAL/a.png,PNEUMONIA", "PNEUMONIA/c.png,NORMAL")
    assert [image.label for image in scan(pool)] == ["PNEUMONIA", "NORMAL"]


def test_an_excluded_split_of_a_table_is_not_opened(pool):
    write_table(pool, "image,label", "pool/a.png,NORMAL", "pool/b.png,PNEUMONIA", "Test/d.png,NORMAL")
    with opened_paths() as opened:
        images = scan(pool, exclude={"test"})
    assert len(images) == 2
    assert str(pool / "pool/a.png") in opened
    assert not [path for path in opened if path.endswith("d.png")]


def test_a_label_of_a_table_that_nobody_explained(pool):
    table = write_table(pool, "image,label", "pool/a.png,NORMAL", "pool/b.png,sick", "train/c.png,?")
    assert take_stock(pool).unknown_classes() == ["?", "sick"]
    assert take_stock(pool, labels=table).films_by_name() == {"?": 1, "NORMAL": 1, "sick": 1}
    with pytest.raises(DatasetError, match=r"labels.csv, lines 3, 4: the label is not known; say what it means"):
        listed(take_stock(pool))


@pytest.mark.parametrize("second", ["NORMAL,1", "sick,2"], ids=["label", "patient"])
def test_an_image_of_two_labels_or_patients(pool, second):
    write_table(pool, "image,label,patient", "pool/b.png,NORMAL,1", "pool/a.png,sick,1", f"pool/../pool/a.png,{second}")
    with pytest.raises(
        DatasetError, match=r"labels.csv, lines 3, 4: an image has two labels, patients or splits; keep one"
    ):
        scan(pool, classes={"sick": "PNEUMONIA"})


def test_an_image_of_two_splits(pool):
    write_table(pool, "image,label,split", "pool/b.png,NORMAL,train", "pool/b.png,NORMAL,test", "pool/a.png,sick,test")
    with pytest.raises(DatasetError, match=r"labels.csv, lines 2, 3: an image has two labels, patients or splits"):
        scan(pool, classes={"sick": "PNEUMONIA"})


def test_a_column_of_splits_decides_before_the_folders(pool):
    lines = ("pool/a.png,NORMAL,Test", "pool/b.png,PNEUMONIA,train", "train/c.png,NORMAL,train", "Test/d.png,NORMAL,")
    write_table(pool, "image,label,Split", *lines)
    images = {image.path.name: image for image in scan(pool)}
    assert {name: image.is_test for name, image in images.items()} == {
        **{"a.png": True, "b.png": False},
        **{"c.png": False, "d.png": True},  # Where the column says nothing, the folder does.
    }
    assert [image.path.name for image in scan(pool, exclude={"test"})] == ["b.png", "c.png"]
    said = sentences(layout_findings(take_stock(pool)))
    assert "Its column of splits says which films judge, not the names of folders." in said
    assert "Films are learned from in split 'train'." in said
    assert sentences(disagreement(take_stock(pool))) == []


def test_a_film_of_a_test_folder_that_the_table_learns_from_is_said(pool):
    write_table(pool, "image,label,split", "pool/a.png,NORMAL,train", "Test/d.png,PNEUMONIA,train")
    assert sentences(disagreement(take_stock(pool))) == [
        "The table and the folders disagree on whether 1 films judge, and the table decides; mend whichever is wrong."
    ]


def test_a_split_of_a_table_that_nobody_explained_is_asked(pool):
    write_table(pool, "image,label,subset", "pool/a.png,NORMAL,fold 1", "pool/b.png,PNEUMONIA,fold 2")
    assert take_stock(pool).unknown_splits() == {"fold 1": 1, "fold 2": 1}
    with pytest.raises(DatasetError, match=r"^The split 'fold 1' is no split that is known"):
        scan(pool)
    assert len(scan(pool, said={"fold 1": "train", "fold 2": "test"})) == 2


def test_labels_whose_accents_stand_apart_are_one_class(pool):
    apart, together = (unicodedata.normalize(form, "Neumonía") for form in ("NFD", "NFC"))
    write_table(pool, "image,label", f"pool/a.png,{apart}", f"pool/b.png,{together}", "train/c.png,NORMAL")
    assert take_stock(pool).films_by_name() == {"NORMAL": 1, apart: 2}
    images = scan(pool, classes={together: "PNEUMONIA"})
    assert [image.label for image in images] == ["PNEUMONIA", "PNEUMONIA", "NORMAL"]


def test_class_folders_whose_accents_stand_apart(tmp_path):
    apart, together = (unicodedata.normalize(form, "Neumonía") for form in ("NFD", "NFC"))
    for name in ("NORMAL", apart):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.png").write_bytes(png(film("NORMAL", 1)))
    assert take_stock(tmp_path, classes={together: "PNEUMONIA"}).unknown_classes() == []
    assert {image.label for image in scan(tmp_path, classes={together: "PNEUMONIA"})} == {"NORMAL", "PNEUMONIA"}


def test_an_image_twice_with_one_meaning_is_one_image(pool):
    write_table(pool, "image,label", "pool/a.png,sick", "pool/a.png,PNEUMONIA", "pool/b.png,NORMAL")
    assert len(scan(pool, classes={"sick": "PNEUMONIA"})) == 2


def test_a_table_in_a_folder_that_is_missing(tmp_path):
    with pytest.raises(DatasetError, match="There is no folder"):
        take_stock(tmp_path / "nowhere", labels=tmp_path / "labels.csv")
