"""Two versions on the same films, by hand; the statistics are in test_paired.py, the gate in test_margins.py."""

import json
from functools import partial
from operator import itemgetter

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from model_store.basics.records import SCHEMA, as_json
from model_store.reading.card import ModelCard
from model_store.reading.decision.calibration import Calibration
from model_store.versions.comparison.record import (
    HELD_OUT,
    REFERENCE,
    Cautions,
    Compared,
    FilmSet,
    NotCompared,
    read_comparison,
)
from model_store.versions.comparison.wording import sentences, why_not_compared
from tests.doubles.trainings.training_doubles import film, labelled
from training.comparison.comparison import (
    FIGURES,
    VersionScores,
    compare_set,
    comparison,
    reason_not_to_compare,
)
from training.comparison.margins import Margins
from training.data.labelled import labelled_image, shared_images
from training.evaluation.scored import Scored, report
from training.statistics import metrics
from training.statistics.paired import delong, paired_proportion

LABELS = ("NORMAL",) * 5 + ("PNEUMONIA",) * 6
ACTIVE = (0.05, 0.1, 0.2, 0.3, 0.7, 0.4, 0.6, 0.9, 0.5, 0.8, 0.95)
"""At .5: 4 true negatives, 1 false positive, 1 false negative, 5 true positives."""
CHALLENGER = (0.1, 0.15, 0.65, 0.2, 0.45, 0.7, 0.65, 0.95, 0.35, 0.9, 0.85)
"""At .4: 3 true negatives, 2 false positives (one of them the same), 1 false negative, 5 true positives."""


@pytest.fixture(autouse=True)
def few_draws(monkeypatch):
    monkeypatch.setattr(metrics, "patient_bootstrap", partial(metrics.patient_bootstrap, draws=20))


def films(labels=LABELS, first=0):
    return [labelled(f"{n}.png", label=label, sha256=f"{n:016x}" + "f" * 48) for n, label in enumerate(labels, first)]


REFUSED = [(film, "No two lungs were found.") for film in films(["NORMAL", "PNEUMONIA"], first=100)]


def version(probabilities, *, point=0.5, labels=LABELS, refused=()):
    return VersionScores(Scored(films(labels), np.array(probabilities, np.float64), list(refused)), point)


def recorded(active, challenger, margins=None):
    return compare_set(active, challenger, key=REFERENCE, margins=margins or Margins())


def compare(active, challenger, margins=None):
    """What `recorded` returns, as it stands in a file."""
    return json.loads(json.dumps(as_json(recorded(active, challenger, margins))))


@pytest.fixture
def plain():
    return compare(version(ACTIVE), version(CHALLENGER, point=0.4))


@pytest.fixture
def with_refused():
    return compare(version(ACTIVE, refused=REFUSED), version(CHALLENGER, point=0.4, refused=REFUSED))


def test_a_compared_set_has_these_parts(plain):
    assert list(plain) == [
        *("schema_version", "key", "not_compared", "n", "n_normal", "n_pneumonia", "patients", "n_refused"),
        *("active", "challenger", "difference", "checks", "disagreements"),
    ]
    assert plain["not_compared"] is None
    expected = {*FIGURES, *(f"{figure}_ci" for figure in FIGURES), "confusion_matrix", "n_refused"}
    assert set(plain["active"]) == set(plain["challenger"]) == expected
    assert set(plain["difference"]) == {"auroc", "sensitivity", "specificity", "accuracy"}
    assert all(set(each) == {"value", "ci", "p"} for each in plain["difference"].values())


def test_sizes(plain, with_refused):
    sizes = itemgetter("n", "n_normal", "n_pneumonia", "patients", "n_refused")
    assert sizes(plain) == (11, 5, 6, 11, 0)
    assert sizes(with_refused) == (13, 6, 7, 13, 2)


def test_films_of_a_patient_are_counted_once():
    images = [labelled(f"{n}.png", label=label, patient="IM-1") for n, label in enumerate(LABELS)]
    # The same name in two classes is two people, as in an evaluation.
    assert compare(*[VersionScores(Scored(images, np.array(ACTIVE), []), 0.5)] * 2)["patients"] == 2


