"""Journeys of `python -m training`: a version is trained, killed, resumed, judged, and every error is a sentence."""

import json
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from PIL import Image
from safetensors.numpy import load_file
from training_doubles import Killed, draw_dataset, film, name_of, opened_paths, png, use_tiny_network

from model_store.loading import load_classifier
from model_store.network import build_network
from model_store.radiograph import load_radiograph
from model_store.registry import Registry
from model_store.runs import RunFolder
from model_store.weights import sha256_of
from training import config, loop, metrics
from training.__main__ import main
from training.dataset import CLASSES
from training.learner import CropLearner

KEYS = {
    *("n", "auroc", "auroc_ci", "accuracy", "accuracy_ci", "sensitivity", "specificity", "ppv", "npv", "brier", "ece"),
    *("operating_point", "temperature", "classification_report", "confusion_matrix", "n_refused"),
}


@dataclass(frozen=True)
class Command:
    """One command of the trainer and how it ended."""

    status: int
    out: str
    err: str
    opened: list[str]


def training(*arguments: Any) -> Command:
    out, err = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err), opened_paths() as opened:
        status = main([str(argument) for argument in arguments])
    return Command(status, out.getvalue(), err.getvalue(), opened)


def in_home(patch, home):
    patch.setenv("XRAY_HOME", str(home))
    patch.setattr(metrics, "patient_bootstrap", partial(metrics.patient_bootstrap, draws=40))


def small_batches(patch):
    """Let an epoch have several steps, on small sides."""
    full, finetune = config.PRESETS["full"], config.PRESETS["finetune"]
    patch.setitem(config.PRESETS, "full", replace(full, batch=4, phases=((64, 1), (96, 2))))
    patch.setitem(config.PRESETS, "finetune", replace(finetune, batch=4))


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Twelve people a class to learn from, in two splits, six to test on; one file of each cannot be read."""
    folder = draw_dataset(tmp_path_factory.mktemp("drawn") / "data", train=10, extra=2, test=6)
    (folder / "train/NORMAL/broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (folder / "test/PNEUMONIA/person99_virus_1.png").write_bytes(png(film("PNEUMONIA", 3) // 20))
    return folder


@dataclass(frozen=True)
class Journey:
    """A version that was trained and judged twice by the commands, and what these said."""

    home: Path
    data: Path
    fit: Command
    evaluate: Command
    again: Command

    @property
    def version(self):
        return Registry(self.home).version("first")

    @property
    def run(self):
        return RunFolder(self.home / "runs/first")

    @property
    def report(self):
        return json.loads((self.home / "report.json").read_text(), parse_constant=pytest.fail)


@pytest.fixture(scope="module")
def tiny(data, tmp_path_factory):
    """The whole journey with the tiny network."""
    home = tmp_path_factory.mktemp("tiny")
    with pytest.MonkeyPatch.context() as patch:
        in_home(patch, home)
        use_tiny_network(patch)
        fitted = training(
            *("fit", "--data", data, "--preset", "head", "--init", "random", "--run-id", "first", "--epochs", 3),
            *("--steps-per-epoch", 1, "--validation-steps", 1, "--seed", 5),
        )
        judge = ("evaluate", "--data", data, "--version", "first")
        judged = training(*judge, "--json", home / "report.json", "--figures", home / "figures")
        return Journey(home, data, fitted, judged, training(*judge))


@pytest.fixture
def home(xray_home, monkeypatch):
    """A home of the test's own, the tiny network, and batches of four."""
    in_home(monkeypatch, xray_home)
    use_tiny_network(monkeypatch)
    small_batches(monkeypatch)
    return xray_home


def test_fit_says_where_the_run_lies_and_how_to_judge_the_version(tiny):
    assert tiny.fit.status == 0
    assert f"run first: {tiny.run.path}" in tiny.fit.err
    assert f"1 images were left out; log.txt in {tiny.run.path} lists them" in tiny.fit.err
    assert tiny.fit.out.startswith("version first registered; judge it with: python -m training evaluate")
    assert "epoch 3/3 loss" in tiny.fit.err


