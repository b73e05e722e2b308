import hashlib
import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.doubles.trainings.training_doubles import labelled
from training.data.division import divide_images, hold_out, own_test_split, set_aside, split_by_patient
from training.data.labelled import CLASSES, DatasetError


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


def person(label, patient, number=0, **changes):
    return replace(labelled(f"{label}/{patient}-{number}.png", label=label, patient=str(patient)), **changes)


def people(count, first=0, **changes):
    return [person(label, patient, **changes) for label in CLASSES for patient in range(first, first + count)]


def place(key):
    """Where in 0..1 the hash of a patient lies."""
    return int(hashlib.sha256(f"held out/{key}".encode()).hexdigest(), 16) / 2**256


def keys(images):
    return {image.patient_key for image in images}


def test_the_hash_of_the_patient_decides():
    images = people(200)
    rest, held_out = hold_out(images, share=0.2)
    assert keys(held_out) == {key for key in keys(images) if place(key) < 0.2}
    assert [image for image in images if image in held_out] == held_out
    assert [image for image in images if image not in held_out] == rest
    assert 50 < len(held_out) < 110  # 80 of 400 are expected.


def test_patients_that_are_held_out_for_good():
    # sha256sum of "held out/NORMAL/IM-0001" and so on begins with c7, c8, 332e and 00c2; a fifth of ffff is 3333.
    normal = [labelled(f"IM-{number}-1.png", patient=f"IM-{number}") for number in ("0001", "0005", "0011", "0027")]
    _, held_out = hold_out(normal + [person("PNEUMONIA", number) for number in range(9)], share=0.2)
    assert [image.patient for image in held_out if image.label == "NORMAL"] == ["IM-0011", "IM-0027"]


@st.composite
def data_sets(draw):
    """Films of up to thirty patients a class, some named in both classes, some with copies of other patients' films."""
    film = st.tuples(st.sampled_from(CLASSES), st.integers(0, 30), st.booleans(), st.sampled_from(["", "", "", *"abc"]))
    films = draw(st.lists(film, max_size=60))
    return [
        person(label, patient, number, sha256=copy or f"own {number}", patient_is_named=named)
        for number, (label, patient, named, copy) in enumerate(films)
    ]


def is_parted(one, other):
    """No patient and no identical file on both sides, and both classes on each."""
    both_classes = all({image.label for image in side} == set(CLASSES) for side in (one, other))
    files = [{image.sha256 for image in side} for side in (one, other)]
    return both_classes and not keys(one) & keys(other) and not files[0] & files[1]


@given(data_sets(), st.integers(0, 5))
def test_what_is_held_out_shares_nothing_with_the_rest(images, seed):
    images = people(3, first=100) + images  # Three of each class who share no file, as little as there may be.
    rest, held_out = hold_out(images)
    assert is_parted(rest, held_out)
    assert sorted(rest + held_out, key=images.index) == images
    training, validation = split_by_patient(rest, share=0.2, seed=seed)
    assert is_parted(training, validation)
    assert len(training) + len(validation) == len(rest)


LOW = {label: next(n for n in range(100, 200) if place(f"{label}/{n}") < 0.2) for label in CLASSES}
HIGH = {label: [n for n in range(100, 200) if place(f"{label}/{n}") > 0.2][:2] for label in CLASSES}


@given(data_sets(), data_sets(), st.randoms())
def test_who_is_held_out_stays_held_out_as_the_data_grow(images, more, chance):
    images = [person(label, n) for label in CLASSES for n in (LOW[label], *HIGH[label])] + images
    grown = [*images, *(replace(image, path="more" / image.path) for image in more)]
    chance.shuffle(grown)
    assert keys(hold_out(images)[1]) <= keys(hold_out(grown)[1])


def test_a_patient_with_many_films_and_whoever_shares_a_file_go_together():
    low, high = LOW["NORMAL"], HIGH["NORMAL"][0]
    images = [*people(9), *(person("NORMAL", low, number, sha256=f"film {number}") for number in range(3))]
    images.append(person("NORMAL", high, sha256="film 2"))
    _, held_out = hold_out(images)
    assert {f"NORMAL/{low}", f"NORMAL/{high}"} <= keys(held_out)
    assert len([image for image in held_out if image.patient == str(low)]) == 3


