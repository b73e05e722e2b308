"""Do the sentences of a comparison claim no more than was measured?"""

from dataclasses import replace

import pytest

from model_store.versions.comparison.record import (
    HELD_OUT,
    REFERENCE,
    Cautions,
    Check,
    Comparison,
    Difference,
    FilmSet,
    NotCompared,
)
from model_store.versions.comparison.wording import sentences, why_not_compared

FIGURES = {"auroc": 0.983, "sensitivity": 0.95, "specificity": 0.9}
MARGINS = {"auroc": 0.02, "sensitivity": 0.05, "specificity": 0.05}
UNUSED = FilmSet(key=HELD_OUT, not_compared=NotCompared(why="missing", label="NORMAL"))


def film_set(*, key=REFERENCE, n_refused=0, ece=0.03, by_chance=0.04, outcome="not worse", **found):
    """A compared set of 624 films, 234 of them NORMAL; of a figure (difference, low, high), all else is equal."""
    given = dict.fromkeys(FIGURES, (0.0, -0.01, 0.01)) | found
    limit = max(0.1, by_chance)
    within = "within" if ece <= limit else "beyond"
    return FilmSet(
        key=key,
        n=624,
        n_normal=234,
        n_pneumonia=390,
        n_refused=n_refused,
        active=FIGURES,
        challenger={name: value + given[name][0] for name, value in FIGURES.items()},
        difference={name: Difference(value=value, ci=(low, high), p=0.5) for name, (value, low, high) in given.items()},
        checks=(
            *(
                Check(
                    figure=name,
                    outcome=outcome if name in found else "not worse",
                    value=value,
                    margin=MARGINS[name],
                    low=low,
                )
                for name, (value, low, _) in given.items()
            ),
            Check(
                figure="ece",
                outcome=within,
                value=ece,
                limit=limit,
                by_chance=by_chance,
            ),
        ),
    )


def said(*sets, passed=True, **more):
    return sentences(Comparison(sets=sets, passed=passed, **more))


def test_a_pass_says_what_was_measured():
    found = said(film_set(auroc=(0.002, -0.004, 0.008)))
    assert found[0] == "The new version passes the gate."
    assert found[1] == (
        "On 624 reference test films the new version is not worse by more than 0.02: "
        "AUROC 0.985 against 0.983 (difference +0.002, 95 % interval -0.004 to +0.008)."
    )
    assert found[2].startswith("On 390 reference test films with pneumonia the new version is not worse")
    assert found[3].startswith("On 234 reference test films without pneumonia the new version is not worse")
    assert found[4] == (
        "On 624 reference test films the calibration error of the new version is 0.030, within the limit of 0.1."
    )
    assert len(found) == 5


def test_a_limit_of_chance_is_called_so():
    assert said(film_set(ece=0.1512, by_chance=0.1714))[4] == (
        "On 624 reference test films the calibration error of the new version is 0.151, within the limit of 0.171, "
        "which chance gives a perfectly calibrated version on so few films."
    )


def test_too_few_films_are_called_so():
    found = said(film_set(sensitivity=(-0.02, -0.11, 0.08), outcome="not shown"), passed=False)
    assert found[0] == "The new version does not pass the gate."
    assert found[2] == (
        "On 390 reference test films with pneumonia, too few to show that the new version is not worse by more than "
        "0.05, its sensitivity is 0.930 against 0.950 (difference -0.020, 95 % interval -0.110 to +0.080)."
    )


def test_a_worse_version_is_called_so():
    assert said(film_set(specificity=(-0.1, -0.15, -0.05), outcome="worse"), passed=False)[3] == (
        "On 234 reference test films without pneumonia the new version is worse by more than 0.05: "
        "specificity 0.800 against 0.900 (difference -0.100, 95 % interval -0.150 to -0.050)."
    )


def test_a_calibration_error_beyond_the_limit_is_called_so():
    assert said(film_set(ece=0.2), passed=False)[4].endswith("is 0.200, beyond the limit of 0.1.")


def test_films_are_called_by_their_set():
    assert "On 390 held-out films with pneumonia of this data the new version" in said(film_set(key=HELD_OUT))[2]


def test_a_set_that_was_not_compared_says_why():
    assert said(UNUSED, film_set())[1] == (
        "Held-out films of this data: There is no film labelled NORMAL here, and a comparison needs films of both "
        "classes."
    )


@pytest.mark.parametrize("sets", [[], [UNUSED]])
def test_nothing_compared_is_no_pass(sets):
    found = said(*sets, passed=False)
    assert found[0] == "The versions were not compared on any films, so the new version does not pass the gate."
    assert len(found) == 1 + len(sets)


def test_what_each_version_refused_is_told():
    one = film_set(n_refused=5)
    one = replace(one, active=one.active | {"n_refused": 1}, challenger=one.challenger | {"n_refused": 4})
    found = said(one)
    assert found[1].startswith("On 619 reference test films the new version")
    assert found[2].startswith("On 390 ")
    assert found[5] == (
        "Of 624 reference test films, the active version refused 1 and the new version 4; a film counts as decided "
        "wrongly by each version that refused it."
    )


def test_one_film_and_a_difference_that_rounds_to_nothing():
    found = said(replace(film_set(auroc=(-0.0001, -0.01, 0.01)), n_pneumonia=1))
    assert "(difference +0.000, 95 % interval" in found[1]
    assert found[2].startswith("On 1 reference test film with pneumonia the new version")


def test_a_difference_without_an_interval_is_called_so():
    one = film_set()
    bare = replace(one, difference={}, checks=(replace(one.checks[0], value=None, low=None, outcome="not shown"),))
    assert said(bare, passed=False)[1].endswith("(difference not defined, 95 % interval not defined to not defined).")


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (NotCompared(why="missing", label="NORMAL or PNEUMONIA"), "There is no film labelled NORMAL or PNEUMONIA here"),
        (NotCompared(why="unread", label="NORMAL"), "No film labelled NORMAL was read by both versions"),
        (
            NotCompared(why="learned", n=11, learned={"active": 2, "challenger": 1}),
            "Of these 11 films the new version learned from 1 and the active version learned from 2, so a comparison",
        ),
        (
            NotCompared(why="learned", n=11, learned={"active": 2}),
            "Of these 11 films the active version learned from 2",
        ),
        (NotCompared(why="said", said="There are none."), "There are none."),
    ],
)
def test_why_nothing_was_compared(reason, words):
    assert why_not_compared(reason).startswith(words)


def test_cautions_come_last():
    found = said(film_set(), cautions=Cautions(unknown=("v2",), validation_known=3, validation=20))
    assert found[-2].startswith("The version to begin from has learned from 3 of the 20 films")
    assert found[-1].startswith("It is not known on which films version v2 was trained;")
    found = said(film_set(), cautions=Cautions(no_copies=("v2",)))
    assert found[-1].startswith(
        "Of the films that version v2 learned from the files are known, but not what they show,"
    )


def test_a_comparison_of_before_is_said_as_it_was():
    assert said(film_set(), passed=False, said=("The new version passed.",)) == ["The new version passed."]