def test_fit_registers_a_version_with_weights_and_card(tiny):
    assert {path.name for path in tiny.version.folder.iterdir()} == {"weights.safetensors", "card.json"}
    card = tiny.version.card
    assert card.weights_sha256 == sha256_of(tiny.version.weights)
    assert card.temperature > 0
    assert 0 < card.operating_point < 1
    assert Registry(tiny.home).names() == ["bundled", "first"]


def test_the_card_tells_recipe_data_and_course(tiny):
    content = tiny.version.card.content
    recipe = content["recipe"]
    assert (recipe["preset"], recipe["init"], recipe["seed"], recipe["phases"]) == ("head", "random", 5, [[224, 3]])
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


def test_a_run_leaves_configuration_metrics_log_and_result_and_nothing_large(tiny):
    names = {path.name for path in tiny.run.path.iterdir()}
    assert names == {"run.json", "metrics.csv", "log.txt", "result.json"}
    begun = tiny.run.read_json("run")
    assert (begun["status"], begun["data"]) == ("finished", str(tiny.data))
    assert len(tiny.run.metrics()) == 3
    log = (tiny.run.path / "log.txt").read_text()
    assert "broken.png: This picture file is damaged" in log
    assert tiny.run.read_json("result")["temperature"] == tiny.version.card.temperature


def test_fit_never_opens_the_test_folder(tiny):
    assert any(path.startswith(str(tiny.data / "train")) for path in tiny.fit.opened)
    assert [path for path in tiny.fit.opened if path.startswith(str(tiny.data / "test"))] == []


def test_evaluate_writes_the_promised_keys(tiny):
    assert tiny.evaluate.status == 0
    assert tiny.report.keys() >= KEYS
    card = tiny.version.card
    assert (tiny.report["operating_point"], tiny.report["temperature"]) == (card.operating_point, card.temperature)
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
    assert tiny.again.out == tiny.evaluate.out


def test_other_splits_are_not_counted(tiny, monkeypatch):
    in_home(monkeypatch, tiny.home)
    use_tiny_network(monkeypatch)
    judged = training("evaluate", "--data", tiny.data, "--version", "first", "--split", "train")
    assert judged.status == 0
    assert "on split train: 21 images, 1 refused" in judged.out
    content = tiny.version.card.content
    assert (content["test_readings"], content["test"]["split"]) == (2, "test")


def test_finetune_begins_from_a_version_and_changes_its_last_stage(tiny, monkeypatch):
    in_home(monkeypatch, tiny.home)
    use_tiny_network(monkeypatch)
    small_batches(monkeypatch)
    options = ("--preset", "finetune", "--init", "first", "--epochs", 1, "--run-id", "tuned")
    assert training("fit", "--data", tiny.data, *options).status == 0
    before = load_file(tiny.version.weights)
    after = load_file(Registry(tiny.home).version("tuned").weights)
    changed = {path.split("/")[0] for path in before if not np.array_equal(before[path], after[path])}
    assert before.keys() == after.keys()
    assert changed == {"conv5_conv", "conv5_bn", "head_bn1", "head_dense", "head_bn2", "logit"}


FULL = ("--preset", "full", "--init", "random")


def die_at(patch, number, error=Killed):
    steps, step = [], CropLearner.step

    def dying(self, batch, progress):
        if len(steps) == number:
            raise error
        steps.append(progress)
        return step(self, batch, progress)

    patch.setattr(CropLearner, "step", dying)


def figures_of(home, name):
    rows = RunFolder(home / "runs" / name).metrics()
    return [[value for key, value in row.items() if key != "seconds"] for row in rows]


