"""Asking for a training on its page: every refusal is a sentence, and a good request is examined first."""

import io
import zipfile

import pytest

from model_store.disk.home import xray_home
from model_store.sources.data_root import data_root
from model_store.trainings import cost
from model_store.trainings import request as trainings_request
from tests.doubles.app_driver import fake_reads, labels, page, press, start, words  # noqa: F401
from tests.doubles.trainings.run_doubles import add_version, write_examination, write_run
from xray_ui.basics import text
from xray_ui.reading.uploads import examples
from xray_ui.retraining import form, job, wording
from xray_ui.retraining.job import JobRefused


@pytest.fixture(name="jobs")
def fake_jobs(reads, monkeypatch):
    """Note what is examined, and do nothing; the examination `examination-1` is there at once."""
    asked = []

    def examine(request, home):
        asked.append(request)
        write_examination(home, status="running")
        return "examination-1"

    monkeypatch.setattr(job, "start_examination", examine)
    monkeypatch.setattr(trainings_request, "account", lambda: "weber")
    monkeypatch.delenv("XRAY_DATA_ROOT", raising=False)
    return asked


@pytest.fixture(name="spring")
def data_folder(xray_home):
    folder = xray_home / "data" / "spring"
    for label in ("NORMAL", "PNEUMONIA"):
        (folder / label).mkdir(parents=True)
        (folder / label / "a.png").touch()
    return folder


def open_form():
    app = page(start(), "new_training")
    assert not app.exception
    return app


def refusal(app) -> str:
    assert not app.exception
    assert len(app.error) == 1
    return app.error[0].value.replace("\\", "")


def test_the_sidebar_of_every_page_leads_to_the_form(jobs):
    app = start()
    for name in ("reading", "retrain", "models", "new_training"):
        app = page(app, name)
        (link,) = [link.proto for link in app.sidebar.get("page_link")]
        assert (link.label, link.page) == ("Retrain the model", "new_training")
        assert ("Examine the films" in labels(app)) == (name == "new_training")


def test_each_kind_says_what_it_means_and_what_it_costs_here(jobs, spring, xray_home):
    captions = open_form().radio(key=form.PRESET).proto.captions
    for (preset, meaning), said in zip(wording.MEANINGS.items(), captions, strict=True):
        stages = cost.training(2, preset, "bundled", pace=cost.PACE)
        time, room = text.duration(cost.seconds(stages)), text.size(cost.disk_needed(preset, 2))
        where = "On a computer with two cores (this one is not measured yet)"
        assert said == f"{meaning} **{where} {time} and {room} of disk for these 2 films.**"
    cost.keep_pace(xray_home, {"learning full": 3600.0})
    assert "On this machine about 2 h" in open_form().radio(key=form.PRESET).proto.captions[2], "as it has shown"


def test_of_films_that_nobody_knows_the_cost_is_that_of_a_hundred(jobs):
    assert "for 100 films" in open_form().radio(key=form.PRESET).proto.captions[0]


def test_the_films_of_the_reference_set_cost_time_too(jobs, spring, xray_home, monkeypatch):
    for number in range(50):
        film = xray_home / "reference" / "test" / "NORMAL" / f"{number}.png"
        film.parent.mkdir(parents=True, exist_ok=True)
        film.touch()
    cost.keep_pace(xray_home, {"preparing films": 72.0})
    monkeypatch.setattr(examples, "configured_folder", lambda: xray_home / "reference")
    assert "about 1 h 00 min" in open_form().radio(key=form.PRESET).proto.captions[0]


def test_one_data_folder_need_not_be_chosen(jobs, spring):
    assert open_form().selectbox(key=form.FOLDER).value == spring
    (spring.parent / "autumn" / "NORMAL").mkdir(parents=True)
    (spring.parent / "autumn" / "NORMAL" / "a.png").touch()
    assert open_form().selectbox(key=form.FOLDER).value is None


def test_without_data_the_form_says_where_to_put_some(jobs):
    app = open_form()
    assert f"No data folder was found in {data_root(xray_home())}" in words(app)
    assert "Data folder" not in [box.label for box in app.selectbox]
    assert refusal(press(app, "Examine the films")) == wording.NO_FOLDER
    assert jobs == []


