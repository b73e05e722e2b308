"""How does the comparison of the heatmap methods read on paper?"""

from typing import Any

from training.report import control_text, with_interval

_COLUMNS = {
    "deletion": "deletion",
    "insertion": "insertion",
    "deletion_logit": "deletion, logit",
    "insertion_logit": "insertion, logit",
    "in_lung": "share inside the lungs",
    "chance": "share by chance",
    "shift_correlation": "rank correlation, shifted by 2 pixels",
    "jpeg_correlation": "rank correlation, JPEG 90",
}


def as_text(result: dict[str, Any]) -> str:
    """Return a result of `compare_maps` as text for a terminal."""
    parts = [
        f"Heatmaps of version {result['version']} on {result['n']} suspected {result['split']} films of "
        f"{result['patients']} patients. Deletion: less is better; insertion: more is better."
    ]
    parts += [_figures(name, figures) for name, figures in result["methods"].items()]
    first = next(iter(result["methods"]))
    parts += [_figures(f"{first} minus {name}", figures) for name, figures in result["differences"].items()]
    sanity = result["sanity"]
    parts.append(
        f"Rank correlation with the map of the trained network, with random weights from the head down to each block "
        f"({sanity['n']} films, mean of {sanity['draws']} draws):"
    )
    parts += [
        "\n".join([name, *(f"  {entry['depth']:>6} {_cell('spearman', entry)}" for entry in depths)])
        for name, depths in sanity["methods"].items()
    ]
    controls = {name: found for name, found in result["controls"].items() if name != "n"}
    parts += [control_text(name, found) for name, found in controls.items()]
    return "\n\n".join(parts)


def _figures(name: str, figures: dict[str, Any]) -> str:
    lines = [f"  {label:>38} {_cell(key, figures)}" for key, label in _COLUMNS.items() if key in figures]
    return "\n".join([name, *lines])


def _cell(key: str, figures: dict[str, Any]) -> str:
    return with_interval(figures[key], figures[f"{key}_ci"])
