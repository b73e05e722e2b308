import json
from dataclasses import replace

import pytest

from training.config import PRESETS, FitConfig, configure

FULL = ((72, 9), (112, 6), (160, 4), (224, 3))


def test_head_is_the_recipe_that_the_project_starts_from():
    head = configure("head")
    assert (head.learning_rate, head.patience, head.epochs, head.phases) == (0.001, 3, 100, ((224, 100),))


def test_none_leaves_a_value_as_the_preset_has_it():
    assert configure("full", seed=None, init=None, steps_per_epoch=None, epochs=None) == PRESETS["full"]


def test_changes_are_taken_and_the_preset_stays():
    config = configure("full", seed=7, init="random", steps_per_epoch=2)
    assert (config.seed, config.steps_per_epoch) == (7, 2)
    assert (PRESETS["full"].seed, PRESETS["full"].steps_per_epoch) == (1, None)


@pytest.mark.parametrize(
    ("epochs", "phases"),
    [
        (44, ((72, 18), (112, 12), (160, 8), (224, 6))),
        (22, FULL),
        (11, ((72, 4), (112, 3), (160, 2), (224, 2))),
        (4, ((72, 1), (112, 1), (160, 1), (224, 1))),
        (2, ((160, 1), (224, 1))),
        (1, ((224, 1),)),
    ],
)
def test_phases_keep_their_proportions(epochs, phases):
    assert configure("full", epochs=epochs).phases == phases


@pytest.mark.parametrize("epochs", range(1, 60))
def test_phases_add_up_and_the_last_one_is_never_left_out(epochs):
    phases = configure("full", epochs=epochs).phases
    assert sum(count for _, count in phases) == epochs
    assert phases[-1][0] == 224
    assert min(count for _, count in phases) >= 1
    assert epochs < 4 or [side for side, _ in phases] == [72, 112, 160, 224]


def test_full_from_trained_weights_begins_with_large_pictures_and_a_lower_rate():
    trained = configure("full", init="first")
    assert (trained.init, trained.phases, trained.learning_rate) == ("first", ((160, 3), (224, 1)), 4e-4)
    assert configure("full", init="random") == PRESETS["full"]
    assert configure("finetune", init="first").phases == PRESETS["finetune"].phases


def test_side_of_each_epoch():
    config = replace(PRESETS["full"], phases=((72, 2), (224, 1)))
    assert [config.side(epoch) for epoch in range(config.epochs)] == [72, 72, 224]
    assert config.side(3) == 224


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_configuration_survives_json(preset):
    config = configure(preset, epochs=5, seed=9, steps_per_epoch=7, validation_steps=12, precision="bfloat16")
    assert FitConfig.from_json(json.loads(json.dumps(config.as_json()))) == config


def test_other_keys_of_a_run_file_are_passed_over():
    assert FitConfig.from_json({**PRESETS["full"].as_json(), "status": "running"}) == PRESETS["full"]
