"""The app on a fake classifier, driven without a browser: start it, upload films, see what is on the screen."""

from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests import phantom
from tests.fakes import FakeClassifier, sample_version
from xray_ui import state

ROOT = Path(__file__).parents[1]
FIRST = phantom.png(phantom.Chest(width=320, height=256, seed=1))
SECOND = phantom.png(phantom.Chest(width=320, height=256, seed=2))
THIRD = phantom.jpeg(phantom.Chest(width=320, height=256, seed=3))


@pytest.fixture(name="classifier")
def fake_classifier(monkeypatch):
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
