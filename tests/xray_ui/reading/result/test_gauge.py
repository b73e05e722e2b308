"""Gauge, viewer, card and sheet: what is drawn says what the numbers say."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from model_store.export.colours import both_colours
from model_store.export.picture import View
from model_store.film.load import load_radiograph
from model_store.reading.decision.operating_points import OperatingPoints
from model_store.reading.results import Prediction
from tests.doubles.fakes import sample_card, sample_explanation
from tests.doubles.films import phantom
from xray_ui.basics import rows as basics_rows
from xray_ui.basics.charts import DIM_INK, NOT_SUSPECTED, SUSPECTED
from xray_ui.card import curves
from xray_ui.card import rows as card_rows
from xray_ui.readers.warm_up import drawn_film
from xray_ui.reading.film.viewer import frames
from xray_ui.reading.result.gauge import NOT_SURE, gauge
from xray_ui.reading.uploads.examples import list_examples

CARD = sample_card()
TEST = CARD["test"]


def film(width=400, height=300):
    return load_radiograph(phantom.png(phantom.Chest(width=width, height=height)))


@pytest.mark.parametrize(("probability", "colour"), [(0.44, SUSPECTED), (0.437, SUSPECTED), (0.43, NOT_SUSPECTED)])
def test_gauge_shows_the_probability_and_marks_the_operating_point(probability, colour):
    drawn = gauge(Prediction(logit=0, probability=probability, operating_point=0.437))
    indicator = drawn.data[0]
    assert indicator.value == pytest.approx(100 * probability)
    assert indicator.gauge.threshold.value == pytest.approx(43.7)
    assert tuple(indicator.gauge.axis.range) == (0, 100)
    assert indicator.gauge.bar.color == colour
    assert [each.text for each in drawn.layout.annotations] == [f"{100 * probability:.0f} %", "operating point 43.7 %"]


THREE = OperatingPoints(0.2, 0.437, 0.8)


@pytest.mark.parametrize(
    ("probability", "chosen", "colour"),
    [
        (0.19, None, NOT_SUSPECTED),
        (0.2, None, NOT_SURE),
        (0.79, None, NOT_SURE),
        (0.8, None, SUSPECTED),
        (0.3, 0.3, SUSPECTED),
        (0.79, 0.8, NOT_SUSPECTED),
    ],
)
def test_gauge_has_the_colour_of_the_verdict(probability, chosen, colour):
    drawn = gauge(Prediction(0, probability, 0.437, points=THREE), chosen)
    assert drawn.data[0].gauge.bar.color == colour


def test_gauge_marks_three_points_and_the_chosen_one():
    for chosen, thick, words in ((None, 43.7, "balanced 43.7 %"), (0.3, 30.0, "balanced 43.7 %, chosen 30.0 %")):
        drawn = gauge(Prediction(0, 0.5, 0.437, points=THREE), chosen)
        dial = drawn.data[0].gauge
        assert dial.threshold.value == pytest.approx(thick)
        marks = [tuple(step.range) for step in dial.steps if step.color == DIM_INK]
        assert marks == [(pytest.approx(19.6), pytest.approx(20.4)), (pytest.approx(79.6), pytest.approx(80.4))]
        assert [each.text for each in drawn.layout.annotations] == ["50 %", words, "rule-out 20.0 %, rule-in 80.0 %"]


def test_viewer_counts_in_the_films_own_pixels_and_sends_a_smaller_picture():
    shown = frames(film(2400, 1800), sample_explanation(), View(crop=True))
    assert (shown["width"], shown["height"]) == (2400, 1800)
    assert [pane["title"] for pane in shown["panes"]] == ["Radiograph", "Radiograph with heatmap"]
    data = base64.b64decode(shown["film"].split(",")[1])
    with Image.open(io.BytesIO(data), formats=("PNG",)) as image:
        assert image.size == (1600, 1200)
        assert image.mode == "L"
    assert shown["outlines"][0]["points"][0] == [300, 225]
    assert shown["legend"]["source"].startswith("data:image/png;base64,")
    assert (shown["legend"]["low"], shown["legend"]["high"]) == ("none", "most")


def test_viewer_s_colour_bar_has_both_sides_where_both_are_drawn():
    explanation, view = sample_explanation(against=True), View(against=True)
    legend = frames(film(), explanation, view)["legend"]
    assert (legend["low"], legend["high"]) == ("against", "for")
    with Image.open(io.BytesIO(base64.b64decode(legend["source"].split(",")[1])), formats=("PNG",)) as image:
        np.testing.assert_array_equal(np.asarray(image)[0], both_colours("inferno"))
    for plain in (frames(film(), explanation, View()), frames(film(), sample_explanation(), view)):
        assert plain["legend"]["low"] == "none"


def test_viewer_without_a_reading_shows_the_film_alone():
    shown = frames(film(), None, View(lungs=True, crop=True))
    assert len(shown["panes"]) == 1
    assert shown["outlines"] == []
    assert shown["legend"] is None


def test_viewer_draws_both_lungs_when_asked():
    shown = frames(film(), sample_explanation(), View(lungs=True))
    assert len(shown["outlines"]) == 2
    assert shown["lungs"]
    assert not frames(film(), sample_explanation(), View())["lungs"], "they are there, for the browser to show at once"


def test_viewer_writes_the_patients_sides_above_the_outer_edges_of_the_lungs():
    """The patient's right is the picture's left; the drawn lungs' corners, in a film of 400 x 300, by hand."""
    lungs = sample_explanation().lungs
    for letter, lung, edge in zip(
        frames(film(), sample_explanation(), View(lungs=True))["letters"],
        (lungs.right, lungs.left),
        (0, -1),
        strict=True,
    ):
        rows, columns = np.nonzero(lung)
        assert letter["text"] == ("R" if edge == 0 else "L")
        assert letter["x"] == pytest.approx((sorted(columns)[edge] + 0.5) / 224 * 400, abs=0.06)
        assert letter["y"] == pytest.approx((rows.min() + 0.5) / 224 * 300, abs=0.06)


