"""Does each limit of outlines and exposure lie where it is stated? Measures at the limit, and a little beyond it."""

from dataclasses import replace

import pytest

from model_store.film.header.header import Header
from model_store.film.radiograph import Radiograph
from model_store.reading.film_check import check, reasons
from model_store.reading.film_check.measures import PictureMeasures
from model_store.reading.film_check.presentation import Presentation
from model_store.reading.film_check.verdict import QualityReport
from model_store.reading.lungs.shape import LungShape
from tests.doubles.films import phantom
from tests.doubles.films.drawn_lungs import DrawnFinder, gate_with, lungs_of_boxes

SHAPE = LungShape(
    area=0.4,
    symmetry=0.9,
    alongside=1.0,
    apart=0.4,
    solidity=0.9,
    upright=2.0,
    on_edge=0.0,
    cut_above=0.0,
    cut_below=0.0,
)
MEASURED = PictureMeasures(light_ground=0.0, contrast=100.0, sharpness=0.1, dark=0.0, bright=0.0, strokes=0.0)


def found(monkeypatch, *, shape=SHAPE, measured=MEASURED, confidence=(1.0, 1.0)):
    monkeypatch.setattr(check, "shape_of", lambda lungs: shape)
    monkeypatch.setattr(check, "measure", lambda film, lungs: measured)
    film = Radiograph(phantom.chest_film(phantom.Chest(224, 224)), "0" * 64, "PNG")
    return gate_with(finder=DrawnFinder(lungs_of_boxes(confidence=confidence))).assess(film)[1]


@pytest.mark.parametrize(
    ("figure", "allowed", "beyond", "reason"),
    [
        ("area", 0.13, 0.129, reasons.IMPLAUSIBLE_LUNGS),
        ("area", 0.65, 0.651, reasons.IMPLAUSIBLE_LUNGS),
        ("symmetry", 0.5, 0.499, reasons.IMPLAUSIBLE_LUNGS),
        ("alongside", 0.75, 0.749, reasons.IMPLAUSIBLE_LUNGS),
        ("apart", 0.24, 0.239, reasons.IMPLAUSIBLE_LUNGS),
        ("apart", 0.56, 0.561, reasons.IMPLAUSIBLE_LUNGS),
        ("solidity", 0.75, 0.749, reasons.IMPLAUSIBLE_LUNGS),
        ("upright", 1.1, 1.09, reasons.IMPLAUSIBLE_LUNGS),
        ("on_edge", 0.1, 0.101, reasons.CUT_OFF),
        ("cut_above", 0.75, 0.751, reasons.CUT_OFF),
        ("cut_below", 0.5, 0.501, reasons.CUT_OFF),
    ],
)
def test_outlines(monkeypatch, figure, allowed, beyond, reason):
    assert found(monkeypatch, shape=replace(SHAPE, **{figure: allowed})) == QualityReport()
    assert found(monkeypatch, shape=replace(SHAPE, **{figure: beyond})) == QualityReport((reason,))


@pytest.mark.parametrize(
    ("confidence", "reason"),
    [((0.85, 1.0), reasons.UNSURE_OUTLINE), ((1.0, 0.849), reasons.IMPLAUSIBLE_LUNGS)],
)
def test_the_less_sure_outline(monkeypatch, confidence, reason):
    assert found(monkeypatch, confidence=confidence) == QualityReport((reason,))


@pytest.mark.parametrize(
    ("figure", "allowed", "beyond", "reason"),
    [
        ("bright", 0.05, 0.051, reasons.UNDEREXPOSED),
        ("dark", 0.1, 0.101, reasons.OVEREXPOSED),
        ("contrast", 40.0, 39.9, reasons.LOW_CONTRAST),
        ("sharpness", 0.0055, 0.0054, reasons.BLURRED),
        ("strokes", 0.01, 0.0101, reasons.STROKES),
    ],
)
def test_exposure(monkeypatch, figure, allowed, beyond, reason):
    assert found(monkeypatch, measured=replace(MEASURED, **{figure: allowed})) == QualityReport()
    assert found(monkeypatch, measured=replace(MEASURED, **{figure: beyond})) == QualityReport((reason,))


@pytest.mark.parametrize(("chest", "looks_like_one"), [(0.5, False), (0.51, True)])
def test_a_picture_that_is_likelier_a_chest_than_not_looks_like_one(chest, looks_like_one):
    shown = Presentation((1.0, 0.0, 0.0, 0.0), 0.0, (chest, (1 - chest) / 2, (1 - chest) / 2))
    hand = Radiograph(phantom.chest_film(phantom.Chest(224, 224)), "0" * 64, "DICOM", header=Header(body_part="HAND"))
    (reason,) = gate_with(shown).assess(hand)[1].reasons
    assert reason.name == "other body part"
    assert ("the picture looks like a chest" in reason.sentence) is looks_like_one
