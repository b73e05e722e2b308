"""Every journey of a clinician through the screen, with a classifier that needs no network."""

import io
import json
import re
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
from PIL import Image, ImageDraw
from streamlit.testing.v1 import AppTest

from model_store.export.wording import map_sentences, sentences
from tests.doubles.app_driver import (  # noqa: F401
    FIRST,
    SECOND,
    THIRD,
    add,
    charts,
    fake_classifier,
    fake_reads,
    page,
    plain,
    start,
    upload,
    use_card,
    words,
)
from tests.doubles.fakes import sample_card, sample_explanation
from xray_ui.reading import wording as reading_wording
from xray_ui.reading.case.shown import sha256_of
from xray_ui.reading.uploads import chosen
from xray_ui.reading.uploads.samples import SAMPLES


def titles(app: AppTest) -> list[str]:
    """The titles of the pictures of the film."""
    return [pane["title"] for pane in json.loads(charts(app)[0])["panes"]]


def test_first_screen_offers_the_upload_and_says_what_it_is_for(classifier):
    app = start()
    assert not app.exception
    assert len(app.file_uploader) == 2, "one for films, folders and ZIPs, and one to choose a folder"
    assert reading_wording.WELCOME in words(app)
    assert sentences.RESEARCH_USE in words(app)
    assert "kermany" in words(app)


def test_upload_gives_a_result_with_all_it_came_from(classifier):
    classifier.probabilities = [0.84]
    app = upload(start(), ("child.png", FIRST))
    assert not app.exception
    shown = words(app)
    assert "Pneumonia suspected" in shown
    assert "probability of pneumonia of 84 %" in shown
    assert "43.7 %" in shown
    assert sentences.RESEARCH_USE in shown
    assert map_sentences.MAP_CAPTION in plain(app)
    assert "ab12ab12ab12" in shown
    assert "0\\.763 x logit" in shown
    assert "0\\.31 s" in shown
    assert len(charts(app)) == 2


def test_below_the_operating_point_pneumonia_is_not_suspected(classifier):
    classifier.probabilities = [0.43]
    shown = words(upload(start(), ("child.png", FIRST)))
    assert "Pneumonia not suspected" in shown
    assert "Pneumonia suspected" not in shown


def test_new_upload_replaces_the_result_and_is_shown_first(classifier):
    classifier.probabilities = [0.84, 0.12]
    app = upload(start(), ("first.png", FIRST))
    before = charts(app)[0]
    app = add(app, "second.png", SECOND)
    assert "12 %" in words(app)
    assert "84 %" not in words(app)
    assert charts(app)[0] != before
    assert app.selectbox(key=chosen.FILM).format_func(app.selectbox(key=chosen.FILM).value) == "2 of 2: second.png"


def test_result_of_a_film_that_cannot_be_read_is_not_the_last_films(classifier):
    classifier.probabilities = [0.84]
    app = upload(start(), ("first.png", FIRST))
    app = add(app, "second.png", b"")
    assert "84 %" not in words(app)
    assert charts(app) == []


def test_an_upload_taken_away_takes_its_result_along(classifier):
    app = upload(start(), ("first.png", FIRST))
    app = upload(app)
    assert charts(app) == []
    assert reading_wording.WELCOME in words(app)


def test_several_films_are_stepped_through(classifier):
    classifier.probabilities = [0.11, 0.22, 0.33]
    app = upload(start(), ("a.png", FIRST), ("b.png", SECOND), ("c.jpg", THIRD))
    assert "11 %" in words(app)
    previous, following = (next(b for b in app.main.button if b.label == name) for name in ("Previous", "Next"))
    assert previous.disabled
    app = following.click().run()
    assert "22 %" in words(app)
    assert "11 %" not in words(app)
    app = next(b for b in app.main.button if b.label == "Next").click().run()
    assert "33 %" in words(app)
    assert next(b for b in app.main.button if b.label == "Next").disabled
    app = next(b for b in app.main.button if b.label == "Previous").click().run()
    assert "22 %" in words(app)
    assert len(classifier.read_images) == 3, "a film that was read is not read again"


