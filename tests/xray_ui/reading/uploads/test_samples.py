"""Do the films that come with the program show a reader what it does: suspect, not suspect, refuse and turn?"""

import pytest

from model_store.film.load import load_radiograph
from model_store.reading.film_check.verdict import FilmRefused
from model_store.versions.bundled import BUNDLED
from model_store.versions.loading import load_classifier
from model_store.versions.registry import Registry
from xray_ui.reading.uploads.samples import FOLDER, SAMPLES


@pytest.fixture(scope="module")
def bundled():
    return load_classifier(Registry().version(BUNDLED))


def test_they_are_small_and_all_there():
    assert sorted(path.name for path in FOLDER.iterdir()) == [sample.path.name for sample in SAMPLES]
    assert all(1000 < sample.path.stat().st_size < 60_000 for sample in SAMPLES)
    assert len({sample.path.read_bytes() for sample in SAMPLES}) == len(SAMPLES) == 3


def test_their_names_tell_nothing_of_their_labels():
    for sample in SAMPLES:
        assert sample.label.lower() not in f"{sample.name} {sample.path}".lower()


@pytest.mark.parametrize(("number", "answer"), [(0, "suspected"), (1, "not suspected")])
def test_two_are_read_without_a_warning_and_answered_as_they_are_labelled(bundled, number, answer):
    reading = bundled.read(load_radiograph(SAMPLES[number].path.read_bytes()))
    assert reading.quality.reasons == ()
    assert reading.prediction.answer == answer
    assert (reading.explanation.heatmap.max() > 0.3) == (answer == "suspected")


def test_the_third_lies_on_its_side_and_is_read_once_it_is_turned(bundled):
    film = load_radiograph(SAMPLES[2].path.read_bytes())
    with pytest.raises(FilmRefused) as refused:
        bundled.read(film)
    report = refused.value.report
    assert [reason.name for reason in report.refusals] == ["rotated"]
    reading = bundled.read(film.corrected(report.turn))
    assert reading.prediction.answer == "not suspected"
