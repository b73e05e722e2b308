"""Are the losses of a film's views those by hand, and does each of them reach the network's weights?"""

import keras
import numpy as np
import pytest
import tensorflow as tf

from model_store.reading.network import CELLS, as_network_input
from tests.doubles.trainings.training_doubles import tiny_network
from training.networks.classifier import losses as module
from training.networks.classifier import views
from training.networks.classifier.learner import with_pathogen_output
from training.networks.classifier.losses import (
    AGREE_WEIGHT,
    CAP,
    CELLS_WEIGHT,
    NORMAL_WEIGHT,
    PARTNER_WEIGHT,
    WHOLE_WEIGHT,
    WINDOW_WEIGHT,
    view_losses,
)
from training.networks.classifier.views import Views, make_views

FILMS = [[[2, 0], [-2, 4]], [[1, 1], [1, 1]]]
OTHERS = [[[2, 2], [-2, 5]], [[1, 1], [1, -5]]]
"""Of two films of two by two cells: a PNEUMONIA, and a NORMAL into whose second view the other film is cut."""


def of_label(label, logit):
    """The cross-entropy of a logit."""
    return np.log1p(np.exp(-logit if label else logit))


@pytest.fixture
def as_tensors(monkeypatch):
    """The losses of these films, with the mean over the upper half of cells in place of whichever share counts."""
    monkeypatch.setattr(module, "SUSPICIOUS_SHARE", 0.5)

    def losses(**changes):
        shown = {
            "films": np.zeros((2, 1, 1)),
            "others": np.zeros((2, 1, 1)),
            "windows": np.zeros((2, 1, 1)),
            "corners": np.int32([[1, 1], [0, 0]]),
            "lungs": np.ones((2, 2, 2)),
            "other_lungs": np.ones((2, 2, 2)),
            "partners": np.int32([0, 0]),
            "own": [[[1, 1], [1, 1]], [[1, 0], [0, 1]]],
            "theirs": [[[0, 0], [0, 0]], [[0, 1], [0, 0]]],
            "normal": [[[1, 1], [1, 1]], [[1, 0], [0, 0]]],
            "is_film": [1, 0],
        }
        answers = {"films": FILMS, "others": OTHERS, "windows": [[[3]], [[1]]]}
        answers |= {name: changes.pop(name) for name in answers if name in changes}
        integers = ("corners", "partners")
        shown = {
            name: tf.convert_to_tensor(value, tf.int32 if name in integers else tf.float32)
            for name, value in (shown | changes).items()
        }
        given = [tf.convert_to_tensor(value, tf.float32) for value in answers.values()]
        return view_losses(*given, Views(**shown), tf.constant([1.0, 0.0]))

    return losses


@pytest.fixture
def by_name(as_tensors):
    return lambda **changes: {name: float(loss) for name, loss in as_tensors(**changes).items()}


def test_the_most_suspicious_cells_decide_by_hand(by_name):
    # Of four cells the upper two: 4 and 2, 1 and 1; of the second views 5 and 2, and the cut one has no label.
    films = (of_label(1, 3) + of_label(0, 1)) / 2
    assert by_name()["suspicious"] == pytest.approx(films + of_label(1, 3.5))


def test_the_mean_of_all_cells_has_a_label_too(by_name):
    films = (of_label(1, 1) + of_label(0, 1)) / 2
    assert by_name()["whole"] == pytest.approx(WHOLE_WEIGHT * (films + of_label(1, 7 / 4)))


def test_both_views_agree_on_the_film(by_name):
    assert by_name()["agree"] == pytest.approx(AGREE_WEIGHT * (3.5 - 3) ** 2)
    assert by_name(is_film=[0, 0])["agree"] == 0
    far = [[[99, 99], [0, 0]], [[1, 1], [1, 1]]]
    assert by_name(others=far, is_film=[1, 1])["agree"] == pytest.approx(AGREE_WEIGHT * CAP / 2)


def test_cells_of_both_views_agree_where_they_show_the_same(by_name):
    # Of six cells one differs by 2, one by 1, and one by 6, of which no more than the cap counts.
    assert by_name()["cells"] == pytest.approx(CELLS_WEIGHT * (2**2 + 1 + min(6**2, CAP)) / 6)


def test_cells_of_the_partner_agree_with_the_partners_film(by_name):
    # The NORMAL film's second view shows cell (0, 1) of the other film: 1 against 0.
    assert by_name()["partner"] == pytest.approx(PARTNER_WEIGHT * 1)


