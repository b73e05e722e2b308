"""The model behind the screen: it is loaded once and waited for, and a corrupted one is a banner."""

import json
import sys
from types import SimpleNamespace

from streamlit.runtime.scriptrunner import script_runner
from streamlit.testing.v1 import AppTest

from model_store.basics.errors import ModelCorrupted
from tests.doubles.app_driver import (  # noqa: F401
    FIRST,
    ROOT,
    charts,
    fake_classifier,
    fake_reads,
    start,
    upload,
    wait_until_loaded,
    words,
)
from xray_ui.readers import in_use
from xray_ui.readers import wording as readers_wording
from xray_ui.readers.background import BackgroundReader
from xray_ui.reading import wording as reading_wording
from xray_ui.server.patches import keep_session


def test_until_the_model_is_ready_the_film_waits_and_says_so(classifier, monkeypatch):
    classifier.gate.clear()
    monkeypatch.setattr(in_use, "load_reader", lambda version: classifier.gate.wait(20) and classifier)
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60).run()
    assert readers_wording.PREPARING in words(app.run())
    app = upload(app, ("child.png", FIRST))
    assert reading_wording.WAITING in words(app)
    assert "suspected" not in words(app)
    assert len(charts(app)) == 1, "the film itself is on the screen"
    classifier.gate.set()
    wait_until_loaded()
    assert "suspected" in words(app.run())


def test_corrupted_card_is_a_banner(classifier, monkeypatch):
    def corrupted():
        raise ModelCorrupted("The card of version bundled is missing or damaged.")

    monkeypatch.setattr(in_use, "active", corrupted)
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60).run()
    app = upload(app, ("child.png", FIRST))
    assert not app.exception
    assert "missing or damaged" in app.error[0].value
    assert len(charts(app)) == 1
    assert "suspected" not in words(app)


def test_corrupted_weights_are_a_banner(classifier, monkeypatch):
    def load(version):
        raise ModelCorrupted("The weights file weights.safetensors is not the one its card names.")

    monkeypatch.setattr(in_use, "load_reader", load)
    app = upload(start(), ("child.png", FIRST))
    assert not app.exception
    assert "not the one its card names" in app.error[0].value.replace("\\", "")
    assert "suspected" not in words(app)


def test_settings_and_films_survive_a_look_at_the_models_page(classifier):
    classifier.probabilities = [0.84]
    app = upload(start(), ("child.png", FIRST))
    app.session_state["opacity"] = 80
    app.selectbox(key="colour_map").set_value("viridis").run()
    app = app.switch_page("xray_ui/pages/models.py").run()
    app = app.switch_page("xray_ui/pages/reading.py").run()
    assert json.loads(charts(app)[0])["opacity"] == 80
    assert app.selectbox(key="colour_map").value == "viridis"
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
