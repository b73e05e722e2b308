"""Is this film like those that the model knows? How far its features, at several depths, are from theirs."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

DIRECTIONS = 48
"""Directions of each depth that have a variance of their own; the others share one."""


@dataclass(frozen=True, eq=False)
class Depth:
    """What the features of training films look like at one depth.

    The covariance is that of probabilistic principal components (Tipping and Bishop 1999): a variance for each of the
    first directions, and one for all others, which thousands of channels and films allow to be known.

    Attributes:
        mean: (channels,), float32.
        directions: (channels, k), float32, orthonormal.
        variances: (k,), float32, along the directions.
        rest: variance along every other direction.
    """

    mean: NDArray[np.float32]
    directions: NDArray[np.float32]
    variances: NDArray[np.float32]
    rest: float

    @classmethod
    def fitted(cls, features: NDArray[np.float32]) -> "Depth":
        """Fit to the features of training films, (n, channels), float32, n from 2 up; few films know few directions."""
        known = max(min(DIRECTIONS, len(features) // 2, features.shape[1] - 1), 1)
        mean = np.asarray(features.mean(axis=0), np.float32)
        _, scales, rows = np.linalg.svd(features - mean, full_matrices=False)
        spread = scales**2 / (len(features) - 1)
        rest = float(spread[known:].sum()) / max(features.shape[1] - known, 1)
        # A channel that never answers has no variance, by which nothing can be divided.
        variances = np.asarray(np.maximum(spread[:known], 1e-12), np.float32)
        return cls(mean, np.asarray(rows[:known].T, np.float32), variances, max(rest, 1e-12))

    def distances(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the Mahalanobis distance of each row, (n,), over the root of the number of channels: about 1 for own.

        Args:
            features: (n, channels), float32.
        """
        centred = (features - self.mean).astype(np.float64)
        along = centred @ self.directions
        rest = (centred**2).sum(axis=1) - (along**2).sum(axis=1)
        squared = (along**2 / self.variances).sum(axis=1) + np.maximum(rest, 0) / self.rest
        return np.asarray(np.sqrt(squared / features.shape[1]), np.float64)


@dataclass(frozen=True, eq=False)
class Familiarity:
    """What the films of a version's training look like to it, and how far is too far.

    Attributes:
        depths: one for each layer, from the input to the output.
        warn_above: distance above which a film is unusual: the 99th percentile of validation patients.
        refuse_above: distance above which it is unlike every film that the version knows.
    """

    depths: tuple[Depth, ...]
    warn_above: float
    refuse_above: float

    @property
    def channels(self) -> list[int]:
        """The number of channels at each depth."""
        return [len(depth.mean) for depth in self.depths]

    def distances(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the greatest distance over all depths, (n,).

        Args:
            features: (n, channels of all depths together), float32, as `network.depths_of` gives them.
        """
        parts = np.split(features, np.cumsum(self.channels)[:-1], axis=1)
        together = [depth.distances(part) for depth, part in zip(self.depths, parts, strict=True)]
        return np.asarray(np.max(together, axis=0), np.float64)

    def as_json(self) -> dict[str, Any]:
        """Return the values for a card; the statistics as tensors in half precision, in base 64."""
        tensors: dict[str, NDArray[Any]] = {}
        for number, depth in enumerate(self.depths):
            tensors[f"{number}.mean"] = depth.mean
            # In the order in which they are written: the format takes the bytes as they lie.
            tensors[f"{number}.directions"] = np.ascontiguousarray(depth.directions, np.float16)
            tensors[f"{number}.variances"] = np.append(depth.variances, depth.rest).astype(np.float32)
        return {
            "warn_above": self.warn_above,
            "refuse_above": self.refuse_above,
            "tensors": base64.b64encode(save(tensors)).decode(),
        }

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> "Familiarity":
        """Return what `as_json` wrote; raises ValueError where it cannot be used."""
        try:
            tensors = load(base64.b64decode(content["tensors"], validate=True))
            depths = tuple(_depth(tensors, number) for number in range(len(tensors) // 3))
            made = cls(depths, float(content["warn_above"]), float(content["refuse_above"]))
        except (KeyError, TypeError, OverflowError, binascii.Error, SafetensorError) as error:
            raise ValueError("the statistics of the films that it knows are damaged") from error
        if not depths or not 0 < made.warn_above <= made.refuse_above < np.inf:
            raise ValueError("the limits of what it knows cannot be used")
        return made


def _depth(tensors: Mapping[str, NDArray[Any]], number: int) -> Depth:
    mean, directions, variances = (tensors[f"{number}.{name}"] for name in ("mean", "directions", "variances"))
    fits = mean.ndim == variances.ndim == 1 and directions.shape == (len(mean), len(variances) - 1)
    if not (fits and np.isfinite(mean).all() and np.isfinite(directions).all() and (variances > 0).all()):
        raise ValueError("the statistics of the films that it knows are damaged")
    single = np.float32
    return Depth(mean.astype(single), directions.astype(single), variances[:-1].astype(single), float(variances[-1]))
