"""Films, a classifier without a network, and the command `read` with it, for tests of the batch and its commands."""

import os

import numpy as np
import pytest

from model_store.__main__ import main
from model_store.batch import answer_all
from model_store.film.header.sides import USUAL
from model_store.film.load import load_radiograph
from model_store.reading.film_check.verdict import FilmRefused, QualityReport, Reason
from model_store.reading.results import Evidence, Explanation, Prediction, Reading
from model_store.versions import loading
from model_store.versions.registry import Registry
from tests.doubles.cards import SHARED_CARD
from tests.doubles.films import phantom
from tests.doubles.films.drawn_lungs import lungs_of_boxes

KEYS = [
    *("path", "sha256", "status", "reason", "probability", "suspected", "answer", "operating_point"),
    *("operating_points", "conformal", "second_opinion", "version", "seconds"),
    *("weights_sha256", "calibration", "gate", "reasons", "in_lung", "zones", "hottest"),
    *("source_format", "transfer_syntax", "window", "warnings", "choice", "not_filed", "against_gate"),
]
CROP = (0.1, 0.2, 0.9, 0.8)
PNG = phantom.png(phantom.Chest(320, 256))
JPEG = phantom.jpeg(phantom.Chest(300, 200, seed=1))
EVIDENCE = Evidence(in_lung=0.75, chance=0.5, zones=("left upper", "right lower"), sides=USUAL, hottest="left upper")
BRIGHT = phantom.png(phantom.Chest(200, 200, seed=2))
NO_LUNGS = QualityReport((Reason("no lungs", "refuse", "No two lungs were found.", "overrule"),))


class FakeClassifier:
    """Reads without a network: the probability is the film's mean grey, and the film of `BRIGHT` has no lungs."""

    def __init__(self, card, against_gate=""):
        self.card, self.against_gate = card, against_gate

    def read(self, radiograph):
        if radiograph.sha256 == load_radiograph(BRIGHT).sha256:
            raise FilmRefused(NO_LUNGS)
        heatmap = np.zeros((7, 7), np.float32)
        heatmap[2, 5], heatmap[4, 1] = 1, 0.5
        probability = float(radiograph.reduced.mean()) / 255
        return Reading(
            sha256=radiograph.sha256,
            version=self.card.version,
            weights_sha256=self.card.weights_sha256,
            prediction=Prediction(
                logit=0.0,
                probability=probability,
                operating_point=self.card.operating_point,
                points=self.card.points,
                conformal=self.card.conformal,
            ),
            explanations=(Explanation(heatmap, CROP, lungs_of_boxes(), evidence=EVIDENCE),),
            seconds=0.0,
            against_gate=self.against_gate,
        )


def answer(path, classifier, output):
    """Return the answer for the one file of this path."""
    (given,) = answer_all([path], classifier, output)
    return given


@pytest.fixture(name="films")
def films_folder(tmp_path):
    folder = tmp_path / "films"
    folder.mkdir()
    return folder


@pytest.fixture(name="command")
def read_command(xray_home, tmp_path, monkeypatch, capsys):
    """Return a function that runs `read` with the fake classifier as version "run-1" and returns status and output."""
    weights = tmp_path / "weights"
    weights.write_bytes(b"no tensors")
    Registry(xray_home).register("run-1", weights, SHARED_CARD)
    monkeypatch.setattr(loading, "load_classifier", lambda version, **given: FakeClassifier(version.card, **given))

    def run(*arguments):
        status = main(["read", "--version", "run-1", *map(os.fspath, arguments)])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run
