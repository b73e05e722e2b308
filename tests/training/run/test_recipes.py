import json
from dataclasses import replace

import pytest

from model_store.reading.network import CELLS
from model_store.reading.preparation import CELL
from training.run.recipes import PRESETS, FitConfig, configure

SMALL, SIDE = (side for side, _ in PRESETS["full"].phases)
THIRDS = ((SMALL, 20), (SIDE, 10))
"""Phases of which the last one has a third of the epochs."""


@pytest.fixture
def in_thirds(monkeypatch):
    monkeypatch.setitem(PRESETS, "full", replace(PRESETS["full"], phases=THIRDS))


def test_head_is_the_recipe_that_the_project_starts_from():
    head = configure("head")
    assert (head.learning_rate, head.patience, head.epochs, head.phases) == (0.001, 3, 100, ((SIDE, 100),))


def test_none_leaves_a_value_as_the_preset_has_it():
    assert configure("full", seed=None, init=None, steps_per_epoch=None, epochs=None) == PRESETS["full"]


def test_changes_are_taken_and_the_preset_stays():
    config = configure("full", seed=7, init="random", steps_per_epoch=2)
    assert (config.seed, config.steps_per_epoch) == (7, 2)
    assert (PRESETS["full"].seed, PRESETS["full"].steps_per_epoch) == (1, None)


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_every_preset_ends_at_the_side_at_which_the_network_reads(preset):
    for config in (PRESETS[preset], configure(preset, init="first")):
        assert config.phases[-1][0] == int(CELLS.rpartition("-")[2])
        assert all(side % CELL == 1 for side, _ in config.phases)


@pytest.mark.parametrize(
    ("epochs", "phases"),
    [
        (60, ((SMALL, 40), (SIDE, 20))),
        (30, THIRDS),
        (15, ((SMALL, 10), (SIDE, 5))),
        (3, ((SMALL, 2), (SIDE, 1))),
        (2, ((SMALL, 1), (SIDE, 1))),
        (1, ((SIDE, 1),)),
    ],
)
def test_phases_keep_their_proportions(in_thirds, epochs, phases):
    assert configure("full", epochs=epochs).phases == phases


@pytest.mark.parametrize("epochs", range(1, 60))
def test_phases_add_up_and_the_last_one_is_never_left_out(in_thirds, epochs):
    phases = configure("full", epochs=epochs).phases
    assert sum(count for _, count in phases) == epochs
    assert phases[-1][0] == SIDE
    assert min(count for _, count in phases) >= 1
    assert epochs < 2 or [side for side, _ in phases] == [SMALL, SIDE]


def test_full_from_trained_weights_begins_with_large_pictures_and_a_lower_rate():
    trained = configure("full", init="first")
    assert (trained.init, trained.learning_rate) == ("first", 2.5e-4)
    assert trained.learning_rate < PRESETS["full"].learning_rate
    assert trained.phases[-1][0] == SIDE
    assert trained.phases[0][0] > PRESETS["full"].phases[0][0]
    assert configure("full", init="random") == PRESETS["full"]
    assert configure("finetune", init="first").phases == PRESETS["finetune"].phases


def test_side_of_each_epoch():
    config = replace(PRESETS["full"], phases=((81, 2), (161, 1)))
    assert [config.side(epoch) for epoch in range(config.epochs)] == [81, 81, 161]
    assert config.side(3) == 161


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_configuration_survives_json(preset):
    config = configure(preset, epochs=5, seed=9, steps_per_epoch=7, validation_steps=12, precision="bfloat16")
    assert FitConfig.from_json(json.loads(json.dumps(config.as_json()))) == config


def test_other_keys_of_a_run_file_are_passed_over():
    assert FitConfig.from_json({**PRESETS["full"].as_json(), "status": "running"}) == PRESETS["full"]
