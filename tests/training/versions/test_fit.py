"""Journeys of `python -m training`: a version is trained and judged, with the tiny network and with the real one."""

import json
import shutil
import sys
from dataclasses import replace

import keras
import numpy as np
import pytest
from PIL import Image
from safetensors.numpy import load_file

from model_store.disk.weights import sha256_of
from model_store.film.load import load_radiograph
from model_store.reading.network import CELLS, POOLED, build_network
from model_store.reading.results import GRAD_CAM, LAST_MAP
from model_store.versions.card_file import CARD
from model_store.versions.loading import load_classifier
from model_store.versions.registry import Registry
from tests.doubles.films.drawn_lungs import drawn_check
from tests.doubles.trainings.training_commands import Journey, home_of_its_own, in_home, small_batches, training  # noqa: F401
from tests.doubles.trainings.training_doubles import draw_dataset, use_tiny_network
from tests.robustness.disk_full import eagerly
from training.data.labelled import CLASSES
from training.networks.classifier.learner import CropLearner
from training.prepared.own_films import films_of, own_parts
from training.run import recipes

SMALL, SIDE = 81, int(CELLS.rpartition("-")[2])
"""A small side, and that at which the network reads."""

KEYS = {
    *("n", "auroc", "auroc_ci", "accuracy", "accuracy_ci", "sensitivity", "specificity", "ppv", "npv", "brier", "ece"),
    *("operating_point", "calibration", "classification_report", "confusion_matrix", "n_refused"),
}


def test_fit_says_where_the_run_lies_and_how_to_judge_the_version(tiny):
    assert tiny.fit.status == 0
    assert f"run first: {tiny.run.path}" in tiny.fit.err
    assert f"1 images were left out; log.txt in {tiny.run.path} lists them" in tiny.fit.err
    assert tiny.fit.out.startswith(f"version first registered; judge it with: {sys.executable} -m training evaluate")
    assert "epoch 3/3 loss" in tiny.fit.err


def test_fit_registers_a_version_with_weights_and_card(tiny):
    files = {path.name for path in tiny.version.folder.iterdir()}
    assert files == {"weights.safetensors", "card.json", "learned_from.txt"}
    card = tiny.version.card
    assert card.weights_sha256 == sha256_of(tiny.version.weights)
    assert card.calibration.above > 0
    assert 0 < card.operating_point < 1
    assert Registry(tiny.home).names() == ["bundled", "first"]


def test_the_card_tells_recipe_data_and_course(tiny):
    content = tiny.version.card.content
    recipe = content["recipe"]
    assert (recipe["preset"], recipe["init"], recipe["seed"], recipe["phases"]) == ("head", "random", 5, [[SIDE, 3]])
    assert (recipe["steps_per_epoch"], recipe["validation_steps"]) == (1, 1)
    halves = content["data"]["training"], content["data"]["validation"]
    for label in CLASSES:
        assert sum(half[label] for half in halves) == 12
        assert min(half[label] for half in halves) >= 1
    assert sum(half["patients"] for half in halves) == 24
    assert (content["data"]["name"], content["data"]["refused"]) == ("data", 1)
    assert [row["epoch"] for row in content["history"]] == [0, 1, 2]
    assert content["training"]["best_val_loss"] == min(row["val_loss"] for row in content["history"])
    assert content["validation"]["n"] == sum(halves[1][label] for label in CLASSES)
    assert 0 <= content["half_precision_shift"] <= 0.01


def test_the_card_names_the_network_and_what_its_maps_show(tiny):
    content = tiny.version.card.content
    assert content["network"] == tiny.version.card.network == CELLS
    assert content["heatmap_full"] > 0
    assert content["lung_cells"]["least"] > 1
    assert set(content["in_lung"]["limits"]) == {GRAD_CAM, LAST_MAP}