def test_confusion_matrix_has_actual_rows_and_predicted_columns():
    drawn = curves.confusion_matrix(TEST)
    assert drawn.layout.xaxis.title.text == "Predicted"
    assert drawn.layout.yaxis.title.text == "Actual"
    assert drawn.layout.yaxis.autorange == "reversed", "NORMAL is the upper row, as in [[TN, FP], [FN, TP]]"
    heat = drawn.data[0]
    assert list(heat.x) == list(heat.y) == ["NORMAL", "PNEUMONIA"]
    assert heat.text[0][1].startswith("35<br>15.0%")
    assert heat.text[1][0].startswith("20<br>5.1%")


def test_roc_marks_the_operating_point_and_names_its_interval():
    drawn = curves.roc(TEST)
    assert "0.985 (95 % interval 0.975 to 0.992)" in drawn.layout.title.text
    point = next(trace for trace in drawn.data if trace.name == "Operating point")
    assert (point.x[0], point.y[0]) == (pytest.approx(0.15), 0.95)


def test_precision_recall_marks_the_operating_point():
    point = next(trace for trace in curves.precision_recall(TEST).data if trace.name == "Operating point")
    assert (point.x[0], point.y[0]) == (0.95, 0.91)


def test_reliability_bars_reach_the_bounds_of_the_interval():
    bins = curves.reliability(TEST).data[0]
    assert bins.y[1] + bins.error_y.array[1] == pytest.approx(0.4)
    assert bins.y[1] - bins.error_y.arrayminus[1] == pytest.approx(0.2)


def test_training_curves_mark_where_the_image_size_grows():
    drawn = curves.training_curves(CARD["history"])
    assert [trace.name for trace in drawn.data][:2] == ["Training loss", "Validation loss"]
    assert {shape.x0 for shape in drawn.layout.shapes} == {4.5}


@pytest.mark.parametrize(
    "draw",
    [curves.roc, curves.precision_recall, curves.reliability, curves.confusion_matrix],
)
def test_missing_curve_is_none(draw):
    assert draw({}) is None
    assert curves.training_curves([]) is None


def test_tables_of_a_whole_card():
    assert card_rows.figure_rows(TEST)[0] == {"Figure": "AUROC", "Value": "0.985", "95 % interval": "0.975 to 0.992"}
    assert card_rows.report_rows(TEST)[0] == {
        "Class": "NORMAL", "Precision": "0.910", "Recall": "0.850", "F1-score": "0.879", "Support": "234",
    }  # fmt: skip
    assert card_rows.report_rows(TEST)[2]["F1-score"] == "0.942"
    assert card_rows.data_rows(CARD)[0] == {
        "Split": "Training", "Normal": "1,080", "Pneumonia": "3,100", "Patients": "2,200",
    }  # fmt: skip
    assert card_rows.data_rows(CARD)[2]["Patients"] == "not known"
    assert {
        "Setting": "Phases",
        "Value": "9 epochs at 72 px, 6 epochs at 112 px, 4 epochs at 160 px, 3 epochs at 224 px",
    } in (card_rows.recipe_rows(CARD))
    assert {"Property": "Weights (SHA-256)", "Value": "ab12ab12ab12"} in card_rows.identity_rows(CARD)


def test_tables_of_an_empty_card_are_empty():
    for table in (
        card_rows.figure_rows,
        card_rows.report_rows,
        card_rows.data_rows,
        card_rows.subgroup_rows,
        card_rows.predictive_rows,
        card_rows.recipe_rows,
        card_rows.lung_rows,
        card_rows.identity_rows,
    ):
        assert table({}) == []


def test_parts_of_the_wrong_kind_are_missing_parts():
    assert basics_rows.part({"data": "text"}, "data", "training") == {}
    assert basics_rows.texts({"limits": 3}, "limits") == []
    assert basics_rows.texts({"limits": "one"}, "limits") == ["one"]


def test_examples_are_shuffled_the_same_way_each_time(tmp_path):
    for label in ("NORMAL", "PNEUMONIA"):
        (tmp_path / "test" / label).mkdir(parents=True)
        for i in range(20):
            (tmp_path / "test" / label / f"{i}.jpeg").touch()
    (tmp_path / "test" / "NORMAL" / ".DS_Store").touch()
    films = list_examples(tmp_path)
    assert len(films) == 40
    assert films == list_examples(tmp_path)
    labels = [example.label for example in films]
    assert labels != sorted(labels)
    assert all(example.path.parent.name == example.label for example in films)
    assert list_examples(tmp_path / "nowhere") == []


def test_film_that_warms_the_model_up_is_a_film():
    assert drawn_film().pixels.shape == (256, 256)


@pytest.mark.parametrize("make", [phantom.png, phantom.jpeg, phantom.png_colour, phantom.jpeg_rotated])
def test_phantoms_of_every_kind_show_the_same_chest(make):
    chest = phantom.Chest(width=350, height=275)
    pixels = load_radiograph(make(chest)).pixels
    assert pixels.shape == (275, 350)
    assert np.abs(pixels.astype(int) - phantom.chest_film(chest)).mean() < 3


def test_16_bit_phantom_is_16_bit():
    assert load_radiograph(phantom.png_16_bit(phantom.Chest(width=350, height=275))).pixels.dtype == np.uint16
