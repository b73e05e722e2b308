from itertools import permutations

import pytest

from model_store.film.header.header import Header, StudyImage
from model_store.sources.studies import Place, frontal_of, places


def image(view="", part="CHEST", *, kind="", other=False, size=100, number=None, study="s", **header):
    return StudyImage(study, kind, Header("DX", part, view, **header), other, size, number)


PA, AP, LATERAL, UNSAID = image("PA"), image("AP"), image("LL"), image()
DOSE = image(part="", kind="a structured report", size=0)


def test_images_of_one_study_come_together_in_the_order_of_its_first():
    one, two = image("PA", study="one"), image("PA", study="two")
    found = places([one, two, one, two, two])
    assert list(found) == [0, 2, 1, 3, 4]
    assert [(place.study, place.image, place.of, place.is_chosen) for place in found.values()] == [
        *((1, 1, 2, True), (1, 2, 2, False)),
        *((2, 1, 3, True), (2, 2, 3, False), (2, 3, 3, False)),
    ]
    assert found[0].sentence == found[2].sentence != found[1].sentence


def test_what_has_no_study_stands_alone_and_counts_for_none():
    found = places([image(study=""), None, image(), image(study=""), None])
    assert list(found.values()) == [Place(), Place(), Place(study=1), Place(), Place()]


def test_the_image_that_was_chosen_keeps_its_place():
    found = places([LATERAL, None, PA])
    assert list(found) == [0, 2, 1]
    assert [place.is_chosen for place in found.values()] == [False, True, True]


def test_no_images_have_no_places():
    assert places([]) == {}


def test_one_image_needs_no_sentence():
    assert frontal_of([LATERAL]) == (0, "")


def test_the_sentence_says_which_and_why():
    chosen, sentence = frontal_of([LATERAL, PA, DOSE])
    assert chosen == 1
    assert sentence == (
        "Image 2 of 3 of this study was chosen: view PA; image 1 is lateral, image 3 is a structured report."
    )


BEST_FIRST = [
    (image("AP", number=1), image("PA", number=2), "comes later"),
    (image("PA", number=7), image("PA"), "comes later"),
    (image("PA", size=101), image("PA", number=1), "is smaller"),
    (image("PA"), image("PA", "", size=200), "names no part of the body"),
    (image("PA", ""), image("PA", secondary=True), "is a copy"),
    (image("PA", secondary=True), image("PA", for_processing=True), "is raw data for processing"),
    (image("PA", for_processing=True), image(), "names no view"),
    (image("AP", ""), image("LL"), "is lateral"),
    (image("PA"), image("OBLIQUE"), "has another view"),
    (image("PA"), image("PA", "HAND", other=True, size=999), "shows another part of the body"),
    (image("PA"), image("PA", kind="a CT image", size=999), "is a CT image"),
]


@pytest.mark.parametrize(("better", "worse", "why"), BEST_FIRST)
def test_what_decides_and_what_is_said_of_it(better, worse, why):
    sentence = f"Image 2 of 2 of this study was chosen: view {better.header.view}; image 1 {why}."
    assert frontal_of([worse, better])[1].replace("is frontal too, but ", "") == sentence
    assert frontal_of([better, worse])[0] == 0


@pytest.mark.parametrize(
    ("others", "said"),
    [
        ([image("AP", number=2)], "image 2 is frontal too, but comes later."),
        ([image("AP", size=9), image("PA", size=9)], "images 2 and 3 are frontal too, but are smaller."),
        ([image("PA", for_processing=True)], "image 2 is frontal too, but is raw data for processing."),
        ([LATERAL], "image 2 is lateral."),
        ([image("PA", "HAND", other=True)], "image 2 shows another part of the body."),
        ([UNSAID], "image 2 names no view."),
    ],
)
def test_a_second_frontal_image_is_called_one(others, said):
    assert frontal_of([image("PA", number=1), *others])[1].endswith(f"view PA; {said}")


def test_the_order_of_the_files_changes_nothing():
    images = [image("PA", number=2), image("PA", number=5), LATERAL, UNSAID, DOSE]
    for order in permutations(images):
        assert order[frontal_of(order)[0]] is images[0]


def test_of_two_that_are_equal_the_first_is_taken():
    assert frontal_of([image("PA"), image("PA")])[0] == 0


def test_no_named_view_is_said():
    assert frontal_of([LATERAL, UNSAID])[1] == (
        "Image 2 of 2 of this study was chosen, though no image names a frontal view; image 1 is lateral."
    )


def test_a_lateral_view_is_never_called_frontal():
    chosen, sentence = frontal_of([DOSE, LATERAL, image("RL"), image("PA", "HAND", other=True)])
    assert chosen == 1
    assert sentence == (
        "None of the 4 images of this study is a frontal radiograph of the chest; image 1 is a structured report, "
        "images 2 and 3 are lateral, image 4 shows another part of the body."
    )


def test_an_unnamed_view_of_another_part_or_kind_is_never_called_a_chest():
    for only in (image(other=True), image(kind="a CT image")):
        assert frontal_of([only, only])[1].startswith("None of the 2 images of this study is a frontal")


@pytest.mark.parametrize(
    ("lateral", "said"),
    [
        ((1, 2), "images 1 and 2 are lateral"),
        ((1, 2, 4), "images 1, 2 and 4 are lateral"),
        ((2, 3, 4, 6), "images 2 to 4 and 6 are lateral"),
        ((1, 3, 5), "images 1, 3 and 5 are lateral"),
    ],
)
def test_images_of_which_the_same_is_said(lateral, said):
    images = [LATERAL if place in lateral else DOSE for place in range(1, 7)]
    assert said in frontal_of([*images, PA])[1]


def test_a_whole_series_is_one_phrase():
    slices = [image(kind="a CT image")] * 300
    assert frontal_of([PA, *slices])[1].endswith("view PA; images 2 to 301 are each a CT image.")
