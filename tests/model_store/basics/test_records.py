"""Does the content of a file become a record only where every field fits, and is the one named that does not?"""

import json
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from model_store.basics.records import SCHEMA, Record, UnreadableRecord, as_json, read_record, schema_of


@dataclass(frozen=True, kw_only=True)
class Inner(Record):
    seed: int
    share: float = 0.5


@dataclass(frozen=True, kw_only=True)
class Outer(Record):
    name: str
    inner: Inner = field(default_factory=lambda: Inner(seed=1))
    values: tuple[float, ...] = ()


def test_it_is_written_and_read_again():
    made = Outer(name="n", inner=Inner(seed=7, share=0.25), values=(1.0, 2.5))
    written = json.loads(json.dumps(as_json(made)))
    assert written == {"schema_version": SCHEMA, "name": "n", "inner": {"seed": 7, "share": 0.25}, "values": [1.0, 2.5]}
    assert read_record(Outer, written) == made


def test_whole_numbers_may_stand_for_figures_and_further_entries_are_passed_over():
    assert read_record(Outer, {"name": "n", "values": [1], "more": None}) == Outer(name="n", values=(1.0,))


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ({}, "name"),
        ({"name": 3}, "name"),
        ({"name": "n", "inner": {}}, "inner.seed"),
        ({"name": "n", "inner": {"seed": 1.5}}, "inner.seed"),
        ({"name": "n", "inner": {"seed": 1, "share": float("inf")}}, "inner.share"),
        ({"name": "n", "inner": {"seed": 1, "share": True}}, "inner.share"),
        ({"name": "n", "schema_version": SCHEMA + 1}, "schema_version"),
        ({"name": "n", "schema_version": True}, "schema_version"),
    ],
)
def test_a_field_that_does_not_fit_is_named(content, place):
    with pytest.raises(UnreadableRecord, match=f"its entry {place} cannot be used") as refused:
        read_record(Outer, content)
    assert refused.value.field == place


@pytest.mark.parametrize("content", [None, 3, "text", [], [{"name": "n"}], {"\ud800": 1, "name": "n"}])
def test_what_is_no_record_is_none(content):
    with pytest.raises(UnreadableRecord, match="no record of this kind"):
        read_record(Outer, content)


@dataclass(frozen=True)
class Placed:
    folder: Path
    table: Path | None = None


def test_a_path_is_written_as_text_and_read_again():
    made = Placed(Path("/films/ward 1"))
    assert as_json(made) == {"schema_version": SCHEMA, "folder": "/films/ward 1", "table": None}
    assert read_record(Placed, as_json(made)) == made
    with pytest.raises(UnreadableRecord, match="its entry folder cannot be used"):
        read_record(Placed, {"folder": 3})


def test_the_schema_of_before_is_the_first():
    assert (schema_of({}), schema_of({"schema_version": 2}), schema_of([])) == (1, 2, 1)
