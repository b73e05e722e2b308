"""Which version reads the films, and is it ready? One for all sessions; the readers of the last few are kept."""

import contextlib
from pathlib import Path

import streamlit as st

from model_store.basics.errors import ModelCorrupted
from model_store.disk.home import xray_home
from model_store.reading.card import ModelCard
from model_store.versions.activation.activation import Activation, Active
from model_store.versions.activation.active_file import ACTIVE
from model_store.versions.bundled import BUNDLED
from model_store.versions.card_file import CARD
from model_store.versions.registry import ModelNotFound, Registry, Version
from xray_ui.basics import text as basics_text
from xray_ui.readers import wording
from xray_ui.readers.background import BackgroundReader, Reader
from xray_ui.readers.warm_up import warm_up
from xray_ui.server import memory
from xray_ui.server.patches import keep_session

READERS = 3
"""How many versions are kept ready at once: the active one, and two to compare it with."""

Identity = tuple[str, str]
"""What makes one version's results its own: the name that stands beside them, and all by which it reads."""

Stamp = tuple[int, int, int] | None


def load_reader(version: Version) -> Reader:
    """Load a version so that its next reading is quick; TensorFlow is imported here and not before."""
    import keras

    from model_store.versions.loading import load_classifier

    keep_session(keras.backend)
    memory.leave_out_what_stays()
    classifier = load_classifier(version)
    warm_up(classifier)
    return classifier


def identity(card: ModelCard) -> Identity:
    """Return what tells a version's results from any other's."""
    return card.version, card.identity


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
    reason = str(loading.corrupted) if loading.corrupted else basics_text.unexpected_error(str(loading.error_number))
    return Active(bundled, wording.fallen_back(found.version.name, reason))


@st.cache_resource(max_entries=16, show_spinner=False)
def _against_gate(home: str, stamp: Stamp, identity: Identity, _version: Version) -> str:
    return Activation(Path(home)).against_gate(_version)


def against_gate(version: Version) -> str:
    """Say in one sentence that a version was activated against its gate; "" where it was not."""
    return _against_gate(str(xray_home()), stamp(), identity(version.card), version)


def start_preparing() -> None:
    """Start loading the version in use, where it has a usable card."""
    with contextlib.suppress(ModelCorrupted):
        background_reader(in_use().version).start()


def find(name: str, weights_sha256: str, identity: str | None) -> Version:
    """Return the version that a comparison names, as it was then.

    Args:
        name: as its card has it, which for the bundled version is not its name in the registry.
        weights_sha256: of its weights.
        identity: as its card had it; None for a comparison of before identities were written down.

    Raises:
        ModelNotFound: it is not there any more.
        ModelCorrupted: its card cannot be used.
    """
    registry = Registry()
    for each in (name, BUNDLED):
        if each not in registry.names():
            continue
        version = registry.version(each)
        if version.card.weights_sha256 == weights_sha256 and identity in (None, version.card.identity):
            return version
    raise ModelNotFound(wording.version_is_gone(name))
