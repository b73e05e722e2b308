from dataclasses import replace

import pytest

from model_store.trainings.findings.wording import sentences
from tests.doubles.trainings.training_doubles import labelled
from training.data.division import divide_images
from training.data.labelled import CLASSES
from training.examination import findings
from training.examination.evidence import Evidence


def problems(seen):
    return sentences(findings.problems(seen))


def warnings(seen):
    return sentences(findings.warnings(seen))


def film(label, number, **changes):
    return labelled(f"{label}/{number}.png", label=label, **changes)


def films(normal, pneumonia, **changes):
    return [
        film(label, n, **changes)
        for label, count in zip(CLASSES, (normal, pneumonia), strict=True)
        for n in range(count)
    ]


def evidence(images, **changes):
    return Evidence(**{"images": images, "unknown": [], "has_table": False, "hold_out": True} | changes)


def divided(images, **changes):
    refused = [(image, "It is damaged.") for image in changes.pop("refused", [])]
    parts = divide_images(
        images, validation_share=0.12, seed=1, hold_out=True, refused={image.path for image, _ in refused}
    )
    return evidence(images, parts=parts, refused=refused, **changes)


PLENTY = films(210, 210)


def test_nothing_is_wrong_with_plenty_of_films():
    whose = [replace(image, patient=f"{index // 2}") for index, image in enumerate(PLENTY)]
    seen = divided(whose, bytes_needed=5, bytes_free=5)
    assert problems(seen) == []
    assert warnings(seen) == []


@pytest.mark.parametrize(
    ("unknown", "has_table", "sentence"),
    [
        (["sick"], False, "Say what the folder 'sick' means."),
        (["healthy", "sick"], False, "Say what the folders 'healthy' and 'sick' mean."),
        (["a", "b", "c"], True, "Say what the labels 'a', 'b' and 'c' mean."),
        (list("abcdefgh"), True, "Say what the labels 'a', 'b', 'c', 'd', 'e' and 3 more mean."),
    ],
)
def test_names_that_nobody_explained_are_asked_for_alone(unknown, has_table, sentence):
    assert problems(evidence([], unknown=unknown, has_table=has_table)) == [sentence]


def test_no_films():
    assert problems(evidence([])) == [
        "No films were found; expected folders NORMAL and PNEUMONIA, or a labels.csv beside the films."
    ]


@pytest.mark.parametrize("label", CLASSES)
def test_one_class(label):
    other = next(each for each in CLASSES if each != label)
    assert problems(evidence([film(label, n) for n in range(30)])) == [
        f"There are no films of class {other}; both classes are needed, so add some."
    ]


def test_too_few_readable_films():
    images = films(11, 12)
    seen = evidence(images, refused=[(image, "It is damaged.") for image in images[:3]])
    assert problems(seen) == ["Class NORMAL has too few readable films: 8; add at least 2 more."]


def test_a_class_of_refused_films():
    images = films(12, 12)
    seen = evidence(images, refused=[(image, "It is damaged.") for image in images[12:]])
    assert problems(seen) == ["Every film of class PNEUMONIA is refused; see the reasons and export these films anew."]


def test_what_keeps_the_films_from_being_divided():
    assert problems(evidence(PLENTY, obstacle="Class NORMAL has 2 patients.")) == ["Class NORMAL has 2 patients."]


def test_too_little_disk():
    seen = evidence(PLENTY, bytes_needed=1_234_000_001, bytes_free=200_999_999)
    assert problems(seen) == [
        "The training needs 1,235 MB of disk and 200 MB are free; please free at least 1,035 MB more."
    ]


def test_a_patient_in_training_and_test():
    images = [*films(12, 12), *(film(label, n, split="Test") for label in CLASSES for n in (90, 91))]
    assert problems(evidence(images)) == []
    images.append(film("NORMAL", "again", patient="90"))
    assert problems(evidence(images)) == [
        "Patients with films in the test folder and among those to learn from: 1; keep each on one side, "
        "or name the patients in a CSV where one name stands for several."
    ]


def test_a_patient_in_training_and_validation_folders_is_no_leak():
    images = [*films(12, 12), film("NORMAL", "again", patient="1", split="val")]
    assert problems(evidence(images)) == []


