"""Are findings read as they were written, those of a program of before too, and is what does not fit damage?"""

import json

import pytest

from model_store.basics.records import SCHEMA, UnreadableRecord, as_json
from model_store.trainings.findings.record import Code, Finding, Findings, naming, read_findings, said


def test_what_is_written_is_read_again():
    found = Findings(
        problems=(Finding(code=Code.TOO_FEW, label="NORMAL", n=8, limit=10),),
        warnings=(naming(Code.UNUSED_COLUMNS, ["age", "sex", "view"], 2, name="labels.csv"),),
        layout=(Finding(code=Code.LEFT_OUT, counts={"masks": 3}),),
    )
    written = json.loads(json.dumps(as_json(found) | {"images": 8}))
    assert written["problems"][0]["code"] == "too few"
    assert (written["warnings"][0]["names"], written["warnings"][0]["more"]) == (["age", "sex"], 1)
    assert read_findings(written) == found


@pytest.mark.parametrize("schema", [{}, {"schema_version": 2}], ids=["none", "of sentences too"])
def test_the_sentences_of_a_program_of_before_are_read(schema):
    found = read_findings({"problems": ["There are no films."], "warnings": ["Few films."], "layout": [], **schema})
    assert found == Findings(problems=(said("There are no films."),), warnings=(said("Few films."),))


def test_a_code_of_a_newer_program_still_forbids_the_training():
    assert read_findings({"problems": [{"code": "of tomorrow", "weight": 3}]}).problems == (
        Finding(code="of tomorrow"),
    )


@pytest.mark.parametrize(
    ("content", "said_so"),
    [
        ([], "no record of this kind"),
        ({"problems": 3}, "problems"),
        ({"problems": [3]}, r"problems\[0\]"),
        ({"warnings": [{"n": 3}]}, r"warnings\[0\]\.code"),
        ({"layout": [{"code": "too few", "n": "x"}]}, r"layout\[0\]\.n"),
        ({"schema_version": SCHEMA + 1}, "schema_version"),
    ],
)
def test_what_does_not_fit_is_damage(content, said_so):
    with pytest.raises(UnreadableRecord, match=said_so):
        read_findings(content)
