"""Is the page to hand on one sheet that any program reads: the right film and number, all words, and nothing more?"""

import re
import unicodedata
from dataclasses import replace
from datetime import date

import cv2
import numpy as np
import pytest
from PIL import Image

from model_store.decoding.pool import decode
from model_store.export.dicom.refusals import PatientNotKept
from model_store.export.page import wording
from model_store.export.page.content import Notes
from model_store.export.page.page import render_page
from model_store.export.page.pictures import Shown
from model_store.export.page.template import Template
from model_store.export.picture import to_display
from model_store.export.wording import sentences
from model_store.film.load import load_radiograph
from model_store.film.refusals import UnreadableImage
from model_store.reading.film_check.check import FilmCheck
from model_store.reading.film_check.reasons import BLURRED, age
from model_store.reading.film_check.verdict import QualityReport, Reason
from model_store.reading.results import Prediction
from tests.doubles.batch_doubles import PNG, FakeClassifier
from tests.doubles.fakes import sample_version
from tests.doubles.films import phantom
from tests.doubles.films.dicom_sources import PATIENT, drawn_film
from tests.doubles.pdf_pages import facts_of, fonts_of, pictures_in, seen, words_on
from tests.doubles.point_doubles import three_point_card

DAY = date(2026, 11, 29)
CARD = sample_version(three_point_card()).card
FILM = load_radiograph(PNG)
REFUSED = Reason("not a chest", "refuse", "This is no frontal chest radiograph.", "overrule")


def read(probability, film=FILM, **others):
    reading = FakeClassifier(CARD).read(film)
    prediction = Prediction(0.0, probability, CARD.operating_point, CARD.points, CARD.conformal)
    return replace(reading, prediction=prediction, **others)


def page_of(reading, film=FILM, findings=(), *, folded=None, chosen=None, **others):
    shown = Shown(film, reading, reading.explanation, folded=folded, chosen=chosen)
    return render_page(shown, CARD, findings=findings, day=DAY, **others)


@pytest.fixture(scope="module")
def suspected():
    return page_of(read(0.84), notes=Notes("I see an opacity\non the right.", "Dr A. Example"))


def test_the_numbers_are_the_results_with_how_good_the_point_is(suspected):
    said = words_on(suspected)
    assert "Pneumonia suspected: probability 84 %" in said
    assert set(re.findall(r"probability (?:of pneumonia of )?(\d+ %)", said)) == {"84 %"}
    assert (
        "At the balanced point of 43.7 %, on 624 test films: sensitivity 95.0 % (95 % interval 92.4 to 96.8), "
        "specificity 85.0 % (95 % interval 80.0 to 89.0)."
    ) in said


def test_what_it_came_from_when_and_for_what_it_may_be_used(suspected):
    said = words_on(suspected)
    assert f"Model version {CARD.version}, weights {CARD.weights_sha256[:12]}" in said
    assert f"image {FILM.sha256[:12]}" in said
    assert "Page made on 2026-11-29" in said
    assert sentences.RESEARCH_USE in said
    assert wording.PNEUMONIA_ALONE in said
    assert wording.FOOT in said


def test_no_word_of_engineering_is_on_it(suspected):
    assert not re.findall(r"(?i)dice|calibrat|logit|temperature|\btime\b", words_on(suspected))


def test_the_clinicians_words_are_there_as_theirs(suspected):
    said = words_on(suspected)
    assert f"{wording.IMPRESSION} I see an opacity on the right. {wording.NAME} Dr A. Example" in said
    assert wording.IMPRESSION not in words_on(page_of(read(0.84)))


def test_one_sheet_of_a4_with_its_own_fonts_that_says_nothing_of_its_maker(suspected):
    facts = facts_of(suspected)
    assert facts["Pages"] == "1"
    assert facts["Page size"] == "595.28 x 841.89 pts (A4)"
    assert facts["Producer"] == "X-Ray Reader"
    assert "Nov 29 00:00:00 2026" in facts["CreationDate"]
    assert not {"Author", "Creator", "ModDate", "Subject", "Keywords"} & facts.keys()
    assert b"/ID" not in suspected
    fonts = fonts_of(suspected)
    assert fonts
    assert all(font["emb"] == "yes" for font in fonts)


def test_the_film_is_the_one_that_was_read_pixel_by_pixel(suspected, tmp_path):
    film, beside, ramp = pictures_in(suspected, tmp_path)
    expected = to_display(FILM.pixels)
    assert np.array_equal(film if film.ndim == 2 else film[..., 0], expected)
    assert (np.ptp(beside.astype(int), axis=2) > 20).any(), "the map is coloured"
    assert ramp.shape[0] < 20