def test_same_pixels_in_other_bytes_are_another_image(classifier):
    """A palette picture whose palette alone differs has the same indices; only the bytes tell them apart."""
    films = []
    for shade in (0, 60):
        image = Image.fromarray(np.arange(128 * 128, dtype=np.uint8).reshape(128, 128) % 4, "P")
        image.putpalette([shade, shade, shade, 90, 90, 90, 160, 160, 160, 255, 255, 255])
        file = io.BytesIO()
        image.save(file, "PNG")
        films.append(file.getvalue())
    classifier.probabilities = [0.11, 0.22]
    app = upload(start(), ("a.png", films[0]))
    assert "11 %" in words(app)
    app = add(app, "a.png", films[1])
    assert "22 %" in words(app)


def test_empty_map_is_a_sentence_not_a_picture(classifier):
    classifier.empty = True
    app = upload(start(), ("child.png", FIRST))
    assert map_sentences.EMPTY_MAP in plain(app)
    assert map_sentences.MAP_CAPTION not in plain(app)
    assert titles(app) == ["Radiograph"]


def test_views_show_what_they_are_called(classifier):
    classifier.probabilities = [0.84]
    app = upload(start(), ("child.png", FIRST))
    assert titles(app) == ["Radiograph", "Radiograph with heatmap"]
    for layout, title in (
        ("overlay", "Radiograph with heatmap"),
        ("heatmap", "Heatmap"),
        ("original", "Radiograph"),
    ):
        app = app.segmented_control(key="layout").set_value(layout).run()
        assert titles(app) == [title]


@pytest.mark.parametrize("setting", ["opacity", "colour_map", "invert", "lungs", "crop", "against"])
def test_each_setting_changes_the_picture_and_not_the_result(classifier, setting):
    classifier.probabilities = [0.84]
    classifier.explanations = (sample_explanation(against=True),)
    app = upload(start(), ("child.png", FIRST))
    before = charts(app)
    if setting == "opacity":
        app.session_state[setting] = 90
    elif setting in ("invert", "lungs"):
        app.session_state[setting] = True
    elif setting == "colour_map":
        app.selectbox(key=setting).set_value("viridis")
    else:
        app.checkbox(key=setting).check()
    app.run()
    assert charts(app)[0] != before[0]
    assert charts(app)[1] == before[1]
    assert len(classifier.read_images) == 1


def test_window_and_level_change_the_picture_and_can_be_reset(classifier):
    app = upload(start(), ("child.png", FIRST))
    before = charts(app)[0]
    (film,) = app.session_state["read_by"]
    app.session_state["film_windows"] = {film: (50.0, 150.0)}
    app = app.run()
    changed = json.loads(charts(app)[0])
    assert changed["window"] == [50, 150]
    assert changed["film"] != json.loads(before)["film"]
    app.session_state["film_windows"] = {}
    assert charts(app.run())[0] == before


def test_the_window_is_this_films_alone(classifier):
    app = upload(start(), ("child.png", FIRST))
    (film,) = app.session_state["read_by"]
    app.session_state["film_windows"] = {film: (50.0, 150.0)}
    app = add(app, "other.png", SECOND)
    assert json.loads(charts(app)[0])["window"] == [0, 255]


def test_the_text_in_the_corner_is_there_when_it_is_asked_for(classifier):
    app = upload(start(), ("child.png", FIRST))
    assert json.loads(charts(app)[0])["corner"] == []
    app.checkbox(key="corner").check().run()
    assert json.loads(charts(app)[0])["corner"] == ["child.png"]


def test_the_verdict_and_the_probability_stand_in_the_line_above_the_film_too(classifier):
    classifier.probabilities = [0.84]
    app = upload(start(), ("child.png", FIRST))
    assert "Pneumonia suspected: 84 %" in words(app)
    app = add(app, "second.png", b"")
    assert "84 %" not in words(app)