def test_figures_at_each_version_s_own_operating_point(plain):
    assert plain["active"]["confusion_matrix"] == [[4, 1], [1, 5]]
    assert plain["challenger"]["confusion_matrix"] == [[3, 2], [1, 5]]
    assert (plain["active"]["specificity"], plain["challenger"]["specificity"]) == (4 / 5, 3 / 5)


def test_figures_are_those_of_an_evaluation(tmp_path):
    images = [labelled(tmp_path / f"{n}.png", label=label) for n, label in enumerate(LABELS)]
    for image in images:
        image.path.write_bytes(b"film")
    scored = Scored(images, np.array(ACTIVE), [])
    evaluated = report(scored, operating_point=0.5)
    found = compare(*[VersionScores(scored, 0.5)] * 2)
    assert found["active"] == found["challenger"] == {name: evaluated[name] for name in found["active"]}


def test_differences_are_challenger_less_active(plain):
    targets = [label == "PNEUMONIA" for label in LABELS]
    assert plain["difference"]["auroc"] == delong(targets, ACTIVE, CHALLENGER).as_json()
    # The active version alone is right on the third NORMAL and the fourth PNEUMONIA, the new one on the first.
    specificity = paired_proportion([1, 1, 1, 1, 0], [1, 1, 0, 1, 0])
    assert plain["difference"]["specificity"] == specificity.as_json()
    assert specificity.value == pytest.approx(-1 / 5)
    sensitivity = paired_proportion([0, 1, 1, 1, 1, 1], [1, 1, 1, 0, 1, 1])
    assert plain["difference"]["sensitivity"] == sensitivity.as_json()
    assert plain["difference"]["accuracy"]["value"] == pytest.approx(-1 / 11)


def test_refused_films_are_decided_wrongly_by_both(plain, with_refused):
    assert with_refused["active"]["confusion_matrix"] == [[4, 2], [2, 5]]
    assert with_refused["challenger"]["confusion_matrix"] == [[3, 3], [2, 5]]
    by_hand = paired_proportion([1, 1, 1, 1, 0, 0], [1, 1, 0, 1, 0, 0]).as_json()
    assert with_refused["difference"]["specificity"] == by_hand
    # What has no decision is of the films that were read.
    assert with_refused["difference"]["auroc"] == plain["difference"]["auroc"]
    assert with_refused["challenger"]["ece_ci"] == plain["challenger"]["ece_ci"]


def refusing(version, *numbers):
    """Return what a version says that refuses some of the films as unlike all that it knows."""
    scored = version.scored
    kept = [row for row in range(len(scored.images)) if row not in numbers]
    refused = [(scored.images[row], "Unlike every film that the model knows.") for row in numbers]
    images = [scored.images[row] for row in kept]
    return VersionScores(Scored(images, scored.probabilities[kept], refused), version.operating_point)


def test_a_film_that_one_version_refuses_is_wrong_for_that_one_alone(plain):
    # The second NORMAL, on which both are right, and the last PNEUMONIA, on which both are right.
    found = compare(version(ACTIVE), refusing(version(CHALLENGER, point=0.4), 1, 10))
    assert (found["n"], found["n_refused"]) == (11, 2)
    assert (found["active"]["n_refused"], found["challenger"]["n_refused"]) == (0, 2)
    assert found["active"]["confusion_matrix"] == plain["active"]["confusion_matrix"] == [[4, 1], [1, 5]]
    assert found["challenger"]["confusion_matrix"] == [[2, 3], [2, 4]]
    specificity = paired_proportion([1, 1, 1, 1, 0], [1, 0, 0, 1, 0])
    assert found["difference"]["specificity"] == specificity.as_json()
    sensitivity = paired_proportion([0, 1, 1, 1, 1, 1], [1, 1, 1, 0, 1, 0])
    assert found["difference"]["sensitivity"] == sensitivity.as_json()


