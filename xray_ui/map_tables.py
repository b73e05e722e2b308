"""Does a version look at the lungs? Rows of a card on its heatmaps and on what it tells without seeing the lungs."""

from typing import Any

from xray_ui.card_tables import Card, Table, interval, number, part

_CONTROLS = {
    "file_size": "Size of the file alone, no model",
    "lungs_blacked_out": "Lungs blacked out in what the network sees",
    "outline_only": "Outline of the lungs alone",
    "outer_ring_only": "Outer ring of the film alone",
}
_FIGURES = {
    "deletion": "Deletion",
    "insertion": "Insertion",
    "deletion_logit": "Deletion, logit",
    "insertion_logit": "Insertion, logit",
    "in_lung": "Share inside the lungs",
    "chance": "Share by chance",
    "shift_correlation": "Alike after a shift by 2 pixels",
    "jpeg_correlation": "Alike after JPEG compression",
}
_BLOCKS = {"head": "Head", "conv5": "Stage 5", "conv4": "Stage 4", "conv3": "Stage 3", "conv2": "Stage 2"}
_BLOCKS |= {"conv1": "First layer"}

METHODS_NOTE = (
    "What a method marks is blurred away, first things first (deletion: the lower the curve of the probability, the "
    "better), or given back to a blurred film (insertion: the higher, the better). The centre and chance look at no "
    "film."
)
SANITY_NOTE = (
    "How alike a heatmap stays when the network's weights are made random, from the end of the network up to a part: "
    "1 is the same, 0 has nothing in common. A heatmap that shows what the network has learned falls towards 0."
)


def control_rows(card: Card) -> Table:
    """List how well pneumonia is told without seeing the lungs, on test and on validation films."""
    return [
        {
            "Told from": name,
            "Films": films,
            "AUROC": number(found.get("auroc")),
            "95 % interval": interval(found.get("auroc_ci")),
        }
        for films, controls in _controls(card).items()
        for key, name in _CONTROLS.items()
        if (found := part(controls, key))
    ]


def control_claims(card: Card) -> list[str]:
    """Return what the controls mean, of the test films where they were judged; empty where they mean nothing."""
    controls = next((found for found in _controls(card).values() if len(found) > 1), {})
    claims = (part(controls, key).get("sentence") for key in _CONTROLS)
    return [str(claim) for claim in claims if claim]


def method_rows(card: Card) -> Table:
    """List the figures of each method, the default first, each with its interval."""
    methods = part(card, "maps", "methods")
    return [
        {"Figure": label}
        | {str(name): _with_interval(methods[name], key) if key in methods[name] else "" for name in methods}
        for key, label in _FIGURES.items()
        if any(key in figures for figures in methods.values())
    ]


def difference_rows(card: Card) -> Table:
    """List by how much the default differs from each other method, film by film."""
    differences = part(card, "maps", "differences")
    first = next(iter(part(card, "maps", "methods")), "")
    return [
        {"Figure": label} | {f"{first} minus {name}": _with_interval(found, key) for name, found in differences.items()}
        for key, label in _FIGURES.items()
        if all(key in found for found in differences.values()) and differences
    ]


def sanity_rows(card: Card) -> Table:
    """List how alike each method's heatmap stays as ever more of the network is random."""
    methods = part(card, "maps", "sanity", "methods")
    rows: dict[str, dict[str, str]] = {}
    for name, depths in methods.items():
        for entry in depths if isinstance(depths, list) else []:
            label = _BLOCKS.get(entry.get("depth"), str(entry.get("depth")))
            row = rows.setdefault(label, {"Random up to": label})
            row[str(name)] = _with_interval(entry, "spearman")
    return list(rows.values())


def compared_on(card: Card) -> str:
    """Say on which films the methods were compared."""
    maps = part(card, "maps")
    return (
        f"Compared on {number(maps.get('n'))} films of {number(maps.get('patients'))} validation patients on which the "
        "version suspects pneumonia. Intervals hold 95 %."
    )


def _controls(card: Card) -> dict[str, dict[str, Any]]:
    return {"Test": part(card, "test", "controls"), "Validation": part(card, "maps", "controls")}


def _with_interval(figures: Card, key: str) -> str:
    return f"{number(figures.get(key))} ({interval(figures.get(f'{key}_ci'))})"