def test_moved_tissue_pulls_however_far_it_is_off(by_name):
    """Beyond the cap the loss goes on as its tangent: at a difference d, 2 sqrt(cap) d - cap."""
    others = [OTHERS[0], [[1, 7], [1, -5]]]
    assert by_name(others=others)["partner"] == pytest.approx(PARTNER_WEIGHT * (2 * CAP**0.5 * 7 - CAP))


def test_a_film_learns_nothing_from_its_part_in_another(as_tensors):
    """What it said of its part is the teacher; else a consolidation beside normal lung would be unlearned."""
    films, others = (tf.constant(each, tf.float32) for each in (FILMS, OTHERS))
    with tf.GradientTape() as tape:
        tape.watch([films, others])
        loss = as_tensors(films=films, others=others)["partner"]
    of_films, of_others = tape.gradient(loss, [films, others])
    assert of_films is None
    # Of the one cell that is the other film's: the slope of PARTNER_WEIGHT * (1 - 0)^2.
    assert np.argwhere(of_others).tolist() == [[1, 0, 1]]
    assert float(of_others[1, 0, 1]) == pytest.approx(2 * PARTNER_WEIGHT)


def test_a_windows_cells_agree_with_those_of_the_film_behind_it(by_name):
    # The first window begins at cell (1, 1), with 3 against 4; the other at (0, 0), with 1 against 1.
    assert by_name()["window"] == pytest.approx(WINDOW_WEIGHT * 1 / 2)
    whole = by_name(windows=[[[2, 0], [-2, 4]], [[1, 1], [1, 2]]], corners=[[0, 0], [0, 0]])
    assert whole["window"] == pytest.approx(WINDOW_WEIGHT * 1 / 8)


def test_in_a_window_lung_alone_counts(by_name):
    lungs = [[[0, 0], [0, 0.25]], [[0.75, 0], [0, 0]]]
    assert by_name(lungs=lungs)["window"] == pytest.approx(WINDOW_WEIGHT * 0.25 / 1)


def test_normal_tissue_is_normal_where_it_is_cut_in(by_name):
    # One cell of the cut view, with logit 1; the cells of a film that is whole are judged by its label alone.
    assert by_name()["normal"] == pytest.approx(NORMAL_WEIGHT * of_label(0, 1))
    assert by_name(is_film=[1, 1])["normal"] == 0


def test_what_no_cell_shows_is_no_loss(by_name):
    nothing = np.zeros((2, 2, 2))
    found = by_name(own=nothing, theirs=nothing, normal=nothing, lungs=nothing, is_film=[0, 0])
    assert {name for name, loss in found.items() if loss == 0} == {"agree", "cells", "partner", "window", "normal"}


@pytest.fixture(scope="module")
def gradients():
    """Of each loss by its name, the greatest gradient of every weight that trains, on views of noise."""
    keras.utils.set_random_seed(3)
    network = with_pathogen_output(tiny_network(CELLS))
    rng = np.random.default_rng(5)
    crops, targets = rng.integers(0, 256, (8, 224, 224), dtype=np.uint8), np.float32([0, 1] * 4)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(views, "CUT_TOGETHER_SHARE", 0.5)
        shown = make_views(
            crops, np.ones(crops.shape, bool), targets, rng, side=int(CELLS.rpartition("-")[2]), cut_together=True
        )
    assert 0 < shown.is_film.sum() < 8, "views of one film and cut ones are both needed"
    with tf.GradientTape(persistent=True) as tape:
        films, others, windows = (
            network(as_network_input(getattr(shown, name)), training=True)[0] for name in ("films", "others", "windows")
        )
        found = view_losses(films, others[:, :, ::-1], windows, Views(*map(tf.constant, shown)), tf.constant(targets))
    weights = [each for each in network.trainable_variables if "pathogen" not in each.path]
    return {
        name: {
            each.path: float(np.abs(gradient).max())
            for each, gradient in zip(weights, tape.gradient(loss, weights), strict=True)
        }
        for name, loss in found.items()
    }


NAMES = ("suspicious", "whole", "agree", "cells", "partner", "window", "normal")


@pytest.mark.parametrize("name", NAMES)
def test_each_loss_reaches_the_networks_weights(gradients, name):
    kernels = {path: greatest for path, greatest in gradients[name].items() if path.endswith("kernel")}
    assert set(kernels) == {f"{layer}/kernel" for layer in ("conv4_conv", "conv5_conv", "head_dense", "logit")}
    assert min(kernels.values()) > 1e-7


def test_no_loss_is_left_out(gradients):
    assert set(gradients) == set(NAMES)
