"""What an examination found is all on the page, and the training only begins where nothing speaks against it."""

import pytest
from streamlit.testing.v1 import AppTest

from model_store.trainings import uploads
from model_store.trainings.findings.wording import UNKNOWN
from tests.doubles.app_driver import cells, fake_reads, labels, page, plain, press, start, words  # noqa: F401
from tests.doubles.trainings.run_doubles import moment, write_examination, write_run
from tests.doubles.trainings.training_doubles import film, png
from xray_ui.retraining import job, wording
from xray_ui.retraining.examination import rows
from xray_ui.retraining.job import JobRefused


@pytest.fixture(name="jobs")
def fake_jobs(reads, monkeypatch):
    """Note what is started, and let it be there at once."""
    asked = []

    def examine(request, home):
        asked.append(("examination", request))
        write_examination(home, "examination-2", status="running")
        return "examination-2"

    def train(request, home):
        asked.append(("training", request))
        write_run(home, request.name, "running")
        return request.name

    monkeypatch.setattr(job, "start_examination", examine)
    monkeypatch.setattr(job, "start_training", train)
    return asked


def opened() -> AppTest:
    app = page(start(), "retrain")
    assert not app.exception
    return app


def test_everything_that_was_found_is_shown(jobs, xray_home):
    write_examination(xray_home, warnings=["Class NORMAL has *few* films."])
    app = opened()
    shown, tables = words(app), cells(app)
    assert "spring-head: Quick: the head, begun from bundled, on spring." in shown
    assert "few\\* films" in shown
    for found in ("all", "100", "200", "250", "Held out for the comparison", "67 %", "2 files, 1 of them different"):
        assert found in tables
    assert "about 25 min on this machine, measured on 6 steps" in tables
    assert "412 MB needed, 51.0 GB free" in tables
    assert "NORMAL/hand_*.png" in tables
    assert "Bacterial" not in tables, "nothing is known of causes"
    assert "NORMAL/a.png, NORMAL/b.png" in shown
    assert "person17" in shown
    assert [expander.label for expander in app.main.expander] == [
        *("What to look at: 1", "What the new version will have to show", "The films, and how they will be used"),
        *("Refused films: 1", "Copies of the same film: 1", "Patients in two splits: 1"),
    ]
    (verdict,) = app.main.warning
    said = "**The training can be started: about 25 min on this machine, 412 MB of disk; 1 point to look at first.**"
    assert verdict.value.replace("\\", "") == said
    gate = next(text for text in shown.split("\n") if "The gate, set before the training" in text).replace("\\", "")
    assert "worse in AUROC by more than 0.02, sensitivity by more than 0.05, specificity by more than 0.05" in gate
    assert "calibration error may be at most 0.1" in gate
    assert jobs == []


def test_a_training_begins_with_what_was_examined_and_is_shown(jobs, xray_home):
    write_examination(xray_home, classes={"healthy": "NORMAL"}, labels="/films/labels.csv", data="/films")
    app = press(opened(), "Start training")
    assert not app.exception
    ((kind, request),) = jobs
    assert (kind, request.name, request.note, request.by) == ("training", "spring-head", "a note", "Dr. Weber")
    assert (str(request.data), str(request.labels)) == ("/films", "/films/labels.csv")
    assert request.classes == {"healthy": "NORMAL"}
    assert app.query_params == {"run": "spring-head"}
    assert "Examination of the films" not in words(app)
    assert "Yes, cancel it" in labels(app)


def test_problems_forbid_the_start_and_the_films_can_be_examined_again(jobs, xray_home):
    write_examination(xray_home, problems=["There are no films of class NORMAL; add some."])
    app = opened()
    assert "no films of class NORMAL" in app.error[0].value
    assert "**The training cannot be started: 1 thing forbids it.**" in plain(app)
    assert "Start training" not in labels(app)
    app = press(app, "Examine again")
    assert not app.exception
    assert jobs[0][0] == "examination"
    assert app.query_params == {"examination": "examination-2"}


