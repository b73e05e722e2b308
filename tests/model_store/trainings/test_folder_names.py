"""Is a test split known for one, whatever it is called, and nothing else taken for it?"""

import pytest

from model_store.trainings.folder_names import TEST_SPLIT, is_split, split_key

TEST_NAMES = (
    *("test", "TEST", "Testing", "tests", "test_set", "testset", "Test-2", "external test", "train_test"),
    *("eval", "evaluation", "hold-out", "holdout", "held out", "Held_Out_2024"),
)


@pytest.mark.parametrize("name", TEST_NAMES)
def test_test_splits_by_many_names(name):
    assert split_key(name) == TEST_SPLIT
    assert is_split(name)


@pytest.mark.parametrize("name", ["Train", "training", "training_set", "train2"])
def test_what_is_learned_from(name):
    assert split_key(name) == "train"
    assert is_split(name)


@pytest.mark.parametrize("name", ["VAL", "validation", "Valid", "dev", "train_val"])
def test_what_chooses(name):
    assert split_key(name) == "val"
    assert is_split(name)


@pytest.mark.parametrize("name", ["NORMAL", "pneumonia", "testament", "latest", "ward 7", "2024", "evaluated", "held"])
def test_any_other_name_is_itself(name):
    assert split_key(f" {name} ") == name.casefold()
    assert not is_split(name)
