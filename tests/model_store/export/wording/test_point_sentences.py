"""Every sentence on operating points that leaves with a result: which one it was, and how good."""

from model_store.export.wording import point_sentences
from model_store.reading.decision.operating_points import OperatingPoints
from model_store.reading.decision.point_figures import PointFigures
from model_store.reading.results import Prediction

PREDICTION = Prediction(0, 0.3, 0.437, points=OperatingPoints(0.12, 0.437, 0.9))


def test_what_the_present_point_is_called():
    assert point_sentences.called(PREDICTION, None) == "the balanced point of 43.7 %"
    assert point_sentences.called(PREDICTION, 0.25) == "the point you chose, 25.0 %"
    assert point_sentences.called(PREDICTION, 0.12) == "the point you chose, rule-out, 12.0 %"
    assert point_sentences.called(Prediction(0, 0.3, 0.437), None) == "the stored operating point of 43.7 %"


def test_the_readers_own_point_is_named_wherever_a_result_is_kept():
    assert point_sentences.chosen_sentence(PREDICTION, None) == ""
    assert point_sentences.chosen_sentence(PREDICTION, 0.3) == (
        "At the point that the reader chose, 30.0 %: pneumonia suspected."
    )
    assert point_sentences.chosen_sentence(PREDICTION, 0.301).endswith("30.1 %: pneumonia not suspected.")


def test_the_figures_of_a_point_with_their_intervals_and_films():
    values = {"n": 624, "sensitivity": 0.95, "sensitivity_ci": [0.924, 0.9681], "specificity": 0.85}
    assert point_sentences.figures_sentence("the balanced point of 43.7 %", PointFigures("test", values)) == (
        "At the balanced point of 43.7 %, on 624 test films: sensitivity 95.0 % (95 % interval 92.4 to 96.8), "
        "specificity 85.0 %."
    )
    flattering = point_sentences.figures_sentence("it", PointFigures("validation", {"specificity": None}))
    assert flattering == (
        "At it, on validation films, by which it was chosen and which flatter it: sensitivity not known, "
        "specificity not known."
    )
