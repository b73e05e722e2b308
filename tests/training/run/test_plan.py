"""Is a plan the same after it was written down, and is the disk that it needs no less than what is written?"""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from model_store.reading.network import CELLS, POOLED
from tests.doubles.trainings.training_doubles import crops_of, labelled, tiny_network
from training.prepared.features import cached_features
from training.run import plan as module
from training.run.plan import TrainingPlan, disk_needed
from training.run.recipes import PRESETS


def test_a_plan_survives_json(tmp_path):
    plan = TrainingPlan(
        data=tmp_path,
        config=replace(PRESETS["full"], seed=7),
        labels=tmp_path / "labels.csv",
        classes={"healthy": "NORMAL"},
        compare=True,
        reference=tmp_path / "reference",
        note="a note",
        by="Dr. A",
    )
    assert TrainingPlan.from_json(json.loads(json.dumps(plan.as_json()))) == plan


def test_what_a_plan_does_not_name_is_nothing(tmp_path):
    content = TrainingPlan(data=tmp_path, config=PRESETS["head"]).as_json()
    assert (content["labels"], content["reference"]) == (None, None)
    for optional in ("labels", "classes", "compare", "reference", "note", "by"):
        del content[optional]
    assert TrainingPlan.from_json(content) == TrainingPlan(data=tmp_path, config=PRESETS["head"])


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
    bare = disk_needed(PRESETS[preset], 0)
    each = module._CROP_BYTES + features * module._FEATURE_BYTES
    for films, described in ((100, 100), (5000, 2000)):
        assert disk_needed(PRESETS[preset], films) == bare + films * each + described * module._FEATURE_BYTES


def test_a_heads_checkpoint_is_small():
    assert disk_needed(PRESETS["head"], 0) < disk_needed(PRESETS["full"], 0) / 2


def test_paths_are_written_whole(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    content = TrainingPlan(data=Path("films"), config=PRESETS["head"]).as_json()
    assert content["data"] == str(tmp_path.resolve() / "films")