def test_the_sidebar_is_folded_beside_a_film(classifier):
    app = upload(start(), ("child.png", FIRST))
    assert app.session_state["film_is_open"]
    assert not upload(app).session_state["film_is_open"]


def test_probability_after_the_result_follows_the_readers_own_prevalence(classifier):
    classifier.probabilities = [0.84]
    app = upload(start(), ("child.png", FIRST))
    app = app.slider(key="pre_test").set_value(5).run()
    assert "after this result: 25 %" in words(app)


def test_card_without_test_figures_shows_no_prevalence(classifier, monkeypatch):
    content = {k: v for k, v in sample_card().items() if k != "test"}
    use_card(monkeypatch, content)
    app = upload(start(), ("child.png", FIRST))
    assert not app.exception
    assert [each.label for each in app.main.expander] == ["Details"]


def test_download_is_offered_for_a_result_only(classifier):
    app = upload(start(), ("child.png", FIRST))
    assert [button.label for button in app.download_button] == ["Save picture", "Save as DICOM"]
    app = add(app, "empty.png", b"")
    assert not app.download_button


def test_the_saved_picture_names_what_the_result_came_from(classifier, monkeypatch):
    offered, drawn = {}, []
    monkeypatch.setattr(st, "download_button", lambda label, *, data, **_: offered.update({label: data}))
    app = upload(start(), ("child.png", FIRST))
    monkeypatch.setattr(ImageDraw.ImageDraw, "text", lambda pen, place, text, **_: drawn.append(text))
    assert offered["Save picture"]().startswith(b"\x89PNG")
    picture = " ".join(drawn)  # Its lines are broken between words.
    named = dict(re.findall(r"^\| (.+) \| (.+) \|$", plain(app), re.MULTILINE))
    for name in ("Model version", "Weights", "Operating point", "Calibration", "Time"):
        assert f"{name.lower()} {named[name]}" in picture


def test_file_name_is_shown_as_it_is_and_never_as_markup(classifier):
    name = "<img src=x onerror=alert(1)>**bold**\u202egnp.png"
    # A quote and the end of a line, as browsers send them.
    app = upload(start(), (name, FIRST), ("b %22c%22%0D%0Ad 100%25.png", SECOND))
    box = app.selectbox(key=chosen.FILM)
    assert box.options[0] == "1 of 2: <img src=x onerror=alert(1)>**bold**\ufffdgnp.png"
    assert box.options[1] == '2 of 2: b "c" d 100%25.png'
    assert "onerror" not in words(app)


def examples_folder(root: Path) -> Path:
    for label, data in (("NORMAL", FIRST), ("PNEUMONIA", SECOND)):
        (root / "test" / label).mkdir(parents=True)
        (root / "test" / label / f"person_{label}.png").write_bytes(data)
    return root


def test_examples_hide_their_label_until_it_is_asked_for(classifier, monkeypatch, tmp_path):
    monkeypatch.setenv("CHEST_XRAY_DATA", str(examples_folder(tmp_path)))
    app = start()
    app = app.segmented_control(key=chosen.SOURCE).set_value(chosen.FROM_EXAMPLES).run()
    assert len(charts(app)) == 2
    assert app.selectbox(key=chosen.FILM).options == ["1 of 2: Example 1", "2 of 2: Example 2"]
    assert "NORMAL" not in words(app) + "".join(charts(app))
    assert "PNEUMONIA" not in words(app) + "".join(charts(app))
    app = next(b for b in app.button if b.label == "Reveal label").click().run()
    assert "data set's label of this film is" in words(app)
    app = next(b for b in app.main.button if b.label == "Next").click().run()
    assert "data set's label" not in words(app), "the next film's label is hidden again"


def pressed(app: AppTest, name: str) -> AppTest:
    """Press the button of this name in the main area."""
    return next(button for button in app.main.button if button.label == name).click().run()


