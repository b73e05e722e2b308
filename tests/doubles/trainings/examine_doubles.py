"""Films to examine, and what stands for the slow parts of an examination."""

import shutil

import pytest

from model_store.trainings.findings.wording import in_words
from model_store.trainings.store import RunStore
from tests.doubles.films.drawn_lungs import drawn_check
from tests.doubles.trainings.training_doubles import draw_dataset
from training.examination import examine as module
from training.examination.examine import examine
from training.run.plan import TrainingPlan
from training.run.recipes import PRESETS


@pytest.fixture(name="people", scope="module")
def drawn_people(tmp_path_factory):
    """Fourteen people a class in train; do not change it."""
    return draw_dataset(tmp_path_factory.mktemp("drawn") / "data", train=14)


@pytest.fixture(name="data")
def copied_people(people, tmp_path):
    return shutil.copytree(people, tmp_path / "data")


class Timer:
    """Stands for the measuring of a few steps, and keeps what it was asked."""

    def __init__(self):
        self.asked = []

    def __call__(self, config, crops, *, held_out, home, progress):
        self.asked.append((config, len(crops.images), held_out))
        return 12.5, 3


@pytest.fixture(name="timer")
def fake_timer(monkeypatch):
    timer = Timer()
    monkeypatch.setattr(module, "load_film_check", lambda folder: drawn_check())
    monkeypatch.setattr(module, "seconds_for", timer)
    return timer


@pytest.fixture(name="run")
def examination_run(xray_home):
    store = RunStore(xray_home, "examinations")
    (store.folder / "one").mkdir(parents=True)
    return store.get("one")


@pytest.fixture(name="examined")
def examination(timer, run, xray_home):
    def look(data, **plan):
        plan = TrainingPlan(**{"data": data, "config": PRESETS["head"], "compare": True} | plan)
        return in_words(examine(plan, run, home=xray_home))

    return look


def films_of(part):
    return part["NORMAL"] + part["PNEUMONIA"]