def test_the_map_is_drawn_on_one_scale(tiny, monkeypatch):
    """The cells' own logits are the map, as a part of what is brightest on suspected films."""
    use_tiny_network(monkeypatch)
    film = load_radiograph(next((tiny.data / "train/PNEUMONIA").iterdir()).read_bytes())
    explanation = load_classifier(tiny.version).read(film).explanation
    full = tiny.version.card.content["heatmap_full"]
    assert explanation.heatmap == pytest.approx(np.clip(explanation.cells / full, 0, 1), abs=1e-6)


def test_a_run_leaves_configuration_metrics_log_and_result_and_nothing_large(tiny):
    names = {path.name for path in tiny.run.path.iterdir()}
    assert names == {"run.json", "run.lock", "metrics.csv", "log.txt", "result.json"}
    begun = tiny.run.read_json("run")
    assert (begun["status"], begun["data"]) == ("finished", str(tiny.data))
    assert len(tiny.run.metrics()) == 3
    log = (tiny.run.path / "log.txt").read_text()
    assert "broken.png: This picture file is cut off" in log
    assert tiny.run.read_json("result")["calibration"] == tiny.version.card.calibration.as_json()


def test_fit_never_opens_the_test_folder(tiny):
    assert any(path.startswith(str(tiny.data / "train")) for path in tiny.fit.opened)
    assert [path for path in tiny.fit.opened if path.startswith(str(tiny.data / "test"))] == []


def test_evaluate_writes_the_promised_keys(tiny):
    assert tiny.evaluate.status == 0
    assert tiny.report.keys() >= KEYS
    card = tiny.version.card
    assert (tiny.report["operating_point"], tiny.report["calibration"]) == (
        card.operating_point,
        card.calibration.as_json(),
    )
    assert (tiny.report["version"], tiny.report["weights_sha256"]) == ("first", card.weights_sha256)


def test_a_refused_film_counts_as_wrong_and_is_listed(tiny):
    (tn, fp), (fn, tp) = tiny.report["confusion_matrix"]
    assert (tiny.report["n"], tiny.report["n_refused"], tn + fp, fn + tp) == (13, 1, 6, 7)
    assert fn >= 1
    assert tiny.report["accuracy"] == (tn + tp) / 13
    assert tiny.report["sensitivity"] == tp / 7
    assert [item["path"] for item in tiny.report["refused"]] == ["person99_virus_1.png"]
    assert "Refused: person99_virus_1.png" in tiny.evaluate.out


def test_evaluate_prints_the_report(tiny):
    assert "precision     recall   f1-score    support" in tiny.evaluate.out
    assert "Actual PNEUMONIA" in tiny.evaluate.out
    assert "Predicted PNEUMONIA" in tiny.evaluate.out
    assert f"{tiny.report['auroc']:.4f}" in tiny.evaluate.out


def test_evaluate_draws_the_figures(tiny):
    names = {"roc", "precision_recall", "reliability", "confusion_matrix", "training"}
    assert {path.stem for path in (tiny.home / "figures").iterdir()} == names
    for path in (tiny.home / "figures").iterdir():
        with Image.open(path) as picture:
            assert picture.format == "PNG"


def test_the_card_counts_the_readings_of_the_test_split(tiny):
    content = tiny.version.card.content
    assert content["test_readings"] == 2
    assert content["test"] == tiny.report
    assert content["test"]["learned_from"] == 0 and "fair" not in tiny.evaluate.out
    assert tiny.again.out == tiny.evaluate.out


def test_other_splits_are_not_counted(tiny, monkeypatch):
    in_home(monkeypatch, tiny.home)
    use_tiny_network(monkeypatch)
    judged = training("evaluate", "--data", tiny.data, "--version", "first", "--split", "train")
    assert judged.status == 0
    assert "on split train: 21 images, 1 refused" in judged.out
    known = len(tiny.version.learned_from()) - 4  # Of two people a class in val.
    assert f"No fair judges: version first learned from {known} of these 21 films" in judged.out.splitlines()[0]
    content = tiny.version.card.content
    assert (content["test_readings"], content["test"]["split"]) == (2, "test")


