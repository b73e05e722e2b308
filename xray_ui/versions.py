"""Which version reads the films, and is it ready? One for all sessions; the readers of the last few are kept."""

import contextlib
from pathlib import Path

import streamlit as st

from model_store.activation import Activation, Active
from model_store.active_file import ACTIVE
from model_store.card import CARD, ModelCard
from model_store.home import xray_home
from model_store.registry import BUNDLED, ModelNotFound, Registry, Version
from model_store.weights import ModelCorrupted
from xray_ui import memory, version_wording, wording
from xray_ui.background import BackgroundReader, Reader
from xray_ui.warm_up import keep_session, warm_up

READERS = 3
"""How many versions are kept ready at once: the active one, and two to compare it with."""

Identity = tuple[str, str, float, float]
"""What makes one version's results its own: name, hash of the weights, temperature, operating point."""

Stamp = tuple[int, int, int] | None


def load_reader(version: Version) -> Reader:
    """Load a version so that its next reading is quick; TensorFlow is imported here and not before."""
    import keras

    from model_store.loading import load_classifier

    keep_session(keras.backend)
    memory.leave_out_what_stays()
    classifier = load_classifier(version)
    warm_up(classifier)
    return classifier


def identity(card: ModelCard) -> Identity:
    """Return what tells a version's results from any other's; weights alone do not, they may be imported twice."""
    return card.version, card.weights_sha256, card.temperature, card.operating_point


def shown_name(version: Version) -> str:
    """Return what a version is called on the screen, as plain text."""
    return f"{version.card.version} (bundled)" if version.name == BUNDLED else version.card.version


@st.cache_resource(max_entries=READERS, show_spinner=False)
def _background_reader(identity: Identity, _version: Version) -> BackgroundReader:
    return BackgroundReader(lambda: load_reader(_version))


def background_reader(version: Version) -> BackgroundReader:
    """Return the reader of a version, one for all sessions; it loads once it is started."""
    return _background_reader(identity(version.card), version)


def forget_failed(version: Version) -> None:
    """Let a version that failed to load be tried again, as after its files were made whole."""
    if background_reader(version).failed:
        _background_reader.clear(identity(version.card), version)


def bundled_version() -> Version:
    """Return the version that comes with the program; raises ModelCorrupted where its card cannot be used."""
    return Registry().version(BUNDLED)


def stamp() -> Stamp:
    """Return what changes whenever another version is activated; costs one look at a file."""
    return _stamp_of(xray_home() / ACTIVE)


def _stamp_of(file: Path) -> Stamp:
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


@st.cache_resource(max_entries=4, show_spinner=False)
def _active(home: str, stamp: Stamp) -> tuple[Active, Stamp]:
    """Return the active version, and of which state of its card this is."""
    found = Activation(Path(home)).active()
    return found, _stamp_of(found.version.folder / CARD)


def active() -> Active:
    """Return the version that was activated, or the bundled one with the reason why.

    Raises:
        ModelCorrupted: the bundled version's card cannot be used either.
    """
    key = str(xray_home()), stamp()
    found, card = _active(*key)
    # What is missing may be put back, and figures added to a card, without a word in active.json.
    if found.problem or card != _stamp_of(found.version.folder / CARD):
        _active.clear(*key)
        found, _ = _active(*key)
    return found


def in_use() -> Active:
    """Return the version by which films are read: the active one, or the bundled one where that failed to load.

    Raises:
        ModelCorrupted: the bundled version's card cannot be used either.
    """
    found = active()
    loading = background_reader(found.version)
    if not loading.failed:
        return found
    bundled = bundled_version()
    if identity(bundled.card) == identity(found.version.card):
        return found
    reason = str(loading.corrupted) if loading.corrupted else wording.unexpected_error(str(loading.error_number))
    return Active(bundled, version_wording.fallen_back(found.version.name, reason))


def start_preparing() -> None:
    """Start loading the version in use, where it has a usable card."""
    with contextlib.suppress(ModelCorrupted):
        background_reader(in_use().version).start()


def find(name: str, weights_sha256: str) -> Version:
    """Return the version that a comparison names, with the weights that it had then.

    Args:
        name: as its card has it, which for the bundled version is not its name in the registry.
        weights_sha256: of its weights.

    Raises:
        ModelNotFound: it is not there any more.
        ModelCorrupted: its card cannot be used.
    """
    registry = Registry()
    for each in (name, BUNDLED):
        if each in registry.names() and registry.version(each).card.weights_sha256 == weights_sha256:
            return registry.version(each)
    raise ModelNotFound(version_wording.version_is_gone(name))
