"""Would the tests of robustness notice? Each instrument is held against what it has to find."""

import errno
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from model_store.disk.writing import write_atomically
from model_store.versions.activation.activation import Activation
from model_store.versions.registry import Registry
from tests.robustness.activating_killed import CARD, REASON, two_versions
from tests.robustness.disk import FullDisk, Step, watched_disk
from tests.robustness.invariants import ActiveModel, assert_interrupted, assert_whole
from tests.robustness.points import At, Point
from tests.robustness.power_loss import assert_lasting
from tests.robustness.report import Result, show
from tests.robustness.same_answer import largest_difference


def steps_of(root: Path, work) -> list[tuple[str, str, str]]:
    seen = []

    def note(moment: str, step: Step) -> None:
        seen.append((moment, step.kind, Path(step.path).name))

    with watched_disk(root, note):
        work()
    return seen


def test_every_step_on_the_disk_is_seen(tmp_path):
    def work():
        (tmp_path / "new").mkdir()
        write_atomically(tmp_path / "new/file", b"abcd")
        (tmp_path / "new/file").unlink()
        (tmp_path / "new").rmdir()

    seen = steps_of(tmp_path, work)
    assert [(kind, name) for moment, kind, name in seen if moment == "after"] == [
        ("mkdir", "new"),
        ("open", ".file.part"),
        ("write", ".file.part"),
        ("fsync", ".file.part"),
        ("rename", "file"),
        ("fsync", "new"),
        ("unlink", "file"),
        ("rmdir", "new"),
    ]
    assert [kind for moment, kind, _ in seen if moment == "midst"] == ["write"]


def test_steps_elsewhere_are_not_seen(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "home").mkdir()
    (tmp_path / "home/there").write_text("x")

    def work():
        (tmp_path / "elsewhere/file").write_text("x")
        assert (tmp_path / "home/there").read_text() == "x"

    assert steps_of(tmp_path / "home", work) == []


def test_what_numpy_writes_and_what_is_copied_is_seen(tmp_path):
    def work():
        with (tmp_path / "a.npy").open("wb") as file:
            np.save(file, np.arange(100))
        shutil.copyfile(tmp_path / "a.npy", tmp_path / "b.npy")

    seen = steps_of(tmp_path, work)
    assert ("midst", "write", "a.npy") in seen
    assert ("midst", "write", "b.npy") in seen
    assert np.array_equal(np.load(tmp_path / "b.npy"), np.arange(100))


@pytest.mark.parametrize(("lasting", "second"), [(False, b"abcd"), (True, None)])
def test_a_full_disk_leaves_half_of_a_write(tmp_path, lasting, second):
    disk = FullDisk(2, lasting=lasting)
    with watched_disk(tmp_path, disk):
        with pytest.raises(OSError, match="No space left") as full, (tmp_path / "first").open("wb") as file:
            file.write(b"abcd")
        try:
            (tmp_path / "second").write_bytes(b"abcd")
        except OSError as error:
            assert error.errno == errno.ENOSPC
    assert full.value.errno == errno.ENOSPC
    assert (tmp_path / "first").read_bytes() == b"ab"
    assert ((tmp_path / "second").read_bytes() if (tmp_path / "second").exists() else None) == second
    assert disk.failed == "write first"


def test_of_a_large_file_few_pieces_count(tmp_path):
    disk = FullDisk(1000)
    with watched_disk(tmp_path, disk), (tmp_path / "large").open("wb") as file:
        for _ in range(100):
            file.write(b"piece")
    assert disk.steps == ["open large", *["write large"] * 7]
    assert disk.failed is None


def test_a_point_is_met_at_its_number(tmp_path):
    met = []
    at = At(tmp_path, Point("after", "rename", "runs/*/run.json", 2, once="*/result.json"), lambda: met.append(1))
    run_json = Step("rename", str(tmp_path / "runs/a/run.json"))
    for moment in ("after", "after", "after"):
        at(moment, run_json)
    assert met == []
    at("after", Step("rename", str(tmp_path / "runs/a/result.json")))
    for moment in ("after", "before", "midst"):
        at(moment, run_json)
    assert met == []
    at("after", run_json)
    assert met == [1]


