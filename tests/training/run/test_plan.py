"""Is a plan the same after it was written down, and how many films of the reference set does it read?"""

import json
from dataclasses import replace
from pathlib import Path

from training.run.plan import TrainingPlan
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


def test_paths_are_written_whole(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    content = TrainingPlan(data=Path("films"), config=PRESETS["head"]).as_json()
    assert content["data"] == str(tmp_path.resolve() / "films")


def test_the_films_of_the_reference_set_count_where_they_are_others(tmp_path):
    data, reference = tmp_path / "data", tmp_path / "reference"
    for folder in (data, reference):
        (folder / "test" / "NORMAL").mkdir(parents=True)
        for number in range(3):
            (folder / "test" / "NORMAL" / f"{number}.png").touch()
    plan = TrainingPlan(data=data, config=PRESETS["head"], compare=True, reference=reference)
    assert plan.reference_size == 3
    assert replace(plan, compare=False).reference_size == 0
    assert replace(plan, reference=None).reference_size == 0
    assert replace(plan, reference=data).reference_size == 0, "the data's own test films are held out"
