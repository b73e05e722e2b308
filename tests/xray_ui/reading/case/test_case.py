"""Is every case its own, and does a session forget the oldest?"""

from itertools import product

from tests.doubles.fakes import sample_card, sample_version
from tests.doubles.point_doubles import three_point_card
from xray_ui.basics.keep import KEPT, keep
from xray_ui.readers.in_use import identity
from xray_ui.reading.case.case import Case, case_of


def test_film_correction_and_version_each_make_another_case():
    films = [(sha256 * 64, turn, inverted) for sha256, turn, inverted in product("ab", range(4), (False, True))]
    versions = [sample_version(sample_card() | change) for change in ({}, {"operating_point": 0.5}, {"version": "b"})]
    cases = {case_of(film, version) for film, version in product(films, versions)}
    assert len(cases) == len({case.key for case in cases}) == len(films) * len(versions)


def test_other_points_or_limits_make_another_case():
    card = three_point_card()
    points = {"operating_points": card["operating_points"] | {"rule_in": 0.9}}
    limits = {"conformal": {"alpha": 0.1, "thresholds": {"NORMAL": 0.5, "PNEUMONIA": 0.5}}}
    cases = {case_of(("a" * 64, 0, False), sample_version(card | change)).key for change in ({}, points, limits)}
    assert len(cases) == 3


def test_a_case_is_found_again():
    film = ("a" * 64, 1, False)
    again = Case(film, identity(sample_version().card))
    assert case_of(film, sample_version()) == again
    assert case_of(film, sample_version()).key == again.key


def test_the_oldest_is_forgotten_and_what_is_used_again_is_young():
    kept: dict[int, str] = {}
    for number in range(KEPT):
        keep(kept, number, "first")
    keep(kept, 0, "again")
    keep(kept, KEPT, "first")
    assert len(kept) == KEPT
    assert kept[0] == "again"
    assert 1 not in kept
