"""How does the content of a JSON file become a typed record? By the types of its dataclass, every field or none."""

import math
import re
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar, cast

SCHEMA = 2
"""`schema_version` of the records that are written now. Records of before 2026-11-29 have none; whoever reads a kind of
record brings these into the form of now."""


class UnreadableRecord(ValueError):
    """A record lacks a field, or one has another type, a value outside of its range, or belongs to a newer program.

    Attributes:
        field: which one, from outside in, such as "data.drawn.seed"; "" where it is none of them.
    """

    def __init__(self, field: str) -> None:
        super().__init__(f"its entry {field} cannot be used" if field else "it is no record of this kind")
        self.field = field


class Record:
    """What every dataclass of a file's content begins with: its numbers are finite."""

    def __post_init__(self) -> None:
        for field in fields(cast(Any, self)):
            value = getattr(self, field.name)
            if isinstance(value, float) and not math.isfinite(value):
                raise UnreadableRecord(field.name)


AnyRecord = TypeVar("AnyRecord")


def read_record(kind: type[AnyRecord], content: object) -> AnyRecord:
    """Return the content of a JSON file as a record; entries that the record does not have are passed over.

    Args:
        kind: a dataclass, whose fields have types of JSON, of other dataclasses, or are paths.
        content: as `json` reads it.

    Raises:
        UnreadableRecord: the content does not fit.
    """
    import msgspec  # Not before a record is read: it takes a twentieth of a second, which the first page has not.

    if schema_of(content) > SCHEMA:
        raise UnreadableRecord("schema_version")
    try:
        return msgspec.convert(content, kind, dec_hook=_as_path)
    except msgspec.ValidationError as error:
        raise UnreadableRecord(_field_in(str(error))) from error
    except UnicodeError as error:  # Half of a character, which JSON can hold and no text can.
        raise UnreadableRecord("") from error


def _as_path(kind: type, value: object) -> Path:
    """Return the path that a text names; raises TypeError for any other type that JSON does not have."""
    if kind is not Path or not isinstance(value, str):
        raise TypeError(f"{value!r} is no {kind.__name__}")
    return Path(value)


def _as_text(value: object) -> str:
    """Return a path as text; raises TypeError for any other value that JSON does not have."""
    if not isinstance(value, Path):
        raise TypeError(f"{value!r} has no place in a record")
    return str(value)


def as_json(record: Any) -> dict[str, Any]:
    """Return a record as values for `json`, with the schema by which it is written."""
    import msgspec

    return {"schema_version": SCHEMA, **msgspec.to_builtins(record, enc_hook=_as_text)}


def schema_of(content: object) -> int:
    """Return by which schema a file's content was written; 1 where it does not say."""
    said = content.get("schema_version", 1) if isinstance(content, dict) else 1
    return said if type(said) is int else SCHEMA + 1  # A truth value is no number here.


def _field_in(message: str) -> str:
    """Return the place that a message of msgspec names, as "$.data.drawn.seed", and the field in what it was told."""
    place = re.search(r"at `\$\.?([^`]*)`$", message)
    inner = re.search(r"missing required field `([^`]+)`|its entry (\S+) cannot be used", message)
    return ".".join(filter(None, (place[1] if place else "", (inner[1] or inner[2]) if inner else "")))
