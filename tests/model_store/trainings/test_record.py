"""Is run.json read by its types, one of an older program too, and is what does not fit damage?"""

import json

import pytest

from model_store.basics.records import SCHEMA, UnreadableRecord
from model_store.trainings.folder import RunFolder
from model_store.trainings.record import RunRecord
from model_store.trainings.status import FAILURES


@pytest.fixture
def run(tmp_path):
    return RunFolder(tmp_path)


def test_what_is_written_has_its_schema_and_is_read_again(run):
    run.write_json("run", {"status": "running", "phases": [[113, 5]], "metrics": {"loss": 1}, "batch": 16})
    assert json.loads((run.path / "run.json").read_text())["schema_version"] == SCHEMA
    assert run.record() == RunRecord(status="running", phases=((113, 5),), metrics={"loss": 1.0})


def test_one_of_before_schemas_is_read(run):
    (run.path / "run.json").write_text('{"status": "finished", "started": "2026-11-23T18:05:00+00:00"}')
    assert run.record().begun == "2026-11-23T18:05:00+00:00"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"message": "The sentence of then."}, "The sentence of then."),  # As all failures of before were written.
        ({"failure": "disk"}, FAILURES["disk"]),
        ({"failure": "of a newer program"}, None),
        ({}, None),
    ],
)
def test_why_a_run_failed_is_worded_where_it_is_read(run, content, said):
    run.write_json("run", {"status": "failed", **content})
    assert run.status().message == said


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ({}, "status"),
        ({"status": 3}, "status"),
        ({"status": "running", "epoch": "x"}, "epoch"),
        ({"status": "running", "metrics": 3}, "metrics"),
        ({"status": "running", "phases": [[113]]}, "phases"),
        ({"status": "running", "schema_version": SCHEMA + 1}, "schema_version"),
    ],
)
def test_what_does_not_fit_is_damage(run, content, field):
    (run.path / "run.json").write_text(json.dumps(content))
    with pytest.raises(UnreadableRecord, match=field):
        run.record()
    status = run.status()
    assert (status.state, status.record, status.can_resume) == ("interrupted", None, False)
