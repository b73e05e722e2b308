"""What several test modules share: a home of their own, a card, and what is made once: the networks and a training."""

import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

from model_store.reading.card import ModelCard
from model_store.reading.decision.calibration import Calibration
from model_store.versions.bundled import BUNDLED_FOLDER
from model_store.versions.registry import Registry, Version
from tests.doubles.cards import SHARED_CARD

if TYPE_CHECKING:
    import keras

    from model_store.reading.classifier import Classifier
    from model_store.reading.film_check.check import FilmCheck
    from model_store.reading.lungs.finder import LungFinder
    from tests.doubles.trainings.training_commands import Journey

LONGEST = ("test_readme.py", "test_robustness.py", "test_retraining.py", "test_fit.py", "test_gate_on_screen.py")

_ON_THE_RUNNING_APP = (
    *("beside", "film_first", "first_page", "gate_on_screen", "hand_on", "reading", "reading_dicom", "reload"),
    *("retrain_pages", "studies", "worklist"),
)

TOGETHER = {
    **{f"tests/browser/test_{name}.py": "the running app" for name in _ON_THE_RUNNING_APP},
    **dict.fromkeys(
        (
            f"tests/training/versions/test_{name}.py"
            for name in ("fit", "fit_errors", "fit_operating_points", "recalibrate")
        ),
        "the tiny training",
    ),
}
"""Files of one process, by the fixture of a session that they share; every other file is handed out by itself."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest, so that no process is left alone with one of them at the end."""
    items.sort(key=lambda item: LONGEST.index(item.path.name) if item.path.name in LONGEST else len(LONGEST))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Let what takes long to make be made in one of the processes alone."""
    from xdist.scheduler import LoadFileScheduling

    class LoadSharedScheduling(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = super()._split_scope(nodeid)
            return TOGETHER.get(file, file)

    return LoadSharedScheduling(config, log)


@pytest.fixture(autouse=True)
def xray_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give every test its own folder for whatever the app writes; it does not exist yet."""
    home = tmp_path / "xray-home"
    monkeypatch.setenv("XRAY_HOME", str(home))
    return home


@pytest.fixture(autouse=True)
def pydicom_as_it_comes() -> Iterator[None]:
    """Put back what the reader sets for the whole process, for good: else a test's files depend on the test before."""
    from pydicom import config

    log, settings = logging.getLogger("pydicom"), dict(vars(config.settings))
    level = log.level
    yield
    vars(config.settings).update(settings)
    log.setLevel(level)


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
    from model_store.versions.loading import load_lung_finder

    return load_lung_finder(BUNDLED_FOLDER)


@pytest.fixture(scope="session")
def gate() -> "FilmCheck":
    """Return the gate with the bundled lung network."""
    from model_store.versions.loading import load_film_check

    return load_film_check(BUNDLED_FOLDER)


@pytest.fixture(scope="session")
def network() -> "keras.Model":
    """Return the real network with random weights whose cells speak for and against; do not change it."""
    import keras

    from model_store.reading.network import build_network

    keras.utils.set_random_seed(4)
    built = build_network()
    kernel, bias = built.get_layer("logit").get_weights()
    built.get_layer("logit").set_weights([kernel * np.float32(50), bias - np.float32(2)])
    return built


@pytest.fixture(scope="session")
def card() -> ModelCard:
    """Return the card of a version that no file holds."""
    return ModelCard(
        version="drawn-1",
        weights_sha256="5" * 64,
        calibration=Calibration.by_temperature(1.5),
        operating_point=0.4,
        content=SHARED_CARD,
    )


@pytest.fixture(scope="session")
def classifier(network: "keras.Model", card: ModelCard, gate: "FilmCheck") -> "Classifier":
    """Return the real pipeline on random weights."""
    from model_store.reading.classifier import Classifier

    return Classifier(network, card, gate)


@pytest.fixture(scope="session")
def random_version(network: "keras.Model", tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Version]:
    """Return a home that holds the version "random-1" with the weights of `network`, and that version."""
    from model_store.disk.weights import save_weights

    home = tmp_path_factory.mktemp("home")
    weights = home / "random.safetensors"
    save_weights(network, weights)
    version = Registry(home).register("random-1", weights, SHARED_CARD)
    weights.unlink()
    return home, version


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a drawn data set for the commands of `training`; do not change it."""
    from tests.doubles.trainings.training_commands import draw_people

    return draw_people(tmp_path_factory.mktemp("drawn") / "data")


@pytest.fixture(scope="session")
def tiny(data: Path, tmp_path_factory: pytest.TempPathFactory) -> "Journey":
    """Return the version "first", trained on `data` with the tiny network and judged twice."""
    from tests.doubles.trainings.training_commands import tiny_journey

    return tiny_journey(data, tmp_path_factory.mktemp("tiny"))
