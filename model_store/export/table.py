"""What stands of each film in a worklist, and in which order? One row a film, made of one result; and all as CSV."""

import csv
import io
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, TypeVar

from model_store.export.wording import sentences
from model_store.film.radiograph import Radiograph
from model_store.reading.card import ModelCard
from model_store.reading.film_check.verdict import QualityReport, Reason
from model_store.reading.results import Reading

RowVerdict = Literal["suspected", "not sure", "not suspected", "refused"]

VERDICTS: tuple[RowVerdict, ...] = ("suspected", "not sure", "not suspected", "refused")
"""In the order in which films want to be looked at; what was refused stands apart, since it has no probability."""

_FORMULAS = ("=", "+", "-", "@")
"""What makes a spreadsheet take a text for a formula (OWASP, CSV Injection)."""

_Item = TypeVar("_Item")


@dataclass(frozen=True)
class FilmRow:
    """What is known of one film as one version read it; small, so that thousands can be kept.

    Attributes:
        sha256: of the film's file; "" where it cannot be read.
        verdict: what is answered, or that the film was refused.
        probability: of pneumonia, 0..1; None for a refusal.
        warnings: what stands above the result.
        refusals: why the film was not read; empty for a reading.
        view: as the header says it; "" where none does.
        age_years: of the patient, as the header says it; None where none does.
        film: how the film that was read differs from the stored one; "" for the stored one itself.
        window: in which of several windows of its file it was read; "" where there is no choice.
        overruled: what was typed to have it read against the check; "" for none.
        against_gate: that the version was activated against its gate; "" where it was not.
        seconds: the reading took; None for a refusal.
        version: its name.
        weights_sha256: of the version.
        operating_point: of the version, the balanced one.
        rule_out: of the version; None where it has the balanced point alone.
        rule_in: likewise.
        calibration: of the version, in words.
    """

    sha256: str
    verdict: RowVerdict
    probability: float | None
    warnings: tuple[Reason, ...]
    refusals: tuple[Reason, ...]
    view: str
    age_years: float | None
    film: str
    window: str
    overruled: str
    against_gate: str
    seconds: float | None
    version: str
    weights_sha256: str
    operating_point: float
    rule_out: float | None
    rule_in: float | None
    calibration: str


def row_of(sha256: str, radiograph: Radiograph | None, result: Reading | QualityReport, card: ModelCard) -> FilmRow:
    """Return the row of a film.

    Args:
        sha256: of the film's file; "" where it cannot be read.
        radiograph: the film, as it was read; None where its file is none.
        result: what was found, or why it was refused.
        card: of the version that was asked.

    Raises:
        ValueError: the result is of another film or by another version.
    """
    reading = result if isinstance(result, Reading) else None
    if {sha256} != {sha256, *([radiograph.sha256] if radiograph else []), *([reading.sha256] if reading else [])}:
        raise ValueError("A result never stands in the row of another film.")
    if reading and (reading.version, reading.weights_sha256) != (card.version, card.weights_sha256):
        raise ValueError("A result never stands in a row with the name of another version.")
    report = reading.quality if reading else result
    assert isinstance(report, QualityReport)
    header = radiograph.header if radiograph else None
    return FilmRow(
        sha256=sha256,
        verdict=reading.prediction.answer if reading else "refused",
        probability=reading.prediction.probability if reading else None,
        warnings=report.warnings,
        refusals=() if reading else report.refusals,
        view=header.view if header else "",
        age_years=header.age_years if header else None,
        film=_correction(radiograph) if radiograph else "",
        window=radiograph.window_name if radiograph else "",
        overruled=(reading.overruled or "") if reading else "",
        against_gate=reading.against_gate if reading else "",
        seconds=reading.seconds if reading else None,
        version=card.version,
        weights_sha256=card.weights_sha256,
        operating_point=card.operating_point,
        rule_out=card.points.rule_out if card.points else None,
        rule_in=card.points.rule_in if card.points else None,
        calibration=str(card.calibration),
    )


def _correction(radiograph: Radiograph) -> str:
    return sentences.correction(radiograph.turn, is_inverted=radiograph.is_inverted, is_mirrored=radiograph.is_mirrored)


def by_urgency(items: Iterable[_Item], row: Callable[[_Item], FilmRow | None]) -> list[_Item]:
    """Sort: suspected, not sure, not suspected, each the likeliest first, then what was refused, then what has no row.

    Films that are alike keep their order.
    """

    def rank(item: _Item) -> tuple[int, float]:
        found = row(item)
        if found is None:
            return len(VERDICTS), 0.0
        return VERDICTS.index(found.verdict), -(found.probability or 0.0)

    return sorted(items, key=rank)


Cell = str | float | None

COLUMNS = (
    *("name", "verdict", "probability", "warnings", "view", "age_years", "refused_because", "film", "window"),
    *("overruled", "against_gate", "version", "weights_sha256", "operating_point", "rule_out", "rule_in"),
    *("calibration", "seconds", "sha256"),
)
_AS_THEY_ARE = tuple(column for column in COLUMNS if column not in ("name", "warnings", "refused_because"))


def cells(name: str, row: FilmRow, *, taken_note_of: frozenset[str] = frozenset()) -> dict[str, Cell]:
    """Return what stands in the columns of a row.

    Args:
        name: of the film.
        row: what is known of it.
        taken_note_of: names of the warnings that the clinician has overruled.
    """
    return {
        "name": name,
        "verdict": row.verdict,
        "probability": row.probability,
        "warnings": " ".join(
            sentences.overruled_warning(each.sentence) if each.name in taken_note_of else each.sentence
            for each in row.warnings
        ),
        "refused_because": " ".join(each.sentence for each in row.refusals),
        **{column: getattr(row, column) for column in _AS_THEY_ARE},
    }


def to_csv(table: Iterable[dict[str, Cell]]) -> bytes:
    """Write rows as CSV (RFC 4180) in UTF-8 with a mark of that, without which Excel reads names as Latin letters.

    Numbers are numbers. A text that a spreadsheet would take for a formula, as a file's name may be one, begins with an
    apostrophe; line breaks and other marks that move a cursor are shown as a question mark in a box.
    """
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    writer.writerows([_written(row[column]) for column in COLUMNS] for row in table)
    return b"\xef\xbb\xbf" + file.getvalue().encode("utf-8", "backslashreplace")


def _written(cell: Cell) -> str | float:
    if cell is None:
        return ""
    if not isinstance(cell, str):
        return cell
    plain = "".join("\ufffd" if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") else c for c in cell)
    # As a spreadsheet sees it, to which a wide sign is the sign itself, and blanks before it are nothing.
    seen = unicodedata.normalize("NFKC", plain).lstrip(" \ufffd")
    return f"'{plain}" if seen.startswith(_FORMULAS) else plain
