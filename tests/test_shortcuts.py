"""What is left of a film without its lungs, by hand, and what a network tells from it."""

from functools import partial

import numpy as np
import pytest
from drawn_lungs import box, drawn_gate
from tiny_network import CELLS, tiny_network
from training_doubles import film, labelled, png

from model_store.film_gate import Examined
from model_store.lungs import LungFields
from model_store.preprocessing import ModelInput
from model_store.quality import QualityReport
from training import metrics, shortcuts
from training.shortcuts import (
    CONTROLS,
    GREY,
    RING,
    control,
    lungs_blacked_out,
    outer_ring_only,
    outline_only,
    shortcut_controls,
)

SIDE = 224


@pytest.fixture(autouse=True)
def few_draws(monkeypatch):
    monkeypatch.setattr(metrics, "patient_bootstrap", partial(metrics.patient_bootstrap, draws=60))


@pytest.fixture
def examined():
    """A crop of the film's right half; the right lung fills rows 112 to 168 of columns 28 to 56 of the film."""
    lungs = LungFields(right=box(140, 56, 168, 112), left=box(196, 56, 210, 112))
    seen = ModelInput(np.full((SIDE, SIDE), 100, np.uint8), crop=(0.5, 0.0, 1.0, 0.5))
    return Examined(seen, lungs, QualityReport())


def test_both_lungs_are_black_where_they_lie_in_the_crop(examined):
    # The crop is twice as large as on the film: columns 140..168 are 56..112 in it, 196..210 are 168..196.
    shown = lungs_blacked_out(np.zeros((SIDE, SIDE), np.float32), examined)
    assert shown.dtype == np.uint8
    for row, column, grey in ((170, 84, 0), (170, 180, 0), (170, 140, 100), (100, 84, 100), (170, 210, 100)):
        assert shown[row, column] == grey, (row, column)
    assert (shown == 0).sum() == 112 * (56 + 28)


def test_the_outline_alone_holds_nothing_of_the_film(examined):
    shown = outline_only(np.zeros((SIDE, SIDE), np.float32), examined)
    assert set(np.unique(shown)) == {0, GREY}
    np.testing.assert_array_equal(shown == 0, lungs_blacked_out(None, examined) == 0)


def test_the_ring_is_evened_by_itself_and_the_rest_is_black(examined):
    grey = np.full((SIDE, SIDE), 250, np.float32)
    grey[:RING], grey[-RING:], grey[:, :RING], grey[:, -RING:] = 20, 20, 40, 40
    shown = outer_ring_only(grey, examined)
    assert not shown[RING:-RING, RING:-RING].any(), "the bright inside would show"
    assert (shown[100, 0], shown[0, 100]) == (255, 0), "40 is the ring's white and 20 its black, whatever the lungs are"
    np.testing.assert_array_equal(outer_ring_only(np.full((SIDE, SIDE), 7, np.float32), examined), 0)


def images_of(tmp_path, people=4):
    """Drawn films; pneumonia brightens one place inside a lung alone."""
    images = []
    for label in ("NORMAL", "PNEUMONIA"):
        for person in range(people):
            path = tmp_path / f"{label}-{person}.png"
            path.write_bytes(png(film(label, person)))
            images.append(labelled(path, label=label))
    return images


def test_each_control_is_read_as_it_is_shown(tmp_path, monkeypatch):
    """A network that tells the brightness of what it is shown: the AUROC follows from the pictures."""
    network = tiny_network(features=[(1 / 100, 0)], dense=[(CELLS * CELLS,)], logit=[1])
    images = images_of(tmp_path)
    levels = {image.path.name: 10 * place for place, image in enumerate(images)}
    shown = {
        "rising": lambda reduced, found: np.full((SIDE, SIDE), levels[current[-1]], np.uint8),
        "falling": lambda reduced, found: np.full((SIDE, SIDE), 90 - levels[current[-1]], np.uint8),
        "even": lambda reduced, found: np.full((SIDE, SIDE), 50, np.uint8),
    }
    current = []
    real = shortcuts._without_lungs
    monkeypatch.setattr(shortcuts, "CONTROLS", shown)
    monkeypatch.setattr(shortcuts, "_CLAIMS", dict.fromkeys(shown, "{auroc:.3f}"))
    monkeypatch.setattr(shortcuts, "BATCH", 3)
    monkeypatch.setattr(
        shortcuts, "_without_lungs", lambda image, gate: current.append(image.path.name) or real(image, gate)
    )
    found = shortcut_controls(network, images, drawn_gate())
    assert [each["auroc"] for each in found.values()] == [1, 0, 0.5]
    assert [each.get("sentence") for each in found.values()] == ["1.000", None, None]
    assert len(current) == len(images)


def test_all_controls_of_the_drawn_films(tmp_path):
    network = tiny_network(features=[(1 / 100, 0)], dense=[(CELLS * CELLS,)], logit=[1])
    found = shortcut_controls(network, images_of(tmp_path), drawn_gate())
    assert list(found) == list(CONTROLS)
    assert found["outline_only"] == {"auroc": 0.5, "auroc_ci": [0.5, 0.5]}, "the drawn lungs have all one outline"


def test_what_a_control_means_is_said_where_its_interval_lies_above_a_half():
    images = [labelled(f"{n}.png", label="PNEUMONIA" if n % 2 else "NORMAL") for n in range(40)]
    told = control("lungs_blacked_out", images, np.array([image.target for image in images]))
    assert told["auroc_ci"] == [1, 1]
    assert told["sentence"].startswith("The network tells pneumonia with AUROC 1.000 even where the lungs are blacked")
    untold = control("lungs_blacked_out", images, np.zeros(40))
    assert untold == {"auroc": 0.5, "auroc_ci": [0.5, 0.5]}
