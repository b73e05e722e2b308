"""Is it said in one line how far a result can be trusted: by the film's check, the answer and the map's tests?"""

from dataclasses import replace

import pytest

from model_store.export.wording import trust
from model_store.export.wording.trust import trust_sentence
from model_store.reading.decision.operating_points import OperatingPoints
from model_store.reading.film_check import reasons
from model_store.reading.film_check.verdict import QualityReport, Reason
from model_store.reading.results import Prediction, Reading
from tests.doubles.fakes import WEIGHTS, sample_explanation

THREE = OperatingPoints(0.12, 0.437, 0.9)
READING = Reading(
    sha256="c0ffee" * 10 + "0000",
    version="kermany-1",
    weights_sha256=WEIGHTS,
    prediction=Prediction(logit=1.7, probability=0.95, operating_point=0.437, points=THREE),
    explanations=(sample_explanation(),),
    seconds=0.3,
)


def warned(*found: Reason, **changes) -> Reading:
    return replace(READING, quality=QualityReport(found), **changes)


def test_an_ordinary_film_is_trusted_as_far_as_the_test_figures():
    assert trust_sentence(READING) == (
        "Trust it as far as the test figures say: nothing unusual was found on this film."
    )
    assert trust_sentence(replace(READING, is_age_stated=False)) == (
        "Trust it as far as the test figures say, if the child is 1 to 5 years old: nothing unusual was found on this "
        "film."
    )


def test_what_the_check_warns_of_is_named_until_the_reader_overrules_it():
    reading = warned(reasons.BLURRED, reasons.UNSURE_OUTLINE, reasons.SMALL)
    assert trust_sentence(reading) == (
        "Trust it less than the test figures say, since the film is blurred, the outline of the lungs is unsure and "
        "the picture has few pixels."
    )
    assert "since the film is blurred and the picture has few pixels." in trust_sentence(
        reading, frozenset({"outline unsure"})
    )
    assert "nothing unusual" in trust_sentence(reading, frozenset({"blurred", "outline unsure", "small"}))


def test_between_the_points_the_answer_itself_is_a_doubt():
    unsure = replace(READING, prediction=replace(READING.prediction, probability=0.5))
    assert trust_sentence(unsure).endswith(f"since {trust.UNDECIDED}.")


def test_what_is_read_against_its_check_or_gate_is_trusted_little():
    overruled = warned(reasons.NOT_A_CHEST, reasons.BLURRED, overruled="I can see both lungs")
    assert trust_sentence(overruled) == f"Trust it little, since {trust.AGAINST_THE_CHECK}."
    assert trust_sentence(replace(overruled, against_gate="It did not pass.")) == (
        f"Trust it little, since {trust.AGAINST_THE_CHECK} and {trust.AGAINST_THE_GATE}."
    )


def test_the_tests_of_the_map_come_last():
    assert trust_sentence(READING, guide="Take the heatmap as a rough guide.").endswith(
        "on this film. Take the heatmap as a rough guide."
    )


def warnings() -> list[Reason]:
    made = [reasons.age(7), reasons.age_unclear("7"), reasons.window_unfit(("HARDER",))]
    named = [each for each in vars(reasons).values() if isinstance(each, Reason) and each.verdict == "warn"]
    return [*named, *made]


@pytest.mark.parametrize("reason", warnings(), ids=lambda reason: reason.name)
def test_every_warning_has_its_few_words(reason):
    said = trust_sentence(warned(reason))
    assert trust.OTHER_DOUBT not in said
    assert reason.name in trust._DOUBTS
    assert trust.OTHER_DOUBT in trust_sentence(warned(Reason("of another program", "warn", "It is odd.")))
