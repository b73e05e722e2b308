"""Are the words of a page those of every export, with what its reader needs, and shortened only where they may be?"""

import pytest

from model_store.export.page import wording
from model_store.export.page.content import Notes, content_of
from model_store.export.wording.words import Words
from model_store.film.load import load_radiograph
from tests.doubles.batch_doubles import PNG, FakeClassifier

WORDS = Words(headline="Result", notices=["Warning: blurred."], findings=["It lies there."], details="model version x")


@pytest.fixture
def content(card):
    def make(notes=None, **others):
        reading = FakeClassifier(card).read(load_radiograph(PNG))
        given = {"caption": "A map.", "chosen": None, "patient": ""} | others
        return content_of(reading, card, WORDS, notes=notes or Notes(), **given)

    return make


def texts(blocks):
    return [block.text for block in blocks]


def test_warnings_stand_above_the_pictures_and_where_it_lies_below(content):
    made = content()
    assert {"Result", "Warning: blurred."} <= set(texts(made.above))
    assert texts(made.below) == ["A map.", "It lies there."]
    assert texts(made.after) == ["Model version x."]


def test_the_patient_is_named_or_it_is_said_that_nobody_is(content):
    assert texts(content().above)[0] == wording.NOT_NAMED
    assert texts(content(patient="Patient Marker Mary").above)[0] == "Patient Marker Mary"


def test_only_the_impression_is_shortened(content):
    made = content(Notes("one two three", "Dr A"))
    assert texts(made.beneath())[2:5] == [wording.IMPRESSION, "one two three", f"{wording.NAME} Dr A"]
    assert texts(made.beneath(8))[3] == f"one two{wording.SHORTENED}"
    assert texts(made.beneath(13)) == texts(made.beneath())
    assert wording.IMPRESSION not in texts(content(Notes("  ", "Dr A")).beneath())


def test_all_letters_that_are_needed_are_known(content):
    made = content(Notes("肺", "д"))
    assert {"肺", "д", "\u2026", "M"} <= set(made.text)


def test_a_letter_without_a_font_is_said_wherever_it_is(content):
    assert wording.UNDRAWN not in texts(content(Notes("ok")).after)
    for made in (content(Notes("\U00013080")), content(patient="\U00013080"), content(caption="\U00013080")):
        assert wording.UNDRAWN in texts(made.after)
        assert "\U00013080" not in made.text


def test_a_number_stays_with_its_per_cent(content):
    assert texts(content(caption="From 5 % on.").below)[0] == "From 5\u00a0% on."
