"""What stands beside a film: does each number lie under its own picture, and is it gone with its film?"""

import json
from dataclasses import replace

import pytest

from model_store.film.radiograph import FilmIdentity
from model_store.reading.film_check.verdict import QualityReport, Reason
from tests.doubles.app_driver import (  # noqa: F401
    FIRST,
    SECOND,
    charts,
    fake_classifier,
    fake_reads,
    labels,
    plain,
    press,
    start,
    upload,
)
from tests.doubles.fakes import FakeClassifier
from tests.doubles.films import phantom
from tests.doubles.films.dicom_files import written
from tests.doubles.trainings.run_doubles import add_version
from xray_ui.readers import in_use
from xray_ui.reading.beside import wording
from xray_ui.reading.case.shown import sha256_of

NUMBERS = {FIRST: 0.84, SECOND: 0.12}


@pytest.fixture(name="by_film")
def numbers_of_films_and_versions(monkeypatch):
    """Each film has a number of its own, 3 % higher by any version but the one in use."""
    read = FakeClassifier.read

    def numbered(self, radiograph, card=None, *, overruled=None):
        found = {sha256_of(film): number for film, number in NUMBERS.items()}.get(radiograph.sha256, 0.5)
        is_other = card is not None and card.version == "ward-1"
        reading = read(self, radiograph, card, overruled=overruled)
        prediction = replace(reading.prediction, probability=found + 0.03 * is_other)
        return replace(reading, prediction=prediction)

    monkeypatch.setattr(FakeClassifier, "read", numbered)


def choice(app):
    return next(each for each in app.main.selectbox if each.label == wording.LABEL)


def viewer(app):
    return json.loads(charts(app)[0])


def said(app):
    return [" | ".join(pane.get("said", [])) for pane in viewer(app)["panes"]]


def put(app, ending):
    """Put beside the film what is called so."""
    control = choice(app)
    return control.set_value(next(each for each in control.options if each.endswith(ending))).run()


def two_films():
    return upload(start(), ("now.png", FIRST), ("before.png", SECOND))


def test_another_film_stands_left_with_its_own_name_and_number(classifier, by_film):
    app = put(two_films(), "before.png")
    assert not app.exception
    left, right = said(app)
    assert left.startswith("Beside it: before.png | ")
    assert left.endswith("12 %")
    assert right.startswith("This film: now.png | ")
    assert right.endswith("84 %")
    own = viewer(app)["panes"][0]["own"]
    assert (own["name"], viewer(app)["name"]) == ("before.png", "now.png")
    assert own["film"] != viewer(app)["film"]
    assert "own" not in viewer(app)["panes"][1]
    assert "All else on this page is of this film: now.png" in plain(app)
    assert "probability of pneumonia of 84 %" in plain(app)
    assert "probability of pneumonia of 12 %" not in plain(app)


def test_a_film_beside_is_seen_from_the_other_side_when_that_is_opened(classifier, by_film):
    app = put(two_films(), "before.png")
    app = press(app, "Next")
    assert said(app) == [""] * len(said(app)), "with another film nothing stands beside it"
    assert viewer(app)["name"] == "before.png"
    assert choice(app).value is None
    app = put(app, "now.png")
    left, right = said(app)
    assert left.startswith("Beside it: now.png")
    assert left.endswith("84 %")
    assert right.startswith("This film: before.png")
    assert right.endswith("12 %")
    app = press(app, "Previous")
    assert choice(app).value is None, "what was closed with its film stays closed"


def test_it_is_closed_with_one_click(classifier, by_film):
    app = press(put(two_films(), "before.png"), wording.STOP)
    assert said(app) == [""] * len(said(app))
    assert wording.STOP not in labels(app)


def test_another_version_stands_right_and_changes_nothing_else(reads, xray_home, by_film):
    add_version(xray_home, "ward-1")
    app = upload(start(), ("now.png", FIRST))
    used = in_use.in_use().version.card.version
    app = put(app, wording.version_option("ward-1"))
    assert not app.exception
    left, right = said(app)
    assert left.startswith(f"Version {used}")
    assert left.endswith("84 %")
    assert right.startswith("Version ward-1 | ")
    assert right.endswith("87 %")
    assert set(viewer(app)["panes"][1]["own"]) == {"map", "outlines", "letters"}, "it is one film"
    assert reads.read_by == [used, "ward-1"]
    assert "probability of pneumonia of 84 %" in plain(app)
    read_by = app.session_state["read_by"][FilmIdentity(sha256_of(FIRST))]
    assert read_by[0] == used, "the film stays with the version whose result it has"
    app = press(app, wording.STOP)
    assert "probability of pneumonia of 84 %" in plain(app)
    assert "87 %" not in plain(app)


def test_a_refused_film_beside_has_its_reason_and_no_number(classifier, by_film):
    why = Reason("scene", "refuse", "This is no chest radiograph.")
    classifier.check = lambda film: QualityReport((why,) if film.sha256 == sha256_of(SECOND) else ())
    app = put(two_films(), "before.png")
    left, right = said(app)
    assert left == "Beside it: before.png | Not read: This is no chest radiograph."
    assert right.endswith("84 %")
    pane = viewer(app)["panes"][0]
    assert (pane["map"], pane["own"]["map"], pane["own"]["outlines"]) == (False, "", [])


def test_a_film_that_is_no_film_is_a_sentence(classifier, by_film):
    app = put(upload(start(), ("now.png", FIRST), ("torn.png", SECOND[:300])), "torn.png")
    assert not app.exception
    assert any("cannot stand beside this film" in error.value for error in app.error)
    assert said(app) == [""] * len(said(app))


def test_the_place_is_another_with_something_beside(classifier, by_film):
    app = two_films()
    alone = app.session_state["shown_result"]
    app = put(app, "before.png")
    beside = app.session_state["shown_result"]
    assert beside[:3] == alone[:3]
    assert (alone[3], beside[3][0].film.sha256) == (None, sha256_of(SECOND))


def dicom(seed, day, **attributes):
    given = {"PatientID": "P-77", "StudyDate": day, "StudyInstanceUID": f"1.2.{seed}", "BodyPartExamined": "CHEST"}
    return written(phantom.chest_film(phantom.Chest(320, 256, seed=seed)), **(given | attributes))


def test_earlier_films_of_the_patient_are_proposed_first_and_nobody_is_named(classifier):
    films = [
        ("now.dcm", dicom(1, "20250301")),
        ("other.dcm", dicom(2, "20240101", PatientID="P-78")),
        ("later.dcm", dicom(3, "20250401")),
        ("before.dcm", dicom(4, "20240201")),
    ]
    app = upload(start(), *films)
    options = choice(app).options
    assert options[0] == wording.film_option("before.dcm", is_earlier=True)
    assert [each for each in options if each.startswith("Earlier")] == options[:1]
    assert {wording.film_option(f"{name}.dcm", is_earlier=False) for name in ("other", "later")} < set(options)
    assert not any(each in " ".join([*options, plain(app)]) for each in ("P-77", "Mustermann", "20240201"))
