"""What came of reading a film, and by which version? A result stays as it is while another version is activated."""

import logging
from dataclasses import dataclass
from typing import cast

import streamlit as st

from model_store.quality import FilmRefused, QualityReport
from model_store.radiograph import Radiograph
from model_store.registry import Version
from model_store.results import Reading
from xray_ui import wording
from xray_ui.background import Reader
from xray_ui.errors import log_failure
from xray_ui.versions import Identity, identity

KEPT = 256
"""How many results a session keeps at most."""

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Refusal:
    """Why a film was not read.

    Attributes:
        sentence: for the clinician.
        report: what the gate said; None where something else failed.
    """

    sentence: str
    report: QualityReport | None = None


@dataclass(frozen=True)
class _Outcome:
    version: Version
    result: Reading | Refusal


def outcome(image: Radiograph, version: Version) -> Reading | Refusal | None:
    """Return what this version said of this image, or None where it has not read it yet."""
    found = _outcomes().get((image.sha256, identity(version.card)))
    return found.result if found else None


def version_for(sha256: str, in_use: Version) -> Version:
    """Return the version whose result of a film is on this screen; the one in use for a film without a result.

    Args:
        sha256: of the film's bytes.
        in_use: the version that reads films now.
    """
    read_by = _read_by().get(sha256)
    found = _outcomes().get((sha256, read_by)) if read_by else None
    return found.version if found and isinstance(found.result, Reading) else in_use


def keep_version(sha256: str, version: Version) -> None:
    """Let a film stay with the version whose result is on this screen, whatever is activated meanwhile."""
    read_by = _read_by()
    read_by[sha256] = identity(version.card)
    while len(read_by) > KEPT:
        del read_by[next(iter(read_by))]


def read(image: Radiograph, version: Version, reader: Reader) -> None:
    """Read an image and keep what came of it: a reading, or the sentence that says why not."""
    kept = _outcomes()
    kept[image.sha256, identity(version.card)] = _Outcome(version, _result(image, reader))
    while len(kept) > KEPT:
        del kept[next(iter(kept))]


def _result(image: Radiograph, reader: Reader) -> Reading | Refusal:
    try:
        return reader.read(image)
    except FilmRefused as refusal:
        return Refusal(str(refusal), refusal.report)
    except Exception as error:  # Whatever failed, the reader gets a sentence and the app goes on.
        return Refusal(wording.unexpected_error(log_failure(_LOG, error)))


def _outcomes() -> dict[tuple[str, Identity], _Outcome]:
    return cast("dict[tuple[str, Identity], _Outcome]", st.session_state.setdefault("outcomes", {}))


def _read_by() -> dict[str, Identity]:
    return cast("dict[str, Identity]", st.session_state.setdefault("read_by", {}))
