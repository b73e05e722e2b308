"""Is the new version compared with the active one at the end of a fit, fairly, and by the gate that was set before?"""

import json
import shutil

import pytest

from model_store.trainings.store import RunStore
from model_store.versions.activation.activation import Activation
from model_store.versions.learned_from import DIGITS
from model_store.versions.registry import Registry
from tests.doubles.trainings.training_commands import draw_people, home_of_its_own, in_home, training  # noqa: F401
from tests.doubles.trainings.training_doubles import draw_dataset, use_tiny_network
from tests.robustness.disk_full import eagerly
from training.data.dataset import scan

QUICK = ("--preset", "head", "--epochs", 1, "--compare")


@pytest.fixture(scope="module", autouse=True)
def nothing_compiled():
    """To compile the tiny network takes longer than to use it; test_fit.py trains it compiled."""
    with eagerly():
        yield


@pytest.fixture
def reference(tmp_path, monkeypatch):
    """A reference set that only its test folder makes one."""
    folder = draw_dataset(tmp_path / "reference", unused=25, test=4)
    monkeypatch.setenv("CHEST_XRAY_DATA", str(folder))
    return folder


@pytest.fixture
def own(tmp_path):
    """Films of the clinic's own, of people whom no other set has, without a test folder."""
    folder = draw_dataset(tmp_path / "own", unused=40, train=12)
    shutil.rmtree(folder / "unused")
    return folder


@pytest.fixture(scope="module")
def old_home(data, tmp_path_factory):
    """A home in which a version of the tiny network is active; the bundled one has another network."""
    home = tmp_path_factory.mktemp("old") / "home"
    with pytest.MonkeyPatch.context() as patch:
        in_home(patch, home)
        use_tiny_network(patch)
        options = ("--preset", "head", "--init", "random", "--epochs", 1, "--run-id", "old")
        fitted = training("fit", "--data", data, *options)
    assert fitted.status == 0, fitted.err
    Activation(home).activate("old", by="test", reason="the first version of this module")
    return home


@pytest.fixture
def active(home, old_home, monkeypatch):
    """That version, in the home of the test; no reference set."""
    monkeypatch.delenv("CHEST_XRAY_DATA", raising=False)
    shutil.copytree(old_home, home)
    return Registry(home).version("old")


def fit(own, *options):
    fitted = training("fit", "--data", own, *QUICK, "--init", "old", "--run-id", "new", *options)
    assert fitted.status == 0, fitted.err
    return fitted


def test_a_comparison_on_held_out_and_reference_films(home, own, active, reference):
    fit(own, "--note", "more films", "--by", "Dr. A")
    run = RunStore(home).get("new")
    compared = run.read_json("comparison")
    card = Registry(home).version("new").card.content
    assert [each["key"] for each in compared["sets"]] == ["held_out", "reference"]
    held_out, judged = compared["sets"]
    assert held_out["n"] >= 2
    assert (judged["n"], judged["n_normal"], judged["n_pneumonia"], judged["n_refused"]) == (8, 4, 4, 0)
    assert compared["active"]["weights_sha256"] == active.card.weights_sha256
    assert compared["challenger"]["weights_sha256"] == card["weights_sha256"]
    assert compared["challenger"]["identity"] == Registry(home).version("new").card.identity
    assert compared["active"]["identity"] == active.card.identity
    assert compared["gate"] == run.read_json("run")["gate"]
    assert run.read_json("run")["active"] == "old"
    assert (card["note"], card["by"], card["run"]) == ("more films", "Dr. A", "new")
    assert card["test_readings"] == 1
    assert str(own) not in json.dumps(card["comparison"])
    assert card["comparison"]["passed"] == compared["passed"]
    assert Activation(home).gate_state(Registry(home).version("new")) in ("passed", "not passed")


def test_what_a_version_refuses_when_it_reads_it_refuses_in_a_comparison(home, own, active):
    """Here the active one, whose limits let no film through; the new one has limits of its own."""
    narrow = active.card.content["familiarity"] | {"warn_above": 1e-6, "refuse_above": 1e-6}
    Registry(home).add_to_card("old", {"familiarity": narrow})
    fit(own)
    (compared,) = RunStore(home).get("new").read_json("comparison")["sets"]
    assert (compared["not_compared"]["why"], compared["not_compared"]["label"]) == ("unread", "NORMAL or PNEUMONIA")


