"""A version that was activated against its gate says so on every page, beside its results and in what is saved."""

import io
import zipfile

import pydicom
import streamlit as st

from model_store.versions.activation.activation import Activation
from tests.doubles.app_driver import FIRST, fake_reads, page, plain, start, upload, wait_until_loaded  # noqa: F401
from tests.doubles.trainings.run_doubles import add_version
from xray_ui.reading.saving import panel as save_panel

SAID = "Version spring reads films against its gate: it did not pass the comparison with the version that read before"


def activated(home, *, passed):
    add_version(home, "spring", passed=passed)
    Activation(home).activate("spring", by="Dr. Weber", reason="for the clinic's own films")
    app = start()
    wait_until_loaded()
    return app.run()


def warned(app) -> int:
    return sum(SAID in warning.value.replace("\\", "") for warning in app.warning)


def test_it_is_said_on_every_page_and_beside_the_result(reads, xray_home):
    app = activated(xray_home, passed=False)
    for name in ("models", "retrain", "reading"):
        app = page(app, name)
        assert warned(app) == 1
    app = upload(app, ("first.png", FIRST))
    assert reads.read_by == ["spring"]
    assert warned(app) == 2


def test_a_version_that_passed_says_nothing(reads, xray_home):
    app = upload(activated(xray_home, passed=True), ("first.png", FIRST))
    assert reads.read_by == ["spring"]
    assert "against its gate" not in plain(app)


def test_its_result_says_so_also_when_another_reads(reads, xray_home):
    upload_of_spring = upload(activated(xray_home, passed=False), ("first.png", FIRST))
    Activation(xray_home).roll_back(by="Dr. Weber")
    app = upload_of_spring.run()
    assert "Read by spring; the active version is now kermany-6 (bundled)." in plain(app)
    assert warned(app) == 1, "beside the result, and no more above the page"


def test_what_is_saved_says_so(reads, xray_home, monkeypatch):
    buttons, written = {}, []
    monkeypatch.setattr(st, "download_button", lambda label, **others: buttons.update({label: others}))
    monkeypatch.setattr(save_panel, "render_sheet", lambda film, _, view, words: written.append(words))
    monkeypatch.setattr(save_panel, "to_png", lambda _: b"")
    upload(activated(xray_home, passed=False), ("first.png", FIRST))
    buttons["Save picture"]["data"]()
    assert written[0].notices[0].startswith(SAID)
    with zipfile.ZipFile(io.BytesIO(buttons["Save as DICOM"]["data"]())) as packed:
        objects = [pydicom.dcmread(io.BytesIO(packed.read(name))) for name in packed.namelist()]
    assert len(objects) == 2
    assert all(SAID in each.to_json() for each in objects)
