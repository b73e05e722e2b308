"""What does a session remember? Every session key and every cached loader; all of it in memory only."""

import contextlib
import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from model_store.radiograph import Radiograph, load_radiograph
from model_store.registry import BUNDLED, ModelCard, Registry, Version
from model_store.results import Reading
from model_store.weights import ModelCorrupted
from xray_ui import upload, wording
from xray_ui.background import BackgroundReader, Reader
from xray_ui.errors import log_failure
from xray_ui.examples import Example, configured_folder, list_examples
from xray_ui.warm_up import keep_session, warm_up

SOURCE = "source"
FILM = "film"
KNOWN = "known_uploads"
REVEALED = "revealed_labels"
SHOWN = "shown_result"
CHANGES = "changes_of_image"
FROM_FILES, FROM_EXAMPLES = "My films", "Examples"

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Film:
    """A film that can be chosen.

    Attributes:
        key: what identifies it in the list of the session.
        name: what it is called on the screen, as plain text.
        read_bytes: returns the file's bytes.
        label: the data set's label of an example, else None.
    """

    key: str
    name: str
    read_bytes: Callable[[], bytes]
    label: str | None = None


@dataclass(frozen=True)
class Refusal:
    """Why a film was not read; the sentence is for the clinician."""

    sentence: str


# --- the model


def load_reader(version: Version) -> Reader:
    """Load a version so that its next reading is quick; TensorFlow is imported here and not before."""
    import keras

    from model_store.loading import load_classifier

    keep_session(keras.backend)
    classifier = load_classifier(version)
    warm_up(classifier)
    return classifier


@st.cache_resource(max_entries=2, show_spinner=False)
def _background_reader(weights_sha256: str, _version: Version) -> BackgroundReader:
    return BackgroundReader(lambda: load_reader(_version))


def bundled_version() -> Version:
    """Return the bundled version; raises ModelCorrupted where its card cannot be used."""
    return Registry().version(BUNDLED)


def background_reader(version: Version) -> BackgroundReader:
    """Return the reader of a version, one for all sessions; it loads once it is started."""
    return _background_reader(version.card.weights_sha256, version)


def start_preparing() -> None:
    """Start loading the model, where it has a usable card."""
    with contextlib.suppress(ModelCorrupted):
        background_reader(bundled_version()).start()


# --- the films


@st.cache_resource(max_entries=2, show_spinner=False)
def _examples(folder: str) -> list[Example]:
    return list_examples(Path(folder))


def examples() -> list[Example]:
    """Return the examples that the environment offers; none without it."""
    folder = configured_folder()
    return _examples(str(folder)) if folder else []


def uploads() -> list[UploadedFile]:
    """Return the uploaded files, in the order of the upload."""
    return st.session_state.get(upload.KEY) or []


def take_uploads() -> None:
    """Turn to the first film of a new upload; keep the present film otherwise."""
    files = uploads()
    known: set[str] = st.session_state.get(KNOWN, set())
    new = [file.file_id for file in files if file.file_id not in known]
    st.session_state[KNOWN] = {file.file_id for file in files}
    if new:
        st.session_state[SOURCE] = FROM_FILES
        st.session_state[FILM] = new[0]


def films() -> list[Film]:
    """Return the films that can be stepped through: the uploads, or the examples where these were chosen."""
    if st.session_state.get(SOURCE) == FROM_EXAMPLES:
        return [
            Film(f"example {i}", f"Example {i + 1}", example.path.read_bytes, example.label)
            for i, example in enumerate(examples())
        ]
    return [Film(file.file_id, wording.shown_name(file.name), file.getvalue) for file in uploads()]


def step(offset: int, keys: list[str]) -> None:
    """Turn to the film that lies `offset` places on in the list."""
    position = keys.index(st.session_state[FILM]) + offset
    st.session_state[FILM] = keys[min(max(position, 0), len(keys) - 1)]


def forget(keys: list[str]) -> None:
    """Put widgets back to what they show at first."""
    for key in keys:
        st.session_state.pop(key, None)


def reveal_label(key: str) -> None:
    """Show the label of an example from now on."""
    st.session_state.setdefault(REVEALED, set()).add(key)


def is_revealed(key: str) -> bool:
    """Return whether the reader has asked for the label of this example."""
    return key in st.session_state.get(REVEALED, set())


# --- the result


def sha256_of(data: bytes) -> str:
    """Return the hexadecimal SHA-256 of a file's bytes, the identity of the image."""
    return hashlib.sha256(data).hexdigest()


@st.cache_resource(max_entries=4, show_spinner=False, scope="session")
def radiograph(sha256: str, _data: bytes) -> Radiograph:
    """Decode a film; raises UnreadableImage. The key is the bytes' own hash, never a sample of the pixels."""
    return load_radiograph(_data)


def outcome(image: Radiograph, card: ModelCard) -> Reading | Refusal | None:
    """Return what this version said of this image, or None where it has not read it yet."""
    return _outcomes().get((image.sha256, card.weights_sha256))


def read(image: Radiograph, card: ModelCard, reader: Reader) -> None:
    """Read an image and keep what came of it: a reading, or the sentence that says why not."""
    from model_store.lungs import NoLungsFound

    result: Reading | Refusal
    try:
        result = reader.read(image)
    except NoLungsFound as refusal:
        result = Refusal(str(refusal))
    except Exception as error:  # Whatever failed, the reader gets a sentence and the app goes on.
        result = Refusal(wording.unexpected_error(log_failure(_LOG, error)))
    kept = _outcomes()
    kept[image.sha256, card.weights_sha256] = result
    while len(kept) > 256:
        del kept[next(iter(kept))]


def _outcomes() -> dict[tuple[str, str], Reading | Refusal]:
    return cast("dict[tuple[str, str], Reading | Refusal]", st.session_state.setdefault("outcomes", {}))


def changes_of_image(key: tuple[str, str]) -> int:
    """Count how often the session has turned to another image or model, this one included.

    Args:
        key: SHA-256 of the image's bytes and of the model's weights.
    """
    if st.session_state.get(SHOWN) != key:
        st.session_state[SHOWN] = key
        st.session_state[CHANGES] = st.session_state.get(CHANGES, 0) + 1
    return int(st.session_state[CHANGES])
