"""Is a weights file trusted only where it is a regular file of that hash, and its layout read without a network?"""

import hashlib
import os

import numpy as np
import pytest
from safetensors.numpy import save

from model_store.basics.errors import ModelCorrupted
from model_store.disk import weights
from model_store.disk.weights import all_finite, layout_of, load_weights, verify_weights

TENSORS = {"a/kernel": np.ones((3, 2), np.float16), "b/moving_mean": np.zeros(4, np.float32)}
DATA = save(TENSORS)
SHA256 = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def path(tmp_path):
    made = tmp_path / "w"
    made.write_bytes(DATA)
    return made


def test_the_right_file_is_verified_unparsed(path, monkeypatch):
    for parser in ("load", "safe_open"):
        monkeypatch.setattr(weights, parser, lambda *_: pytest.fail("the bytes reached a parser"))
    verify_weights(path, sha256=SHA256)


@pytest.mark.parametrize("check", [verify_weights, lambda path, sha256: load_weights(None, path, sha256=sha256)])
@pytest.mark.parametrize(
    ("kind", "match"),
    [
        ("link", "weights file l is a link, so it is not the one its card names"),
        ("dangling", "weights file l is a link"),
        ("pipe", "weights file l cannot be read"),
        ("folder", "weights file l cannot be read"),
        ("missing", "weights file l cannot be read"),
        ("other", r"weights file l is not the one its card names \(hash e3b0c44298fc\)"),
    ],
)
def test_what_is_no_regular_file_of_that_hash(path, check, kind, match):
    """A link is refused even where it leads to the right bytes: they may be others a moment later."""
    place = path.with_name("l")
    match kind:
        case "link":
            place.symlink_to(path)
        case "dangling":
            place.symlink_to("none")
        case "pipe":
            os.mkfifo(place)
        case "folder":
            place.mkdir()
        case "other":
            place.write_bytes(b"")
    with pytest.raises(ModelCorrupted, match=match):
        check(place, sha256=SHA256)


def test_a_file_that_may_not_be_read(path, monkeypatch):
    monkeypatch.setattr(weights, "sha256_of", lambda path: (_ for _ in ()).throw(PermissionError("no")))
    with pytest.raises(ModelCorrupted, match="weights file w cannot be read"):
        verify_weights(path, sha256=SHA256)


def test_the_layout(path):
    assert layout_of(path) == {"a/kernel": ("F16", (3, 2)), "b/moving_mean": ("F32", (4,))}


@pytest.mark.parametrize("data", [b"", b"text", DATA[:-1], DATA + b"x"])
def test_a_file_without_tensors_has_no_layout(path, data):
    path.write_bytes(data)
    with pytest.raises(ModelCorrupted, match="weights file w holds no tensors"):
        layout_of(path)


def test_text_beside_the_tensors(path):
    path.write_bytes(save(TENSORS, metadata={"note": "x"}))
    with pytest.raises(ModelCorrupted, match="weights file w holds text beside its tensors"):
        layout_of(path)


@pytest.mark.parametrize(("value", "finite"), [(1, True), (np.inf, False), (-np.inf, False), (np.nan, False)])
@pytest.mark.parametrize("kind", [np.float16, np.float32])
def test_infinite_values_are_found(path, kind, value, finite):
    path.write_bytes(save(TENSORS | {"c": np.array([0, value], kind)}))
    assert all_finite(path) is finite
