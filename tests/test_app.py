"""Every journey of a clinician through the screen and every refusal, with a classifier that needs no network."""

import io
import json
import logging
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import streamlit as st
from PIL import Image
from streamlit.runtime.scriptrunner import script_runner
from streamlit.testing.v1 import AppTest

from model_store.lungs import NoLungsFound
from model_store.weights import ModelCorrupted
from tests import phantom
from tests.fakes import FakeClassifier, sample_card, sample_version
from xray_ui import state, wording
from xray_ui.background import BackgroundReader
from xray_ui.warm_up import keep_session

ROOT = Path(__file__).parents[1]
FIRST = phantom.png(phantom.Chest(width=320, height=256, seed=1))
SECOND = phantom.png(phantom.Chest(width=320, height=256, seed=2))
THIRD = phantom.jpeg(phantom.Chest(width=320, height=256, seed=3))


@pytest.fixture
def classifier(monkeypatch):
    st.cache_resource.clear()
    monkeypatch.delenv("CHEST_XRAY_DATA", raising=False)
    fake = FakeClassifier()
    monkeypatch.setattr(state, "load_reader", lambda version: fake)
    monkeypatch.setattr(state, "bundled_version", sample_version)
    return fake


def start() -> AppTest:
    """Open the app and wait until its model is there."""
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=20).run()
    assert state.background_reader(state.bundled_version()).wait(10)
    return app.run()


def upload(app: AppTest, *files: tuple[str, bytes]) -> AppTest:
    app.file_uploader[0].set_value([(name, data, "image/png") for name, data in files])
    return app.run()


def add(app: AppTest, name: str, data: bytes) -> AppTest:
    """Upload one more file, as a browser does: the files that are there keep their identity."""
    uploader = app.file_uploader[0]
    uploader._files = uploader._get_files_to_register()
    uploader.upload(name, data, "image/png")
    return app.run()


def words(app: AppTest) -> str:
    """All text on the screen, markdown included."""
    lists = (app.text, app.markdown, app.error, app.warning, app.info, app.caption, app.title)
    return "\n".join(str(element.value) for elements in lists for element in elements)


def charts(app: AppTest) -> list[str]:
    """What is drawn in the reading area: the pictures of the film, then the gauge or the charts of the page."""
    pictures = [element.proto.json for element in app.main.get("bidi_component")]
    return pictures + [element.proto.spec for element in app.main.get("plotly_chart")]


def titles(app: AppTest) -> list[str]:
    """The titles of the pictures of the film."""
    return [pane["title"] for pane in json.loads(charts(app)[0])["panes"]]


def test_first_screen_offers_the_upload_and_says_what_it_is_for(classifier):
    app = start()
    assert not app.exception
    assert len(app.file_uploader) == 1
    assert wording.WELCOME in words(app)
    assert wording.RESEARCH_USE in words(app)
    assert "kermany" in words(app)


def test_upload_gives_a_result_with_all_it_came_from(classifier):
    classifier.probabilities = [0.84]
    app = upload(start(), ("child.png", FIRST))
    assert not app.exception
    shown = words(app)
    assert "Pneumonia suspected" in shown
    assert "probability of pneumonia of 84 %" in shown
    assert "43.7 %" in shown
    assert wording.RESEARCH_USE in shown
    assert wording.MAP_CAPTION in shown
    assert "ab12ab12ab12" in shown
    assert "1\\.310" in shown
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
    assert app.selectbox(key=state.FILM).format_func(app.selectbox(key=state.FILM).value) == "2 of 2: second.png"


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
    assert wording.WELCOME in words(app)


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


