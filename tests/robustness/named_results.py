"""R8: does every result, and the log, name model, weights, operating point, calibration and time?"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any
from unittest.mock import patch

from PIL import ImageDraw

from model_store.batch import Answer
from model_store.export.picture import View
from model_store.export.sheet import render_sheet
from model_store.export.wording import sentences
from model_store.export.wording.words import Words
from model_store.film.load import load_radiograph
from model_store.film.radiograph import Radiograph
from model_store.reading.decision.calibration import Calibration
from model_store.reading.results import Reading
from model_store.versions.activation.activation import Activation
from model_store.versions.bundled import BUNDLED
from model_store.versions.registry import Registry
from tests.doubles.fakes import FakeClassifier
from tests.doubles.films.phantom import Chest, png
from tests.robustness.processes import ROOT, environment
from tests.robustness.report import Result, command

ON_SCREEN = {
    "model": "Model version",
    "weights": "Weights",
    "operating point": "Operating point",
    "calibration": "Calibration",
    "time": "Time",
}
"""What a result has to name, and what that is called on the screen and below a picture."""

IN_JSON = {
    "model": "version",
    "weights": "weights_sha256",
    "operating point": "operating_point",
    "calibration": "calibration",
    "time": "seconds",
}
"""The same in a line of `python -m model_store read --json`."""

IN_LOG = {**IN_JSON, "time": "when"}
"""The same in the log of activations, which says from when on a version reads."""


def missing(named: Mapping[str, Any], names: Mapping[str, str]) -> list[str]:
    """Return what of it a result does not name."""
    return [what for what, name in names.items() if named.get(name) in (None, "")]


def on_screen() -> Result:
    """Look at the facts beside a result, and at the line below a picture that leaves the screen."""
    result = Result("R8", "a result on the screen and in a picture")
    calibration = Calibration.by_temperature(1.31)
    film = load_radiograph(png(Chest(320, 256)))
    reading = FakeClassifier().read(film)
    facts = dict(sentences.facts(reading, calibration))
    with result.trial("screen"):
        assert not missing(facts, ON_SCREEN), f"not named: {missing(facts, ON_SCREEN)}"
        assert (facts["Model version"], facts["Weights"]) == (reading.version, reading.weights_sha256[:12]), facts
        assert float(facts["Operating point"]) == round(reading.prediction.operating_point, 3), facts
        assert facts["Calibration"] == str(calibration), facts
    with result.trial("picture"):
        line = sentences.provenance(reading, calibration)
        assert all(value in line for value in facts.values()), f"not named: {line}"
        drawn = _words_of_picture(film, reading, line)
        assert line in drawn, f"not drawn: {drawn}"
    return result


def _words_of_picture(film: Radiograph, reading: Reading, details: str) -> str:
    """Return what is written on a saved picture; its lines are broken between words."""
    with patch.object(ImageDraw.ImageDraw, "text") as text:
        words = Words(headline=sentences.headline(reading), notices=[], findings=[], details=details)
        render_sheet(film, reading.explanation, View(), words)
    return " ".join(call.args[1] for call in text.call_args_list)


def in_the_log(folder: Path) -> Result:
    """Look at what the log of activations says of the version that reads from then on."""
    result, weights = Result("R8", "the version that reads from then on, in the log of activations"), folder / "weights"
    folder.mkdir(parents=True, exist_ok=True)
    weights.write_bytes(b"tensors")
    activation = Activation(folder / "home")
    card = activation.registry.register("new", weights, {"temperature": 1.31, "operating_point": 0.4}).card
    activation.activate("new", by="tests", reason="to look at the log")
    for what, change in (("activation", None), ("rollback", activation.roll_back)):
        expected = card
        if change:
            change(by="tests")
            expected = activation.registry.version(BUNDLED).card
        with result.trial(what):
            entry = activation.log()[-1]
            absent = missing(vars(entry), IN_LOG)
            assert not absent, f"not named: {absent}"
            named = (entry.weights_sha256, entry.operating_point, entry.calibration)
            assert named == (expected.weights_sha256, expected.operating_point, expected.calibration), entry
    return result


def in_json() -> Result:
    """Look at what a line of `--json` has a place for."""
    result = Result("R8", "the keys of a result as JSON on the command line")
    with result.trial("keys"):
        lacking = missing({field.name: "something" for field in fields(Answer)}, IN_JSON)
        assert not lacking, f"not named: {', '.join(lacking)}"
    return result


def on_the_command_line(folder: Path) -> Result:
    """Look at a line of `--json`."""
    result, film = Result("R8", "a result as JSON on the command line"), folder / "film.png"
    film.write_bytes(png(Chest()))
    read = [sys.executable, "-m", "model_store", "read", "--json", str(film)]
    ended = subprocess.run(read, cwd=ROOT, env=environment(folder / "home"), capture_output=True, text=True)
    with result.trial("--json"):
        assert ended.returncode == 0, ended.stderr
        said, card = json.loads(ended.stdout), Registry(folder / "home").version(BUNDLED).card
        assert not missing(said, IN_JSON), f"not named: {', '.join(missing(said, IN_JSON))}"
        assert (said["weights_sha256"], said["calibration"]) == (card.weights_sha256, card.calibration.as_json()), said
    return result


def results(count: int | None = None) -> Iterator[Result]:
    """Yield all three; there is nothing to count."""
    with tempfile.TemporaryDirectory() as folder:
        yield on_screen()
        yield in_the_log(Path(folder) / "log")
        yield on_the_command_line(Path(folder))


if __name__ == "__main__":
    command(results, unit="ignored")
