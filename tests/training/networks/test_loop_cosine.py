import math

import pytest

from training.networks.loop import cosine


@pytest.mark.parametrize(
    ("progress", "factor"),
    [
        (0.2, 1.0),
        (0.4, (1 + math.sqrt(0.5)) / 2),  # a quarter of the way down: cos 45 degrees
        (0.6, 0.5),
        (0.8, (1 - math.sqrt(0.5)) / 2),
        (1.0, 0.0),
    ],
)
def test_half_a_cosine_after_the_warm_up(progress, factor):
    assert cosine(progress, warmup=0.2) == pytest.approx(factor, abs=1e-12)


def test_linear_warm_up_begins_just_above_zero():
    assert cosine(0.0, warmup=0.2) == pytest.approx(0.001 / 0.201)
    assert cosine(0.1, warmup=0.2) == pytest.approx(0.101 / 0.201)
    assert 0.99 < cosine(0.2 - 1e-6, warmup=0.2) < 1


def test_without_warm_up_it_begins_at_the_peak():
    assert cosine(0.0, warmup=0.0) == 1.0
