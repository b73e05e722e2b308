"""The app on a fake classifier, driven without a browser: start it, upload films, see what is on the screen."""

import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from model_store.versions.activation.activation import Active
from tests.doubles.fakes import FakeClassifier, sample_version
from tests.doubles.films import phantom
from xray_ui.card import panel as card_panel
from xray_ui.readers import in_use
from xray_ui.reading.worklist import read_all
from xray_ui.reading.worklist import wording as worklist_wording
from xray_ui.server import sessions

ROOT = Path(__file__).parents[2]
FIRST = phantom.png(phantom.Chest(width=320, height=256, seed=1))
SECOND = phantom.png(phantom.Chest(width=320, height=256, seed=2))
THIRD = phantom.jpeg(phantom.Chest(width=320, height=256, seed=3))

_components = cache(manifest_scanner.scan_component_manifests)


@pytest.fixture(name="reads")
def fake_reads(monkeypatch):
    """A classifier without a network for every version; which is active is as the home folder says."""
    st.cache_resource.clear()
    # At the start of every app Streamlit looks through all installed packages; these stay the same.
    monkeypatch.setattr(manifest_scanner, "scan_component_manifests", _components)
    # Every run of an app without a server is one more server to it, for which a thread would look to the end.
    monkeypatch.setattr(sessions, "_forget_closed", lambda *_: None)
    if keras := sys.modules.get("keras"):
        # As `load_reader` has it, which is replaced: else Streamlit resets the networks of other tests after each run,
        # and each time looks through all of TensorFlow for garbage.
        monkeypatch.setattr(keras.backend, "clear_session", lambda: None)
    monkeypatch.delenv("CHEST_XRAY_DATA", raising=False)
    # In the order in which they came, so that a test can say what is found on each.
    monkeypatch.setattr(read_all, "AT_ONCE", 1)
    fake = FakeClassifier()
    monkeypatch.setattr(in_use, "load_reader", fake.of)
    return fake


@pytest.fixture(name="classifier")
def fake_classifier(reads, monkeypatch):
    """The same, and a version with made-up figures is active and bundled."""
    use_card(monkeypatch)
    return reads


def use_card(monkeypatch, content: dict[str, Any] | None = None) -> None:
    """Let the version in use, which is the bundled one too, have this card."""
    monkeypatch.setattr(in_use, "active", lambda: Active(sample_version(content), None))
    monkeypatch.setattr(in_use, "bundled_version", lambda: sample_version(content))


def start() -> AppTest:
    """Open the app and wait until its model is there."""
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60).run()
    wait_until_loaded()
    return app.run()


def wait_until_loaded() -> None:
    """Wait until the version in use can read."""
    loading = in_use.background_reader(in_use.in_use().version)
    loading.start()
    assert loading.wait(10)


def press(app: AppTest, label: str) -> AppTest:
    """Press the button of this name."""
    return next(button for button in app.button if button.label.replace("\\", "") == label).click().run()


def labels(app: AppTest) -> list[str]:
    """The names of all buttons."""
    return [button.label.replace("\\", "") for button in app.button]


def unfolded(app: AppTest) -> AppTest:
    """Open every part of the card of a version."""
    for fold in app.main.expander:
        app.session_state[f"{card_panel.FOLD}{fold.label}"] = True
    return app.run()


def drop(app: AppTest, *files: tuple[str, bytes]) -> AppTest:
    """Upload files, and stay where that leads to."""
    uploader = app.file_uploader[0]
    uploader.set_value([(name, data, "image/png") for name, data in files])
    listed = uploader._get_files_to_register()
    app = app.run()
    return listing(app, listed) if is_at_the_worklist(app) else app


def listing(app: AppTest, listed: list[Any]) -> AppTest:
    """Let the uploader list files again after a turn of the page from within a run, as a browser does."""
    app.file_uploader[0]._files = listed
    return app.run()


def listed_files(app: AppTest) -> list[Any]:
    """What the uploader lists."""
    files: list[Any] = app.sidebar.file_uploader[0]._get_files_to_register()
    return files


def upload(app: AppTest, *files: tuple[str, bytes]) -> AppTest:
    """Upload files and look at the first: several lead to the worklist, whose reading is waited for."""
    app = drop(app, *files)
    return to_the_film(app) if is_at_the_worklist(app) else app


def to_the_film(app: AppTest) -> AppTest:
    """Turn from the worklist to the reading page, once all films are read."""
    wait_until_all_are_read(app)
    return page(app, "reading")


def wait_until_all_are_read(app: AppTest) -> None:
    """Wait until nothing is read in the background any more."""
    assert app.session_state["read_all_films"].wait(60)


def is_at_the_worklist(app: AppTest) -> bool:
    """Whether the page that is shown is the worklist."""
    return any(title.value == worklist_wording.TITLE for title in app.main.get("title"))


def add(app: AppTest, name: str, data: bytes) -> AppTest:
    """Upload one more file, as a browser does: the files that are there keep their identity."""
    uploader = app.file_uploader[0]
    uploader._files = uploader._get_files_to_register()
    uploader.upload(name, data, "image/png")
    return app.run()


def words(app: AppTest) -> str:
    """All text on the screen, markdown included."""
    lists = (
        *(app.text, app.markdown, app.error, app.warning, app.info, app.success, app.caption),
        *(app.title, app.header, app.subheader, app.code),
    )
    return "\n".join(str(element.value) for elements in lists for element in elements)


def plain(app: AppTest) -> str:
    """All text on the screen as the reader sees it, without the escapes of Markdown."""
    return words(app).replace("\\", "")


def charts(app: AppTest) -> list[str]:
    """What is drawn in the reading area: the pictures of the film, then the gauge or the charts of the page."""
    pictures = [element.proto.json for element in app.main.get("bidi_component")]
    return pictures + [element.proto.spec for element in app.main.get("plotly_chart")]


def page(app: AppTest, name: str) -> AppTest:
    """Turn to the page "reading", "worklist", "retrain" or "models"."""
    return app.switch_page(f"xray_ui/pages/{name}.py").run()


def cells(app: AppTest) -> str:
    """All text in the tables, as it is shown."""
    tables = [str(value) for table in app.table for row in [table.value.columns, *table.value.values] for value in row]
    return "\n".join(tables).replace("\\", "")
