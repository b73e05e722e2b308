"""What came of reading a film, and by which version? A result stays as it is while another version is activated."""

import logging
from dataclasses import dataclass, replace
from typing import cast

import streamlit as st

from model_store.errors import ModelCorrupted
from model_store.film.radiograph import FilmIdentity, Radiograph
from model_store.reading.film_check.verdict import FilmRefused, QualityReport
from model_store.reading.results import Reading
from model_store.versions.bundled import BUNDLED
from model_store.versions.registry import Version
from xray_ui.basics import text as basics_text
from xray_ui.basics.errors import log_failure
from xray_ui.basics.keep import keep
from xray_ui.readers import in_use
from xray_ui.readers.background import Reader
from xray_ui.readers.in_use import Identity, identity
from xray_ui.reading.case import overruling
from xray_ui.reading.case.case import Case, case_of

_Key = tuple[Case, str | None]
"""A case, and the reason for which it was read against the check; None where it was not."""

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Refusal:
    """Why a film was not read.

    Attributes:
        sentence: for the clinician.
        report: what the film check said; None where something else failed.
    """

    sentence: str
    report: QualityReport | None = None


@dataclass(frozen=True)
class _Outcome:
    version: Version
    result: Reading | Refusal


def outcome(case: Case) -> Reading | Refusal | None:
    """Return what came of reading a film as it is and with this version, or None where it has not been read yet."""
    found = _outcomes().get(_key(case))
    if found is None or not isinstance(found.result, Reading):
        return found.result if found else None
    # Asked each time: the version may have been activated after it read the film, as one of a comparison may.
    against_gate = in_use.against_gate(found.version)
    return replace(found.result, against_gate=against_gate) if against_gate else found.result


def version_for(film: FilmIdentity, present: Version) -> Version:
    """Return the version whose result of a film is on this screen; the one in use for a film without a result.

    Args:
        film: which film, and how it is corrected.
        present: the version that reads films now.
    """
    read_by = _read_by().get(film)
    found = _outcomes().get(_key(Case(film, read_by))) if read_by else None
    return found.version if found and isinstance(found.result, Reading) else present


def keep_version(film: FilmIdentity, version: Version) -> None:
    """Let a film stay with the version whose result is on this screen, whatever is activated meanwhile."""
    keep(_read_by(), film, identity(version.card))


def read(image: Radiograph, version: Version, reader: Reader) -> None:
    """Read an image and keep what came of it: a reading, or the sentence that says why not."""
    key = _key(case_of(image.identity, version))
    keep(_outcomes(), key, _Outcome(version, _result(image, version, reader, overruled=key[1])))


def _result(image: Radiograph, version: Version, reader: Reader, *, overruled: str | None) -> Reading | Refusal:
    try:
        return reader.read(image, overruled=overruled)
    except FilmRefused as refusal:
        return Refusal(str(refusal), refusal.report)
    except ModelCorrupted as error:
        if version.name != BUNDLED:  # Which reads in its place from now on; a banner says so.
            in_use.background_reader(version).give_up(error)
        return Refusal(str(error))
    except Exception as error:  # Whatever failed, the reader gets a sentence and the app goes on.
        return Refusal(basics_text.unexpected_error(log_failure(_LOG, error)))


def _key(case: Case) -> _Key:
    return case, overruling.reason(case)


def _outcomes() -> dict[_Key, _Outcome]:
    return cast("dict[_Key, _Outcome]", st.session_state.setdefault("outcomes", {}))


def _read_by() -> dict[FilmIdentity, Identity]:
    return cast("dict[FilmIdentity, Identity]", st.session_state.setdefault("read_by", {}))
