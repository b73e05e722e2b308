"""Is a film's distance from those that a version knows the Mahalanobis distance? By hand for two and three channels."""

import base64
import json

import numpy as np
import pytest
from safetensors.numpy import save

from model_store.reading import familiarity as module
from model_store.reading.familiarity import Depth, Familiarity

PLAIN = Depth(
    mean=np.zeros(3, np.float32),
    directions=np.array([[1], [0], [0]], np.float32),
    variances=np.array([4], np.float32),
    rest=0.25,
)
"""Variance 4 along the first of three channels, 1/4 along every other direction."""


def rows(*values):
    return np.array(values, np.float32)


def known(*, warn_above=1.5, refuse_above=3.0):
    rng = np.random.default_rng(2)
    depths = tuple(Depth.fitted(rng.normal(1, 2, (40, channels)).astype(np.float32)) for channels in (3, 5))
    return Familiarity(depths, warn_above, refuse_above)


class TestDepth:
    @pytest.mark.parametrize(
        ("features", "squared"),
        [((0, 0, 0), 0), ((2, 0, 0), 1), ((0, 1, 0), 4), ((0, 1, 0.5), 5), ((2, 1, 0.5), 6), ((-4, 0, 1), 8)],
    )
    def test_by_hand(self, features, squared):
        """Squared along the first channel over 4, plus squared along all others over 1/4; of three channels."""
        assert PLAIN.distances(rows(features)) == pytest.approx(np.sqrt(squared / 3), abs=1e-6)

    @pytest.mark.parametrize("scale", [1, 1e-3])
    def test_two_channels(self, scale):
        """Variances 2 * 9 / 3 = 6 and 2 * 1 / 3: of (6, 2) 36 / 6 + 4 / (2 / 3) = 12, of two channels."""
        depth = Depth.fitted(scale * rows((3, 0), (-3, 0), (0, 1), (0, -1)))
        assert depth.variances == pytest.approx([6 * scale**2])
        assert depth.rest == pytest.approx(2 / 3 * scale**2)
        assert np.abs(depth.directions) == pytest.approx(rows((1,), (0,)), abs=1e-6)
        assert depth.distances(scale * rows((6, 2))) == pytest.approx(np.sqrt(12 / 2))

    def test_what_has_no_direction_of_its_own_shares_the_mean_variance(self, monkeypatch):
        """Variances 18 / 5, 8 / 5 and 2 / 5; the last two share 1."""
        monkeypatch.setattr(module, "DIRECTIONS", 1)
        depth = Depth.fitted(rows((3, 0, 0), (-3, 0, 0), (0, 2, 0), (0, -2, 0), (0, 0, 1), (0, 0, -1)))
        assert depth.variances == pytest.approx([18 / 5])
        assert depth.rest == pytest.approx(1)
        assert depth.distances(rows((6, 3, 4))) == pytest.approx(np.sqrt((10 + 9 + 16) / 3))

    def test_the_distance_is_from_the_mean(self):
        features = rows((3, 0), (-3, 0), (0, 1), (0, -1)) + np.float32(100)
        assert Depth.fitted(features).mean == pytest.approx([100, 100])
        assert Depth.fitted(features).distances(rows((106, 102))) == pytest.approx(np.sqrt(6), rel=1e-4)

    def test_a_turned_cloud_has_turned_directions(self):
        turn = rows((np.cos(0.7), -np.sin(0.7)), (np.sin(0.7), np.cos(0.7)))
        cloud = rows((3, 0), (-3, 0), (0, 1), (0, -1))
        turned = Depth.fitted(cloud @ turn.T)
        assert turned.distances(rows((6, 2)) @ turn.T) == pytest.approx(np.sqrt(6), rel=1e-5)

    @pytest.mark.parametrize(("films", "channels"), [(2, 3), (3, 1), (40, 5), (7, 2048), (200, 90)])
    def test_its_own_films_are_about_one_away(self, films, channels):
        """Each direction's squared distances add up to n - 1, whether it has a variance of its own or shares one."""
        features = np.random.default_rng(5).normal(3, 4, (films, channels)).astype(np.float32)
        depth = Depth.fitted(features)
        assert len(depth.variances) == max(min(48, films // 2, channels - 1), 1)
        if films > len(depth.variances) + 1:  # Else no spread is left that others could share.
            assert np.mean(depth.distances(features) ** 2) == pytest.approx((films - 1) / films, rel=1e-3)
        assert np.isfinite(depth.distances(features)).all()

    def test_channels_that_never_answer_divide_by_nothing(self):
        depth = Depth.fitted(rows((1, 0, 0), (-1, 0, 0), (2, 0, 0), (-2, 0, 0)))
        assert np.isfinite(depth.distances(rows((1, 0, 0), (1, 1, 0)))).all()
        assert depth.distances(rows((1, 1, 0))) > 1000, "an answer where no film ever had one"

    def test_films_that_are_all_alike(self):
        depth = Depth.fitted(np.full((6, 4), 7, np.float32))
        assert depth.distances(np.full((1, 4), 7, np.float32)) == pytest.approx([0])


class TestFamiliarity:
    def test_the_greatest_distance_of_all_depths_counts(self):
        narrow = Depth(np.zeros(1, np.float32), np.ones((1, 1), np.float32), np.ones(1, np.float32), 1.0)
        together = Familiarity((PLAIN, narrow, narrow), 1.0, 2.0)
        assert together.channels == [3, 1, 1]
        # sqrt(4 / 3) against 1 and 0, then against 2 and 0, and against 0 and 3; nothing at all.
        features = rows((0, 1, 0, 1, 0), (0, 1, 0, -2, 0), (0, 1, 0, 0, 3), (0, 0, 0, 0, 0))
        assert together.distances(features) == pytest.approx([np.sqrt(4 / 3), 2, 3, 0])

    def test_from_and_to_json(self):
        first = known()
        again = Familiarity.from_json(json.loads(json.dumps(first.as_json(), allow_nan=False)))
        assert (again.warn_above, again.refuse_above, again.channels) == (1.5, 3.0, [3, 5])
        features = np.random.default_rng(3).normal(0, 3, (9, 8)).astype(np.float32)
        assert again.distances(features) == pytest.approx(first.distances(features), rel=5e-3)
        assert again.as_json() == first.as_json(), "what was read is written as it was"

    @pytest.mark.parametrize(
        "change",
        [
            {"tensors": "no base 64!"},
            {"tensors": ""},
            {"tensors": None},
            {"tensors": 5},
            {"tensors": base64.b64encode(b"no tensors").decode()},
            {"tensors": base64.b64encode(save({})).decode()},
            *({"warn_above": value} for value in (0, -1, None, "far", 4.0, float("nan"), [1], 10**400)),
            *({"refuse_above": value} for value in (1.0, None, float("inf"), float("nan"))),
        ],
        ids=str,
    )
    def test_damaged_values(self, change):
        with pytest.raises(ValueError, match=r"damaged|cannot be used|convert|base64"):
            Familiarity.from_json(known().as_json() | change)

    @pytest.mark.parametrize("key", ["tensors", "warn_above", "refuse_above"])
    def test_a_missing_value(self, key):
        content = known().as_json()
        del content[key]
        with pytest.raises(ValueError, match="damaged"):
            Familiarity.from_json(content)

    @pytest.mark.parametrize("content", [[], "text", 3, None])
    def test_no_values_at_all(self, content):
        with pytest.raises(ValueError, match="damaged"):
            Familiarity.from_json(content)

    @pytest.mark.parametrize(
        ("name", "tensor"),
        [
            ("mean", np.zeros((3, 1), np.float32)),
            ("mean", np.zeros(4, np.float32)),
            ("mean", np.array([0, np.nan, 0], np.float32)),
            ("directions", np.zeros((1, 3), np.float16)),
            ("directions", np.full((3, 1), np.inf, np.float16)),
            ("variances", np.array([4, 0], np.float32)),
            ("variances", np.array([4, -1], np.float32)),
            ("variances", np.array([np.nan, 1], np.float32)),
            ("variances", np.array([4, 1, 1], np.float32)),
        ],
    )
    def test_tensors_that_do_not_fit(self, name, tensor):
        tensors = {
            "0.mean": PLAIN.mean,
            "0.directions": PLAIN.directions.astype(np.float16),
            "0.variances": np.array([4, 0.25], np.float32),
        }
        limits = {"warn_above": 1.0, "refuse_above": 2.0}
        whole = Familiarity.from_json(limits | {"tensors": base64.b64encode(save(tensors)).decode()})
        assert whole.depths[0].rest == 0.25
        damaged = base64.b64encode(save(tensors | {f"0.{name}": tensor})).decode()
        with pytest.raises(ValueError, match="damaged"):
            Familiarity.from_json(limits | {"tensors": damaged})