def test_areas_are_of_the_films_that_both_have_read():
    found = compare(refusing(version(ACTIVE), 4), refusing(version(CHALLENGER, point=0.4), 1, 10))
    both = [row for row in range(11) if row not in (1, 4, 10)]
    targets, first, second = ([each[row] for row in both] for each in (films(), ACTIVE, CHALLENGER))
    targets = [film.target for film in targets]
    assert found["n_refused"] == 3
    assert found["difference"]["auroc"] == delong(targets, first, second).as_json()
    assert found["active"]["auroc"] == metrics.roc_auc(targets, first)
    assert found["challenger"]["ece"] == metrics.ece(targets, second)
    assert found["checks"][-1]["by_chance"] == metrics.ece_by_chance(second)
    # 0.2 and 0.65, 0.4 and 0.7, 0.5 and 0.35 as before; what one has refused is none of them.
    assert [film["active"] for film in found["disagreements"]] == [0.2, 0.4, 0.5]


def test_a_version_that_refuses_what_it_is_bad_at_does_not_pass_for_it():
    good = tuple(0.9 if label == "PNEUMONIA" else 0.1 for label in LABELS * 20)
    bad = (*good[:-60], *(1 - each for each in good[-60:]))
    active, challenger = version(good, labels=LABELS * 20), version(bad, labels=LABELS * 20)
    found = compare(active, refusing(challenger, *range(160, 220)))
    outcomes = {check["figure"]: check["outcome"] for check in found["checks"]}
    assert (outcomes["auroc"], outcomes["sensitivity"], outcomes["specificity"]) == ("not worse", "worse", "worse")


def test_a_class_that_no_film_is_left_of_is_not_compared():
    found = recorded(refusing(version(ACTIVE), 0, 1, 2), refusing(version(CHALLENGER), 3, 4))
    assert found == FilmSet(key=REFERENCE, not_compared=NotCompared(why="unread", label="NORMAL"))
    assert why_not_compared(found.not_compared).startswith("No film labelled NORMAL was read by both versions")


def test_checks_are_of_the_differences_and_the_challenger_s_own_calibration(plain):
    by_name = {check["figure"]: check for check in plain["checks"]}
    assert by_name["specificity"]["outcome"] == "worse"
    assert by_name["sensitivity"]["outcome"] == "not shown"
    assert by_name["ece"]["value"] == plain["challenger"]["ece"]
    wide = compare(version(ACTIVE), version(CHALLENGER, point=0.4), Margins(1, 1, 1, 1))
    assert {check["outcome"] for check in wide["checks"]} == {"not worse", "within"}


def test_disagreements_by_the_greatest_difference(plain):
    found = [(film["active"], film["challenger"], film["label"]) for film in plain["disagreements"]]
    # .7 and .45 are both above their operating points, so that film is none of them.
    assert found == [(0.2, 0.65, "NORMAL"), (0.4, 0.7, "PNEUMONIA"), (0.5, 0.35, "PNEUMONIA")]
    assert plain["disagreements"][0]["path"] == str(films()[2].path.absolute())
    assert plain["disagreements"][0]["sha256"] == films()[2].sha256


def test_a_version_against_itself_does_not_differ():
    found = compare(version(ACTIVE), version(ACTIVE))
    assert found["disagreements"] == []
    assert found["difference"]["auroc"] == {"value": 0.0, "ci": [0.0, 0.0], "p": 1.0}


def test_a_set_of_which_no_film_of_a_class_was_read_is_not_compared():
    only = version(ACTIVE[:5], labels=LABELS[:5], refused=REFUSED)
    assert recorded(only, only).not_compared == NotCompared(why="unread", label="PNEUMONIA")


@pytest.mark.parametrize("change", [{"labels": LABELS[::-1]}, {"refused": REFUSED}])
def test_other_films_are_not_compared(change):
    with pytest.raises(ValueError, match="only be compared on the same films; these differ"):
        compare(version(ACTIVE), version(ACTIVE, **change))


CARDS = (
    ModelCard("bundled", "a" * 64, Calibration.by_temperature(1.1), 0.5, {"version": "bundled"}),
    ModelCard("v2", "b" * 64, Calibration.by_temperature(0.9), 0.4, {"version": "v2"}),
)


NOTHING = FilmSet(key=HELD_OUT, not_compared=NotCompared(why="missing", label="NORMAL"))


@pytest.fixture
def whole():
    sets = [NOTHING, recorded(version(ACTIVE), version(CHALLENGER, point=0.4))]
    return comparison(*CARDS, sets=sets, margins=Margins(), cautions=Cautions(unknown=("bundled",)))