def test_a_class_without_a_low_hash_gives_its_lowest():
    patients = [n for n in range(200) if place(f"NORMAL/{n}") > 0.2][:6]
    _, held_out = hold_out([person("NORMAL", n) for n in patients] + [person("PNEUMONIA", n) for n in range(9)])
    lowest = min(patients, key=lambda n: place(f"NORMAL/{n}"))
    assert [image.patient for image in held_out if image.label == "NORMAL"] == [str(lowest)]


def test_a_class_of_low_hashes_keeps_two_patients():
    patients = sorted((n for n in range(200) if place(f"NORMAL/{n}") < 0.2), key=lambda n: place(f"NORMAL/{n}"))[:5]
    rest, _ = hold_out([person("NORMAL", n) for n in patients] + [person("PNEUMONIA", n) for n in range(9)])
    assert {image.patient for image in rest if image.label == "NORMAL"} == {str(n) for n in patients[-2:]}


def test_a_named_patient_is_one_person_in_both_classes():
    images = [person(label, f"p{n}", patient_is_named=True) for label in CLASSES for n in range(12)]
    for one, other in (hold_out(images), split_by_patient(images, share=0.3, seed=1)):
        assert is_parted(one, other)


@pytest.mark.parametrize(("count", "sentence"), [
    (2, "has 2 patients, but training, validation and the held-out films need one each; add films of at least 1 more"),
    (1, "has 1 patient, but .* add films of at least 2 more"),
    (0, "has 0 patients, but .* add films of at least 3 more"),
])  # fmt: skip
def test_too_few_patients_to_hold_any_out(count, sentence):
    images = [person("NORMAL", n) for n in range(5)] + [person("PNEUMONIA", n) for n in range(count)]
    with pytest.raises(DatasetError, match=f"Class PNEUMONIA {sentence}"):
        hold_out(images)


def test_three_patients_who_share_a_file_are_not_three():
    images = [person("NORMAL", n) for n in range(5)] + [person("PNEUMONIA", n, sha256="same") for n in range(3)]
    with pytest.raises(DatasetError, match="Class PNEUMONIA has 1 patient, but"):
        hold_out(images)


def test_three_patients_are_enough():
    parts = divide_images(people(3), validation_share=0.1, seed=1, hold_out=True)
    assert [len(part) for part in (parts.training, parts.validation, parts.held_out)] == [2, 2, 2]


def test_the_test_split_of_the_data_is_what_is_held_out():
    images = people(6, split="train") + people(3, first=10, split="Test")
    assert own_test_split(images) == images[12:]
    assert set_aside(images) == (images[:12], images[12:])
    parts = divide_images(images, validation_share=0.2, seed=1, hold_out=True)
    assert parts.held_out == images[12:]
    assert sorted(parts.training + parts.validation, key=images.index) == images[:12]


def test_a_test_split_of_one_class_judges_nothing_and_is_not_learned_from():
    images = people(6, split="train") + [person("NORMAL", n, split="test") for n in range(20, 25)]
    assert own_test_split(images) == []
    rest, held_out = set_aside(images)
    assert (rest, held_out) == hold_out(images[:12])


def test_without_holding_out_the_test_split_is_passed_over():
    images = people(6, split="train") + people(3, first=10, split="test")
    parts = divide_images(images, validation_share=0.2, seed=4, hold_out=False)
    assert (parts.training, parts.validation) == split_by_patient(images[:12], share=0.2, seed=4)
    assert parts.held_out == []


def test_refused_films_are_held_out_but_not_learned_from():
    images = people(30)
    _, held_out = hold_out(images)
    refused = {held_out[0].path, next(image.path for image in images if image not in held_out)}
    parts = divide_images(images, validation_share=0.2, seed=1, hold_out=True, refused=refused)
    assert parts.held_out == held_out
    learned_from = {image.path for image in parts.training + parts.validation}
    assert learned_from == {image.path for image in images if image not in held_out} - refused
