"""Is each film decoded once, whatever happens to the file of fingerprints?"""

import json

import pytest

from tests.doubles.trainings.training_doubles import draw_dataset
from training.data.dataset import scan
from training.data.labelled import LabelledImage
from training.prepared.fingerprints import keep_fingerprints
from training.run.progress import Progress, RunCancelled


@pytest.fixture
def data(tmp_path):
    return draw_dataset(tmp_path / "data", train=3)


@pytest.fixture
def decoded(monkeypatch):
    """The names of the films that are decoded."""
    names, radiograph = [], LabelledImage.radiograph
    monkeypatch.setattr(
        LabelledImage, "radiograph", lambda image: (names.append(image.path.name), radiograph(image))[1]
    )
    return names


def test_a_film_is_decoded_once_for_all_runs(data, tmp_path, decoded):
    first, progress = scan(data), Progress()
    keep_fingerprints(first, tmp_path / "cache", progress)
    assert (len(decoded), progress.snapshot()["phase"]) == (6, "looking for copies")
    again = scan(data)
    keep_fingerprints(again, tmp_path / "cache")
    assert [image.fingerprint for image in again] == [image.fingerprint for image in first]
    assert len({image.fingerprint for image in again}) == 6
    assert len(decoded) == 6


def test_a_film_that_was_not_asked_for_is_decoded_when_it_is(data, decoded):
    assert len({image.fingerprint for image in scan(data)}) == len(decoded) == 6


@pytest.mark.parametrize("content", ["", "{", "[]", "7"])
def test_a_damaged_file_is_none(data, tmp_path, decoded, content):
    keep_fingerprints(scan(data), tmp_path / "cache")
    (file,) = (tmp_path / "cache").iterdir()
    file.write_text(content)
    keep_fingerprints(scan(data), tmp_path / "cache")
    assert len(decoded) == 12
    assert len(json.loads(file.read_text())) == 6


def test_what_was_found_before_a_cancel_is_kept(data, tmp_path, decoded):
    class Cancelled(Progress):
        def advance(self, *, share=None):
            if len(decoded) == 2:
                raise RunCancelled
            super().advance(share=share)

    with pytest.raises(RunCancelled):
        keep_fingerprints(scan(data), tmp_path / "cache", Cancelled())
    keep_fingerprints(scan(data), tmp_path / "cache")
    assert len(decoded) == 6
