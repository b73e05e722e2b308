"""Which rows does the worklist have, and what stands in each? Each is one film with its one result, as its page has it.

What a row shows is looked up for the film as it is now corrected, the version whose result it has, and the reason for
which it was read: the same three by which the reading page finds its result.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from model_store.export import table
from model_store.export.table import FilmRow, RowVerdict
from model_store.export.wording import sentences
from model_store.film.header.header import age_in_words
from model_store.film.radiograph import FilmIdentity
from model_store.reading.film_check.verdict import Reason
from model_store.versions.registry import Version
from xray_ui.basics import text as basics_text
from xray_ui.readers import in_use as readers_in_use
from xray_ui.reading.case import outcomes, overruling
from xray_ui.reading.case.case import case_of
from xray_ui.reading.film import corrections
from xray_ui.reading.uploads.chosen import Film
from xray_ui.reading.worklist import wording
from xray_ui.reading.worklist.read_all import ReadAll

WITH, WITHOUT = "with", "without"


@dataclass(frozen=True)
class Row:
    """One film of the worklist.

    Attributes:
        film: which can be opened.
        found: what is known of it; None while it was not read.
        version: which read it; None while it was not read, and for what is no film.
        thumbnail: the film, small, as JPEG; empty for none.
        taken_note_of: names of the warnings that the clinician has overruled.
        is_of_another: whether another version than the one in use has read it.
        identity: which film it is, and how it is corrected; None while nobody has looked into its file.
    """

    film: Film
    found: FilmRow | None = None
    version: Version | None = None
    thumbnail: bytes = b""
    taken_note_of: frozenset[str] = frozenset()
    is_of_another: bool = False
    identity: FilmIdentity | None = None

    @property
    def warnings(self) -> tuple[Reason, ...]:
        """The warnings of which nobody has taken note yet."""
        return tuple(each for each in self.found.warnings if each.name not in self.taken_note_of) if self.found else ()

    def cells(self) -> dict[str, table.Cell]:
        """Return what stands of it in a saved table."""
        if self.found is None:
            return dict.fromkeys(table.COLUMNS) | {"name": self.film.name, "verdict": wording.WAITING_VERDICT}
        return table.cells(self.film.name, self.found, taken_note_of=self.taken_note_of)


def rows_of(films: Sequence[Film], reading: ReadAll, present: Version | None) -> list[Row]:
    """Return the rows of films, the most urgent first.

    Args:
        films: one for each row.
        reading: what was read in the background.
        present: the version that reads films now; None where none does.
    """
    against_gate = _AgainstGate()
    rows = [_row(film, reading, present, against_gate) for film in films]
    return table.by_urgency(rows, lambda row: row.found)


class _AgainstGate:
    """Asks once for each version whether it was activated against its gate: after it read, as one of a comparison."""

    def __init__(self) -> None:
        self._known: dict[readers_in_use.Identity, str] = {}

    def of(self, version: Version) -> str:
        key = readers_in_use.identity(version.card)
        if key not in self._known:
            self._known[key] = readers_in_use.against_gate(version)
        return self._known[key]


def _row(film: Film, reading: ReadAll, present: Version | None, against_gate: _AgainstGate) -> Row:
    unreadable = reading.unreadable.get(film.key)
    sha256 = reading.hashes.get(film.key) or (unreadable.sha256 if unreadable else "")
    if not sha256 or present is None:
        return Row(film, unreadable)
    identity = corrections.corrected(sha256)
    version = outcomes.version_for(identity, present)
    case = case_of(identity, version)
    kept = outcomes.record(case)
    if kept is None or kept.row.sha256 != sha256:
        return Row(film, unreadable, identity=identity)
    found = kept.row
    if found.probability is not None and (said := against_gate.of(version)):
        found = replace(found, against_gate=said)
    is_of_another = case != case_of(identity, present)
    return Row(film, found, version, kept.thumbnail, overruling.overruled(case), is_of_another, identity)


def filtered(rows: Iterable[Row], *, verdicts: Sequence[RowVerdict], warnings: str | None, search: str) -> list[Row]:
    """Return the rows that are asked for, in their order.

    Args:
        rows: all of them.
        verdicts: any of these; all where there are none.
        warnings: `WITH` or `WITHOUT` them; None for both.
        search: words that all have to stand somewhere in a row, in any case.
    """
    words = search.casefold().split()

    def is_wanted(row: Row) -> bool:
        if verdicts and (row.found is None or row.found.verdict not in verdicts):
            return False
        if warnings and (row.found is None or bool(row.warnings) != (warnings == WITH)):
            return False
        said = _words_of(row) if words else ""
        return all(word in said for word in words)

    return list(filter(is_wanted, rows))


def _words_of(row: Row) -> str:
    """Return what can be searched for: what stands in the row, and its sentences; no hash and no figure."""
    said = drawn(row, lambda picture: "")
    lists = [*said.get("marks", ()), *said.get("why", ())]
    texts = [said.get(each, "") for each in ("name", "said", "view", "age", "notes")]
    warnings = [f"{each.name} {each.sentence}" for each in row.warnings]
    return " ".join([*map(str, texts), *lists, *warnings]).casefold()


def counts(rows: Iterable[Row]) -> dict[str, int]:
    """Count rows by verdict, those that wait under `WAITING_VERDICT`; nothing of what there is none."""
    found = [row.found.verdict if row.found else wording.WAITING_VERDICT for row in rows]
    return {each: found.count(each) for each in (*table.VERDICTS, wording.WAITING_VERDICT) if each in found}


def drawn(row: Row, picture: Callable[[bytes], str]) -> Mapping[str, Any]:
    """Return what the browser draws of a row, as plain text.

    Args:
        row: of the worklist.
        picture: makes an address of a thumbnail.
    """
    found = row.found
    if found is None:
        return {"key": row.film.key, "name": row.film.name, "verdict": "waiting", "said": wording.WAITING_VERDICT}
    version = f"read by {readers_in_use.shown_name(row.version)}" if row.is_of_another and row.version else ""
    against = wording.AGAINST_THE_CHECK if found.overruled else ""
    gate = wording.AGAINST_THE_GATE if found.against_gate else ""
    notes = filter(None, [row.film.place.of > 1 and wording.of_study(row.film.place), found.film, found.window])
    return {
        "key": row.film.key,
        "name": row.film.name,
        "picture": picture(row.thumbnail) if row.thumbnail else "",
        "verdict": found.verdict.replace(" ", "-"),
        "said": wording.VERDICTS[found.verdict],
        "probability": "" if found.probability is None else sentences.percent(found.probability),
        "why": [each.sentence for each in found.refusals],
        "warnings": [{"name": each.name, "sentence": each.sentence} for each in row.warnings],
        "view": basics_text.visible(found.view),
        "age": "" if found.age_years is None else age_in_words(found.age_years),
        "marks": [each for each in (version, against, gate) if each],
        "notes": basics_text.visible(", ".join(str(each) for each in notes)),
    }
