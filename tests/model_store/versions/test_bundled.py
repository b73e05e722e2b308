"""Is the bundled model the one that its card describes? On the data set, where it is there."""

from pathlib import Path

import numpy as np
import pytest

from model_store.film.load import load_radiograph
from model_store.reading.classifier import Classifier
from model_store.reading.maps.gradcam import build_gradcam
from model_store.reading.network import side_of
from model_store.reading.preparation import lung_cells, lungs_in_crop
from model_store.reading.results import GRAD_CAM
from model_store.trainings.folder_names import TEST_SPLIT
from model_store.versions.bundled import BUNDLED, BUNDLED_FOLDER
from model_store.versions.loading import load_classifier, load_film_check
from model_store.versions.registry import Registry
from training.data.dataset import scan


@pytest.fixture(scope="module")
def bundled() -> Classifier:
    return load_classifier(Registry().version(BUNDLED))


def test_half_precision_changes_no_probability_by_more_than_three_thousandths(bundled: Classifier) -> None:
    assert bundled.card.content["half_precision_shift"] <= 0.003


def test_sixty_test_films_get_the_probabilities_of_the_card(bundled: Classifier, chest_xray: Path) -> None:
    expected = {item["sha256"]: item["probability"] for item in bundled.card.content["test"]["sample"]}
    assert len(expected) == 60
    films = {image.sha256: image.path for image in scan(chest_xray, splits={TEST_SPLIT})}
    for sha256, probability in expected.items():
        reading = bundled.read(load_radiograph(films[sha256].read_bytes()))
        # One film alone and a batch of 32 are summed in another order.
        assert reading.prediction.probability == pytest.approx(probability, abs=0.002), films[sha256].name


def test_the_card_passes_the_floors() -> None:
    test = Registry().version(BUNDLED).card.content["test"]
    assert test["auroc"] >= 0.98
    assert test["accuracy"] >= 0.946
    assert test["specificity"] >= 0.88
    assert test["sensitivity"] >= 0.95


def test_the_controls_of_the_card_pass_and_its_map_fails_no_test() -> None:
    test = Registry().version(BUNDLED).card.content["test"]
    assert test["controls"]["exchange"]["auroc"] >= 0.97
    assert test["controls"]["exchange"]["follow"] >= 0.90
    assert test["controls"]["replaced"]["follow"] >= 0.90
    assert test["controls"]["random_chests"]["auroc"] <= 0.56
    assert test["maps"]["failed"] == []
    assert test["maps"]["discs"]["Grad-CAM"]["peak"] >= 0.40


def test_the_card_says_what_it_was_made_of_and_how_often_the_test_split_was_read() -> None:
    card = Registry().version(BUNDLED).card.content
    assert card["test_readings"] >= 1
    assert card["data"]["test"] == {"NORMAL": 234, "PNEUMONIA": 390}
    assert card["lungs"]["val_dice"] >= 0.95
    assert card["lungs"]["val_dice_p05"] >= 0.90
    for key in ("recipe", "history", "intended_use", "limits", "notes", "operating_point"):
        assert card[key], key


def test_mirrored_films_have_the_mirrored_map(bundled: Classifier, chest_xray: Path) -> None:
    """In the child, not on the screen: the median correlation over the cells of the lungs of 20 test films."""
    wanted = {item["sha256"] for item in bundled.card.content["test"]["sample"]}
    films = [image.path for image in scan(chest_xray, splits={TEST_SPLIT}) if image.sha256 in wanted][::3]
    see, gate, alike = build_gradcam(bundled.network), load_film_check(BUNDLED_FOLDER), []
    for path in films:
        examined = gate.examine(load_radiograph(path.read_bytes()))
        crop, inside = examined.seen.pixels, lungs_in_crop(examined.lungs, examined.seen.crop)
        straight = see(crop, inside).maps[GRAD_CAM]
        mirrored = see(np.ascontiguousarray(crop[:, ::-1]), np.ascontiguousarray(inside[:, ::-1])).maps[GRAD_CAM]
        lung = lung_cells(inside, side_of(bundled.network)) > 0
        alike.append(np.corrcoef(straight[lung], mirrored[:, ::-1][lung])[0, 1])
    assert len(alike) >= 10
    assert np.median(alike) >= 0.9