def test_a_killed_fit_goes_on_to_the_same_end(home, data, monkeypatch):
    monkeypatch.setattr(loop, "CHECKPOINT_SECONDS", -1.0)
    assert training("fit", "--data", data, *FULL, "--run-id", "calm").status == 0
    for run, number in ((("--run-id", "killed"), 3), (("--resume", "killed"), 4), (("--resume", "killed"), 6)):
        with monkeypatch.context() as patch:
            die_at(patch, number)
            with pytest.raises(Killed):
                training("fit", "--data", data, *(FULL if run[0] == "--run-id" else ()), *run)
        assert Registry(home).names() == ["bundled", "calm"]
        assert RunFolder(home / "runs/killed").read_json("run")["status"] == "running"
    resumed = training("fit", "--data", data, "--resume", "killed")
    assert resumed.status == 0
    assert "version killed registered" in resumed.out
    assert (RunFolder(home / "runs/killed").path / "log.txt").read_text().count("resumed at epoch") == 3
    for row, calm in zip(figures_of(home, "killed"), figures_of(home, "calm"), strict=True):
        assert row == pytest.approx(calm, rel=1e-4, abs=1e-4)
    cards = [Registry(home).version(name).card.content for name in ("killed", "calm")]
    assert cards[0]["training"]["best_epoch"] == cards[1]["training"]["best_epoch"]
    assert cards[0]["recipe"] == cards[1]["recipe"]
    tensors = [load_file(Registry(home).version(name).weights) for name in ("killed", "calm")]
    for path, tensor in tensors[0].items():
        assert tensor == pytest.approx(tensors[1][path], rel=2e-3, abs=2e-3)


def test_an_interrupted_fit_says_how_to_go_on(home, data, monkeypatch):
    with monkeypatch.context() as patch:
        die_at(patch, 6, KeyboardInterrupt)
        stopped = training("fit", "--data", data, *FULL, "--run-id", "mine")
    assert stopped.status == 130
    assert "training: stopped; go on with --resume" in stopped.err
    assert training("fit", "--data", data, "--resume", "mine").status == 0


@pytest.mark.parametrize("written", ["result", "run"])
def test_killed_after_the_version_was_registered(home, data, monkeypatch, written):
    write, calls = RunFolder.write_json, []

    def dying(self, name, content):
        calls.append(name)
        if name == written and "result" in (name, *calls):
            raise Killed
        write(self, name, content)

    options = ("--preset", "head", "--init", "random", "--epochs", 1)
    with monkeypatch.context() as patch:
        patch.setattr(RunFolder, "write_json", dying)
        with pytest.raises(Killed):
            training("fit", "--data", data, *options, "--run-id", "mine")
    before = Registry(home).version("mine").card
    assert training("fit", "--data", data, "--resume", "mine").status == 0
    run = RunFolder(home / "runs/mine")
    assert run.read_json("run")["status"] == "finished"
    assert run.read_json("result")["weights_sha256"] == before.weights_sha256
    assert Registry(home).version("mine").card == before
    assert {path.name for path in run.path.iterdir()} == {"run.json", "metrics.csv", "log.txt", "result.json"}


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
    monkeypatch.setattr("training.fit.train", lambda *_, **__: pytest.fail(keras.config.dtype_policy().name))
    with pytest.raises(pytest.fail.Exception, match="mixed_bfloat16"):
        training("fit", "--data", data, *options, "--run-id", "failed")
    assert keras.config.dtype_policy().name == "float32"


def test_a_run_without_a_name_gets_one_of_its_own(home, data):
    assert training("fit", "--data", data, "--init", "random", "--epochs", 1).status == 0
    (run,) = (home / "runs").iterdir()
    assert run.name.startswith("head-20")
    assert Registry(home).names() == ["bundled", run.name]


def fails(*arguments):
    """Return the sentence with which a command ends; it ends with status 2 and nothing else."""
    ended = training(*arguments)
    assert (ended.status, ended.out) == (2, "")
    lines = [line for line in ended.err.splitlines() if not (line.startswith("run ") or "were left out" in line)]
    assert len(lines) == 1
    assert lines[0].startswith("training: ")
    return lines[0]


def test_fit_without_data(home, tmp_path):
    assert "There is no folder" in fails("fit", "--data", tmp_path / "nowhere", "--init", "random")
    (tmp_path / "empty").mkdir()
    options = ("--init", "random", "--run-id", "second")
    assert "No images of class NORMAL" in fails("fit", "--data", tmp_path / "empty", *options)


def test_fit_without_a_class(home, tmp_path):
    (tmp_path / "data/train/NORMAL").mkdir(parents=True)
    (tmp_path / "data/train/NORMAL/a.png").write_bytes(png(film("NORMAL", 1)))
    assert "No images of class PNEUMONIA" in fails("fit", "--data", tmp_path / "data", "--init", "random")