def refused_files() -> dict[str, tuple[bytes, str]]:
    """Files that are refused, each with a part of its own sentence."""

    def saved(image: Image.Image, kind: str, **options) -> bytes:
        file = io.BytesIO()
        image.save(file, kind, **options)
        return file.getvalue()

    noise = [Image.fromarray(np.random.default_rng(i).integers(0, 255, (80, 80), np.uint8)) for i in range(2)]
    bomb = saved(Image.new("L", (16, 16)), "PNG")
    bomb = _with_size(bomb, 12000, 12000)
    return {
        "empty.png": (b"", "is empty"),
        "truncated.png": (FIRST[: len(FIRST) // 2], "damaged or incomplete"),
        "notes.png": (b"Dear colleague, here are my notes.", "is not a picture"),
        "renamed.png": (saved(noise[0], "GIF"), "is a GIF file"),
        "bomb.png": (bomb, "million pixels"),
        "animated.png": (saved(noise[0], "PNG", save_all=True, append_images=noise[1:]), "an animation"),
        "pages.tif": (saved(noise[0], "TIFF", save_all=True, append_images=noise[1:]), "is a TIFF file"),
        "pages.jpg": (saved(noise[0], "MPO", save_all=True, append_images=noise[1:]), "several pages"),
        "dot.png": (saved(Image.new("L", (1, 1)), "PNG"), "1 x 1 pixels"),
        "nothing.png": (_with_size(saved(Image.new("L", (16, 16)), "PNG"), 0, 0), "no pixels"),
        "blank.png": (saved(Image.new("L", (300, 300), 128), "PNG"), "is blank"),
        "film.dcm": (b"\0" * 128 + b"DICM" + b"\0" * 64, "DICOM"),
    }


def _with_size(png: bytes, width: int, height: int) -> bytes:
    """Rewrite the size in a PNG's header, with the right checksum."""
    import zlib

    header = b"IHDR" + width.to_bytes(4, "big") + height.to_bytes(4, "big") + png[24:29]
    return png[:12] + header + zlib.crc32(header).to_bytes(4, "big") + png[33:]


@pytest.mark.parametrize("name", refused_files())
def test_refused_file_gets_its_sentence_and_the_app_goes_on(classifier, name):
    data, part = refused_files()[name]
    app = upload(start(), (name, data))
    assert not app.exception
    assert len(app.error) == 1
    assert part in app.error[0].value.replace("\\", "")
    assert charts(app) == []
    assert classifier.read_images == []
    app = add(app, "good.png", FIRST)
    assert not app.error
    assert len(charts(app)) == 2


def test_film_without_lungs_is_shown_but_not_read(classifier):
    classifier.failure = NoLungsFound("No two lungs were found on this picture.")
    app = upload(start(), ("hand.png", FIRST))
    assert "No two lungs were found" in app.error[0].value
    assert len(charts(app)) == 1
    assert "suspected" not in words(app)


def test_unexpected_error_is_a_number_and_nothing_else(classifier, caplog):
    classifier.failure = RuntimeError("patient Miller, /home/ward/film.png")
    with caplog.at_level(logging.ERROR):
        app = upload(start(), ("miller.png", FIRST))
    assert not app.exception
    assert "Something went wrong" in app.error[0].value
    number = app.error[0].value.split("error ")[1].split(")")[0].replace("\\", "")
    assert number in caplog.text
    assert "RuntimeError" in caplog.text
    for private in ("Miller", "miller", "/home"):
        assert private not in caplog.text
        assert private not in "".join(e.value for e in app.error)
    classifier.failure = None
    app = add(app, "second.png", SECOND)
    assert not app.error
    assert len(charts(app)) == 2


def test_error_in_the_page_itself_is_a_sentence(classifier, monkeypatch):
    app = start()
    monkeypatch.setattr("xray_ui.viewer.frames", lambda *_: 1 / 0)
    app = upload(app, ("child.png", FIRST))
    assert not app.exception
    assert "Something went wrong" in app.error[0].value


def test_until_the_model_is_ready_the_film_waits_and_says_so(classifier, monkeypatch):
    classifier.gate.clear()
    monkeypatch.setattr(state, "load_reader", lambda version: classifier.gate.wait(20) and classifier)
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=20).run()
    assert wording.PREPARING in words(app.run())
    app = upload(app, ("child.png", FIRST))
    assert wording.WAITING in words(app)
    assert "suspected" not in words(app)
    assert len(charts(app)) == 1, "the film itself is on the screen"
    classifier.gate.set()
    assert state.background_reader(state.bundled_version()).wait(10)
    assert "suspected" in words(app.run())


def test_corrupted_card_is_a_banner(classifier, monkeypatch):
    def corrupted():
        raise ModelCorrupted("The card of version bundled is missing or damaged.")

    monkeypatch.setattr(state, "bundled_version", corrupted)
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=20).run()
    app = upload(app, ("child.png", FIRST))
    assert not app.exception
    assert "missing or damaged" in app.error[0].value
    assert len(charts(app)) == 1
    assert "suspected" not in words(app)


