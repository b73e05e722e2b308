import pytest
from matplotlib.figure import Figure
from PIL import Image

from tests.training.evaluation.test_evaluate import CASES, FILMS, HEAD, REFUSED, few_draws, scored  # noqa: F401
from training.evaluation import figures
from training.evaluation.scored import report
from training.statistics.metrics import as_json_values

HISTORY = [
    {"epoch": 0.0, "loss": 0.7, "val_loss": 0.6, "val_auroc": 0.7, "seconds": 9.0},
    {"epoch": 1.0, "loss": 0.5, "val_loss": 0.4, "val_auroc": 0.9, "seconds": 9.0},
]


@pytest.fixture
def figured(tmp_path):
    return as_json_values(HEAD | report(scored(tmp_path, FILMS, REFUSED), operating_point=0.5))


def drawn(drawing):
    axes = Figure().subplots()
    drawing(axes)
    return axes


def test_every_figure_is_a_picture(figured, tmp_path):
    paths = figures.draw_figures(figured, HISTORY, tmp_path / "made/here")
    names = {path.name for path in paths}
    assert names == {"roc.png", "precision_recall.png", "reliability.png", "confusion_matrix.png", "training.png"}
    assert {path.name for path in (tmp_path / "made/here").iterdir()} == names
    for path in paths:
        with Image.open(path) as picture:
            assert picture.size == (900, 750)
            assert len(picture.convert("L").getcolors()) > 10


def test_without_a_history_there_is_no_training_curve(figured, tmp_path):
    assert "training.png" not in {path.name for path in figures.draw_figures(figured, [], tmp_path)}


def test_confusion_matrix_shows_its_counts_under_their_labels():
    axes = drawn(lambda axes: figures._confusion_matrix(axes, [[4, 2], [3, 5]]))
    texts = {text.get_position(): text.get_text() for text in axes.texts}
    assert texts == {(0, 0): "4", (1, 0): "2", (0, 1): "3", (1, 1): "5"}
    assert [label.get_text() for label in axes.get_xticklabels()] == ["Predicted\nNORMAL", "Predicted\nPNEUMONIA"]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["Actual\nNORMAL", "Actual\nPNEUMONIA"]


def test_roc_marks_the_operating_point(figured):
    axes = drawn(lambda axes: figures._roc(axes, figured))
    point = next(line for line in axes.get_lines() if line.get_label() == "operating point")
    assert (point.get_xdata()[0], point.get_ydata()[0]) == (pytest.approx(2 / 6), 5 / 8)
    assert axes.get_lines()[0].get_label() == "AUROC 0.900"


def test_the_curves_are_those_of_the_report(figured):
    curves = figured["curves"]
    roc, _, chance = drawn(lambda axes: figures._roc(axes, figured)).get_lines()
    assert list(roc.get_xdata()) == curves["roc"]["false_positive_rate"]
    assert list(roc.get_ydata()) == curves["roc"]["sensitivity"]
    assert (list(chance.get_xdata()), list(chance.get_ydata())) == ([0, 1], [0, 1])
    axes = drawn(lambda axes: figures._precision_recall(axes, figured))
    curve, prevalence = axes.get_lines()
    assert list(curve.get_xdata()) == curves["pr"]["recall"]
    assert list(curve.get_ydata()) == curves["pr"]["precision"]
    assert set(prevalence.get_ydata()) == {figured["prevalence"]}
    assert axes.get_ylim() == (0, 1.02)


def test_the_bars_of_the_reliability_are_its_intervals():
    """The upper bound of the second bin lies a hair below its share, as rounding leaves it: then the bar ends there."""
    bins = [
        {"probability": 0.2, "observed": 0.25, "ci": [0.125, 0.5]},
        {"probability": 0.8, "observed": 1.0, "ci": [0.75, 1 - 1e-12]},
    ]
    axes = drawn(lambda axes: figures._reliability(axes, {"ece": 0.1, "curves": {"reliability": bins}}))
    line, _, (bars,) = axes.containers[0].lines
    assert (list(line.get_xdata()), list(line.get_ydata())) == ([0.2, 0.8], [0.25, 1.0])
    assert [bar.tolist() for bar in bars.get_segments()] == [[[0.2, 0.125], [0.2, 0.5]], [[0.8, 0.75], [0.8, 1.0]]]
    ideal = axes.get_lines()[-1]
    assert (list(ideal.get_xdata()), list(ideal.get_ydata())) == ([0, 1], [0, 1])


def test_a_count_is_written_in_white_on_more_than_half_of_the_greatest():
    axes = drawn(lambda axes: figures._confusion_matrix(axes, [[8, 4], [5, 0]]))
    assert {text.get_text(): text.get_color() for text in axes.texts} == {
        "8": "white",
        "4": "black",
        "5": "white",
        "0": "black",
    }


def test_training_curve_counts_epochs_from_1():
    axes = drawn(lambda axes: figures._training(axes, HISTORY))
    assert [list(line.get_ydata()) for each in axes.figure.axes for line in each.get_lines()] == [
        [0.7, 0.5],
        [0.6, 0.4],
        [0.7, 0.9],
    ]
    assert list(axes.get_lines()[0].get_xdata()) == [1, 2]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == [
        "loss",
        "validation loss",
        "validation AUROC",
    ]


@pytest.mark.parametrize("case", CASES)
def test_every_report_can_be_drawn(tmp_path, case):
    found = as_json_values(HEAD | report(scored(tmp_path, *CASES[case]), operating_point=0.5))
    assert figures.draw_figures(found, [], tmp_path / "figures")
