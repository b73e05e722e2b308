"""How long does a read take? Against Keras's own way, with and without the map, and where the time goes."""

from typing import Any

import keras
import numpy as np
import tensorflow as tf

from model_store.film.load import load_radiograph
from model_store.reading.classifier import Classifier
from model_store.reading.maps.gradcam import build_gradcam
from model_store.reading.network import TARGET_LAYER, as_network_input, inputs_of
from model_store.reading.preparation import lungs_in_crop
from model_store.versions.bundled import BUNDLED, BUNDLED_FOLDER
from model_store.versions.loading import load_classifier, load_film_check, load_lung_finder
from model_store.versions.registry import Registry
from tests.benchmarks.measure import ROUNDS, alternate, asked, ratio, show
from tests.doubles.films.phantom import Chest, jpeg


def large_jpeg() -> bytes:
    """Return the drawn phantom as a JPEG of 2000 x 1500 pixels."""
    return jpeg(Chest(width=2000, height=1500))


def usual_way(classifier: Classifier) -> Any:
    """Return Keras's textbook way: `predict`, then a second model under a tape (keras.io, Grad-CAM example)."""
    network = classifier.network
    grad_model = keras.Model(network.inputs, [network.get_layer(TARGET_LAYER).output, network.output])

    def read(crop: np.ndarray, inside: np.ndarray) -> tuple[float, np.ndarray]:
        pixels, *lungs = inputs_of(network, crop[None], inside[None])
        batch = [np.repeat(pixels[..., None].astype(np.float32), 3, axis=-1), *lungs]
        logit = network.predict(batch, verbose=0)[0, 0]
        with tf.GradientTape() as tape:
            features, output = grad_model([tf.constant(each) for each in batch])
            score = output[:, 0]
        weights = tf.reduce_mean(tape.gradient(score, features), axis=(0, 1, 2))
        heatmap = tf.nn.relu(tf.squeeze(features[0] @ weights[..., tf.newaxis]))
        return float(logit), np.asarray(heatmap)

    return read


def probability_alone(classifier: Classifier) -> Any:
    """Return the same forward pass compiled without the map."""
    network = classifier.network

    @tf.function
    def logit(pixels: Any, *lungs: Any) -> Any:
        return network([as_network_input(pixels), *lungs], training=False)

    def read(crop: np.ndarray, inside: np.ndarray) -> float:
        given = inputs_of(network, crop[None], inside[None])
        return float(logit(*(tf.constant(each) for each in given))[0, 0])

    return read


def main() -> None:
    """Print the five ratios.

    The network of kermany-5 reads 113 x 113 pixels and takes half of what those before took, and a third network looks
    for mirrored films: of the CPU time of decoding and preparing, three quarters are these networks'. So its share of a
    read, and that of the lungs, have other limits than before (.35 and .20); what has to stay small is the decoding.
    """
    rounds, data = asked("--rounds", ROUNDS), large_jpeg()
    classifier = load_classifier(Registry().version(BUNDLED))
    finder = load_lung_finder(BUNDLED_FOLDER)
    gate, film = load_film_check(BUNDLED_FOLDER), load_radiograph(data).reduced
    textbook, alone, with_map = usual_way(classifier), probability_alone(classifier), build_gradcam(classifier.network)

    def prepare() -> tuple[np.ndarray, np.ndarray]:
        examined = gate.examine(load_radiograph(data))
        return examined.seen.pixels, lungs_in_crop(examined.lungs, examined.seen.crop)

    prepared = prepare()

    seconds = alternate(
        {
            "read": lambda: classifier.read(load_radiograph(data)),
            "usual_way": lambda: textbook(*prepare()),
            "with_map": lambda: with_map(*prepared),
            "alone": lambda: alone(*prepared),
            "decode": lambda: load_radiograph(data).reduced,
            "decode_and_prepare": prepare,
            "find_lungs": lambda: finder.find(film),
        },
        rounds=rounds,
    )
    for name, over, limit in (
        ("bytes to probability and map, against the usual way", ("read", "usual_way"), 0.40),
        ("probability with map, against alone", ("with_map", "alone"), 1.10),
        ("decoding and reducing, of the whole read", ("decode", "read"), 0.25),
        ("decoding and preparing, of the whole read", ("decode_and_prepare", "read"), 0.60),
        ("finding the lungs, against the classifier", ("find_lungs", "with_map"), 0.40),
    ):
        show(ratio(name, seconds, over=over, limit=limit, rounds=rounds))


if __name__ == "__main__":
    main()