def test_finetune_begins_from_a_version_and_changes_its_last_stage(tiny, monkeypatch):
    in_home(monkeypatch, tiny.home)
    use_tiny_network(monkeypatch)
    small_batches(monkeypatch)
    options = ("--preset", "finetune", "--init", "first", "--epochs", 1, "--run-id", "tuned")
    assert training("fit", "--data", tiny.data, *options).status == 0
    inherited = tiny.version.card.content["test_readings"]
    assert Registry(tiny.home).version("tuned").card.content["test_readings"] == inherited > 0
    before = load_file(tiny.version.weights)
    after = load_file(Registry(tiny.home).version("tuned").weights)
    changed = {path.split("/")[0] for path in before if not np.array_equal(before[path], after[path])}
    assert before.keys() == after.keys()
    assert changed == {"conv5_conv", "conv5_bn", "head_bn1", "head_dense", "head_bn2", "logit"}


@pytest.mark.parametrize("preset", ["head", "finetune", "full"])
def test_an_older_version_is_begun_from_whose_network_was_pooled(home, data, tiny, preset):
    """Its weights go into the network of now; the new card names that one, and the old version reads as it did."""
    shutil.copytree(tiny.home / "versions", home / "versions")
    file = Registry(home).version("first").folder / CARD
    content = json.loads(file.read_text())
    for added in ("network", "heatmap_full", "lung_cells"):
        del content[added]
    file.write_text(json.dumps(content))
    assert Registry(home).version("first").card.network == POOLED
    options = ("--preset", preset, "--init", "first", "--epochs", 1, "--run-id", "new")
    fitted = training("fit", "--data", data, *options)
    assert fitted.status == 0, fitted.err
    new, old = Registry(home).version("new"), Registry(home).version("first")
    assert new.card.network == CELLS
    before, after = load_file(old.weights), load_file(new.weights)
    changed = {path.split("/")[0] for path in before if not np.array_equal(before[path], after[path])}
    assert ("conv4_conv" in changed) == (preset == "full")
    assert ("conv5_conv" in changed) == (preset != "head")
    assert "logit" in changed
    film = load_radiograph(next((data / "train/PNEUMONIA").iterdir()).read_bytes())
    assert load_classifier(old).read(film).explanation.cells is None


def test_validation_patients_stay_those_of_the_version_that_is_begun_from(home, data, tiny, monkeypatch):
    """Whatever the seed, and however often: what the first version learned from never judges its descendants."""
    shutil.copytree(tiny.home / "versions", home / "versions")
    validated = []
    monkeypatch.setattr("training.versions.fit.films_of", lambda images: validated.append(images) or films_of(images))
    for name, init, seed in (("second", "first", 11), ("third", "second", 12), ("other", "random", 11)):
        options = ("--preset", "head", "--init", init, "--epochs", 1, "--seed", seed, "--run-id", name)
        assert training("fit", "--data", data, *options).status == 0
    second, third, other = validated[1::2]  # Those of training come before those of validation.
    own = own_parts(data, tiny.version.card, drawn_check(), home=home).validation
    assert second == third == own
    assert other != own, "another seed draws the same films by itself"
    for name, seed in (("second", 5), ("third", 5), ("other", 11)):
        card = Registry(home).version(name).card
        drawn = {"validation_share": 0.12, "seed": seed, "hold_out": False, "left_out": True}
        assert card.content["data"]["drawn"] == drawn
        assert own_parts(data, card, drawn_check(), home=home).validation == (other if name == "other" else own)


def test_two_class_folders_alone(home, data, tmp_path):
    flat = tmp_path / "flat"
    draw_dataset(tmp_path, flat=4)
    assert training("fit", "--data", flat, "--init", "random", "--epochs", 1, "--run-id", "flat").status == 0
    judged = training("evaluate", "--data", flat, "--split", "all", "--version", "flat")
    assert judged.status == 0
    assert "on split all: 8 images" in judged.out


