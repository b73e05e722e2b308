"""Is a file replaced whole or not at all, and does a full disk say what it needs?"""

import errno
import os
import shutil
from pathlib import Path

import pytest

from model_store.disk.writing import DiskFull, free_bytes, replacing, room_for, sync_file, write_atomically
from tests.doubles.faults import FOLDER_SYNC, Killed, each_failure, files_below, names_in, recorded_order


@pytest.fixture
def free(monkeypatch):
    """Return a function that lets every disk have this many bytes free."""

    def have(bytes_free):
        usage = shutil.disk_usage("/")._replace(free=bytes_free)
        monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)

    return have


class TestReplacing:
    def test_the_new_content_takes_the_place_at_the_end(self, tmp_path):
        (tmp_path / "a").write_bytes(b"old")
        with replacing(tmp_path / "a") as file:
            file.write(b"new")
            assert (tmp_path / "a").read_bytes() == b"old"
        assert files_below(tmp_path) == {"a": b"new"}

    @pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
    def test_an_error_on_the_way_leaves_the_old_content(self, tmp_path, error):
        (tmp_path / "a").write_bytes(b"old")
        with pytest.raises(error), replacing(tmp_path / "a") as file:
            file.write(b"half")
            raise error
        assert files_below(tmp_path) == {"a": b"old"}

    def test_killed_at_any_step_the_content_is_old_or_new(self, tmp_path):
        write_atomically(tmp_path / "a", b"old")
        seen = []
        for _ in each_failure(lambda: write_atomically(tmp_path / "a", b"new"), Killed):
            seen.append((tmp_path / "a").read_bytes())
            (tmp_path / "a").write_bytes(b"old")
        assert seen == [b"old", b"old", b"old", b"old", b"new"]

    def test_a_full_disk_leaves_the_old_content_and_no_half(self, tmp_path):
        write_atomically(tmp_path / "a", b"old")
        for steps in each_failure(lambda: write_atomically(tmp_path / "a", b"new")):
            assert steps.raised.errno == errno.ENOSPC
            if steps.failed != FOLDER_SYNC:
                assert files_below(tmp_path) == {"a": b"old"}
        assert files_below(tmp_path) == {"a": b"new"}

    def test_the_order_that_outlives_a_power_cut(self, tmp_path):
        with recorded_order(tmp_path) as done:
            write_atomically(tmp_path / "a", b"new")
        assert done == ["sync .a.part", "name a", f"sync {tmp_path.name}"]

    def test_a_folder_that_is_missing(self, tmp_path):
        with pytest.raises(FileNotFoundError):
            write_atomically(tmp_path / "none" / "a", b"new")
        assert names_in(tmp_path) == []

    def test_a_file_is_brought_to_the_disk(self, tmp_path):
        (tmp_path / "a").write_bytes(b"bytes")
        with recorded_order(tmp_path) as done:
            sync_file(tmp_path / "a")
        assert done == ["sync a"]


class TestRoom:
    @pytest.mark.parametrize(
        ("needed", "free_now", "sentence"),
        [
            (96_000_001, 12_900_000, "97 MB are needed, 12 MB are free;"),
            (96_000_000, 95_999_999, "96 MB are needed, 95 MB are free;"),
            (1, 0, "1 MB are needed, 0 MB are free;"),
        ],
    )
    def test_too_little_is_said_beforehand(self, tmp_path, free, needed, free_now, sentence):
        free(free_now)
        folder = tmp_path / "not" / "yet"
        with pytest.raises(DiskFull) as raised, room_for(folder, needed):
            pytest.fail("it began")
        assert str(raised.value) == f"The disk is full: {sentence} please make room and try again."
        assert raised.value.errno == errno.ENOSPC

    def test_just_enough_is_enough(self, tmp_path, free):
        free(1000)
        with room_for(tmp_path, 1000):
            pass

    @pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
    def test_a_disk_that_fills_up_on_the_way(self, tmp_path, number):
        with (
            pytest.raises(DiskFull, match=r"The disk is full: 2 MB are needed, \d+ MB are free;"),
            room_for(tmp_path, 1_500_000),
        ):
            raise OSError(number, os.strerror(number))

    def test_the_innermost_says_it(self, tmp_path):
        with pytest.raises(DiskFull, match="3 MB are needed"), room_for(tmp_path, 0), room_for(tmp_path, 3_000_000):
            raise OSError(errno.ENOSPC, "full")

    def test_another_error_stays_what_it_is(self, tmp_path):
        with pytest.raises(PermissionError, match="no"), room_for(tmp_path, 0):
            raise PermissionError(errno.EACCES, "no")

    def test_what_is_free_is_that_of_the_nearest_folder_that_is_there(self, tmp_path):
        assert free_bytes(tmp_path / "a" / "b") == pytest.approx(shutil.disk_usage(tmp_path).free, rel=0.1)
        assert free_bytes(Path("relative")) > 0