def test_corrupted_weights_are_a_banner(classifier, monkeypatch):
    def load(version):
        raise ModelCorrupted("The weights file weights.safetensors is not the one its card names.")

    monkeypatch.setattr(state, "load_reader", load)
    app = upload(start(), ("child.png", FIRST))
    assert not app.exception
    assert "not the one its card names" in app.error[0].value.replace("\\", "")
    assert "suspected" not in words(app)


def test_empty_map_is_a_sentence_not_a_picture(classifier):
    classifier.empty = True
    app = upload(start(), ("child.png", FIRST))
    assert wording.EMPTY_MAP in words(app)
    assert wording.MAP_CAPTION not in words(app)
    assert titles(app) == ["Radiograph"]


def test_views_show_what_they_are_called(classifier):
    app = upload(start(), ("child.png", FIRST))
    assert titles(app) == ["Radiograph", "Radiograph with heatmap"]
    for layout, title in (
        ("overlay", "Radiograph with heatmap"),
        ("heatmap", "Heatmap"),
        ("original", "Radiograph"),
    ):
        app = app.segmented_control(key="layout").set_value(layout).run()
        assert titles(app) == [title]


@pytest.mark.parametrize("setting", ["opacity", "colour_map", "invert", "lungs", "crop"])
def test_each_setting_changes_the_picture_and_not_the_result(classifier, setting):
    classifier.probabilities = [0.84]
    app = upload(start(), ("child.png", FIRST))
    before = charts(app)
    if setting == "opacity":
        app.slider(key=setting).set_value(90)
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
    width = next(s for s in app.slider if s.label == "Width")
    app = width.set_value(100.0).run()
    assert charts(app)[0] != before
    app = next(b for b in app.button if b.label == "Reset window").click().run()
    assert charts(app)[0] == before


def test_probability_after_the_result_follows_the_readers_own_prevalence(classifier):
    classifier.probabilities = [0.84]
    app = upload(start(), ("child.png", FIRST))
    app = app.slider(key="pre_test").set_value(5).run()
    assert "after this result: 25 %" in words(app)


def test_card_without_test_figures_shows_no_prevalence(classifier, monkeypatch):
    content = {k: v for k, v in sample_card().items() if k != "test"}
    monkeypatch.setattr(state, "bundled_version", lambda: sample_version(content))
    app = upload(start(), ("child.png", FIRST))
    assert not app.exception
    assert not app.expander


def test_download_is_offered_for_a_result_only(classifier):
    app = upload(start(), ("child.png", FIRST))
    assert [button.label for button in app.download_button] == ["Save picture"]
    app = add(app, "empty.png", b"")
    assert not app.download_button


def test_file_name_is_shown_as_it_is_and_never_as_markup(classifier):
    name = "<img src=x onerror=alert(1)>**bold**\u202egnp.png"
    app = upload(start(), (name, FIRST), ("b.png", SECOND))
    box = app.selectbox(key=state.FILM)
    assert box.options[0] == "1 of 2: <img src=x onerror=alert(1)>**bold**\ufffdgnp.png"
    assert "onerror" not in words(app)


