"""Where does a map lie, and does it follow the film? Its peak, its energy, its hottest cell, and mirrored films."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from model_store.reading.maps.evidence import THIRDS
from training.evaluation.composites import two_lungs
from training.evaluation.maps.films import Draw, Drawn, Map, MapFilm, Mask, on_crop
from training.run.progress import Progress
from training.statistics import metrics


def place_figures(draw: Draw, films: list[MapFilm], progress: Progress | None = None) -> dict[str, dict[str, Any]]:
    """Say where the maps of suspected films lie.

    Args:
        draw: of the network.
        films: that it suspects.
        progress: where it is said how far the reading is.

    Returns:
        By method, each figure with its 95 % interval: what `place_of` and `mirror_of` return, as means over the films;
        `energy_ratio`, mean energy over mean chance; and `mirror_gap`, `mirror_child` less `mirror_screen`.
    """
    values: dict[str, list[dict[str, float]]] = {}
    for film in (progress or Progress()).track(films, "looking at maps"):
        drawn = draw(film.pixels, film.lungs)
        mirrored = draw(np.ascontiguousarray(film.pixels[:, ::-1]), np.ascontiguousarray(film.lungs[:, ::-1]))
        for method in drawn.maps:
            found = place_of(drawn, method, film.lungs) | mirror_of(drawn, mirrored, method)
            values.setdefault(method, []).append(found)
    patients = [film.patient for film in films]
    return {method: _means(each, patients) for method, each in values.items()}


def place_of(drawn: Drawn, method: str, lungs: Mask) -> dict[str, float]:
    """Return where one map lies; all but `empty` are NaN for one that says nothing for pneumonia.

    Returns:
        `empty`: 1 where there is nothing. `peak`: 1 where the hottest cell's middle lies in the outlined lungs.
        `energy`: share of the map in them; `energy_chance`: that of an even one. `border`: 1 where the hottest cell is
        one of the corner or the border. `even`: 1 where its row and column are even; `even_excess`: that less the share
        of such cells among those that could be hottest. `bottom`: 1 where the hottest third of a lung is the bottom
        one.
    """
    names = ("peak", "energy", "energy_chance", "border", "even", "even_excess", "bottom")
    heatmap = drawn.maps[method]
    if not heatmap.max() > 0:
        return {"empty": 1.0} | dict.fromkeys(names, float("nan"))
    row, column = hottest(heatmap)
    laid, last = on_crop(heatmap), drawn.own - 1
    # Weights keep cells that are not lung dark; by other methods any cell may be hottest.
    possible = (drawn.weights > 0) if method in drawn.weighted else np.ones_like(heatmap, bool)
    even = np.zeros_like(possible)
    even[::2, ::2] = True
    possible = possible[: drawn.own, : drawn.own]
    chance = float(even[: drawn.own, : drawn.own][possible].mean())
    is_even = float(even[row, column])
    return {
        "empty": 0.0,
        "peak": float(lungs[pixel(row, len(heatmap), len(lungs)), pixel(column, len(heatmap), len(lungs))]),
        "energy": float(laid[lungs].sum() / laid.sum()),
        "energy_chance": float(lungs.mean()),
        "border": float(row in (0, last) or column in (0, last)),
        "even": is_even,
        "even_excess": is_even - chance,
        "bottom": float(_hottest_third(laid, lungs) == THIRDS[-1]),
    }


def mirror_of(drawn: Drawn, mirrored: Drawn, method: str) -> dict[str, float]:
    """Return how like the map of a film that of its mirror image is, each -1..1, in the cells of the lungs.

    Returns:
        `mirror_child`: at the same place in the child; `mirror_screen`: at the same place on the screen. A map that
        follows the film has 1 and less, one that hangs on the place less and 1; one that is the same everywhere has 0.
    """
    one, other = drawn.in_lungs(method), mirrored.in_lungs(method)
    return {"mirror_child": correlation(one, other[:, ::-1]), "mirror_screen": correlation(one, other)}


def correlation(one: Map, other: Map) -> float:
    """Return Pearson's correlation of two maps where both have a value, -1..1; 0 where one is the same everywhere."""
    known = ~(np.isnan(one) | np.isnan(other))
    first, second = (each[known].astype(np.float64) for each in (one, other))
    if known.sum() < 2 or np.ptp(first) <= 1e-9 or np.ptp(second) <= 1e-9:
        return 0.0
    return float(np.corrcoef(first, second)[0, 1])


def hottest(heatmap: Map) -> tuple[int, int]:
    """Return the row and the column of the greatest value of a map; NaN is none."""
    row, column = np.unravel_index(int(np.nanargmax(heatmap)), heatmap.shape)
    return int(row), int(column)


def pixel(cell: int, cells: int, size: int) -> int:
    """Return on which of `size` pixels a cell's middle lies; the first and last cells lie on the edges."""
    return round(cell / (cells - 1) * (size - 1))


def _hottest_third(laid: Map, lungs: Mask) -> str:
    """Return which third of a lung's own height, of either lung, has the most of a map for its area."""
    means = {}
    for name, lung in zip(("one", "other"), two_lungs(lungs), strict=True):
        rows = np.flatnonzero(lung.any(axis=1))
        for third, part in zip(THIRDS, np.array_split(rows, len(THIRDS)), strict=True):
            inside = laid[part][lung[part]]
            means[name, third] = float(inside.mean()) if inside.size else 0.0
    return max(means, key=lambda key: means[key])[1]


def _means(values: list[dict[str, float]], patients: list[str]) -> dict[str, Any]:
    columns = {name: np.array([each[name] for each in values]) for name in values[0]}
    columns["mirror_gap"] = columns["mirror_child"] - columns["mirror_screen"]
    figures: dict[str, Any] = {}
    for name, column in columns.items():
        figures |= metrics.patient_mean(name, column, patients)
    known = ~np.isnan(columns["energy"])
    figures["energy_ratio"], figures["energy_ratio_ci"] = float("nan"), [float("nan"), float("nan")]
    if known.any():
        energy, chance = columns["energy"][known], columns["energy_chance"][known]
        whose = [patient for patient, is_known in zip(patients, known, strict=True) if is_known]
        interval = metrics.patient_bootstrap({"ratio": _ratio}, chance, energy, whose)["ratio"]
        figures |= {"energy_ratio": _ratio(chance, energy), "energy_ratio_ci": list(interval)}
    return figures


def _ratio(chance: ArrayLike, energy: ArrayLike) -> float:
    return float(np.mean(np.asarray(energy)) / np.mean(np.asarray(chance)))
