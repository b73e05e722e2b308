"""What does the screen do with a DICOM film: its header, its windows, and a result for each of them?"""

import numpy as np
import pytest

from tests.doubles.app_driver import fake_classifier, fake_reads, start, upload  # noqa: F401
from tests.doubles.films import phantom
from tests.doubles.films.dicom_files import written
from xray_ui.reading.film import correction_wording, header

DEEP = phantom.chest_film(phantom.Chest(320, 256)).astype(np.uint16) * 16
TWO = written(
    DEEP, bits=12, WindowCenter=[2048, 1500], WindowWidth=[4096, 3000], BodyPartExamined="CHEST", PatientAge="004Y"
)
NAMES = ["Window 1 (level 2048, width 4096)", "Window 2 (level 1500, width 3000)"]


def windows(app):
    return [each for each in app.main.selectbox if each.label == correction_wording.WINDOW_OF_THE_FILE]


def everything(app):
    return " ".join(str(each.value) for each in [*app.markdown, *app.text, *app.caption]).replace("\\", "")


def test_the_header_is_there_and_no_identifier(classifier):
    app = upload(start(), ("IM0001", TWO))
    assert not app.exception
    assert header.TITLE in [each.label for each in app.expander]
    said = everything(app)
    assert "| Age | 4 years |" in said
    assert "Explicit VR Little Endian" in said
    assert "Mustermann" not in said
    assert "4711" not in said


@pytest.mark.parametrize("data", [phantom.png(phantom.Chest(320, 256)), written(DEEP, bits=12)])
def test_no_choice_where_there_is_none(classifier, data):
    assert windows(upload(start(), ("film", data))) == []


def test_each_window_has_a_result_of_its_own(classifier):
    classifier.probabilities = [0.25, 0.75]
    app = upload(start(), ("IM0001", TWO))
    (choice,) = windows(app)
    assert (choice.options, choice.value) == ([*NAMES, "Whole range"], 0)
    assert "probability of pneumonia of 25 %" in everything(app)
    assert NAMES[0] in everything(app)
    app = choice.set_value(1).run()
    assert [film[3] for film in classifier.read_films] == [0, 1]
    assert "probability of pneumonia of 75 %" in everything(app)
    assert "of 25 %" not in everything(app)
    app = windows(app)[0].set_value(0).run()
    assert len(classifier.read_films) == 2, "what was read already is not read again"
    assert "probability of pneumonia of 25 %" in everything(app)
