"""Do the figures of a point give the odds after a result?"""

import pytest

from xray_ui.card.odds import likelihood_ratio, post_test_probability


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


def test_an_interval_without_an_end_is_none():
    figures = {"sensitivity": 0.9, "specificity": 0.8, "lr_positive_ci": [float("nan"), float("nan")]}
    assert likelihood_ratio(figures, suspected=True).interval is None
    assert likelihood_ratio(figures | {"lr_positive_ci": [4, 5.5]}, suspected=True).interval == (4.0, 5.5)