def test_nobody_held_out_was_learned_from_and_the_held_out_stay(home, own, active):
    fit(own)
    learned = Registry(home).version("new").learned_from()
    files = {entry[:DIGITS] for entry in learned}
    images = {image.sha256[:DIGITS]: image for image in scan(own)}
    held_out = [images[digest] for digest in images.keys() - files]
    assert {image.label for image in held_out} == {"NORMAL", "PNEUMONIA"}
    assert len(held_out) == RunStore(home).get("new").read_json("comparison")["sets"][0]["n"]
    # The version that it began from had learned from others; these are known too.
    assert active.learned_from() <= learned
    fitted = training("fit", "--data", own, *QUICK, "--init", "random", "--run-id", "third", "--seed", 7)
    assert fitted.status == 0
    again = {entry[:DIGITS] for entry in Registry(home).version("third").learned_from()}
    assert not again & {image.sha256[:DIGITS] for image in held_out}


def test_films_that_a_version_knows_are_not_compared_on(home, own, active, data):
    training("fit", "--data", own, "--preset", "head", "--init", "old", "--epochs", 1, "--run-id", "knows-all")
    fitted = training("fit", "--data", own, *QUICK, "--init", "knows-all", "--run-id", "new")
    assert fitted.status == 0
    compared = RunStore(home).get("new").read_json("comparison")
    assert compared["sets"][0]["not_compared"]["learned"]["challenger"] > 0
    assert compared["passed"] is False
    assert Activation(home).gate_state(Registry(home).version("new")) == "not compared"


def test_reference_films_in_the_training_data_are_not_compared_on(home, own, active, reference):
    for path in (reference / "test").rglob("*.png"):
        target = own / "train" / path.parent.name / f"copy-{path.name}"
        target.write_bytes(path.read_bytes())
    fit(own)
    compared = RunStore(home).get("new").read_json("comparison")
    assert compared["sets"][1]["not_compared"]["why"] == "learned"
    assert Registry(home).version("new").card.content["test_readings"] == 0


def test_the_data_s_own_test_folder_is_held_out(home, active, tmp_path):
    folder = draw_people(tmp_path / "people")
    fit(folder)
    compared = RunStore(home).get("new").read_json("comparison")
    (held_out,) = compared["sets"]
    # Six people a class, and one film that is too dark for lungs to be found on it.
    assert (held_out["key"], held_out["n"], held_out["n_refused"]) == ("held_out", 13, 1)


def test_the_test_folder_of_the_reference_set_is_the_reference(home, active, tmp_path, monkeypatch):
    folder = draw_people(tmp_path / "people")
    monkeypatch.setenv("CHEST_XRAY_DATA", str(folder))
    fit(folder)
    compared = RunStore(home).get("new").read_json("comparison")
    assert [each["key"] for each in compared["sets"]] == ["reference"]
    assert Registry(home).version("new").card.content["test_readings"] == 1


def test_too_few_patients_are_said_before_anything_is_trained(home, active, tmp_path):
    folder = draw_dataset(tmp_path / "few", train=2)
    fitted = training("fit", "--data", folder, *QUICK, "--init", "old", "--run-id", "few")
    assert fitted.status == 2
    assert "add films of at least 1 more" in fitted.err
    status = RunStore(home).get("few").status()
    assert (status.state, status.message in fitted.err) == ("failed", True)


def test_other_names_and_a_mapping(home, active, tmp_path):
    folder = draw_dataset(tmp_path / "named", train=5)
    (folder / "train/NORMAL").rename(folder / "train/healthy")
    (folder / "train/PNEUMONIA").rename(folder / "train/sick")
    fit(folder, "--class", "healthy=NORMAL", "--class", "sick=PNEUMONIA")
    assert RunStore(home).get("new").read_json("run")["classes"] == {"healthy": "NORMAL", "sick": "PNEUMONIA"}


def test_a_fit_without_compare_holds_nothing_out(home, own, active):
    plain = training("fit", "--data", own, "--preset", "head", "--init", "old", "--epochs", 1, "--run-id", "plain")
    assert plain.status == 0
    assert not (RunStore(home).get("plain").path / "comparison.json").exists()
    card = Registry(home).version("plain").card.content
    assert "comparison" not in card
    assert (
        sum(card["data"][part][label] for part in ("training", "validation") for label in ("NORMAL", "PNEUMONIA")) == 24
    )
