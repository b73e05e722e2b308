"""Every sentence on a film that the check refuses or warns of."""

import re

import pytest

from model_store.export.wording import sentences
from model_store.reading.film_check import reasons
from model_store.reading.film_check.verdict import QualityReport, Reason
from model_store.reading.results import Prediction, Reading
from tests.doubles.fakes import sample_explanation
from xray_ui.reading.film import correction_wording

BLURRED = Reason("blurred", "warn", "This film is blurred.")
CUT_OFF = Reason("lungs cut off", "warn", "The lungs are cut off.")
NO_LUNGS = Reason("no lungs", "refuse", "No two lungs were found.", "overrule")
UNLIKE = Reason("unlike", "refuse", "It is unlike all films.", "overrule")


def reading_of(*reasons: Reason, overruled: str | None = None) -> Reading:
    return Reading(
        sha256="ab" * 32,
        version="kermany-1",
        weights_sha256="cd" * 32,
        prediction=Prediction(logit=0, probability=0.4, operating_point=0.5),
        explanations=(sample_explanation(),),
        seconds=0.1,
        quality=QualityReport(reasons),
        overruled=overruled,
    )


@pytest.mark.parametrize(
    ("turn", "is_inverted", "said"),
    [
        (0, False, ""),
        (1, False, "turned 90 degrees clockwise"),
        (2, False, "turned 180 degrees"),
        (3, False, "turned 90 degrees counterclockwise"),
        (0, True, "inverted"),
        (2, True, "turned 180 degrees, inverted"),
    ],
)
def test_corrections_by_their_names(turn, is_inverted, said):
    assert sentences.correction(turn, is_inverted=is_inverted) == said


def test_a_mirrored_film_is_said_to_be():
    assert sentences.correction(1, is_inverted=True, is_mirrored=True) == (
        "turned 90 degrees clockwise, mirrored, inverted"
    )
    assert sentences.correction_sentence(0, is_inverted=False, is_mirrored=True) == (
        "This film is shown and read mirrored."
    )


def test_correction_in_a_sentence_and_on_its_button():
    assert sentences.correction_sentence(1, is_inverted=True) == (
        "This film is shown and read turned 90 degrees clockwise and inverted."
    )
    labels = {
        correction_wording.correction_label(turn=t, invert=i) for t, i in ((True, False), (False, True), (True, True))
    }
    assert labels == {"Turn it upright and read", "Invert it and read", "Turn it upright, invert it and read"}


def test_what_was_overruled_is_said_with_the_reason():
    assert sentences.overruled_refusal(reading_of(NO_LUNGS, UNLIKE, overruled="One lung was removed.")) == (
        "Read against the check of this film, which found no two lungs and a picture unlike those that the model "
        "knows. The reader's reason: One lung was removed."
    )
    assert sentences.overruled_refusal(reading_of(BLURRED)) == ""


def test_every_reason_that_can_be_overruled_goes_on_the_sentence():
    overrulable = [each for each in vars(reasons).values() if isinstance(each, Reason) and each.offer == "overrule"]
    assert len(overrulable) >= 3
    for each in overrulable:
        said = sentences.overruled_refusal(reading_of(each, overruled="one lung was removed"))
        assert f"found {each.name}. " not in said
        assert re.search("which found (no|a) [a-z ]+[.] The reader's reason", said)


def test_notices_of_a_picture_hold_the_reason_and_every_warning():
    reading = reading_of(NO_LUNGS, BLURRED, CUT_OFF, overruled="one lung was removed")
    assert sentences.notices(reading, frozenset({"blurred"})) == [
        sentences.overruled_refusal(reading),
        "Overruled by the reader: This film is blurred.",
        "Warning: The lungs are cut off.",
    ]
    assert sentences.notices(reading_of(), frozenset()) == []
