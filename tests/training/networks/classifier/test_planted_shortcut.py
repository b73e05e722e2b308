"""Does a mark beside the lungs, which tells the class of every film of the training, decide of other films?"""

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from model_store.reading.network import CELLS, FEATURES, TARGET_LAYER, counted_cells, lung_pooling
from tests.doubles.trainings.crop_doubles import LUNGS, MARK, SIDE
from tests.doubles.trainings.training_doubles import labelled
from training.networks.classifier import learner as module
from training.networks.classifier.learner import CropLearner
from training.prepared.crops import CropSet
from training.run.recipes import configure
from training.statistics.metrics import roc_auc


def network():
    """Its cells see what is under them, and the brightest and darkest part of the whole picture, as deep ones do."""
    keras.utils.set_random_seed(1)
    radiograph, lungs = keras.Input((None, None, 3), name="radiograph"), keras.Input((None, None), name="lungs")
    x = layers.Rescaling(1 / 127.5, offset=-1, name="scale")(radiograph)
    near = layers.Conv2D(8, 17, strides=16, padding="same", activation="relu", name="near")(x)
    far = layers.GlobalMaxPooling2D(keepdims=True, name="far")(layers.Conv2D(8, 17, strides=16, padding="same")(x))
    far = layers.Lambda(lambda parts: parts[0] + tf.zeros_like(parts[1]), name="everywhere")([far, near])
    x = layers.Conv2D(FEATURES, 1)(layers.Concatenate()([near, far]))
    x = layers.Activation("relu", name=TARGET_LAYER)(x)
    x = layers.BatchNormalization(name="head_bn1")(x)
    x = layers.Dense(128, activation="relu", name="head_dense")(x)
    x = layers.BatchNormalization(name="head_bn2")(x)
    x = layers.Dense(1, name="logit")(x)
    return keras.Model([radiograph, lungs], lung_pooling()([x, lungs]), name=CELLS)


def crops(people, *, marked, seed):
    """Films whose lungs of the second class are cloudy; those of the class `marked` have a white square beside them."""
    rng = np.random.default_rng(seed)
    images, pixels = [], []
    for label in ("NORMAL", "PNEUMONIA"):
        for person in range(people):
            picture = rng.normal(120, 12, (SIDE, SIDE)) + rng.uniform(-25, 25)
            picture[LUNGS] -= 50
            if label == "PNEUMONIA":
                coarse = rng.normal(0, 1, (14, 14)).repeat(16, 0).repeat(16, 1)
                picture[LUNGS] += (25 + 20 * coarse)[LUNGS]
            if label == marked:
                picture[MARK] = 255
            images.append(labelled(f"{label}-{person}.png", label=label))
            pixels.append(np.clip(picture, 0, 255).astype(np.uint8))
    return CropSet(images, np.stack(pixels), np.repeat(LUNGS[None], len(images), axis=0))


def film_alone(films, others, windows, views, targets):
    logits = tf.reduce_sum(counted_cells(films, views.lungs, 1.0) * films, (1, 2))
    return {"film": tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=targets, logits=logits))}


def auroc_where_the_mark_lies():
    """Train with the mark on PNEUMONIA, and judge on films that have it on NORMAL."""
    others = crops(16, marked="NORMAL", seed=1)
    config = configure("full", epochs=6, batch=8, learning_rate=0.003)
    learner = CropLearner(network(), crops(40, marked="PNEUMONIA", seed=0), others, config)
    for epoch in range(config.epochs):
        for number, batch in enumerate(learner.batches(epoch, 0)):
            learner.step(batch, (epoch + number / learner.steps(epoch)) / config.epochs)
    learner.validate(config.epochs - 1)
    return roc_auc(others.targets, learner._validation_logits(config.side(config.epochs - 1)))


def test_by_the_losses_of_the_views_the_lungs_decide():
    assert auroc_where_the_mark_lies() > 0.9


def test_by_the_film_alone_the_mark_decides(monkeypatch):
    monkeypatch.setattr(module, "view_losses", film_alone)
    assert auroc_where_the_mark_lies() < 0.1
