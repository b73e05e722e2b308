"""How does a version become a classifier? Hashes first, then tensors into a network that is built in code."""

from model_store.classifier import Classifier
from model_store.film_gate import load_film_gate
from model_store.network import build_network
from model_store.registry import BUNDLED_FOLDER, Version
from model_store.weights import load_weights


def load_classifier(version: Version) -> Classifier:
    """Load a version and the gate before it.

    Raises:
        ModelCorrupted: a file is missing or is not the one whose hash is known.
    """
    network = build_network()
    load_weights(network, version.weights, sha256=version.card.weights_sha256)
    return Classifier(network, version.card, load_film_gate(BUNDLED_FOLDER))
