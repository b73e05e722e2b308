"""Are the lungs really gone from what a control shows? By hand on a drawn film."""

import numpy as np
import pytest
from training_doubles import labelled

from model_store.film_gate import Examined
from model_store.lungs import LungFields
from model_store.preprocessing import ModelInput
from model_store.quality import QualityReport
from training.shortcuts import CONTROLS, GREY, RING, control, lungs_blacked_out, outer_ring_only, outline_only

FILM = np.tile(np.linspace(0, 255, 224, dtype=np.float32), (224, 1))


@pytest.fixture
def examined():
    right, left = np.zeros((224, 224), bool), np.zeros((224, 224), bool)
    right[56:168, 28:84] = left[56:168, 140:196] = True
    pixels = np.full((224, 224), 200, np.uint8)
    return Examined(ModelInput(pixels, (0.0, 0.0, 1.0, 1.0)), LungFields(right=right, left=left), QualityReport())


def test_inside_the_lungs_nothing_is_left(examined):
    shown = lungs_blacked_out(FILM, examined)
    assert not shown[examined.lungs.mask].any()
    assert (shown[~examined.lungs.mask] == 200).all()


def test_the_outline_shows_nothing_of_the_film(examined):
    shown = outline_only(FILM, examined)
    assert not shown[examined.lungs.mask].any()
    assert (shown[~examined.lungs.mask] == GREY).all()


def test_the_ring_is_the_same_for_every_film(examined):
    shown = outer_ring_only(FILM, examined)
    assert not shown[RING:-RING, RING:-RING].any()
    assert shown[:RING].any()
    assert (shown[0, 0], shown[0, -1]) == (0, 255)


def test_no_control_changes_what_it_was_given(examined):
    for shown in CONTROLS.values():
        shown(FILM, examined)
    assert (examined.seen.pixels == 200).all()


def films():
    return [
        labelled(f"{label}{number}.png", label=label, patient=str(number))
        for label in ("NORMAL", "PNEUMONIA")
        for number in range(30)
    ]


def test_what_tells_apart_is_said_in_a_sentence():
    told = control("lungs_blacked_out", films(), np.arange(60.0))
    assert told["auroc"] == 1.0
    assert "AUROC 1.000 even where the lungs are blacked out" in told["sentence"]


def test_what_tells_nothing_is_not_said():
    told = control("outer_ring_only", films(), np.tile([0.0, 1.0], 30))
    assert told["auroc"] == 0.5
    assert "sentence" not in told