def test_bfloat16_ends_with_the_usual_precision(home, data, monkeypatch):
    options = ("--init", "random", "--epochs", 1, "--precision", "bfloat16")
    assert training("fit", "--data", data, *options, "--run-id", "half").status == 0
    assert keras.config.dtype_policy().name == "float32"
    monkeypatch.setattr("training.versions.fit.train", lambda *_, **__: pytest.fail(keras.config.dtype_policy().name))
    with pytest.raises(pytest.fail.Exception, match="mixed_bfloat16"):
        training("fit", "--data", data, *options, "--run-id", "failed")
    assert keras.config.dtype_policy().name == "float32"


def test_a_run_without_a_name_gets_one_of_its_own(home, data):
    assert training("fit", "--data", data, "--init", "random", "--epochs", 1).status == 0
    (run,) = (home / "runs").iterdir()
    assert run.name.startswith("head-20")
    assert Registry(home).names() == ["bundled", run.name]


@pytest.fixture(scope="module")
def real_head(data, tmp_path_factory):
    """The journey with the real network: the frozen backbone, its head and the real outlines."""
    home = tmp_path_factory.mktemp("real")
    with pytest.MonkeyPatch.context() as patch:
        in_home(patch, home)
        options = ("--preset", "head", "--init", "random", "--epochs", 2, "--steps-per-epoch", 1)
        fitted = training("fit", "--data", data, *options, "--run-id", "first")
        judged = training("evaluate", "--data", data, "--version", "first", "--json", home / "report.json")
        return Journey(home, data, fitted, judged, judged)


def test_the_head_of_the_real_network(real_head):
    assert (real_head.fit.status, real_head.evaluate.status) == (0, 0)
    assert real_head.report["n"] == 13
    assert real_head.version.card.content["half_precision_shift"] <= 0.002
    assert real_head.version.weights.stat().st_size < 48_000_000
    network = build_network()
    assert load_file(real_head.version.weights).keys() == {variable.path for variable in network.variables}


def test_the_app_reads_as_evaluate_does(real_head):
    classifier = load_classifier(real_head.version)
    sample = {item["sha256"]: item["probability"] for item in real_head.report["sample"]}
    read = 0
    for path in sorted((real_head.data / "test").rglob("*.png"))[::3]:
        radiograph = load_radiograph(path.read_bytes())
        if radiograph.sha256 in sample:
            prediction = classifier.read(radiograph).prediction
            assert prediction.probability == pytest.approx(sample[radiograph.sha256], abs=2e-3)
            assert prediction.operating_point == real_head.report["operating_point"]
            read += 1
    assert read >= 4


def test_everything_of_the_real_network_is_trained_by_full(data, xray_home, monkeypatch):
    in_home(monkeypatch, xray_home)
    monkeypatch.setitem(recipes.PRESETS, "full", replace(recipes.PRESETS["full"], batch=6, phases=((SMALL, 1),)))
    steps = []
    step = CropLearner.step

    def watched(self, batch, progress):
        before = [np.asarray(variable).copy() for variable in self._network.trainable_variables]
        loss = step(self, batch, progress)
        after = [np.asarray(variable) for variable in self._network.trainable_variables]
        steps.append([np.array_equal(one, other) for one, other in zip(before, after, strict=True)])
        return loss

    monkeypatch.setattr(CropLearner, "step", watched)
    options = ("--preset", "full", "--steps-per-epoch", 1, "--run-id", "whole")
    with eagerly():  # To compile takes longer than this one step; test_readme.py trains the network compiled.
        fitted = training("fit", "--data", data, *options)
    assert fitted.status == 0
    assert len(steps) == 1
    assert len(steps[0]) > 150
    assert not any(steps[0])
    content = Registry(xray_home).version("whole").card.content
    assert (content["history"][0]["side"], content["training"]["best_epoch"]) == (SMALL, 0)
