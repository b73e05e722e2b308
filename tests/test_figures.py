"""Gauge, viewer, card and sheet: what is drawn says what the numbers say."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from model_store.overlay import View
from model_store.radiograph import load_radiograph
from model_store.results import Prediction
from tests import phantom
from tests.fakes import sample_card, sample_explanation
from xray_ui import card_figures, card_tables
from xray_ui.examples import list_examples
from xray_ui.figures import NOT_SUSPECTED, SUSPECTED, gauge
from xray_ui.odds import likelihood_ratio, post_test_probability
from xray_ui.viewer import frames
from xray_ui.warm_up import drawn_film

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


def test_viewer_counts_in_the_films_own_pixels_and_sends_a_smaller_picture():
    shown = frames(film(2400, 1800), sample_explanation(), View(crop=True))
    assert (shown["width"], shown["height"]) == (2400, 1800)
    assert [pane["title"] for pane in shown["panes"]] == ["Radiograph", "Radiograph with heatmap"]
    data = base64.b64decode(shown["panes"][0]["source"].split(",")[1])
    with Image.open(io.BytesIO(data), formats=("PNG",)) as image:
        assert image.size == (1600, 1200)
        assert image.mode == "L"
    assert shown["outlines"][0]["points"][0] == [300, 225]
    assert shown["legend"].startswith("data:image/png;base64,")


def test_viewer_without_a_reading_shows_the_film_alone():
    shown = frames(film(), None, View(lungs=True, crop=True))
    assert len(shown["panes"]) == 1
    assert shown["outlines"] == []
    assert shown["legend"] is None


def test_viewer_draws_both_lungs_when_asked():
    shown = frames(film(), sample_explanation(), View(lungs=True))
    assert len(shown["outlines"]) == 2
    assert frames(film(), sample_explanation(), View())["letters"] == []


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
    drawn = card_figures.confusion_matrix(TEST)
    assert drawn.layout.xaxis.title.text == "Predicted"
    assert drawn.layout.yaxis.title.text == "Actual"
    assert drawn.layout.yaxis.autorange == "reversed", "NORMAL is the upper row, as in [[TN, FP], [FN, TP]]"
    heat = drawn.data[0]
    assert list(heat.x) == list(heat.y) == ["NORMAL", "PNEUMONIA"]
    assert heat.text[0][1].startswith("35<br>15.0%")
    assert heat.text[1][0].startswith("20<br>5.1%")


def test_roc_marks_the_operating_point_and_names_its_interval():
    drawn = card_figures.roc(TEST)
    assert "0.985 (95 % interval 0.975 to 0.992)" in drawn.layout.title.text
    point = next(trace for trace in drawn.data if trace.name == "Operating point")
    assert (point.x[0], point.y[0]) == (pytest.approx(0.15), 0.95)


def test_precision_recall_marks_the_operating_point():
    point = next(trace for trace in card_figures.precision_recall(TEST).data if trace.name == "Operating point")
    assert (point.x[0], point.y[0]) == (0.95, 0.91)


def test_reliability_bars_reach_the_bounds_of_the_interval():
    bins = card_figures.reliability(TEST).data[0]
    assert bins.y[1] + bins.error_y.array[1] == pytest.approx(0.4)
    assert bins.y[1] - bins.error_y.arrayminus[1] == pytest.approx(0.2)


def test_training_curves_mark_where_the_image_size_grows():
    drawn = card_figures.training_curves(CARD["history"])
    assert [trace.name for trace in drawn.data][:2] == ["Training loss", "Validation loss"]
    assert {shape.x0 for shape in drawn.layout.shapes} == {4.5}


@pytest.mark.parametrize(
    "draw",
    [card_figures.roc, card_figures.precision_recall, card_figures.reliability, card_figures.confusion_matrix],
)
def test_missing_curve_is_none(draw):
    assert draw({}) is None
    assert card_figures.training_curves([]) is None


def test_tables_of_a_whole_card():
    assert card_tables.figure_rows(TEST)[0] == {"Figure": "AUROC", "Value": "0.985", "95 % interval": "0.975 to 0.992"}
    assert card_tables.report_rows(TEST)[0] == {
        "Class": "NORMAL", "Precision": "0.910", "Recall": "0.850", "F1-score": "0.879", "Support": "234",
    }  # fmt: skip
    assert card_tables.report_rows(TEST)[2]["F1-score"] == "0.942"
    assert card_tables.data_rows(CARD)[0] == {
        "Split": "Training", "Normal": "1,080", "Pneumonia": "3,100", "Patients": "2,200",
    }  # fmt: skip
    assert card_tables.data_rows(CARD)[2]["Patients"] == "not known"
    assert {
        "Setting": "Phases",
        "Value": "9 epochs at 72 px, 6 epochs at 112 px, 4 epochs at 160 px, 3 epochs at 224 px",
    } in (card_tables.recipe_rows(CARD))
    assert {"Property": "Weights (SHA-256)", "Value": "ab12ab12ab12"} in card_tables.identity_rows(CARD)


def test_tables_of_an_empty_card_are_empty():
    for table in (
        card_tables.figure_rows,
        card_tables.report_rows,
        card_tables.data_rows,
        card_tables.subgroup_rows,
        card_tables.predictive_rows,
        card_tables.recipe_rows,
        card_tables.lung_rows,
        card_tables.identity_rows,
    ):
        assert table({}) == []


def test_parts_of_the_wrong_kind_are_missing_parts():
    assert card_tables.part({"data": "text"}, "data", "training") == {}
    assert card_tables.texts({"limits": 3}, "limits") == []
    assert card_tables.texts({"limits": "one"}, "limits") == ["one"]


def test_likelihood_ratios_are_those_of_sensitivity_and_specificity():
    positive = likelihood_ratio({"sensitivity": 0.95, "specificity": 0.85}, suspected=True)
    negative = likelihood_ratio({"sensitivity": 0.95, "specificity": 0.85}, suspected=False)
    assert positive.value == pytest.approx(0.95 / 0.15)
    assert negative.value == pytest.approx(0.05 / 0.85)
    assert positive.interval is None


def test_likelihood_ratio_without_figures_or_without_end_is_none():
    assert likelihood_ratio({}, suspected=True) is None
    assert likelihood_ratio({"sensitivity": 0.95, "specificity": 1.0}, suspected=True) is None
    assert likelihood_ratio({"sensitivity": "unknown", "specificity": 0.9}, suspected=True) is None


def test_predictive_values_of_the_evidence_come_out():
    """Sensitivity .95 and specificity .85: 25 % and 99.7 % at a share of 5 %, 91 % and 91 % at 62.5 %."""
    test = {"sensitivity": 0.95, "specificity": 0.85}
    up, down = (likelihood_ratio(test, suspected=suspected).value for suspected in (True, False))
    assert post_test_probability(0.05, up) == pytest.approx(0.25, abs=0.001)
    assert 1 - post_test_probability(0.05, down) == pytest.approx(0.997, abs=0.0005)
    assert post_test_probability(0.625, up) == pytest.approx(0.913, abs=0.001)
    assert 1 - post_test_probability(0.625, down) == pytest.approx(0.911, abs=0.001)


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
