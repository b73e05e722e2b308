"""Folders, ZIPs and studies on the screen: which film is shown, why that one, and what was left out."""

from model_store.sources import films
from tests.doubles.app_driver import (  # noqa: F401
    FIRST,
    SECOND,
    add,
    charts,
    fake_classifier,
    fake_reads,
    page,
    plain,
    press,
    start,
    upload,
)
from tests.doubles.films import phantom
from tests.doubles.films.study_files import DOSE_REPORT, NAME, film, other, packed
from xray_ui.reading import wording as reading_wording
from xray_ui.reading.uploads import chosen as uploads_chosen

LATERAL = film("LL", chest=phantom.Chest(320, 256, seed=5))
PA = film("PA", chest=phantom.Chest(320, 256, seed=6))
REPORT = other(DOSE_REPORT)
RAW = "1.2.840.10008.5.1.4.1.1.1.1.1"
CHOSEN = "Image 2 of 3 of this study was chosen: view PA; image 1 is lateral, image 3 is a structured report."


def offered(app):
    """What the stepper calls the films, in its order."""
    return app.selectbox(key=uploads_chosen.FILM).options


def chosen(app):
    stepper = app.selectbox(key=uploads_chosen.FILM)
    return stepper.format_func(stepper.value)


def test_the_frontal_image_of_a_study_is_shown_and_it_is_said_why(classifier):
    classifier.probabilities = [0.84]
    app = upload(start(), ("IM1", LATERAL), ("IM2", PA), ("IM3", REPORT))
    assert not app.exception
    assert CHOSEN in plain(app)
    assert "84 %" in plain(app)
    assert chosen(app) == "2 of 3: image 2, chosen: IM2"
    assert offered(app) == ["1 of 3: image 1: IM1", "2 of 3: image 2, chosen: IM2", "3 of 3: image 3: IM3"]
    assert len(classifier.read_images) == 1, "no other image of the study was read"


def test_another_image_can_be_chosen_and_the_sentence_stays(classifier):
    app = upload(start(), ("IM1", LATERAL), ("IM2", PA), ("IM3", REPORT))
    app = press(app, "Next")
    assert "is a structured report" in app.error[0].value
    assert charts(app) == []
    assert CHOSEN in plain(app)


def test_one_image_alone_needs_no_sentence(classifier):
    shown = plain(upload(start(), ("IM1", PA)))
    assert "of this study" not in shown


def test_several_studies_are_numbered_and_never_named(classifier):
    second = [
        film(view, study="1.9.9", chest=phantom.Chest(320, 256, seed=seed)) for view, seed in (("PA", 7), ("LL", 8))
    ]
    app = upload(start(), ("a", LATERAL), ("b", second[0]), ("c", PA), ("d", second[1]), ("e.png", FIRST))
    assert offered(app) == [
        "1 of 5: study 1, image 1: a",
        "2 of 5: study 1, image 2, chosen: c",
        "3 of 5: study 2, image 1, chosen: b",
        "4 of 5: study 2, image 2: d",
        "5 of 5: e.png",
    ]
    assert chosen(app).endswith(": c")
    assert "1.9.9" not in plain(app)
    assert NAME not in plain(app)


def test_films_of_two_patients_are_two_studies_though_their_files_have_one_identifier(classifier):
    second = film("AP", PatientName="Roe^Richard", chest=phantom.Chest(320, 256, seed=7))
    app = upload(start(), ("a", LATERAL), ("b", second))
    assert offered(app) == ["1 of 2: study 1: a", "2 of 2: study 2: b"]
    assert "of this study" not in plain(app)


def test_of_raw_data_and_the_picture_made_of_them_the_picture_is_shown(classifier):
    raw = film("PA", SOPClassUID=RAW, PresentationIntentType="FOR PROCESSING", chest=phantom.Chest(640, 512))
    app = upload(start(), ("raw", raw), ("shown", PA))
    assert chosen(app) == "2 of 2: image 2, chosen: shown"
    assert "view PA; image 1 is frontal too, but is raw data for processing." in plain(app)


