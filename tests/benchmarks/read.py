"""How long does a read take? Against Keras's own way, with and without the map, and where the time goes."""

from typing import Any

import keras
import numpy as np
import tensorflow as tf

from model_store.classifier import Classifier
from model_store.film_gate import load_film_gate
from model_store.finer_map import build_finer_map
from model_store.gradcam import build_gradcam
from model_store.loading import load_classifier
from model_store.lungs import load_lung_finder
from model_store.network import TARGET_LAYER, as_network_input, backbone_of, head_of
from model_store.preprocessing import INPUT_SIDE
from model_store.radiograph import load_radiograph
from model_store.registry import BUNDLED, BUNDLED_FOLDER, Registry
from tests.benchmarks.measure import ROUNDS, alternate, asked, ratio, show
from tests.phantom import Chest, jpeg


def large_jpeg() -> bytes:
    """Return the drawn phantom as a JPEG of 2000 x 1500 pixels."""
    return jpeg(Chest(width=2000, height=1500))


def usual_way(classifier: Classifier) -> Any:
    """Return Keras's textbook way: `predict`, then a second model under a tape (keras.io, Grad-CAM example)."""
    network = classifier.network
    grad_model = keras.Model(network.inputs, [network.get_layer(TARGET_LAYER).output, network.output])

    def read(crop: np.ndarray) -> tuple[float, np.ndarray]:
        batch = np.repeat(crop[None, :, :, None].astype(np.float32), 3, axis=-1)
        logit = network.predict(batch, verbose=0)[0, 0]
        with tf.GradientTape() as tape:
            features, output = grad_model(batch)
            score = output[:, 0]
        weights = tf.reduce_mean(tape.gradient(score, features), axis=(0, 1, 2))
        heatmap = tf.nn.relu(tf.squeeze(features[0] @ weights[..., tf.newaxis]))
        return float(logit), np.asarray(heatmap)

    return read


def probability_alone(classifier: Classifier) -> Any:
    """Return the same forward pass compiled without the map."""
    backbone, head = backbone_of(classifier.network), head_of(classifier.network)

    @tf.function(input_signature=[tf.TensorSpec((1, INPUT_SIDE, INPUT_SIDE), tf.uint8)])
    def logit(crop: Any) -> Any:
        return head(tf.reduce_mean(backbone(as_network_input(crop), training=False), (1, 2)), training=False)

    return logit


def main() -> None:
    """Print the five ratios."""
    rounds, data = asked("--rounds", ROUNDS), large_jpeg()
    classifier = load_classifier(Registry().version(BUNDLED))
    finder = load_lung_finder(BUNDLED_FOLDER)
    gate, film = load_film_gate(BUNDLED_FOLDER), load_radiograph(data).reduced
    crop = gate.examine(load_radiograph(data)).seen.pixels
    textbook, alone, with_map = usual_way(classifier), probability_alone(classifier), build_gradcam(classifier.network)
    draw_finer, seen = build_finer_map(classifier.network), with_map(crop)

    def usual_read() -> None:
        textbook(gate.examine(load_radiograph(data)).seen.pixels)

    def prepare() -> None:
        gate.examine(load_radiograph(data))

    seconds = alternate(
        {
            "read": lambda: classifier.read(load_radiograph(data)),
            "usual_way": usual_read,
            "with_map": lambda: with_map(crop),
            "finer_map": lambda: draw_finer(seen),
            "alone": lambda: alone(crop[None]).numpy(),
            "decode_and_prepare": prepare,
            "find_lungs": lambda: finder.find(film),
        },
        rounds=rounds,
    )
    for name, over, limit in (
        ("bytes to probability and map, against the usual way", ("read", "usual_way"), 0.40),
        ("probability with map, against alone", ("with_map", "alone"), 1.10),
        ("the finer map, against the probability alone", ("finer_map", "alone"), 0.90),
        ("decoding and preparing, of the whole read", ("decode_and_prepare", "read"), 0.35),
        ("finding the lungs, against the classifier", ("find_lungs", "with_map"), 0.20),
    ):
        show(ratio(name, seconds, over=over, limit=limit, rounds=rounds))


if __name__ == "__main__":
    main()