def test_the_drop_area_is_in_the_middle_until_there_is_a_film(classifier):
    app = start()
    assert len(app.main.file_uploader) == 2
    assert not app.sidebar.file_uploader
    app = upload(app, ("child.png", FIRST))
    assert not app.main.file_uploader
    assert len(app.sidebar.file_uploader) == 2
    assert reading_wording.WELCOME not in words(app)
    assert len(charts(app)) == 2
    app = upload(app)
    assert len(app.main.file_uploader) == 2, "what was taken away leaves the first page"


def test_on_other_pages_it_is_in_the_sidebar(classifier):
    for name in ("retrain", "models"):
        app = page(start(), name)
        assert {"uploads", "uploads_of_folders"} <= {each.key for each in app.sidebar.file_uploader}
        assert reading_wording.WELCOME not in words(app)


def test_files_that_are_no_films_leave_the_drop_area_in_the_middle(classifier):
    app = upload(start(), ("notes.txt", b"no film"), ("more.txt", b"none"))
    assert "2 files were left out" in plain(app)
    assert len(app.main.file_uploader) == 2
    app = add(app, "child.png", FIRST)
    assert len(charts(app)) == 2
    assert not app.main.file_uploader


@pytest.mark.parametrize("number", range(len(SAMPLES)))
def test_a_sample_is_read_with_one_click_without_any_data_set(classifier, number):
    app = pressed(start(), SAMPLES[number].name)
    assert not app.exception
    assert len(charts(app)) == 2
    assert classifier.read_images == [sha256_of(SAMPLES[number].path.read_bytes())]
    assert reading_wording.SAMPLES_FROM in plain(app)
    assert "data set's label" not in words(app)
    app = pressed(app, "Reveal label")
    assert f"data set's label of this film is {SAMPLES[number].label}" in words(app)
    app = pressed(app, reading_wording.CLOSE_SAMPLES)
    assert reading_wording.WELCOME in words(app)
    assert charts(app) == []


def test_an_upload_leaves_the_samples(classifier):
    app = upload(pressed(start(), "Sample 2"), ("mine.jpg", THIRD))
    assert app.session_state[chosen.SOURCE] == chosen.FROM_FILES
    assert reading_wording.SAMPLES_FROM not in plain(app)
    assert len(charts(app)) == 2


def test_samples_beside_the_examples_of_a_data_set(classifier, monkeypatch, tmp_path):
    monkeypatch.setenv("CHEST_XRAY_DATA", str(examples_folder(tmp_path)))
    app = start()
    app = app.segmented_control(key=chosen.SOURCE).set_value(chosen.FROM_EXAMPLES).run()
    app = app.segmented_control(key=chosen.SOURCE).set_value(chosen.FROM_FILES).run()
    app = pressed(app, "Sample 1")
    assert reading_wording.SAMPLES_FROM in plain(app)
    app = app.segmented_control(key=chosen.SOURCE).set_value(chosen.FROM_EXAMPLES).run()
    assert not app.exception
    assert reading_wording.SAMPLES_FROM not in plain(app)
    assert app.selectbox(key=chosen.FILM).options == ["1 of 2: Example 1", "2 of 2: Example 2"]


def test_upload_leaves_the_examples(classifier, monkeypatch, tmp_path):
    monkeypatch.setenv("CHEST_XRAY_DATA", str(examples_folder(tmp_path)))
    app = start()
    app = app.segmented_control(key=chosen.SOURCE).set_value(chosen.FROM_EXAMPLES).run()
    app = upload(app, ("mine.jpg", THIRD))
    assert app.session_state[chosen.SOURCE] == chosen.FROM_FILES
    assert not [b for b in app.button if b.label == "Reveal label"]
    assert len(charts(app)) == 2


def test_without_the_data_set_no_examples_are_offered(classifier):
    assert not start().segmented_control
