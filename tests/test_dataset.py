import hashlib
import random
from dataclasses import replace
from pathlib import Path

import pytest
from training_doubles import labelled, opened_paths

from training.dataset import CLASSES, DatasetError, scan, split_by_patient


def write(folder, *names):
    """Write files whose bytes are their own names."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    return folder


def keys(folder, *names):
    write(folder, *(f"NORMAL/{name}" if "IM-" in name else f"PNEUMONIA/{name}" for name in names), "NORMAL/z")
    return {image.path.name: (image.patient, image.pathogen) for image in scan(folder)}


def test_person_numbers_restart_for_each_pathogen(tmp_path):
    found = keys(tmp_path, "person12_bacteria_47.jpeg", "person12_bacteria_48.jpeg", "person12_virus_3.jpeg")
    assert found["person12_bacteria_47.jpeg"] == found["person12_bacteria_48.jpeg"] == ("bacteria-12", "bacteria")
    assert found["person12_virus_3.jpeg"] == ("virus-12", "virus")


def test_normal_numbers_are_of_two_series(tmp_path):
    found = keys(tmp_path, "IM-0001-0001.jpeg", "IM-0001-0002.jpeg", "NORMAL2-IM-0001-0001.jpeg", "person1_virus_1.png")
    assert found["IM-0001-0001.jpeg"] == found["IM-0001-0002.jpeg"] == ("IM-0001", "")
    assert found["NORMAL2-IM-0001-0001.jpeg"] == ("NORMAL2-IM-0001", "")


def test_a_name_that_tells_nothing_is_a_patient_of_its_own(tmp_path):
    found = keys(tmp_path, "film.a.png", "film.b.png")
    assert (found["film.a.png"], found["film.b.png"]) == (("film.a", ""), ("film.b", ""))


def test_split_folders_of_any_name_and_number(tmp_path):
    splits = ("train", "val", "test", "extra", "2019")
    data = write(tmp_path, *(f"{split}/{label}/{split}{label}.png" for split in splits for label in CLASSES))
    images = scan(data)
    assert {(image.split, image.label) for image in images} == {(s, label) for s in splits for label in CLASSES}
    assert len(images) == 10


def test_classes_directly_in_the_folder(tmp_path):
    images = scan(write(tmp_path, "NORMAL/a.png", "PNEUMONIA/b.png"))
    assert [(i.split, i.label, i.target, i.path.name) for i in images] == [
        ("all", "NORMAL", 0, "a.png"),
        ("all", "PNEUMONIA", 1, "b.png"),
    ]


def test_class_folders_in_any_case_and_other_folders_passed_over(tmp_path):
    data = write(tmp_path, "train/normal/a.png", "train/Pneumonia/b.png", "train/COVID/c.png", "readme.txt")
    assert sorted(image.label for image in scan(data)) == ["NORMAL", "PNEUMONIA"]


def test_an_image_knows_the_hash_of_its_bytes(tmp_path):
    images = scan(write(tmp_path, "NORMAL/a.png", "PNEUMONIA/b.png"))
    assert images[0].sha256 == hashlib.sha256(b"NORMAL/a.png").hexdigest()


def test_hidden_files_and_folders_in_a_class_are_passed_over(tmp_path):
    data = write(tmp_path, "NORMAL/a.png", "NORMAL/.DS_Store", "NORMAL/._a.png", "NORMAL/sub/d.png", "PNEUMONIA/b.png")
    assert [image.path.name for image in scan(data)] == ["a.png", "b.png"]


def test_only_the_wanted_splits_are_read(tmp_path):
    data = write(tmp_path, *(f"{split}/{label}/{split}.png" for split in ("train", "test") for label in CLASSES))
    assert {image.split for image in scan(data, splits={"test"})} == {"test"}


def test_an_excluded_split_is_neither_listed_nor_opened(tmp_path):
    data = write(tmp_path, *(f"{split}/{label}/{split}.png" for split in ("train", "test") for label in CLASSES))
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
        scan(write(tmp_path, f"train/{present}/a.png"))


def test_empty_class_folder(tmp_path):
    (write(tmp_path, "train/NORMAL/a.png") / "train/PNEUMONIA").mkdir()
    with pytest.raises(DatasetError, match="No images of class PNEUMONIA"):
        scan(tmp_path)


def test_no_images_at_all(tmp_path):
    with pytest.raises(DatasetError, match=r"expected .*/<split>/NORMAL/ or .*/NORMAL/ with at least one image"):
        scan(tmp_path)


def test_a_split_that_is_not_there_is_named(tmp_path):
    with pytest.raises(DatasetError, match="No images of class NORMAL were found in holdout below"):
        scan(write(tmp_path, "train/NORMAL/a.png", "train/PNEUMONIA/b.png"), splits={"holdout"})


def drawn_images(seed):
    """Images of random patients with random numbers of films, some files byte-identical, also across patients."""
    chance = random.Random(seed)
    images = []
    for label in CLASSES:
        for patient in range(chance.randint(5, 25)):
            for number in range(chance.choice((1, 1, 1, 2, 5))):
                copy = f"copy{chance.randint(0, 3)}" if chance.random() < 0.08 else None
                name = f"{label}/{patient}-{number}.png"
                images.append(labelled(name, label=label, patient=str(patient), sha256=copy))
    chance.shuffle(images)
    return images


@pytest.mark.parametrize("seed", range(40))
def test_no_patient_and_no_file_is_in_both_halves(seed):
    images = drawn_images(seed)
    training, validation = split_by_patient(images, share=0.2, seed=seed)
    for identity in (lambda image: (image.label, image.patient), lambda image: image.sha256):
        assert not set(map(identity, training)) & set(map(identity, validation))
    for half in (training, validation):
        assert {image.label for image in half} == set(CLASSES)
    assert [i for i in images if i in training] == training  # In their old order,
    assert [i for i in images if i in validation] == validation
    assert len(training) + len(validation) == len(images)  # and none is lost.


def test_patients_joined_by_a_chain_of_identical_files_stay_together():
    chain = [
        labelled("a1", patient="a", sha256="one"),
        labelled("b1", patient="b", sha256="two"),
        labelled("c1", patient="c", sha256="two"),
        labelled("c2", patient="c", sha256="one"),
    ]
    others = [labelled(f"n{i}") for i in range(4)] + [labelled(f"p{i}", label="PNEUMONIA") for i in range(4)]
    for seed in range(12):
        _, validation = split_by_patient(chain + others, share=0.3, seed=seed)
        assert len([image for image in validation if image in chain]) in (0, 4)


def test_the_same_patient_key_in_two_classes_is_two_patients():
    images = [labelled(f"{label}{i}", label=label, patient=str(i)) for label in CLASSES for i in range(40)]
    _, validation = split_by_patient(images, share=0.25, seed=1)
    normal, pneumonia = ({i.patient for i in validation if i.label == label} for label in CLASSES)
    assert normal != pneumonia


def test_each_class_gives_its_share():
    images = [labelled(f"n{i}") for i in range(100)] + [labelled(f"p{i}", label="PNEUMONIA") for i in range(300)]
    _, validation = split_by_patient(images, share=0.12, seed=3)
    assert [sum(image.label == label for image in validation) for label in CLASSES] == [12, 36]


def test_the_seed_decides():
    images = drawn_images(1)
    drawn = [split_by_patient(images, share=0.2, seed=seed)[1] for seed in (5, 5, 6)]
    assert drawn[0] == drawn[1] != drawn[2]


def test_the_draw_does_not_depend_on_other_classes():
    normal = [labelled(f"n{i}") for i in range(20)]
    few, many = ([labelled(f"p{i}", label="PNEUMONIA") for i in range(n)] for n in (5, 50))
    halves = [split_by_patient(normal + ill, share=0.2, seed=1)[1] for ill in (few, many)]
    assert [i for i in halves[0] if i.label == "NORMAL"] == [i for i in halves[1] if i.label == "NORMAL"]


@pytest.mark.parametrize("label", CLASSES)
def test_one_patient_cannot_be_divided(label):
    images = [labelled(f"{each}{i}", label=each) for each in CLASSES for i in range(3)]
    images = [replace(image, patient="one") if image.label == label else image for image in images]
    with pytest.raises(DatasetError, match=f"Class {label} has fewer than two patients"):
        split_by_patient(images, share=0.2, seed=1)


def test_two_patients_are_divided():
    images = [labelled(f"{label}{i}", label=label) for label in CLASSES for i in range(2)]
    training, validation = split_by_patient(images, share=0.01, seed=1)
    assert (len(training), len(validation)) == (2, 2)