def test_a_film_in_training_and_test():
    images = [*films(12, 12), *(film(label, n, split="test") for label in CLASSES for n in (90, 91))]
    images.append(film("NORMAL", "copy", sha256="NORMAL/90.png"))
    seen = evidence(images)
    assert problems(seen) == [
        "Films that lie in the test folder and among those to learn from, as the same file or saved anew: 1; "
        "delete each from one of the two."
    ]
    assert not [sentence for sentence in warnings(seen) if "repeat the film" in sentence]


def test_a_film_in_two_classes():
    images = [*films(12, 12), film("PNEUMONIA", "copy", sha256="NORMAL/1.png")]
    seen = evidence(images)
    assert problems(seen) == [
        "Films that lie in both classes, as the same file or saved anew: 1; delete each from the class that is wrong."
    ]
    assert not [sentence for sentence in warnings(seen) if "repeat the film" in sentence]


def test_copies_within_a_class():
    images = [
        *named(PLENTY),
        *(film("NORMAL", f"copy{n}", patient="1", sha256="NORMAL/1.png", split="val") for n in range(2)),
    ]
    seen = evidence(images)
    assert problems(seen) == []
    assert warnings(seen) == ["Files that repeat the film of another one: 2; they add nothing to learn from."]


def named(images):
    """Let it be known whose films they are."""
    return [replace(image, patient_is_named=True, patient=image.path.as_posix()) for image in images]


def test_refused_films():
    seen = divided(named(PLENTY), refused=PLENTY[100:103])
    assert warnings(seen) == ["Films that cannot be read and are not learned from: 3; the list says why."]


@pytest.mark.parametrize(("normal", "said"), [(200, 0), (199, 1)])
def test_balance_beyond_one_to_five(normal, said):
    found = [sentence for sentence in warnings(evidence(films(normal, 1000))) if "times as many" in sentence]
    assert len(found) == said
    if said:
        assert found == [
            "There are 5.0 times as many films of class PNEUMONIA as of class NORMAL; beyond 5 times the rare class "
            "is learned badly, so add films of class NORMAL."
        ]


def test_fewer_than_a_hundred_films_of_a_class():
    images = named(films(100, 100))
    assert warnings(evidence(images)) == []
    assert warnings(evidence(images[:-1])) == [
        "Class PNEUMONIA has fewer than 100 films (99), so the comparison will hardly show that the new version is "
        "not worse."
    ]


def test_fewer_than_thirty_held_out_films_of_a_class():
    images = named(films(110, 110, split="train"))
    test = named([film(label, f"t{n}", split="test") for label in CLASSES for n in range(30)])
    assert warnings(divided(images + test)) == []
    sentence = (
        "Class NORMAL has fewer than 30 held-out films (29), so the comparison will hardly show that the new version "
        "is not worse."
    )
    assert warnings(divided(images + test[1:])) == [sentence]
    assert warnings(divided(images + test, refused=test[:1]))[1:] == [sentence]


def test_a_test_folder_of_one_class():
    images = named([*films(110, 110), *(film("NORMAL", f"t{n}", split="test") for n in range(30))])
    assert warnings(evidence(images)) == [
        "The test folder holds one class alone, so its films are left out; others are held out where needed."
    ]


def test_films_of_which_nobody_said_whose_they_are():
    sentence = (
        "No patient is named, so each film counts as a patient of its own; name patients in a CSV to keep them apart."
    )
    assert sentence not in warnings(evidence(films(25, 25)))
    assert sentence in warnings(evidence(films(26, 25)))
    assert sentence not in warnings(evidence(named(films(26, 25)))), "each is of another patient, and that was said"


@pytest.mark.parametrize(("told", "said"), [(1, 99), (94, 6), (95, 0), (100, 0)])
def test_the_share_of_films_without_a_patient_decides(told, said):
    images = films(50, 50)
    found = [each for each in warnings(evidence(named(images[:told]) + images[told:])) if "No patient" in each]
    sentence = (
        f"No patient is named for {said} of 100 films, so each of these counts as a patient of its own; "
        "name patients in a CSV to keep them apart."
    )
    assert found == ([sentence] if said else [])
