"""Is the file that names the active version read whole or not at all, replaced in one step, by one at a time?"""

import json
import threading

import pytest

from model_store.basics.records import SCHEMA
from model_store.disk.writing import DiskFull
from model_store.reading.decision.calibration import Calibration
from model_store.versions.activation import active_file
from model_store.versions.activation.active_file import (
    ACTIVE,
    ActivationBusy,
    ActivationDamaged,
    ActiveFile,
    ActiveState,
    LogEntry,
)
from tests.doubles.faults import FOLDER_SYNC, Killed, each_failure, files_below, names_in, recorded_order

OLD = ActiveState(("bundled",), (LogEntry(version="bundled", reason="ä, \U0001fac1"),))
NEW = ActiveState(("bundled", "v1"), (*OLD.log, LogEntry(version="v1")))


@pytest.fixture
def file(xray_home):
    xray_home.mkdir()
    made = ActiveFile(xray_home)
    made.write(OLD)
    return made


def test_without_a_file_the_bundled_version_is_active(tmp_path):
    assert ActiveFile(tmp_path).read() == ActiveState() == ActiveState(("bundled",), ())
    assert ActiveFile(tmp_path / "none").read() == ActiveState()
    assert names_in(tmp_path) == [], "looking writes nothing"


def test_what_was_written_is_read(file):
    file.write(NEW)
    assert file.read() == NEW
    written = json.loads(file.path.read_text())
    assert (written["schema_version"], written["stack"]) == (SCHEMA, ["bundled", "v1"])
    assert [entry["version"] for entry in written["log"]] == ["bundled", "v1"]
    assert names_in(file.path.parent) == [ACTIVE]


DAMAGED = [
    *(b"", b"{", b"[]", b"null", b"3", b'"v1"', b"{}", b"\xff\xfe\x00", b"[" * 100_000, b'{"stack": ["v1"]}'),
    *(b'{"log": []}', b'{"stack": [], "log": []}', b'{"stack": "v1", "log": []}', b'{"stack": {"v1": 1}, "log": []}'),
    *(b'{"stack": ["v1", 2], "log": []}', b'{"stack": ["v1"], "log": ["v1"]}', b'{"stack": ["v1"], "log": null}'),
]


@pytest.mark.parametrize("content", DAMAGED, ids=lambda content: repr(content[:30]))
def test_a_damaged_file_is_said_to_be(file, content):
    file.path.write_bytes(content)
    with pytest.raises(ActivationDamaged, match=r"active\.json, which names the active version, is damaged"):
        file.read()
    assert file.known() is None


def test_a_file_cut_anywhere_is_damaged(file):
    whole = file.path.read_bytes().rstrip()
    for length in range(len(whole)):
        file.path.write_bytes(whole[:length])
        assert file.known() is None


def test_a_log_of_before_schemas_is_read(tmp_path):
    entries = [
        {"action": "activate", "version": "v1", "from": "bundled", "temperature": 2.0, "operating_point": 0.4},
        {"action": "rollback", "version": "bundled", "from": "v1", "reason": None, "more": [1]},
    ]
    (tmp_path / ACTIVE).write_text(json.dumps({"stack": ["bundled"], "log": entries}))
    first, second = ActiveFile(tmp_path).read().log
    assert (first.before, first.calibration) == ("bundled", Calibration.by_temperature(2.0))
    assert (second.action, second.before, second.calibration) == ("rollback", "v1", None)


@pytest.mark.parametrize(
    "content",
    [
        {"stack": ["v1"], "log": [{"version": 3}]},
        {"stack": ["v1"], "log": [{"temperature": "hot"}]},
        {"stack": ["v1"], "log": [], "schema_version": SCHEMA + 1},
    ],
)
def test_what_is_no_stack_and_log_is_damage(tmp_path, content):
    (tmp_path / ACTIVE).write_text(json.dumps(content))
    with pytest.raises(ActivationDamaged, match="is damaged"):
        ActiveFile(tmp_path).read()


def test_a_folder_in_its_place_is_damage(tmp_path):
    (tmp_path / ACTIVE).mkdir()
    with pytest.raises(ActivationDamaged, match="is damaged"):
        ActiveFile(tmp_path).read()


def test_a_damaged_file_is_kept_beside_the_new_one(file):
    file.path.write_bytes(b"{torn")
    file.write(NEW)
    assert file.read() == NEW
    assert file.path.with_name("active.json.damaged").read_bytes() == b"{torn"


def test_killed_at_any_step_the_old_state_is_there_or_the_new(file):
    found = []
    for _ in each_failure(lambda: file.write(NEW), Killed):
        found.append(file.read())
        if found[-1] == NEW:
            file.write(OLD)
    assert found == [OLD] * found.count(OLD) + [NEW] * found.count(NEW)
    assert min(found.count(OLD), found.count(NEW)) > 0
    assert file.read() == NEW


def test_a_full_disk_leaves_the_old_state_and_no_half_file(file):
    before = files_below(file.path.parent)
    failed = []
    for steps in each_failure(lambda: file.write(NEW)):
        failed.append(steps.failed)
        if steps.failed == FOLDER_SYNC:  # The name is changed already, and only a power cut could undo it.
            assert steps.raised is None
            assert file.read() == NEW
            continue
        assert isinstance(steps.raised, DiskFull)
        assert str(steps.raised).startswith("The disk is full: 1 MB are needed, ")
        assert files_below(file.path.parent) == before
    assert failed == ["open", "write", "fsync", "replace", FOLDER_SYNC]


def test_the_order_that_outlives_a_power_cut(file):
    with recorded_order(file.path.parent) as done:
        file.write(NEW)
    assert done == [f"sync .{ACTIVE}.part", f"name {ACTIVE}", f"sync {file.path.parent.name}"]


def test_who_waits_too_long_is_told(file, monkeypatch):
    monkeypatch.setattr(active_file, "LOCK_SECONDS", 0.1)
    held, release = threading.Event(), threading.Event()

    def hold():
        with file.locked():
            held.set()
            release.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(10)
    try:
        with (
            pytest.raises(ActivationBusy, match="being changed elsewhere; please try again in a few seconds"),
            ActiveFile(file.path.parent).locked(),
        ):
            pytest.fail("two hold the lock")
    finally:
        release.set()
        holder.join()
    with file.locked():
        assert file.read() == OLD


def test_the_lock_makes_the_home(tmp_path):
    with ActiveFile(tmp_path / "new" / "home").locked():
        assert (tmp_path / "new" / "home").is_dir()


def test_an_error_under_the_lock_gives_it_back(file):
    with pytest.raises(KeyError), file.locked():
        raise KeyError
    with file.locked():
        file.write(NEW)
    assert file.read() == NEW