LASTING = [
    Step("write", "/home/.a.part"),
    Step("fsync", "/home/.a.part"),
    Step("rename", "/home/a", "/home/.a.part"),
    Step("fsync", "/home"),
]


def test_the_order_of_calls():
    assert_lasting(LASTING, Path("/home/a"))


@pytest.mark.parametrize(
    ("steps", "sentence"),
    [
        ([LASTING[0], *LASTING[2:]], "is not on the disk before"),
        ([LASTING[1], LASTING[0], *LASTING[2:]], "is not on the disk before"),
        (LASTING[:3], "the new name is not brought"),
        ([LASTING[0], LASTING[1], LASTING[3], LASTING[2]], "the new name is not brought"),
        ([*LASTING, Step("write", "/home/a")], "it grew afterwards"),
        (LASTING[:2], "not put in its place by a rename"),
        ([*LASTING[:2], Step("rename", "/home/a", "/tmp/a"), LASTING[3]], "from another folder"),
    ],
)
def test_a_wrong_order_of_calls(steps, sentence):
    with pytest.raises(AssertionError, match=sentence):
        assert_lasting(steps, Path("/home/a"))


@pytest.fixture
def home(tmp_path) -> Path:
    two_versions(tmp_path / "home")
    return tmp_path / "home"


def damage(home: Path, name: str) -> None:
    if name == "half a version":
        (home / "versions/half").mkdir()
    elif name == "other weights":
        (home / "versions/b/weights.safetensors").write_bytes(b"others")
    elif name == "half a card":
        (home / "versions/b/card.json").write_text("{")
    elif name == "half a crop":
        (home / "cache").mkdir()
        (home / "cache/crop.npz").write_bytes(b"PK\x03\x04")
    else:
        (home / "runs/mine").mkdir(parents=True)
        (home / "runs/mine/checkpoint.safetensors").write_bytes(bytes(20))


@pytest.mark.parametrize("name", ["half a version", "other weights", "half a card", "half a crop", "half a checkpoint"])
def test_halves_are_found(home, name):
    assert_whole(home)
    damage(home, name)
    with pytest.raises((AssertionError, RuntimeError)):
        assert_whole(home)


def test_another_active_version_is_found(home):
    before = ActiveModel.of(home)
    before.assert_untouched()
    Activation(home).activate("b", by="tests", reason=REASON)
    with pytest.raises(AssertionError, match="the active version is another: b"):
        before.assert_untouched()


def test_a_run_that_says_something_else_is_found(home):
    folder = home / "runs/mine"
    folder.mkdir(parents=True)
    (folder / "run.json").write_text(json.dumps({"status": "finished"}))
    with pytest.raises(AssertionError, match="the run says that it is finished"):
        assert_interrupted(home, "mine")
    (folder / "run.json").write_text(json.dumps({"status": "running", "heartbeat": "2026-01-01T00:00:00+00:00"}))
    assert assert_interrupted(home, "mine") == "interrupted"
    weights = home / "weights"
    weights.write_bytes(b"tensors")
    Registry(home).register("mine", weights, CARD)
    (folder / "run.json").write_text(json.dumps({"status": "finished"}))
    assert assert_interrupted(home, "mine") == "finished"


def test_a_failed_trial_is_counted_and_said(capsys):
    result = Result("R0", "nothing")
    for number in range(3):
        with result.trial(f"trial {number}"):
            if number == 1:
                raise AssertionError("it is one")
    with result.trial("an error"):
        Path("/nowhere/at all").stat()
    assert (result.count, result.failures[0]) == (4, "trial 1: it is one")
    assert "FileNotFoundError" in result.failures[1]
    assert show([result]) == 1
    assert json.loads(capsys.readouterr().out)["count"] == 4
    assert show([Result("R0", "nothing")]) == 0


def test_the_largest_difference_of_an_answer():
    assert largest_difference([[0.1, 0.5], [0.1, 0.2], [0.3, 0.4]]) == pytest.approx(0.3)