def test_what_a_newer_program_found_forbids_the_start_and_has_a_plain_sentence(jobs, xray_home):
    write_examination(xray_home, problems=[{"code": "of tomorrow"}], warnings=[{"code": "copies", "n": 3}])
    app = opened()
    assert UNKNOWN in plain(app)
    assert "Files that repeat the film of another one: 3; they add nothing to learn from." in plain(app)
    assert "Start training" not in labels(app)


def test_every_unknown_name_is_asked_for(jobs, xray_home):
    unknown = ["healthy", "<b>sick</b>"]
    problems = ["Say what the folders 'healthy' and '<b>sick</b>' mean."]
    write_examination(
        xray_home, unknown_classes=unknown, problems=problems, parts={}, estimate=None, images_by_name={"healthy": 7}
    )
    app = opened()
    assert "How they will be used" not in words(app)
    assert "Start training" not in labels(app)
    boxes = [box for box in app.main.selectbox if box.label != "Run"]
    assert [box.label.replace("\\", "") for box in boxes] == ["healthy (7 films)", "<b>sick</b>"]
    assert boxes[0].options == ["NORMAL", "PNEUMONIA", "Leave out"]
    app = press(app, "Examine again")
    assert wording.EXAMINE_AGAIN_FIRST in plain(app)
    assert jobs == []
    boxes = [box for box in app.main.selectbox if box.label != "Run"]
    boxes[0].set_value("NORMAL")
    boxes[1].set_value("-")
    app = press(app, "Examine again")
    assert jobs[0][1].classes == {"healthy": "NORMAL", "<b>sick</b>": "-"}


def test_folders_whose_use_nobody_knows_are_asked_for_beside_classes(jobs, xray_home):
    write_examination(
        xray_home, unknown_classes=["sick"], unknown_splits={"fold1": 12, "extra": 3}, split_meanings={"old": "-"}
    )
    app = opened()
    assert "Start training" not in labels(app)
    boxes = [box for box in app.main.selectbox if box.label != "Run"]
    assert [box.label.replace("\\", "") for box in boxes] == ["sick", "fold1 (12 films)", "extra (3 films)"]
    assert boxes[1].options == ["Learn from them", "Only judge on them", "Leave out"]
    boxes[0].set_value("PNEUMONIA")
    boxes[1].set_value("train")
    app = press(app, "Examine again")
    assert wording.EXAMINE_AGAIN_FIRST in plain(app)
    next(box for box in app.main.selectbox if box.label.startswith("extra")).set_value("test")
    press(app, "Examine again")
    assert jobs[0][1].classes == {"sick": "PNEUMONIA"}
    assert jobs[0][1].splits == {"old": "-", "fold1": "train", "extra": "test"}


def test_what_was_decided_about_the_folder_is_said(jobs, xray_home):
    write_examination(xray_home, layout=["The table labels.csv says which class a film is of."])
    assert "The table labels.csv says which class a film is of." in plain(opened())


def test_a_film_stands_beside_a_name_that_is_asked_for(jobs, xray_home):
    samples = {"healthy": "sample-0.png", "gone": "../sample-0.png"}
    run = write_examination(xray_home, unknown_classes=["healthy", "gone", "new"], samples=samples)
    picture = png(film("NORMAL", 1))
    (run.path / "sample-0.png").write_bytes(picture)
    (run.path.parent / "sample-0.png").write_bytes(b"of another folder")
    assert rows.samples(run.read_json("result"), run) == {"healthy": picture, "gone": picture}
    (run.path / "sample-0.png").unlink()
    assert rows.samples(run.read_json("result"), run) == {}
    (run.path.parent / "sample-0.png").unlink()
    (run.path / "sample-0.png").write_bytes(picture)
    assert len(opened().main.get("image")) == 2


def test_a_second_training_cannot_be_started_while_one_runs(jobs, xray_home):
    write_run(xray_home, "autumn", "running", created=moment(-900))
    write_examination(xray_home)
    app = opened()
    assert next(button for button in app.button if button.label == "Start training").disabled
    assert "autumn is being trained since 20" in plain(app)


