"""Are kept arrays read back as they were, and is whatever is damaged taken for missing?"""

import numpy as np
import pytest

from training.prepared.arrays import keep, kept

WHOLE = {"crop": np.arange(6, dtype=np.uint8).reshape(2, 3), "share": np.array([0.5], np.float16)}


@pytest.fixture
def path(tmp_path):
    keep(tmp_path / "film.npz", **WHOLE)
    return tmp_path / "film.npz"


def test_arrays_are_read_back_as_they_were_in_the_order_asked_for(path):
    share, crop = kept(path, "share", "crop")
    for found, array in ((share, WHOLE["share"]), (crop, WHOLE["crop"])):
        assert found.dtype == array.dtype
        assert np.array_equal(found, array)
    assert [each.name for each in path.parent.iterdir()] == ["film.npz"]


def test_what_is_not_there_is_none(path):
    assert kept(path.with_name("other.npz"), "crop") is None
    assert kept(path, "crop", "lungs") is None


def one_bit(good):
    at = good.index(WHOLE["crop"].tobytes())
    return good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :]


@pytest.mark.parametrize(
    "damage",
    [lambda good: b"", lambda good: good[:5], lambda good: good[:-30], lambda good: b"no arrays" * 99, one_bit],
    ids=["empty", "header cut", "end cut", "other", "one bit"],
)
def test_a_damaged_file_is_none(path, damage):
    path.write_bytes(damage(path.read_bytes()))
    assert kept(path, "crop") is None


def test_what_would_run_code_is_none(path):
    np.savez(path, crop=np.array([{"a": 1}], object))
    assert kept(path, "crop") is None


def test_one_write_makes_a_file(tmp_path, monkeypatch):
    """A disk that is full then leaves nothing under the file's name, and only one place at which it can be full."""
    monkeypatch.setattr(type(tmp_path), "write_bytes", lambda self, data: (_ for _ in ()).throw(OSError(28, "full")))
    with pytest.raises(OSError, match="full"):
        keep(tmp_path / "film.npz", **WHOLE)
    assert list(tmp_path.iterdir()) == []
