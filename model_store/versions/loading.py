"""How does a version become a classifier? Hashes first, then tensors into a network that is built in code."""

from pathlib import Path

from model_store.disk.weights import load_weights
from model_store.reading.classifier import Classifier
from model_store.reading.film_check.check import FilmCheck
from model_store.reading.film_check.mirroring import MirrorFinder, build_mirror_network
from model_store.reading.film_check.presentation import PresentationFinder, build_presentation_network
from model_store.reading.lungs.finder import LungFinder, build_lung_network
from model_store.reading.network import build_network
from model_store.versions.bundled import (
    BUNDLED_FOLDER,
    LUNGS_SHA256,
    MIRRORING_SHA256,
    PRESENTATION_SHA256,
    lungs_file,
    mirroring_file,
    presentation_file,
)
from model_store.versions.registry import Version


def load_classifier(version: Version, *, against_gate: str = "") -> Classifier:
    """Load a version and the film check before it.

    Args:
        version: the version.
        against_gate: that it was activated against its gate, as a sentence; "" where it was not.

    Raises:
        ModelCorrupted: a file is missing or is not the one whose hash is known.
    """
    network = build_network(version.card.network)
    load_weights(network, version.weights, sha256=version.card.weights_sha256)
    return Classifier(network, version.card, load_film_check(BUNDLED_FOLDER), against_gate=against_gate)


def load_lung_finder(folder: Path) -> LungFinder:
    """Load the bundled lung network from `folder`; raises ModelCorrupted where its hash is not the pinned one."""
    network = build_lung_network()
    load_weights(network, lungs_file(folder), sha256=LUNGS_SHA256)
    return LungFinder(network)


def load_presentation_finder(folder: Path) -> PresentationFinder:
    """Load the network from `folder`; raises ModelCorrupted where its hash is not the pinned one."""
    network = build_presentation_network()
    load_weights(network, presentation_file(folder), sha256=PRESENTATION_SHA256)
    return PresentationFinder(network)


def load_mirror_finder(folder: Path) -> MirrorFinder:
    """Load the network from `folder`; raises ModelCorrupted where its hash is not the pinned one."""
    network = build_mirror_network()
    load_weights(network, mirroring_file(folder), sha256=MIRRORING_SHA256)
    return MirrorFinder(network)


def load_film_check(folder: Path) -> FilmCheck:
    """Load what the film check needs from the bundled folder; raises ModelCorrupted where a hash is not pinned."""
    return FilmCheck(load_lung_finder(folder), load_presentation_finder(folder), load_mirror_finder(folder))
