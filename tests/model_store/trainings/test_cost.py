"""Is a training's time the sum of its phases, by hand, and is the disk that it needs no less than what is written?"""

import json
import zipfile

import numpy as np
import pytest

from model_store.reading.network import CELLS, POOLED
from model_store.trainings import cost as module
from model_store.trainings.cost import (
    PACE,
    disk_needed,
    examination,
    files_in,
    is_measured,
    keep_pace,
    pace,
    seconds,
    training,
)
from tests.doubles.trainings.training_doubles import crops_of, labelled, tiny_network
from training.prepared.features import cached_features

ONES = dict.fromkeys(PACE, 1.0)


def times(stages):
    return {f"{number} {each.phase}": each.seconds for number, each in enumerate(stages) if each.seconds}


def test_an_examination_by_hand():
    assert [each.seconds for each in examination(80, "head", is_zip=False, pace=ONES)] == [1, 0, 80, 80, 1]
    assert [each.seconds for each in examination(80, "head", is_zip=True, pace=ONES)] == [1, 80, 80, 80, 1]
    assert examination(5, "full", is_zip=False, pace=ONES | {"measuring full": 9.0})[-1].seconds == 9


def test_a_training_of_the_head_by_hand():
    """Of 100 films 20 are held out; the backbone is frozen, so what both versions see of a film is computed once."""
    stages = training(100, "head", "bundled", pace=ONES, reference=624, new=600)
    assert times(stages) == {
        "0 starting": 1, "1 preparing films": 10, "2 computing features": 80, "3 training": 80,
        "5 looking at normal films": 40, "6 looking at maps": pytest.approx(0.12 * 80), "7 preparing films": 600,
        "8 comparing": 20 + 624, "9 registering": 1,
    }  # fmt: skip
    assert stages[3].ends_at == 0.2, "patience ends it after about 20 of 100 epochs"
    assert seconds(stages) == pytest.approx(1 + 10 + 80 + 80 + 40 + 9.6 + 600 + 644 + 1)


def test_a_training_of_more_than_the_head_reads_for_each_version():
    stages = training(100, "finetune", "bundled", pace=ONES, held_out=0)
    assert times(stages)["3 training"] == 100
    assert times(stages)["4 calibrating"] == pytest.approx(100 + 12)
    assert training(100, "full", "spring", pace=ONES, held_out=10)[8].seconds == 20
    assert stages[3].ends_at == 1.0


def test_everything_from_random_weights_takes_longer():
    of = ONES | {"learning full random": 5.0}
    assert training(10, "full", "random", pace=of, held_out=0)[3].seconds == 50
    assert training(10, "full", "imagenet", pace=of, held_out=0)[3].seconds == 10


def test_what_the_machine_has_shown_is_kept(tmp_path):
    assert pace(tmp_path) == PACE
    keep_pace(tmp_path, {})
    assert not (tmp_path / "cache").exists()
    keep_pace(tmp_path, {"preparing films": 2.5})
    keep_pace(tmp_path, {"learning head": 0.5})
    assert pace(tmp_path) == dict(PACE) | {"preparing films": 2.5, "learning head": 0.5}
    assert is_measured(tmp_path, "head", "bundled")
    assert not is_measured(tmp_path, "full", "bundled")


@pytest.mark.parametrize(
    "content", ["{", "[]", json.dumps({"starting": -1, "learning head": "fast", "of another program": 1.0})]
)
def test_what_cannot_be_a_pace_is_passed_over(tmp_path, content):
    keep_pace(tmp_path, {"starting": 1.0})
    next((tmp_path / "cache").iterdir()).write_text(content)
    assert pace(tmp_path) == PACE


def test_files_are_counted_and_not_opened(tmp_path):
    (tmp_path / "data" / "NORMAL").mkdir(parents=True)
    for name in ("a.png", "b.png", "labels.csv"):
        (tmp_path / "data" / "NORMAL" / name).touch()
    assert files_in(tmp_path / "data") == 3
    assert files_in(tmp_path / "nowhere") == 0
    with zipfile.ZipFile(tmp_path / "films.zip", "w") as archive:
        archive.mkdir("NORMAL")
        archive.writestr("NORMAL/a.png", b"film")
    assert files_in(tmp_path / "films.zip") == 1
    (tmp_path / "films.zip").write_bytes(b"letter")
    assert files_in(tmp_path / "films.zip") == 0


@pytest.mark.parametrize("kind", [CELLS, POOLED])
def test_a_film_all_lung_takes_no_more_than_is_reckoned(tmp_path, kind):
    """The widest film that there is: every cell of it counts, and its crop is of noise."""
    pixels = np.random.default_rng(1).integers(0, 256, (1, 224, 224))
    films = crops_of([labelled("one.png", sha256="0" * 64)], pixels, np.ones((224, 224), bool))
    # The tiny network has fewer channels at the depths before the last; the real one has 3584 in all.
    (features,) = cached_features(tiny_network(kind), films, tmp_path)
    missing = 4 * (3584 - features.depths.size)
    (file,) = tmp_path.rglob("*.npz")
    assert file.stat().st_size + missing <= module._FEATURE_BYTES
    if kind == CELLS:
        assert file.stat().st_size + missing > 0.9 * module._FEATURE_BYTES


def test_a_prepared_film_takes_no_more_than_is_reckoned(tmp_path):
    crop, lungs = np.zeros((224, 224), np.uint8), np.packbits(np.zeros((224, 224), bool), axis=1)
    np.savez(tmp_path / "film.npz", crop=crop, lungs=lungs)
    assert 0.9 * module._CROP_BYTES < (tmp_path / "film.npz").stat().st_size <= module._CROP_BYTES


@pytest.mark.parametrize(("preset", "features"), [("head", 2), ("finetune", 1), ("full", 1)])
def test_each_film_is_reckoned_with_by_hand(monkeypatch, preset, features):
    """Of 100 films what the version knows is described by all, of 5,000 by 2,000; a head learns on features too."""
    monkeypatch.setattr(module, "FAMILIAR_FILMS", 2000)
    bare = disk_needed(preset, 0)
    each = module._CROP_BYTES + features * module._FEATURE_BYTES
    for films, described in ((100, 100), (5000, 2000)):
        assert disk_needed(preset, films) == bare + films * each + described * module._FEATURE_BYTES


def test_a_heads_checkpoint_is_small():
    assert disk_needed("head", 0) < disk_needed("full", 0) / 2
