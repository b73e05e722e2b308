"""What several test modules share: a home of their own, a card, and what is made once: the networks and a training."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

from model_store.card import ModelCard
from model_store.registry import BUNDLED_FOLDER, Registry, Version

if TYPE_CHECKING:
    import keras
    from training_commands import Journey

    from model_store.classifier import Classifier
    from model_store.film_gate import FilmGate
    from model_store.lungs import LungFinder

SHARED_CARD: dict[str, Any] = {"temperature": 1.5, "operating_point": 0.4}
"""The least that `Registry.register` has to be told of a version."""

LONGEST = ("test_readme.py", "test_robustness.py", "test_retraining.py", "test_fit.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest, so that no process is left alone with one of them at the end."""
    items.sort(key=lambda item: LONGEST.index(item.path.name) if item.path.name in LONGEST else len(LONGEST))


@pytest.fixture(autouse=True)
def xray_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give every test its own folder for whatever the app writes; it does not exist yet."""
    home = tmp_path / "xray-home"
    monkeypatch.setenv("XRAY_HOME", str(home))
    return home


@pytest.fixture(scope="session")
def chest_xray() -> Path:
    """Return the data set's folder, or skip."""
    folder = os.environ.get("CHEST_XRAY_DATA")
    if not folder:
        pytest.skip("CHEST_XRAY_DATA is not set; it names the folder of the chest X-ray set")
    return Path(folder)


@pytest.fixture(scope="session")
def finder() -> "LungFinder":
    """Return the bundled lung network."""
    from model_store.lungs import load_lung_finder

    return load_lung_finder(BUNDLED_FOLDER)


@pytest.fixture(scope="session")
def gate() -> "FilmGate":
    """Return the gate with the bundled lung network."""
    from model_store.film_gate import load_film_gate

    return load_film_gate(BUNDLED_FOLDER)


@pytest.fixture(scope="session")
def network() -> "keras.Model":
    """Return the real network with random weights whose maps are not empty; do not change it."""
    import keras

    from model_store.network import build_network

    keras.utils.set_random_seed(4)
    built = build_network()
    kernel, bias = built.get_layer("logit").get_weights()
    built.get_layer("logit").set_weights([kernel * np.float32(-50), bias])
    return built


@pytest.fixture(scope="session")
def card() -> ModelCard:
    """Return the card of a version that no file holds."""
    return ModelCard(
        version="drawn-1", weights_sha256="5" * 64, temperature=1.5, operating_point=0.4, content=SHARED_CARD
    )


@pytest.fixture(scope="session")
def classifier(network: "keras.Model", card: ModelCard, gate: "FilmGate") -> "Classifier":
    """Return the real pipeline on random weights."""
    from model_store.classifier import Classifier

    return Classifier(network, card, gate)


@pytest.fixture(scope="session")
def random_version(network: "keras.Model", tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Version]:
    """Return a home that holds the version "random-1" with the weights of `network`, and that version."""
    from model_store.weights import save_weights

    home = tmp_path_factory.mktemp("home")
    weights = home / "random.safetensors"
    save_weights(network, weights)
    version = Registry(home).register("random-1", weights, SHARED_CARD)
    weights.unlink()
    return home, version


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a drawn data set for the commands of `training`; do not change it."""
    from training_commands import draw_people

    return draw_people(tmp_path_factory.mktemp("drawn") / "data")


@pytest.fixture(scope="session")
def tiny(data: Path, tmp_path_factory: pytest.TempPathFactory) -> "Journey":
    """Return the version "first", trained on `data` with the tiny network and judged twice."""
    from training_commands import tiny_journey

    return tiny_journey(data, tmp_path_factory.mktemp("tiny"))