def test_on_the_printed_page_the_film_is_seen_at_the_left(suspected, tmp_path):
    """Where the page looks most like the film, it looks very much so; another film is not found on it."""
    grey = cv2.cvtColor(seen(suspected, tmp_path), cv2.COLOR_RGB2GRAY)
    width = round(88 / 25.4 * 100)
    other = load_radiograph(phantom.png(phantom.Chest(320, 256, seed=5, opacity=0.6)))
    likeness = []
    for film in (FILM, other):
        height = round(width * film.pixels.shape[0] / film.pixels.shape[1])
        part = cv2.resize(to_display(film.pixels), (width, height), interpolation=cv2.INTER_AREA)
        _, best, _, place = cv2.minMaxLoc(cv2.matchTemplate(grey, part, cv2.TM_CCOEFF_NORMED))
        likeness.append((best, place))
    assert likeness[0][0] > 0.99
    assert likeness[0][1][0] == pytest.approx(14 / 25.4 * 100, abs=2)
    assert likeness[1][0] < likeness[0][0] - 0.01


def test_a_grey_printer_prints_it_black_on_white(suspected, tmp_path):
    """Words are dark on white paper without colour; the tests of the pictures ask for the map's broken line."""
    picture = seen(suspected, tmp_path)
    edge = picture[:, -20:]
    assert edge.min() > 250
    letters = picture[: round(40 / 25.4 * 100)]
    assert np.ptp(letters.astype(int), axis=2).max() < 12, "letters have no colour"
    assert letters.min() < 60


def test_without_suspicion_there_is_no_map_and_nothing_of_it(tmp_path):
    page = page_of(read(0.3), findings=["Second opinion."])
    said = words_on(page)
    assert "Not sure whether this is pneumonia: probability 30 %" in said
    assert wording.folded("the balanced point of 43.7 %") in said
    assert "Second opinion." in said
    for stored in pictures_in(page, tmp_path):
        assert np.array_equal(stored if stored.ndim == 2 else stored[..., 0], to_display(FILM.pixels))
    coloured = np.ptp(seen(page, tmp_path).astype(int), axis=2) > 40
    assert 0 < coloured.mean() < 0.01, "the outlines alone"
    assert wording.folded("the balanced point of 43.7 %") not in words_on(page_of(read(0.437)))
    assert wording.folded("the balanced point of 43.7 %") not in words_on(page_of(read(0.3), folded=False))


def test_warnings_and_what_was_overruled_with_its_reason():
    reading = read(
        0.9,
        quality=QualityReport((REFUSED, BLURRED)),
        overruled="I can see both lungs",
        against_gate="This version reads against its gate.",
    )
    said = words_on(page_of(reading, overruled=frozenset({BLURRED.name})))
    assert "The reader's reason: I can see both lungs." in said
    assert f"Overruled by the reader: {BLURRED.sentence}" in said
    assert "This version reads against its gate." in said
    assert f"Warning: {BLURRED.sentence}" in words_on(page_of(reading))


def test_the_point_that_the_clinician_chose_has_its_figures_too():
    said = words_on(page_of(read(0.5), chosen=0.28))
    assert "At the reader's point of 28.0 %, on 40 test films: sensitivity 90.0 %" in said


LONG = ["I type on and on. " * 278, "M" * 5000, "肺" * 5000, "عربي " * 1000, "line\n" * 1000]


@pytest.mark.parametrize("notes", LONG, ids=range(len(LONG)))
def test_five_thousand_characters_are_all_there_or_it_is_said_that_they_are_not(notes):
    page = page_of(read(0.84), notes=Notes(notes, "Dr A. Example"))
    said = unicodedata.normalize("NFKC", words_on(page))
    assert facts_of(page)["Pages"] == "1"
    is_whole = said.count(notes[0]) >= notes.count(notes[0])
    assert is_whole != ("shortened" in said)
    assert said.count(notes[0]) > 60, "as much as there is room for"
    assert f"{wording.NAME} Dr A. Example" in said
    assert said.rstrip("\u202c").endswith(wording.FOOT), "nothing runs over the foot"


def test_what_the_program_says_is_whole_however_much_it_is():
    warnings = tuple(
        Reason(f"w{i}", "warn", f"Warning number {i} of this film, {'so it is said ' * 14}.") for i in range(9)
    )
    reading = read(0.9, quality=QualityReport((REFUSED, *warnings)), overruled="x" * 200, against_gate="y" * 400)
    page = page_of(reading, findings=["z" * 300] * 3, notes=Notes("n" * 5000, "Dr A" * 25), template=TEMPLATE)
    said = words_on(page)
    assert facts_of(page)["Pages"] == "1"
    assert all(f"Warning number {i} of" in said for i in range(9))
    assert said.endswith(wording.FOOT)


