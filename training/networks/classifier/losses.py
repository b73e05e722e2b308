"""What is wrong with the answers to a film's views? One loss for each thing that they have to agree on."""

from typing import Any

from model_store.reading.network import SUSPICIOUS_SHARE, counted_cells
from training.networks.classifier.views import Views

WHOLE_WEIGHT = 1.0
"""Of the cross-entropy of the mean over all of the lungs, beside that of the most suspicious part."""

AGREE_WEIGHT, CELLS_WEIGHT, WINDOW_WEIGHT = 0.1, 0.2, 0.5
"""Of the squared differences between both views' logits, between their cells, and between a window's and the film's."""

PARTNER_WEIGHT = 0.5
"""Of the distance of cells that were cut out from what they were in their own film."""

NORMAL_WEIGHT = 0.5
"""Of the cross-entropy of cells that show normal tissue beside another film's."""

CAP = 4.0
"""Greatest squared difference that counts: a cell in which two views show different things cannot agree."""


def view_losses(films: Any, others: Any, windows: Any, views: Views, targets: Any) -> dict[str, Any]:
    """Return the losses of a batch by name, each a scalar tensor with its weight in it.

    Args:
        films: (n, c, c), the cells' logits of `Views.films`.
        others: (n, c, c), those of `Views.others`, mirrored back.
        windows: (n, w, w), those of `Views.windows`.
        views: what was shown, as tensors.
        targets: (n,), 1 for PNEUMONIA.
    """
    import tensorflow as tf

    suspicious = [_pooled(films, views.lungs, SUSPICIOUS_SHARE), _pooled(others, views.other_lungs, SUSPICIOUS_SHARE)]
    whole = [_pooled(films, views.lungs, 1.0), _pooled(others, views.other_lungs, 1.0)]
    labelled = [tf.ones_like(targets), views.is_film]

    def entropy(logits: list[Any]) -> Any:
        each = [tf.nn.sigmoid_cross_entropy_with_logits(labels=targets, logits=part) for part in logits]
        return sum(_mean(losses, known) for losses, known in zip(each, labelled, strict=True))

    size = windows.shape[1] or tf.shape(windows)[1]
    behind, their_lungs = _at(films, views.corners, size), _at(views.lungs, views.corners, size)
    normal = tf.nn.sigmoid_cross_entropy_with_logits(labels=tf.zeros_like(others), logits=others)
    cut = views.normal * (1 - views.is_film)[:, None, None]
    return {
        "suspicious": entropy(suspicious),
        "whole": WHOLE_WEIGHT * entropy(whole),
        "agree": AGREE_WEIGHT * _mean(_apart(*suspicious), views.is_film),
        "cells": CELLS_WEIGHT * _mean(_apart(films, others), views.own),
        # The film teaches its part, never the other way: tissue says no less for lying beside another's.
        "partner": PARTNER_WEIGHT
        * _mean(_pulled(tf.stop_gradient(tf.gather(films, views.partners)), others), views.theirs),
        "window": WINDOW_WEIGHT * _mean(_apart(behind, windows), their_lungs),
        "normal": NORMAL_WEIGHT * _mean(normal, cut),
    }


def _pooled(logits: Any, lungs: Any, share: float) -> Any:
    import tensorflow as tf

    return tf.reduce_sum(counted_cells(logits, lungs, share) * logits, (1, 2))


def _apart(one: Any, other: Any) -> Any:
    import tensorflow as tf

    return tf.minimum(tf.square(one - other), CAP)


def _pulled(one: Any, other: Any) -> Any:
    """Return the squared difference, beyond the cap its tangent: tissue that was moved is to be found again."""
    import tensorflow as tf

    apart, edge = tf.abs(one - other), CAP**0.5
    return tf.where(apart < edge, tf.square(apart), 2 * edge * apart - CAP)


def _mean(values: Any, weights: Any) -> Any:
    import tensorflow as tf

    return tf.reduce_sum(values * weights) / tf.maximum(tf.reduce_sum(weights), 1.0)


def _at(cells: Any, corners: Any, size: Any) -> Any:
    """Return the squares of cells, (n, size, size), that begin at the corners (n, 2)."""
    import tensorflow as tf

    rows, columns = (corners[:, axis, None] + tf.range(size) for axis in (0, 1))
    return tf.gather(
        tf.gather(cells, rows, axis=1, batch_dims=1),
        columns[:, None] + tf.zeros_like(rows)[..., None],
        axis=2,
        batch_dims=2,
    )
