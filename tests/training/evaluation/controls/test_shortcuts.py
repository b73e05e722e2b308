"""What is left of a film without its lungs, or of the lungs alone, by hand, and what a network tells from it."""

from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest

from model_store.export.wording.claims import control_claim
from tests.doubles.trainings.crop_doubles import HEALTHY, ILL, LUNGS, SIDE, crop, crop_set, lung_network, mark_network
from tests.doubles.trainings.training_doubles import labelled
from training.data.labelled import LabelledImage
from training.evaluation.composites import widened
from training.evaluation.controls.shortcuts import (
    FILLS,
    GREY,
    PARTS,
    RING,
    control,
    lungs_only,
    outer_ring_only,
    outline_only,
    part_logits,
    ring_logits,
    without_lungs,
)
from training.prepared.crops import CropSet
from training.statistics import metrics

FILLED = widened(LUNGS)


@pytest.fixture(autouse=True)
def few_draws(monkeypatch):
    monkeypatch.setattr(metrics, "patient_bootstrap", partial(metrics.patient_bootstrap, draws=60))


def test_the_outline_alone_holds_nothing_of_the_film():
    shown = outline_only(np.random.default_rng(0).integers(0, 256, (SIDE, SIDE)).astype(np.uint8), LUNGS)
    assert set(np.unique(shown)) == {0, GREY}
    np.testing.assert_array_equal(shown == 0, LUNGS)


def test_the_lungs_alone_are_as_they_were_and_all_else_is_grey():
    film = np.random.default_rng(0).integers(0, 256, (SIDE, SIDE)).astype(np.uint8)
    shown = lungs_only(film, LUNGS)
    np.testing.assert_array_equal(shown[LUNGS], film[LUNGS])
    assert (shown[~widened(LUNGS)] == GREY).all()


class TestFills:
    @staticmethod
    def filled(*pixels):
        images = [labelled(f"{n}.png") for n in range(len(pixels))]
        return list(without_lungs(CropSet(images, np.stack(pixels), np.repeat(LUNGS[None], len(pixels), axis=0))))

    @pytest.mark.parametrize("fill", FILLS)
    def test_nothing_of_the_lungs_is_left(self, fill):
        noise = crop()
        noise[LUNGS] = np.random.default_rng(0).integers(0, 256, int(LUNGS.sum()))
        (plain,), (noisy,) = self.filled(crop(HEALTHY)), self.filled(noise)
        np.testing.assert_array_equal(plain[fill], noisy[fill])
        assert plain[fill].dtype == np.uint8

    @pytest.mark.parametrize("fill", FILLS)
    def test_how_a_film_was_exposed_is_not_left_either(self, fill):
        """The same film at another exposure gives the same pictures."""
        dark, bright = crop(mark=40, around=100), crop(mark=40, around=100) // 2 + 60
        one, other = self.filled(dark, bright)
        if fill == "filled_noise":  # Each film has noise of its own.
            one, other = ({fill: np.where(widened(LUNGS, 0.06), 0, each[fill])} for each in (one, other))
        np.testing.assert_allclose(one[fill].astype(int), other[fill].astype(int), atol=2)

    def test_what_stands_for_the_lungs(self):
        film = crop(mark=240)
        (found,) = self.filled(film)
        outside = film[~FILLED].astype(float)
        assert (found["filled_grey"][LUNGS] == GREY).all()
        assert (found["filled_mean"][LUNGS] == round(outside.mean())).all()
        noise = found["filled_noise"][LUNGS].astype(float)
        assert noise.mean() == pytest.approx(outside.mean(), abs=4)
        assert noise.std() == pytest.approx(outside.std(), abs=4)
        assert found["filled_blurred"][150, 60] == pytest.approx(120, abs=6)
        assert 60 < found["filled_blurred"][105, 85] < 118, "the dark stripe runs on into the lungs"

    def test_round_the_lungs_one_film_is_as_it_was(self):
        film = crop(mark=240)
        (found,) = self.filled(film)
        far = ~widened(LUNGS, 0.06)
        for shown in found.values():
            np.testing.assert_allclose(shown[far].astype(int), film[far].astype(int), atol=1)


def test_the_ring_is_evened_by_itself_and_the_rest_is_black():
    grey = np.full((SIDE, SIDE), 250, np.float32)
    grey[:RING], grey[-RING:], grey[:, :RING], grey[:, -RING:] = 20, 20, 40, 40
    shown = outer_ring_only(grey)
    assert not shown[RING:-RING, RING:-RING].any(), "the bright inside would show"
    assert (shown[100, 0], shown[0, 100]) == (255, 0), "40 is the ring's white and 20 its black, whatever the lungs are"
    np.testing.assert_array_equal(outer_ring_only(np.full((SIDE, SIDE), 7, np.float32)), 0)


def test_a_network_that_sees_the_lungs_tells_them_alone_and_nothing_without_them():
    crops = crop_set(marks=(120, 120))
    found = {name: control(name, crops.images, logits) for name, logits in part_logits(lung_network(), crops).items()}
    assert list(found) == [*PARTS, *FILLS]
    assert found["lungs_only"]["auroc"] == 1
    for name in ("outline_only", "filled_grey", "filled_mean", "filled_blurred"):
        assert found[name]["auroc"] == 0.5, name
    assert found["filled_noise"]["auroc"] == pytest.approx(0.5, abs=0.5), "what chance gives to twelve films"


def test_a_network_that_sees_a_mark_tells_it_without_the_lungs_and_not_from_them():
    crops = crop_set()
    found = {name: control(name, crops.images, logits) for name, logits in part_logits(mark_network(), crops).items()}
    for name in FILLS:
        assert found[name]["auroc"] == 1, name
    assert (found["lungs_only"]["auroc"], found["outline_only"]["auroc"]) == (0.5, 0.5)


def test_parts_of_many_films_are_read_in_their_order(monkeypatch):
    monkeypatch.setattr("training.evaluation.controls.shortcuts.BATCH", 5)
    crops = crop_set()
    found = part_logits(lung_network(), crops)
    np.testing.assert_allclose(found["lungs_only"], np.where(crops.targets > 0.5, ILL, HEALTHY) / 100 - 1.2, atol=1e-5)


def test_rings_are_those_of_the_films(monkeypatch):
    """A bright corner of the ring, with nothing else in it, tells one film from the other."""
    films = {"dark.png": np.full((SIDE, SIDE), 9, np.float32), "marked.png": np.full((SIDE, SIDE), 9, np.float32)}
    films["marked.png"][:20, :20] = 200
    monkeypatch.setattr(LabelledImage, "radiograph", lambda image: SimpleNamespace(reduced=films[image.path.name]))
    found = ring_logits(mark_network(), [labelled("dark.png"), labelled("marked.png")])
    np.testing.assert_allclose(found, [-1.2, 2.55 - 1.2], atol=1e-3)


def test_what_a_control_means_is_said_where_its_interval_lies_above_a_half():
    images = [labelled(f"{n}.png", label="PNEUMONIA" if n % 2 else "NORMAL") for n in range(40)]
    targets = np.array([image.target for image in images])
    told = control("outer_ring_only", images, targets)
    assert (told["auroc_ci"], told["n"]) == ([1, 1], 40)
    assert control_claim("outer_ring_only", told).startswith(
        "The network tells pneumonia with AUROC 1.000 from the outer ring of the film"
    )
    untold = control("outer_ring_only", images, np.zeros(40))
    assert untold == {"n": 40, "auroc": 0.5, "auroc_ci": [0.5, 0.5], "missed": False}
    assert not control("lungs_only", images, targets)["missed"], "that lungs tell it is as it should be"
