"""Where in the lungs does a map lie? Its share inside them, and the zones that hold it."""

import numpy as np
from numpy.typing import NDArray

from model_store.reading.lungs.fields import LungFields
from model_store.reading.preparation import to_film
from model_store.reading.results import Evidence

THIRDS = ("upper", "middle", "lower")
"""The zones of a lung field, from the top."""

MOST_ZONES = 2
"""So many zones are named at most: a focus on a border lies in two, and three are half of both lungs."""

FOCUS_SHARE = 0.85
"""Share of the map inside the lungs that the fullest two zones must hold to be named.

Found with the lungs of 120 films of training and validation and a map of 8 x 8 cells. One cell in the lungs leaves 0.99
or more to its two fullest zones for 98 of 100 places, and three by three cells 0.84 or more. A map that fills one lung
evenly leaves 0.84 or less for 95 of 100 lungs, and one that fills both 0.56.
"""

LEAST_OF_CHANCE = 0.5
"""Of what an even map has inside the lungs a map must have this share for zones to be named.

A focus on the very outline of a lung has about half of itself inside; with less, it lies elsewhere.
"""

HOTTEST_SHARE = 0.95
"""Part of its peak from which a map is at its brightest for an eye; where it is drawn full, many pixels are."""

LEAST_INSIDE = 0.25
"""Share of what is brightest that lies inside the lungs where that is in them: half does on the very outline."""


def locate(
    heatmap: NDArray[np.float32], crop: tuple[float, float, float, float], lungs: LungFields | None
) -> Evidence | None:
    """Say where in the lungs a map lies.

    The map is laid on the reduced film as `to_film` lays it; its energy there is the sum of its pixels. The film may
    have been squashed to the square: shares of an area do not change by that.

    Args:
        heatmap: (rows, columns), float32 in 0..1, covering the crop.
        crop: left, top, right, bottom as fractions 0..1 of the film's sides.
        lungs: the outlines on the reduced film; None where none were found.

    Returns:
        The evidence; None for an empty map, or without lungs.
    """
    if lungs is None or not heatmap.any():
        return None
    mask = lungs.mask
    energy = to_film(heatmap, crop, mask.shape)
    even = to_film(np.ones_like(heatmap), crop, mask.shape)
    in_lung, chance = (float(laid[mask].sum() / laid.sum()) for laid in (energy, even))
    zones = _focus(energy, lungs) if in_lung >= LEAST_OF_CHANCE * chance else ()
    hottest = _hottest(energy, lungs)
    # The brightest first, since it is what an eye finds; what is named without it would not be what is seen.
    zones = tuple(sorted(zones, key=lambda zone: zone != hottest)) if hottest in zones else ()
    return Evidence(in_lung=in_lung, chance=chance, zones=zones, sides=lungs.sides, hottest=hottest)


def zones_of(lungs: LungFields) -> dict[str, NDArray[np.bool_]]:
    """Divide both lungs into their zones.

    The upper, middle and lower zone are the thirds by height of that lung's own extent on the film, from its top row
    to its bottom row: the lungs of one film may differ in height. Pixels belong where their centre lies.

    Returns:
        Six masks, (224, 224), bool, by name, as "right upper", which is the patient's right, or "picture left upper".
    """
    return {
        f"{side} {third}": zone
        for side, lung in zip(lungs.sides, (lungs.right, lungs.left), strict=True)
        for third, zone in zip(THIRDS, _thirds(lung), strict=True)
    }


def _thirds(lung: NDArray[np.bool_]) -> list[NDArray[np.bool_]]:
    rows = np.flatnonzero(lung.any(axis=1))
    place = (np.arange(len(lung)) - rows[0] + 0.5) / (rows[-1] + 1 - rows[0]) * len(THIRDS)
    return [lung & (np.floor(place) == third)[:, None] for third in range(len(THIRDS))]


def _hottest(energy: NDArray[np.float32], lungs: LungFields) -> str:
    """Return the zone with the most of what is brightest; "" where most of that lies clear of the lungs."""
    brightest = energy >= HOTTEST_SHARE * energy.max()
    if (brightest & lungs.mask).sum() < LEAST_INSIDE * brightest.sum():
        return ""
    held = {name: int((brightest & zone).sum()) for name, zone in zones_of(lungs).items()}
    return max(held, key=lambda name: held[name])


def _focus(energy: NDArray[np.float32], lungs: LungFields) -> tuple[str, ...]:
    """Return the zones to be named, most first; none where the map is spread over the lungs."""
    zones = zones_of(lungs)
    held = {name: float(energy[zone].sum()) for name, zone in zones.items()}
    everything = sum(held.values())
    fullest = sorted(held, key=lambda name: held[name], reverse=True)[:MOST_ZONES]
    if sum(held[name] for name in fullest) < FOCUS_SHARE * everything:
        return ()
    # Of the two, one that holds no more than an even map would only has what ran over from the other.
    area = int(lungs.mask.sum())
    return tuple(name for name in fullest if held[name] / everything > zones[name].sum() / area)