def test_a_request_is_examined_and_the_page_turned(jobs, spring):
    app = open_form()
    app.selectbox(key=form.FOLDER).set_value(spring)
    app.radio(key=form.PRESET).set_value("finetune")
    app.text_input(key=form.NAME).set_value("spring-1")
    app.text_area(key=form.NOTE).set_value("  a note ")
    app = press(app, "Examine the films")
    assert not app.exception
    (asked,) = jobs
    assert (asked.data, asked.labels, asked.classes) == (spring, None, {})
    assert (asked.preset, asked.init, asked.name) == ("finetune", "bundled", "spring-1")
    assert (asked.note, asked.by) == ("a note", "weber")
    assert app.title[0].value == "Retrain"
    assert "Examination of the films" in words(app)
    assert app.query_params == {"examination": "examination-1"}


def test_the_suggested_name_is_new_and_dated(jobs):
    assert open_form().text_input(key=form.NAME).value.startswith("retrained-20")


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", wording.NO_NAME),
        ("   ", wording.NO_NAME),
        ("../up", "cannot name a version"),
        ("<b>", "cannot name a version"),
        ("bundled", "cannot name a version"),
        ("taken", "There is a version 'taken' already"),
        ("begun", wording.RUN_EXISTS),
    ],
)
def test_a_name_that_cannot_be_is_refused(jobs, spring, xray_home, name, sentence):
    add_version(xray_home, "taken")
    write_run(xray_home, "begun", "failed")
    app = open_form()
    app.selectbox(key=form.FOLDER).set_value(spring)
    app.text_input(key=form.NAME).set_value(name)
    assert sentence in refusal(press(app, "Examine the films"))
    assert jobs == []


def choose_zip(data: bytes | None):
    app = open_form()
    app = app.segmented_control(key=form.SOURCE).set_value(form.FROM_ZIP).run()
    if data is not None:
        app.main.file_uploader[0].set_value(("films.zip", data, "application/zip"))
        app = app.run()
    return press(app, "Examine the films")


def test_a_zip_file_is_kept_and_examined(jobs, xray_home):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("NORMAL/a.png", b"film")
    app = choose_zip(file.getvalue())
    assert not app.exception
    assert not app.error
    assert jobs[0].data.parent == xray_home / "uploads"
    assert jobs[0].data.read_bytes() == file.getvalue()


@pytest.mark.parametrize(("data", "sentence"), [(None, wording.NO_ZIP), (b"letter", "not a ZIP file")])
def test_no_zip_or_no_zip_file_is_refused(jobs, data, sentence):
    assert sentence in refusal(choose_zip(data))
    assert jobs == []


def test_a_refusal_of_the_trainer_is_its_sentence_and_the_zip_is_dropped(jobs, monkeypatch, xray_home):
    def refuse(request, home):
        raise JobRefused("Member ../../evil_*.png of the ZIP leads out of its folder.")

    monkeypatch.setattr(job, "start_examination", refuse)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("../../evil.png", b"film")
    assert "leads out of its folder" in refusal(choose_zip(file.getvalue()))
    assert list((xray_home / "uploads").iterdir()) == []


def test_an_unforeseen_error_is_a_number(jobs, spring, monkeypatch):
    def fail(request, home):
        raise RuntimeError("/home/ward/miller.png")

    monkeypatch.setattr(job, "start_examination", fail)
    app = open_form()
    app.selectbox(key=form.FOLDER).set_value(spring)
    said = refusal(press(app, "Examine the films"))
    assert "Something went wrong" in said
    assert "miller" not in said


def test_all_that_a_training_can_begin_from_is_offered(jobs, xray_home):
    add_version(xray_home, "autumn")
    app = open_form()
    offered = app.selectbox(key=form.INIT)
    assert offered.options == ["Active: kermany-6", "Bundled", "ImageNet", "Random", "autumn"]
    assert app.radio(key=form.PRESET).options == list(wording.PRESETS.values())


def test_while_a_training_runs_the_form_says_since_when_and_every_page_shows_it(jobs, xray_home):
    write_run(xray_home, "autumn_*", "running")
    app = open_form()
    assert "Examine the films" not in labels(app)
    assert "is being trained since 20" in words(app)
    for name in ("reading", "retrain", "models", "new_training"):
        app = page(app, name)
        shown = words(app)
        assert "**autumn\\_\\***" in shown
        bar = app.sidebar.get("progress")[0].proto
        assert (bar.value, bar.text) == (40, "Learning, round 3 of at most 20, about 15 min left")


def test_an_examination_under_way_is_shown_on_every_page(jobs, xray_home):
    write_examination(xray_home, status="running")
    app = start()
    assert "Films are being examined" in words(app)
    assert app.sidebar.get("progress")[0].proto.value == 30
