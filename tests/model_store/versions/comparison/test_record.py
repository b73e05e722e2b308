"""Is a comparison read as it was written, by this program or by one of before?"""

import json

import pytest

from model_store.basics.records import SCHEMA, UnreadableRecord, as_json
from model_store.versions.comparison.record import (
    Check,
    Compared,
    Comparison,
    Disagreement,
    FilmSet,
    NotCompared,
    read_comparison,
)

OF_BEFORE = {
    "active": {"version": "old", "identity": "a", "weights_sha256": "b", "operating_point": 0.4, "temperature": 1.1},
    "challenger": {"version": "new", "weights_sha256": "c", "operating_point": 0.5},
    "gate": {"auroc": 0.02, "sensitivity": 0.05, "specificity": 0.05, "ece": 0.1},
    "sets": [
        {
            **{"key": "held_out", "name": "Held-out films of this data", "n": 20, "n_normal": 8, "n_pneumonia": 12},
            **{"patients": 15, "n_refused": 0, "active": {"auroc": 0.9}, "challenger": {"auroc": None}},
            "difference": {"auroc": {"value": 0.1, "ci": [None, 0.2], "p": None}},
            "checks": [
                {"figure": "AUROC", "margin": 0.02, "value": 0.1, "low": 0.0, "outcome": "not worse"},
                {"figure": "calibration error", "limit": 0.1, "value": 0.03, "by_chance": 0.2, "outcome": "within"},
            ],
            "disagreements": [{"sha256": "d", "label": "NORMAL", "active": 0.2, "challenger": 0.7, "path": "/f.png"}],
        },
        {"key": "reference", "name": "Reference test films", "not_compared": "It learned from 12."},
    ],
    "passed": True,
    "sentences": ["The new version passes the gate.", "Beware."],
}


def test_one_of_before_is_brought_into_the_form_of_now():
    found = read_comparison(OF_BEFORE)
    assert found.active == Compared(version="old", identity="a", weights_sha256="b", operating_point=0.4)
    assert found.said == ("The new version passes the gate.", "Beware.")
    assert found.sets[0].checks == (
        Check(figure="auroc", margin=0.02, value=0.1, low=0.0, outcome="not worse"),
        Check(figure="ece", limit=0.1, value=0.03, by_chance=0.2, outcome="within"),
    )
    assert found.sets[0].difference["auroc"].ci == (None, 0.2)
    assert found.sets[1].not_compared == NotCompared(why="said", said="It learned from 12.")
    assert not found.is_empty


def test_it_is_written_with_its_schema_and_read_again():
    found = read_comparison(OF_BEFORE)
    written = json.loads(json.dumps(as_json(found)))
    assert written["schema_version"] == SCHEMA
    assert read_comparison(written) == found


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ([3], "no record of this kind"),
        ({"sets": [3]}, "sets"),
        ({"sets": "none"}, "sets"),
        ({"passed": "yes"}, "passed"),
        ({"passed": 1}, "passed"),
        ({"active": "old"}, "active"),
        (OF_BEFORE | {"sentences": "passes"}, "said"),
        ({"schema_version": SCHEMA + 1}, "schema_version"),
        ({"schema_version": "two"}, "schema_version"),
        ({"schema_version": SCHEMA, "sets": [{"n": 3}]}, "key"),
        (
            {"schema_version": SCHEMA, "sets": [{"key": "k", "checks": [{"figure": "auroc", "outcome": "fine"}]}]},
            "outcome",
        ),
        ({"schema_version": SCHEMA, "active": {"operating_point": float("nan")}}, "active"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_field(content, field):
    with pytest.raises(UnreadableRecord, match=field):
        read_comparison(content)


def test_nothing_compared_and_paths():
    unused = FilmSet(key="reference", not_compared=NotCompared(why="missing", label="NORMAL"))
    assert Comparison().is_empty
    assert Comparison(sets=(unused,)).is_empty
    film = Disagreement(sha256="d", path="/films/a.png")
    found = Comparison(sets=(unused, FilmSet(key="held_out", disagreements=(film,))))
    assert not found.is_empty
    assert found.without_paths().sets[1].disagreements[0].path == ""
    assert found.sets[1].disagreements[0].path == "/films/a.png"