def test_the_whole_comparison(whole):
    identity = CARDS[0].identity
    assert whole.active == Compared(version="bundled", identity=identity, weights_sha256="a" * 64, operating_point=0.5)
    assert (whole.challenger.version, whole.gate) == ("v2", Margins().as_json())
    assert whole.sets[0] == NOTHING
    assert not whole.passed
    said = sentences(whole)
    assert said[0] == "The new version does not pass the gate."
    assert said[-1].startswith("It is not known on which films version bundled was trained;")


def test_a_comparison_is_written_and_read_again(whole):
    written = json.loads(json.dumps(as_json(whole), allow_nan=False))
    assert written["schema_version"] == SCHEMA
    assert read_comparison(written) == whole


def test_a_card_holds_no_paths(whole):
    assert ".png" in json.dumps(as_json(whole))
    card = whole.without_paths()
    assert ".png" not in json.dumps(as_json(card))
    assert card.sets[1].disagreements[0].sha256 == whole.sets[1].disagreements[0].sha256


def known(*numbers):
    return frozenset(f"{number:016x}" for number in numbers)


def test_images_are_known_by_sixteen_digits():
    assert shared_images(films(), known(0, 3, 99)) == 2
    assert shared_images(films(), frozenset()) == 0


def test_images_that_were_saved_anew_are_known_by_what_they_show(tmp_path):
    Image.fromarray(film("NORMAL", 1)).save(tmp_path / "a.png")
    Image.fromarray(film("NORMAL", 1)).resize((220, 220)).save(tmp_path / "copy.jpg", quality=80)
    Image.fromarray(film("NORMAL", 2)).save(tmp_path / "other.png")
    learned, copy, other = (
        labelled_image(tmp_path / name, split="all", label="NORMAL") for name in ("a.png", "copy.jpg", "other.png")
    )
    assert shared_images([copy, other], frozenset({learned.entry})) == 1
    assert shared_images([copy, other], frozenset({learned.sha256})) == 0  # A list of before.


@pytest.mark.parametrize(
    ("challenger", "active", "found"),
    [
        (known(1, 2), known(77), "the new version learned from 2"),
        (known(77), known(3), "the active version learned from 1"),
        (known(1), known(2, 3), "the new version learned from 1 and the active version learned from 2"),
        (None, known(0), "the active version learned from 1"),
    ],
)
def test_films_that_a_version_learned_from_are_not_compared(challenger, active, found):
    reason = why_not_compared(reason_not_to_compare(films(), challenger=challenger, active=active))
    assert reason == f"Of these 11 films {found}, so a comparison on them would not be fair."


@pytest.mark.parametrize("learned", [None, frozenset(), known(77)])
def test_other_films_may_be_compared(learned):
    assert reason_not_to_compare(films(), challenger=learned, active=None) is None


@pytest.mark.parametrize(
    ("labels", "missing"),
    [(["NORMAL"] * 3, "PNEUMONIA"), (["PNEUMONIA"], "NORMAL"), ([], "NORMAL or PNEUMONIA")],
)
def test_films_of_one_class_are_not_compared(labels, missing):
    reason = why_not_compared(reason_not_to_compare(films(labels), challenger=frozenset(), active=frozenset()))
    assert reason == f"There is no film labelled {missing} here, and a comparison needs films of both classes."


probability = st.one_of(st.sampled_from([0.0, 0.5, 1.0]), st.floats(0, 1))


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.booleans(), probability, probability), max_size=8), probability, probability, st.booleans()
)
def test_every_comparison_is_valid_json(read, first_point, second_point, any_refused):
    rows = [(False, 0.5, 0.25), (True, 0.5, 0.5), *read]
    labels = ["PNEUMONIA" if ill else "NORMAL" for ill, *_ in rows]
    first, second = (
        version([row[column] for row in rows], point=point, labels=labels, refused=REFUSED if any_refused else ())
        for column, point in ((1, first_point), (2, second_point))
    )
    found = comparison(*CARDS, sets=[recorded(first, second)], margins=Margins())
    assert read_comparison(json.loads(json.dumps(as_json(found), allow_nan=False))) == found
    assert all(sentences(found))
