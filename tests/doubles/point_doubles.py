"""A card with three operating points and made-up figures, for tests of the screen."""

from typing import Any

from model_store.reading.decision.point_figures import Scores
from tests.doubles.fakes import sample_card


def three_point_card() -> dict[str, Any]:
    """The same card with three operating points, conformal limits, and scores of 40 test films.

    Of 20 films of each class those with pneumonia lie at .21, .25 ... .97 and the others at .02, .06 ... .78. From
    rule-out on 20 and 15 are suspected, from the balanced point on 14 and 9, from rule-in on 5 and 0. The test part
    has other figures, which tells where a figure was taken from.
    """
    normal, pneumonia = ([round(first + 0.04 * step, 2) for step in range(20)] for first in (0.02, 0.21))
    scores = {"targets": "0" * 20 + "1" * 20, "probabilities": normal + pneumonia}
    points = {"rule_out": 0.2, "balanced": 0.437, "rule_in": 0.8}
    films = Scores.from_json(scores)
    judged = {
        "scores": scores,
        "operating_points": {name: {"point": point, **films.at(point)} for name, point in points.items()},
        "conformal": {
            "alpha": 0.05,
            "NORMAL": {
                **{"n": 234, "coverage": 0.949, "coverage_ci": [0.913, 0.97]},
                "sets": {"normal": 190, "pneumonia": 12, "both": 32, "neither": 0},
            },
            "PNEUMONIA": {
                **{"n": 390, "coverage": 0.962, "coverage_ci": [0.938, 0.977]},
                "sets": {"normal": 15, "pneumonia": 350, "both": 25, "neither": 0},
            },
        },
    }
    card = sample_card()
    return card | {
        "operating_points": points,
        "conformal": {"alpha": 0.05, "thresholds": {"NORMAL": 0.6, "PNEUMONIA": 0.3}},
        "validation_scores": scores,
        "test": card["test"] | judged,
    }