def test_an_image_that_is_dropped_later_is_shown_and_joins_its_study(classifier):
    app = upload(start(), ("b", PA))
    app = add(app, "a", LATERAL)
    assert chosen(app) == "2 of 2: image 2: a"
    assert "Image 1 of 2 of this study was chosen: view PA; image 2 is lateral." in plain(app)


def test_a_zip_is_opened_and_its_films_are_read(classifier):
    classifier.probabilities = [0.11, 0.22]
    app = upload(start(), ("films.zip", packed({"a": FIRST, "b": SECOND, "notes": b"text"})))
    assert "11 %" in plain(app)
    assert "1 file was left out" in plain(app)
    assert offered(app) == ["1 of 2: a", "2 of 2: b"]
    app = press(app, "Next")
    assert "22 %" in plain(app)
    assert "11 %" not in plain(app)


def test_a_study_in_a_zip(classifier):
    app = upload(start(), ("study.zip", packed({"IM1": LATERAL, "IM2": PA, "IM3": REPORT})))
    assert CHOSEN in plain(app)
    assert chosen(app) == "2 of 3: image 2, chosen: IM2"


def test_a_zip_that_cannot_be_opened_says_so_and_shows_nothing_else(classifier):
    classifier.probabilities = [0.84]
    app = upload(start(), ("first.png", FIRST))
    app = add(app, "films.zip", packed({"a": FIRST})[:-30])
    assert "This is not a ZIP file, or it is damaged" in app.error[0].value.replace("\\", "")
    assert "84 %" not in plain(app)
    assert charts(app) == []


def test_a_zip_without_films_says_so(classifier):
    app = upload(start(), ("films.zip", packed({"a": b"text"})))
    assert app.error[0].value.replace("\\", "") == films.NO_FILMS


def test_a_film_of_a_zip_is_unpacked_once(classifier, monkeypatch):
    unpacked, read = films.unpacked, []
    monkeypatch.setattr(films, "unpacked", lambda *given: read.append(given) or unpacked(*given))
    app = upload(start(), ("films.zip", packed({"a": FIRST, "b": SECOND})))
    looked_at = len(read)
    app = app.checkbox(key="crop").check().run()
    assert len(read) == looked_at == 5, "the beginnings of both, both whole in the background, and the one on the page"
    press(app, "Next")
    assert len(read) == 6


def test_a_folder_is_looked_through(classifier):
    app = start()
    files = [("ward/notes.txt", b"text"), ("ward/IM1", LATERAL), ("ward/IM2", PA), ("ward/DICOMDIR.pdf", b"%PDF")]
    app.file_uploader[1].set_value([(name, data, "") for name, data in files])
    app = app.run()
    assert chosen(app) == "2 of 2: image 2, chosen: IM2"
    assert "2 files were left out" in plain(app)


def test_a_folder_without_films_says_what_was_left_out(classifier):
    app = start()
    app.file_uploader[1].set_value([("ward/a.txt", b"a", ""), ("ward/b.txt", b"b", "")])
    app = app.run()
    assert "2 files were left out" in plain(app)
    assert reading_wording.WELCOME in plain(app)
    assert not app.error


def test_what_was_left_out_is_no_longer_said_when_it_is_taken_away(classifier):
    app = upload(start(), ("films.zip", packed({"a": FIRST, "b": b"text"})))
    assert "left out" in plain(app)
    assert "left out" not in plain(upload(app, ("a.png", FIRST)))


def test_films_of_folders_and_files_are_stepped_through_together(classifier):
    app = upload(start(), ("a.png", FIRST))
    app.file_uploader[1].set_value([("ward/b.png", SECOND, "image/png")])
    uploader = app.file_uploader[0]
    uploader._files = uploader._get_files_to_register()
    app = app.run()
    assert offered(app) == ["1 of 2: a.png", "2 of 2: b.png"]
    assert chosen(app) == "2 of 2: b.png"
    app = page(page(app, "models"), "reading")
    assert chosen(app) == "2 of 2: b.png"
