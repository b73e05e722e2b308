"""What came of reading a film, and by which version? A result stays as it is while another version is activated.

Whole results are kept of the last few hundred films, a small record of each of thousands: what stands in the worklist.
Whatever is read goes through `read`, and both are made of that one result.
"""

import logging
from dataclasses import dataclass, replace
from typing import cast

import streamlit as st

from model_store.basics.errors import ModelCorrupted
from model_store.export.picture import thumbnail
from model_store.export.table import FilmRow, row_of
from model_store.film.radiograph import FilmIdentity, Radiograph
from model_store.reading.film_check.verdict import FilmRefused, QualityReport, Reason
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

MOST_FILMS = 20_000
"""Of how many films a small record is kept, some kilobytes each."""

FAILED = "failed"
"""Name of the reason of a film whose reading failed in a way that nobody foresaw."""

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


@dataclass(frozen=True)
class Record:
    """What is kept of a film that was read, or refused, after its maps are forgotten.

    Attributes:
        version: which was asked.
        row: what it said.
        thumbnail: the film as it was read, small, as JPEG.
    """

    version: Version
    row: FilmRow
    thumbnail: bytes


@dataclass(frozen=True)
class Memory:
    """What a session remembers of its films; for what is read in the background, which cannot ask the session.

    It is of one session, and is nobody's once that was cleared.
    """

    outcomes: dict[_Key, _Outcome]
    records: dict[_Key, Record]
    read_by: dict[FilmIdentity, Identity]
    reasons: dict[Case, str]

    def key(self, case: Case) -> _Key:
        """Return what a result is kept under: the case, and why it was read against the check, where it was."""
        return case, self.reasons.get(case)

    def has(self, film: FilmIdentity, version: Version) -> bool:
        """Return whether a film was read already by a version, as it is and for the reason that now holds."""
        return self.key(case_of(film, version)) in self.records


def memory() -> Memory:
    """Return what this session remembers, the very thing."""
    return Memory(_outcomes(), _records(), _read_by(), overruling.reasons())


def record(case: Case) -> Record | None:
    """Return what is kept of a case in any event; None where it was not read, or is one of too many."""
    return _records().get(_key(case))


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
    found = _records().get(_key(Case(film, read_by))) if read_by else None
    return found.version if found and found.row.probability is not None else present


def keep_version(film: FilmIdentity, version: Version) -> None:
    """Let a film stay with the version whose result is on this screen, whatever is activated meanwhile."""
    keep(_read_by(), film, identity(version.card), MOST_FILMS)


def read(image: Radiograph, version: Version, reader: Reader, into: Memory | None = None) -> None:
    """Read an image and keep what came of it: a reading, or the sentence that says why not.

    Args:
        image: the film.
        version: which reads it.
        reader: of the version.
        into: what remembers it; by default the session that asks.
    """
    into = into or memory()
    key = into.key(case_of(image.identity, version))
    result = _result(image, version, reader, overruled=key[1])
    row = row_of(image.sha256, image, result if isinstance(result, Reading) else _report(result), version.card)
    keep(into.outcomes, key, _Outcome(version, result))
    keep(into.records, key, Record(version, row, thumbnail(image.pixels)), MOST_FILMS)
    if row.probability is not None:
        keep(into.read_by, image.identity, identity(version.card), MOST_FILMS)


def _report(refusal: Refusal) -> QualityReport:
    return refusal.report or QualityReport((Reason(FAILED, "refuse", refusal.sentence),))


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


def _records() -> dict[_Key, Record]:
    return cast("dict[_Key, Record]", st.session_state.setdefault("records_of_films", {}))


def _read_by() -> dict[FilmIdentity, Identity]:
    return cast("dict[FilmIdentity, Identity]", st.session_state.setdefault("read_by", {}))