def examples_folder(root: Path) -> Path:
    for label, data in (("NORMAL", FIRST), ("PNEUMONIA", SECOND)):
        (root / "test" / label).mkdir(parents=True)
        (root / "test" / label / f"person_{label}.png").write_bytes(data)
    return root


def test_examples_hide_their_label_until_it_is_asked_for(classifier, monkeypatch, tmp_path):
    monkeypatch.setenv("CHEST_XRAY_DATA", str(examples_folder(tmp_path)))
    app = start()
    app = app.segmented_control(key=state.SOURCE).set_value(state.FROM_EXAMPLES).run()
    assert len(charts(app)) == 2
    assert app.selectbox(key=state.FILM).options == ["1 of 2: Example 1", "2 of 2: Example 2"]
    assert "NORMAL" not in words(app) + "".join(charts(app))
    assert "PNEUMONIA" not in words(app) + "".join(charts(app))
    app = next(b for b in app.button if b.label == "Reveal label").click().run()
    assert "data set's label of this film is" in words(app)
    app = next(b for b in app.main.button if b.label == "Next").click().run()
    assert "data set's label" not in words(app), "the next film's label is hidden again"


def test_upload_leaves_the_examples(classifier, monkeypatch, tmp_path):
    monkeypatch.setenv("CHEST_XRAY_DATA", str(examples_folder(tmp_path)))
    app = start()
    app = app.segmented_control(key=state.SOURCE).set_value(state.FROM_EXAMPLES).run()
    app = upload(app, ("mine.jpg", THIRD))
    assert app.session_state[state.SOURCE] == state.FROM_FILES
    assert not [b for b in app.button if b.label == "Reveal label"]
    assert len(charts(app)) == 2


def test_without_the_data_set_no_examples_are_offered(classifier):
    assert not start().segmented_control


def test_model_page_draws_the_whole_card(classifier):
    app = start().switch_page("xray_ui/pages/model.py").run()
    assert not app.exception
    assert not app.error
    assert "Model kermany" in app.main.title[0].value
    assert len(charts(app)) == 5
    assert wording.MISSING_PART not in words(app)
    assert "0.975 to 0.992" in "".join(charts(app))
    assert len(app.table) == 8


def test_model_page_without_most_of_the_card_says_what_is_missing(classifier, monkeypatch):
    content = {k: sample_card()[k] for k in ("version", "weights_sha256", "temperature", "operating_point")}
    monkeypatch.setattr(state, "bundled_version", lambda: sample_version(content))
    app = start().switch_page("xray_ui/pages/model.py").run()
    assert not app.exception
    assert not app.error
    assert wording.MISSING_PART in words(app)


def test_settings_and_films_survive_a_look_at_the_model_page(classifier):
    classifier.probabilities = [0.84]
    app = upload(start(), ("child.png", FIRST))
    app.slider(key="opacity").set_value(80).run()
    app = app.switch_page("xray_ui/pages/model.py").run()
    app = app.switch_page("xray_ui/pages/reading.py").run()
    assert app.slider(key="opacity").value == 80
    assert "84 %" in words(app)
    assert len(classifier.read_images) == 1


def test_background_reader_loads_once_and_keeps_its_error():
    calls = []
    reader = BackgroundReader(lambda: calls.append(1) or 1 / 0)
    assert not reader.wait(0.01)
    reader.start()
    reader.start()
    assert reader.wait(5)
    assert calls == [1]
    assert reader.reader is None
    assert reader.error_number


def test_streamlit_does_not_reset_keras_after_a_run(monkeypatch):
    calls = []
    backend = SimpleNamespace(clear_session=lambda: calls.append(1))
    monkeypatch.setitem(sys.modules, "keras", SimpleNamespace(backend=backend))
    script_runner._clean_problem_modules()
    assert calls == [1], "Streamlit no longer does what keep_session guards against"
    keep_session(backend)
    script_runner._clean_problem_modules()
    assert calls == [1]
