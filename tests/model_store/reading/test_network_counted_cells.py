"""Which cells does a film's logit come from? The most suspicious of the lungs, counted by hand."""

import numpy as np
import pytest

from model_store.reading.network import SUSPICIOUS_SHARE, counted_cells, lung_pooling


def counted_by_hand(logits, lungs, share=SUSPICIOUS_SHARE):
    """Weigh the cells one by one, from the highest logit down until they hold `share` of the lungs."""
    lungs = lungs if lungs.any() else np.ones_like(lungs)
    left = wanted = share * float(lungs.sum())
    weights = np.zeros(logits.shape)
    for place in np.argsort(-logits, axis=None, kind="stable"):
        cell = np.unravel_index(place, logits.shape)
        weights[cell] = min(left, float(lungs[cell])) / wanted
        left -= min(left, float(lungs[cell]))
    return weights


def counted(logits, lungs, share):
    return np.asarray(counted_cells(np.array([logits], np.float32), np.array([lungs], np.float32), share))[0]


@pytest.mark.parametrize(
    ("logits", "lungs", "share", "weights"),
    [
        ([3, 2, 1], [1, 1, 1], 1 / 3, [1, 0, 0]),
        ([1, 2, 3], [1, 1, 1], 2 / 3, [0, 0.5, 0.5]),
        ([3, 2, 1, 0], [1, 1, 1, 1], 1 / 3, [3 / 4, 1 / 4, 0, 0]),
        ([9, 2, 1], [0, 1, 1], 1 / 2, [0, 1, 0]),
        ([3, 2, 1], [0.25, 1, 0.25], 1 / 3, [0.5, 0.5, 0]),
        ([-5, -1, -3], [1, 1, 1], 1 / 3, [0, 1, 0]),
        ([3, 2, 1], [0.5, 1, 0], 1, [1 / 3, 2 / 3, 0]),
        ([3, 2, 1], [0, 0, 0], 1 / 3, [1, 0, 0]),
        ([3, 2, 1], [0, 0, 0], 1, [1 / 3, 1 / 3, 1 / 3]),
    ],
    ids=["a third", "two thirds", "in part", "not lung", "partly lung", "all against", "all", "none lung", "none, all"],
)
def test_by_hand(logits, lungs, share, weights):
    np.testing.assert_allclose(counted(logits, lungs, share), weights, atol=1e-6)
    np.testing.assert_allclose(counted_by_hand(np.array(logits), np.array(lungs, float), share), weights, atol=1e-6)


def test_of_equal_cells_it_does_not_matter_which_count():
    weights = counted([2, 2, 2, 2, 1, 1], [1] * 6, 1 / 3)
    assert weights.sum() == pytest.approx(1)
    assert sorted(weights[:4]) == pytest.approx([0, 0, 0.5, 0.5])
    assert not weights[4:].any()


@pytest.mark.parametrize("share", [0.1, 1 / 3, 0.5, 1])
def test_grids_of_several_films_at_once(share):
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(4, 5, 7)).astype(np.float32)
    lungs = np.clip(rng.uniform(-1, 1, logits.shape), 0, 1).astype(np.float32)
    lungs[3] = 0
    weights = np.asarray(counted_cells(logits, lungs, share))
    np.testing.assert_allclose(weights.sum((1, 2)), 1, rtol=1e-5)
    for each in zip(logits, lungs, weights, strict=True):
        np.testing.assert_allclose(each[2], counted_by_hand(each[0], each[1], share), atol=1e-6)
    assert not weights[:3][lungs[:3] == 0].any()
    pooled = np.asarray(lung_pooling(share)([logits[..., None], lungs]))
    np.testing.assert_allclose(pooled[:, 0], (weights * logits).sum((1, 2)), rtol=1e-5, atol=1e-6)
    assert pooled.shape == (4, 1)


def test_the_whole_share_is_the_mean_over_the_lungs():
    rng = np.random.default_rng(1)
    logits, lungs = rng.normal(size=(1, 8, 8)).astype(np.float32), rng.uniform(size=(1, 8, 8)).astype(np.float32)
    given = np.asarray(lung_pooling(1.0)([logits[..., None], lungs]))
    assert given[0, 0] == pytest.approx(np.average(logits[0], weights=lungs[0]), abs=1e-5)


def test_no_gradient_passes_through_the_choice():
    """The cells that count move the logit each by its weight, the others and the lungs not at all."""
    import tensorflow as tf

    logits, lungs = tf.constant([[[3.0, 2.0, 1.0, 0.0]]]), tf.constant([[[1.0, 1.0, 1.0, 1.0]]])
    with tf.GradientTape() as tape:
        tape.watch([logits, lungs])
        logit = lung_pooling(0.5)([logits[..., None], lungs])
    to_logits, to_lungs = tape.gradient(logit, [logits, lungs])
    np.testing.assert_allclose(to_logits.numpy()[0, 0], [0.5, 0.5, 0, 0])
    assert to_lungs is None
