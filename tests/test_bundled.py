"""Is the bundled model the one that its card describes? On the data set, where it is there."""

from pathlib import Path

import pytest

from model_store.classifier import Classifier
from model_store.loading import load_classifier
from model_store.radiograph import load_radiograph
from model_store.registry import BUNDLED, Registry
from training.dataset import TEST_SPLIT, scan


@pytest.fixture(scope="module")
def bundled() -> Classifier:
    return load_classifier(Registry().version(BUNDLED))


def test_sixty_test_films_get_the_probabilities_of_the_card(bundled: Classifier, chest_xray: Path) -> None:
    expected = {item["sha256"]: item["probability"] for item in bundled.card.content["test"]["sample"]}
    assert len(expected) == 60
    films = {image.sha256: image.path for image in scan(chest_xray, splits={TEST_SPLIT})}
    for sha256, probability in expected.items():
        reading = bundled.read(load_radiograph(films[sha256].read_bytes()))
        # One film alone and a batch of 32 are summed in another order; 0.002 is what half precision may change.
        assert reading.prediction.probability == pytest.approx(probability, abs=0.002), films[sha256].name


def test_half_precision_changes_no_probability_by_more_than_two_thousandths(bundled: Classifier) -> None:
    assert bundled.card.content["half_precision_shift"] <= 0.002


def test_the_card_passes_the_floors() -> None:
    test = Registry().version(BUNDLED).card.content["test"]
    assert test["auroc"] >= 0.98
    assert test["accuracy"] >= 0.935
    assert test["specificity"] >= 0.86
    assert test["sensitivity"] >= 0.94


def test_the_card_says_what_it_was_made_of_and_how_often_the_test_split_was_read() -> None:
    card = Registry().version(BUNDLED).card.content
    assert card["test_readings"] >= 1
    assert card["data"]["test"] == {"NORMAL": 234, "PNEUMONIA": 390}
    assert card["lungs"]["val_dice"] >= 0.95
    assert card["lungs"]["val_dice_p05"] >= 0.90
    for key in ("recipe", "history", "intended_use", "limits", "notes", "temperature", "operating_point"):
        assert card[key], key
