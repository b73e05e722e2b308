"""Does a folder appear and disappear in one step, and are the leftovers of killed processes cleared away in time?"""

import os
import time

import pytest

from model_store.disk.folders import LEFTOVER_SECONDS, appearing, remove_folder
from tests.doubles.faults import FOLDER_SYNC, Killed, each_failure, names_in


def make(folder):
    with appearing(folder) as hidden:
        assert hidden.name.startswith(".")
        (hidden / "one").write_text("1")


def test_it_is_there_whole_when_the_context_has_ended(tmp_path):
    make(tmp_path / "parents" / "new")
    assert [path.name for path in (tmp_path / "parents").rglob("*")] == ["new", "one"]


def test_an_error_in_the_context_leaves_nothing(tmp_path):
    with pytest.raises(KeyError), appearing(tmp_path / "new") as hidden:
        (hidden / "one").write_text("1")
        raise KeyError
    assert names_in(tmp_path) == []


@pytest.mark.parametrize("taken", ["file", "full folder"])
def test_what_is_there_is_never_overwritten(tmp_path, taken):
    if taken == "file":
        (tmp_path / "new").write_text("kept")
    else:
        (tmp_path / "new").mkdir()
        (tmp_path / "new" / "kept").write_text("kept")
    with pytest.raises(FileExistsError, match="such a folder already"):
        make(tmp_path / "new")
    assert names_in(tmp_path) == ["new"]


def test_a_name_that_may_not_reach_the_disk_is_taken_back(tmp_path):
    failed = [(steps.failed, names_in(tmp_path)) for steps in each_failure(lambda: make(tmp_path / "new"))]
    assert (FOLDER_SYNC, []) in failed
    assert {tuple(left) for _, left in failed} == {()}


def test_a_folder_is_gone_in_one_step(tmp_path):
    make(tmp_path / "old")
    seen = []
    for _ in each_failure(lambda: remove_folder(tmp_path / "old"), Killed):
        seen.append((tmp_path / "old" / "one").exists())
        if not seen[-1]:
            make(tmp_path / "old")
    assert seen == sorted(seen, reverse=True)
    assert set(seen) == {True, False}
    assert not (tmp_path / "old").exists()


def test_leftovers_are_cleared_away_after_a_day(tmp_path):
    old, young, named = (tmp_path / name for name in (".old", ".young", "named"))
    for folder in (old, young, named):
        folder.mkdir()
        (folder / "part").write_text("half")
    (tmp_path / ".file").write_text("kept")
    before = time.time() - LEFTOVER_SECONDS - 60
    for path in (old, named, tmp_path / ".file"):
        os.utime(path, (before, before))
    make(tmp_path / "new")
    assert names_in(tmp_path) == [".file", ".young", "named", "new"]


def test_a_leftover_that_cannot_be_cleared_away_hinders_nothing(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "kept").write_text("kept")
    (tmp_path / ".link").symlink_to(tmp_path / "elsewhere")
    before = time.time() - LEFTOVER_SECONDS - 60
    os.utime(tmp_path / "elsewhere", (before, before))
    make(tmp_path / "new")
    assert (tmp_path / "elsewhere" / "kept").exists()
    assert (tmp_path / "new" / "one").exists()
