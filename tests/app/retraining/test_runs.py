"""Every run can be looked at while it goes and afterwards, stopped, resumed and deleted."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from tests.doubles.app_driver import cells, charts, fake_reads, labels, page, plain, press, start, words  # noqa: F401
from tests.doubles.trainings.run_doubles import moment, write_run
from xray_ui.retraining import job, wording
from xray_ui.retraining import page as retraining_page
from xray_ui.retraining.job import JobRefused


def opened(run: str | None = None) -> AppTest:
    app = start()
    if run:
        app.query_params["run"] = run
    app = page(app, "retrain")
    assert not app.exception
    return app


def box(app: AppTest):
    return next(box for box in app.main.selectbox if box.label == "Run")


def test_without_runs_the_page_says_how_to_begin(reads):
    assert wording.NO_RUNS in words(opened())


def test_runs_are_listed_newest_first_with_their_state(reads, xray_home):
    for age, (run_id, status) in enumerate(
        {"e": "running", "d": "failed", "c": "cancelled", "b": "finished", "a": "running"}.items()
    ):
        beat = {"heartbeat": moment(-100)} if run_id == "a" else {}
        write_run(xray_home, run_id, status, created=moment(-age), **beat)
    assert box(opened()).options == ["e: under way", "d: failed", "c: cancelled", "b: finished", "a: interrupted"]


def test_a_run_under_way_shows_how_far_it_is(reads, xray_home):
    run = write_run(xray_home, "spring", "running")
    app = opened()
    bar = app.main.get("progress")[0].proto
    assert (bar.value, bar.text) == (40, "Learning, round 3 of at most 20, about 15 min left")
    assert "loss 0.210, validation loss 0.250, validation AUROC 0.972" in words(app)
    shown = cells(app)
    for fact in ("under way", "spring", "healthy: NORMAL", "Quick: the head", "bundled", "up to 100 epochs at 224 px"):
        assert fact in shown
    for fact in ("a _note_", "Dr. Weber", "kermany-6"):
        assert fact in shown
    before = charts(app)[0]
    assert json.loads(before)["data"][0]["x"] == [1, 2], "epochs are counted from 1"
    assert charts(app.run())[0] == before, "Streamlit keeps a chart, and a reader's zoom, until its content changes"
    run.add_metrics({"epoch": 2, "loss": 0.5})
    assert json.loads(charts(app.run())[0])["data"][0]["x"] == [1, 2, 3], "it grows"
    assert "<b>loss</b>" in app.code[0].value


@pytest.mark.parametrize(
    ("changes", "text", "value"),
    [
        (
            {"phase": "computing features", "epoch": None, "step": 1, "steps": 4},
            *("Looking at the films with the network, about 7 min left in this phase", 25),
        ),
        (
            {"phase": "comparing", "epochs": None, "step": 0, "steps": 0, "eta_seconds": None},
            *("Comparing with the active version", 0),
        ),
        ({"phase": "starting", "epoch": None, "step": None, "metrics": {}, "eta_seconds": None}, "Starting", 0),
    ],
)
def test_each_phase_has_its_bar(reads, xray_home, changes, text, value):
    # A run of an older program does not know how far the whole is.
    write_run(xray_home, "spring", "running", **changes, whole=None, left_seconds=None)
    bar = opened().main.get("progress")[0].proto
    assert bar.text.startswith(text)
    assert bar.value == value


def test_a_run_is_cancelled_after_a_question(reads, xray_home):
    run = write_run(xray_home, "spring", "running")
    app = opened()
    assert "Resume" not in labels(app)
    assert not run.cancel_requested
    app = press(app, "Yes, cancel it")
    assert run.cancel_requested
    assert wording.CANCELLING in words(app)
    assert "Yes, cancel it" not in labels(app)


def test_the_page_follows_a_run_to_its_end(reads, xray_home):
    run = write_run(xray_home, "spring", "running")
    app = opened()
    run.write_json("run", run.read_json("run") | {"status": "finished"})
    app = app.run()
    assert box(app).options == ["spring: finished"]
    assert "Comparison with the active version" in words(app)


@pytest.mark.parametrize(
    ("status", "changes", "said"),
    [
        ("failed", {"message": "The disk is *full*."}, "The disk is *full*."),
        ("failed", {"message": None}, wording.FAILED),
        ("running", {"heartbeat": moment(-100)}, wording.INTERRUPTED),
        ("cancelled", {}, wording.CANCELLED),
    ],
)
def test_a_run_that_ended_early_says_why_and_goes_on(reads, xray_home, monkeypatch, status, changes, said):
    resumed = []
    run = write_run(xray_home, "spring", status, **changes)

    def resume(run_id, home):
        resumed.append((run_id, home))
        run.write_json("run", run.read_json("run") | {"status": "running", "heartbeat": moment()})

    monkeypatch.setattr(job, "resume", resume)
    app = opened()
    assert said in plain(app)
    assert "Comparison with the active version" not in words(app)
    app = press(app, "Resume")
    assert not app.exception
    assert resumed == [("spring", xray_home)]
    assert box(app).options == ["spring: under way"]


def test_a_refused_resume_is_its_sentence(reads, xray_home, monkeypatch):
    def refuse(run_id, home):
        raise JobRefused("The checkpoint is damaged; begin a new run.")

    monkeypatch.setattr(job, "resume", refuse)
    write_run(xray_home, "spring", "cancelled")
    assert "checkpoint is damaged" in press(opened(), "Resume").error[0].value


def test_while_another_run_is_under_way_none_is_resumed(reads, xray_home):
    write_run(xray_home, "autumn", "running", created=moment(-90))
    write_run(xray_home, "spring", "cancelled")
    app = opened("spring")
    assert next(button for button in app.button if button.label == "Resume").disabled
    assert "autumn is being trained since 20" in words(app)


def test_a_run_is_deleted_after_a_question(reads, xray_home):
    run = write_run(xray_home, "spring", "failed")
    app = press(opened(), "Yes, delete it")
    assert not app.exception
    assert not run.path.exists()
    assert wording.NO_RUNS in words(app)


def test_a_run_that_was_resumed_elsewhere_is_not_deleted(reads, xray_home):
    run = write_run(xray_home, "spring", "failed")
    app = opened()
    run.write_json("run", run.read_json("run") | {"status": "running", "heartbeat": moment()})
    next(button for button in app.button if button.label == "Yes, delete it").click()
    app = app.run()
    assert run.path.exists()
    assert not app.exception


@pytest.mark.parametrize("content", ["", "[]", '{"created": 3}'])
def test_a_damaged_run_says_so_and_can_be_deleted(reads, xray_home, content):
    run = write_run(xray_home, "spring", "running")
    (run.path / "run.json").write_text(content)
    app = opened()
    assert wording.DAMAGED_RUN in plain(app)
    assert "Resume" not in labels(app)
    press(app, "Yes, delete it")
    assert not run.path.exists()


def test_a_link_opens_its_run_and_the_choice_outlives_a_reload(reads, xray_home):
    write_run(xray_home, "spring", "failed", message="Of the spring.")
    write_run(xray_home, "summer", "failed", message="Of the summer.", created=moment(5))
    app = opened("spring")
    assert "Of the spring." in plain(app)
    app = box(app).set_value("summer").run()
    assert "Of the summer." in plain(app)
    assert app.query_params == {"run": "summer"}
    assert app.session_state[retraining_page.RUN] == "summer"
    again = opened("summer")
    assert "Of the summer." in plain(again)


def test_a_link_to_a_run_that_is_gone_shows_the_newest(reads, xray_home):
    write_run(xray_home, "spring", "failed", message="Of the spring.")
    assert "Of the spring." in plain(opened("../../etc"))