def test_a_start_that_another_was_faster_with_is_refused_since_when(jobs, xray_home, monkeypatch):
    def refuse(request, home):
        raise JobRefused("Training autumn is under way since 2026-11-23 18:05 UTC; wait until it has ended.")

    monkeypatch.setattr(job, "start_training", refuse)
    write_examination(xray_home)
    app = press(opened(), "Start training")
    assert "under way since 2026-11-23 18:05" in app.error[0].value.replace("\\", "")
    assert "Start training" in labels(app)


def test_an_examination_under_way_shows_its_progress_and_can_be_cancelled(jobs, xray_home):
    run = write_examination(xray_home, status="running")
    app = opened()
    assert "Yes, put it aside" not in labels(app)
    assert app.main.get("progress")[0].proto.value == 30
    app = press(app, "Cancel the examination")
    assert run.cancel_requested
    assert wording.CANCELLING in words(app)


@pytest.mark.parametrize(
    ("status", "changes", "said"),
    [
        ("failed", {"message": "The ZIP holds a file that leads *out*."}, "leads *out*"),
        ("failed", {"message": None}, wording.EXAMINATION_GONE),
        ("cancelled", {}, wording.EXAMINATION_CANCELLED),
        ("running", {"heartbeat": moment(-100)}, wording.EXAMINATION_GONE),
    ],
)
def test_an_examination_that_ended_early_says_why(jobs, xray_home, status, changes, said):
    run = write_examination(xray_home, status=status)
    run.write_json("run", run.read_json("run") | changes)
    (xray_home / "data" / "spring").mkdir(parents=True)
    app = opened()
    assert said in plain(app)
    press(app, "Examine again")
    assert jobs[0][0] == "examination"


@pytest.mark.parametrize(
    ("file", "content"),
    [("result", "{"), ("request", "{"), ("result", '{"problems": 3}'), ("result", '{"schema_version": 99}')],
)
def test_a_damaged_examination_says_so(jobs, xray_home, file, content):
    run = write_examination(xray_home)
    (run.path / f"{file}.json").write_text(content)
    app = opened()
    assert [error.value for error in app.error] == [wording.DAMAGED_EXAMINATION]
    assert "Start training" not in labels(app)


def test_an_examination_whose_process_has_written_nothing_yet(jobs, xray_home):
    (xray_home / "examinations" / "examination-9").mkdir(parents=True)
    app = start()
    app.query_params["examination"] = "examination-9"
    app = page(app, "retrain")
    assert not app.exception
    assert wording.NOT_YET_KNOWN in words(app)


def test_an_examination_put_aside_stays_away(jobs, xray_home):
    write_examination(xray_home)
    app = opened()
    assert wording.PUT_ASIDE in words(app)
    app = press(app, "Yes, put it aside")
    assert "Examination of the films" not in words(app)
    assert "Examination of the films" not in words(app.run())
    assert wording.NO_RUNS in words(app)


def test_an_examination_older_than_the_newest_run_is_not_offered(jobs, xray_home):
    write_examination(xray_home)
    write_run(xray_home, "spring", "finished", created=moment(60))
    assert "Examination of the films" not in words(opened())


@pytest.mark.parametrize(
    ("status", "phase", "is_kept"),
    [("running", "unpacking", True), ("running", "preparing films", False), ("failed", "unpacking", False)],
)
def test_a_zip_is_deleted_once_it_was_unpacked(jobs, xray_home, status, phase, is_kept):
    run = write_examination(xray_home, status=status)
    uploaded = xray_home / "uploads" / "0123456789abcdef.zip"
    uploaded.parent.mkdir()
    uploaded.touch()
    assert uploads.is_kept_zip(uploaded, xray_home)
    run.write_json("run", run.read_json("run") | {"phase": phase})
    run.write_json(job.REQUEST, run.read_json(job.REQUEST) | {"data": str(uploaded)})
    app = opened()
    assert "on an uploaded ZIP file" in words(app)
    assert uploaded.exists() == is_kept