TEMPLATE = Template(("St. Example\u2019s Hospital", "病院"), Image.new("RGB", (300, 100), (200, 0, 0)))


def test_the_clinics_head_is_on_top(tmp_path):
    page = page_of(read(0.84), template=TEMPLATE)
    assert words_on(page).startswith("St. Example\u2019s Hospital 病院")
    red = (seen(page, tmp_path) == (200, 0, 0)).all(axis=2)
    rows, columns = np.nonzero(red)
    assert columns.min() == pytest.approx(55, abs=2)
    assert rows.max() < 130
    assert (np.ptp(columns) + 1) / (np.ptp(rows) + 1) == pytest.approx(3, abs=0.1), "its shape is kept"


@pytest.mark.parametrize(
    "text", ["肺に影", "폐렴 의심", "Жар и кашель", "श्वास", "ไข้สูง", "Größe \u2265 3 cm"], ids=lambda text: text[:4]
)
def test_any_script_is_there_as_text(text):
    page = page_of(read(0.84), notes=Notes(text))
    assert re.sub(r"\s", "", text)[:2] in re.sub(r"\s", "", words_on(page))
    assert wording.UNDRAWN not in words_on(page)


def test_arabic_and_hebrew_run_from_the_right(tmp_path):
    """The ink of such a line ends at the right margin, that of any other begins at the left one."""
    ink = {}
    for text in ("abc", "\u05d0\u05d1\u05d2", "\u0639\u0631\u0628"):
        without, with_it = (
            seen(page_of(read(0.84), notes=Notes(noted)), _folder(tmp_path, f"{len(ink)}{noted == text}"))
            for noted in ("|", text)
        )
        ink[text] = np.flatnonzero((without != with_it).any(axis=(0, 2)))
    latin, hebrew, arabic = ink.values()
    assert latin.max() < 150
    for found in (hebrew, arabic):
        assert found.max() == pytest.approx((210 - 14) / 25.4 * 100, abs=3)


def _folder(path, name):
    (path / name).mkdir()
    return path / name


def test_letters_without_a_font_are_said():
    said = words_on(page_of(read(0.84), notes=Notes("\U00013080", "\ue000")))
    assert f"{wording.IMPRESSION} (?) {wording.NAME} (?)" in said
    assert wording.UNDRAWN in said


def test_what_is_typed_is_never_read_as_anything_else():
    typed = "**{nb}** __x__ [a](http://b.c) <b>&amp;"
    assert typed in words_on(page_of(read(0.84), notes=Notes(typed)))


def test_a_turned_film_says_so(tmp_path):
    turned = FILM.corrected(1, False, False)
    page = page_of(read(0.84, turned), turned)
    assert f"{wording.FILM}, turned 90 degrees clockwise" in words_on(page)
    film = pictures_in(page, tmp_path)[0]
    assert film.shape[:2] == FILM.pixels.shape[::-1]


class TestPatient:
    """A film that was uploaded as DICOM, with a patient in its header."""

    DATA = drawn_film(PATIENT)

    def page(self, **others):
        film = decode(self.DATA)
        reading = read(0.9, film, quality=QualityReport((age(12),)), sha256=film.sha256)
        return page_of(reading, film, **others), film

    def test_nothing_of_the_header_is_on_the_page_or_in_its_file(self):
        page, film = self.page()
        said = words_on(page)
        assert wording.NOT_NAMED in said
        assert "MARK" not in said.upper()
        assert "12 years" not in said
        assert film.sha256[:12] not in said
        assert b"MARK" not in page.upper()

    def test_with_the_patient_it_names_them(self):
        page, film = self.page(patient_of=self.DATA)
        said = words_on(page)
        assert " ".join(PATIENT["PatientName"].replace("^", " ").split()) in said
        assert PATIENT["PatientID"] in said
        assert "12 years" in said
        assert f"image {film.sha256[:12]}" in said
        assert wording.NOT_NAMED not in said

    def test_a_patient_whom_the_file_does_not_say_is_refused(self):
        data = drawn_film(PATIENT | {"PatientID": "two\\numbers"})
        with pytest.raises(PatientNotKept):
            self.page(patient_of=data)


def test_a_page_is_no_film(suspected):
    with pytest.raises(UnreadableImage):
        load_radiograph(suspected)


def test_nor_is_a_picture_of_it(suspected, tmp_path, gate: FilmCheck):
    """Such a picture has no mark of this program; the check of films refuses it."""
    Image.fromarray(seen(suspected, tmp_path)).save(tmp_path / "page.png")
    assert gate.assess(load_radiograph((tmp_path / "page.png").read_bytes()))[1].refusals