def test_fit_on_a_test_folder_alone(home, tmp_path):
    draw_dataset(tmp_path / "data", test=2)
    assert "No images of class NORMAL" in fails("fit", "--data", tmp_path / "data", "--init", "random")


def test_fit_with_one_patient(home, tmp_path):
    draw_dataset(tmp_path / "data", train=1)
    assert "has fewer than two patients" in fails("fit", "--data", tmp_path / "data", "--init", "random")


def test_fit_from_a_version_that_is_not_there(home, data):
    assert "There is no version 'nobody'" in fails("fit", "--data", data, "--init", "nobody")


@pytest.mark.parametrize("name", ["../outside", ".hidden", "a b", "bundled", "x" * 65])
def test_a_name_that_no_version_can_have_is_refused_before_training(home, data, name, tmp_path):
    assert "cannot name a version" in fails("fit", "--data", data, "--init", "random", "--run-id", name)
    assert not home.exists()
    assert not (home.parent / "outside").exists()


def test_a_name_is_used_once(tiny, data, monkeypatch):
    in_home(monkeypatch, tiny.home)
    assert "There is a version 'first' already" in fails("fit", "--data", data, "--run-id", "first")
    (tiny.home / "runs/begun").mkdir(exist_ok=True)
    assert "go on with --resume begun" in fails("fit", "--data", data, "--run-id", "begun")


def test_resuming_what_cannot_be_resumed(tiny, data, tmp_path, monkeypatch):
    in_home(monkeypatch, tiny.home)
    assert "There is no run nobody" in fails("fit", "--data", data, "--resume", "nobody")
    assert "has finished" in fails("fit", "--data", data, "--resume", "first")
    (tiny.home / "runs/bare").mkdir(exist_ok=True)
    assert "There is no run bare with a run.json" in fails("fit", "--data", data, "--resume", "bare")
    RunFolder(tiny.home / "runs/bare").write_json("run", {**tiny.run.read_json("run"), "status": "running"})
    other = draw_dataset(tmp_path / "other", train=2)
    assert f"was begun on {data}" in fails("fit", "--data", other, "--resume", "bare")


@pytest.mark.parametrize("option", ["--epochs", "--steps-per-epoch", "--validation-steps"])
@pytest.mark.parametrize("number", ["0", "-3", "many"])
def test_numbers_that_make_no_training(home, data, option, number, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["fit", "--data", str(data), f"{option}={number}"])
    assert ended.value.code == 2
    assert f"expected a whole number from 1 up, received '{number}'" in capsys.readouterr().err
    assert not home.exists()


def test_judging_what_cannot_be_judged(tiny, data, tmp_path, monkeypatch):
    in_home(monkeypatch, tiny.home)
    use_tiny_network(monkeypatch)
    judge = ("evaluate", "--version", "first")
    assert "There is no version 'nobody'" in fails("evaluate", "--data", data, "--version", "nobody")
    assert "found in holdout below" in fails(*judge, "--data", data, "--split", "holdout")
    assert "There is no folder" in fails(*judge, "--data", tmp_path / "nowhere")
    unreadable = draw_dataset(tmp_path / "unreadable", test=1)
    (unreadable / "test/NORMAL" / name_of("NORMAL", 1)).write_bytes(b"")
    assert "This file is empty" in fails(*judge, "--data", unreadable)
    assert tiny.version.card.content["test_readings"] == 2


def test_damaged_weights_are_not_judged(tiny, data, home):
    target = home / "versions/first"
    target.mkdir(parents=True)
    (target / "card.json").write_bytes((tiny.version.folder / "card.json").read_bytes())
    (target / "weights.safetensors").write_bytes(tiny.version.weights.read_bytes()[:-1] + b"?")
    assert "is not the one its card names" in fails("evaluate", "--data", data, "--version", "first")


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
    monkeypatch.setitem(config.PRESETS, "full", replace(config.PRESETS["full"], batch=6, phases=((72, 1),)))
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
    fitted = training("fit", "--data", data, *options)
    assert fitted.status == 0
    assert len(steps) == 1
    assert len(steps[0]) > 150
    assert not any(steps[0])
    content = Registry(xray_home).version("whole").card.content
    assert (content["history"][0]["side"], content["training"]["best_epoch"]) == (72, 0)
