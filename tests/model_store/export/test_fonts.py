"""Is there a font for what people type, and is it said where there is none?"""

import pytest
from fontTools.ttLib import TTFont

from model_store.export.fonts import NO_LETTER, drawable, east_asian_face, faces, faces_of, runs_leftwards

SCRIPTS = {
    "Grüße, Łódź": "NotoSans",
    "Жизнь αβγ": "NotoSans",
    "عربي": "NotoSansArabic",
    "שלום": "NotoSansHebrew",
    "ผู้ป่วย": "NotoSansThai",
    "क्षत्रिय": "NotoSansDevanagari",
    "肺炎": "NotoSansCJK",
    "はい": "NotoSansCJK",
    "폐렴": "NotoSansCJK",
}


@pytest.mark.parametrize(("text", "name"), SCRIPTS.items())
def test_every_letter_of_a_script_is_in_its_font(text, name):
    assert drawable(text) == (text, False)
    face = faces_of(text)[-1]
    assert face.name == name
    with TTFont(face.path, lazy=True, fontNumber=face.number) as font:
        assert {ord(letter) for letter in text} - {ord(" ")} <= font.getBestCmap().keys() | {ord(","), ord(" ")}


def test_what_has_no_letter_is_said_and_no_box():
    assert drawable("\U00013080 and \ue000") == (f"{NO_LETTER} and {NO_LETTER}", True)


def test_nothing_unseen_stays_but_what_joins_letters():
    assert drawable("a\u202eb\x00c\tend\ufeff\ud800") == ("abc end", False)
    persian = "\u0645\u06cc\u200c\u062e\u0648"
    assert drawable(persian) == (persian, False)
    assert drawable("two\r\nlines\rand\nmore")[0] == "two\nlines\nand\nmore"


def test_accents_that_stand_apart_are_one_letter():
    assert drawable("e\u0301") == ("\u00e9", False)


def test_the_latin_font_is_first_and_the_largest_last():
    assert faces()[0].name == "NotoSans"
    assert [face.name for face in faces_of("肺 lung")] == ["NotoSans", "NotoSansCJK"]
    assert faces_of("") == []


def test_signs_are_written_as_their_country_does():
    """The Japanese, Korean and Chinese face of the collection."""
    numbers = [faces_of(text)[-1].number for text in ("直す", "폐", "直")]
    assert numbers == [0, 1, 2]
    with TTFont(faces_of("直")[-1].path, lazy=True, fontNumber=2) as font:
        assert font["name"].getDebugName(1) == "Noto Sans CJK SC"


@pytest.mark.parametrize(("text", "number"), [("The reason: 肺", 2), ("はい", 0), ("폐", 1), ("עברית \u2265", None)])
def test_the_font_of_a_line_with_east_asian_letters(text, number):
    face = east_asian_face(text)
    assert (face.number if face else None) == number


@pytest.mark.parametrize(
    ("text", "leftwards"), [("12 عربي", True), ("שלום abc", True), ("abc שלום", False), ("", False)]
)
def test_which_way_a_line_runs(text, leftwards):
    assert runs_leftwards(text) is leftwards
