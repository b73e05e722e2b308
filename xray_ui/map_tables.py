"""How far can the heatmap of a version be trusted? Its comparison with others and with random weights, as rows."""

from xray_ui.card_tables import Card, Table, interval, number, part

_NAMES = {"Random": "Cells by chance", "Centre": "Middle of the part that was read"}
_FILLS = ("blurred", "grey")
_BLOCKS = {
    "head": "The head",
    "conv5": "and the last stage (conv5)",
    "conv4": "and conv4",
    "conv3": "and conv3",
    "conv2": "and conv2",
    "conv1": "and conv1: everything",
}


def map_rows(card: Card) -> Table:
    """List how the methods compare, for each way of taking pixels away; a dash where one is compared with itself."""
    return [
        {
            "Heatmap": _NAMES.get(name, name),
            "Pixels taken away are": fill,
            "Deletion": number(figures.get("deletion")),
            "Insertion": number(figures.get("insertion")),
            "Gain on Grad-CAM": f"{figures['gain']:+.3f}" if "gain" in figures else "-",
            "95 % interval": interval(figures["gain_ci"]) if "gain_ci" in figures else "-",
        }
        for fill in _FILLS
        for name in part(card, "maps", "methods")
        if (figures := part(card, "maps", "methods", name, fill))
    ]


def lung_share_rows(card: Card) -> Table:
    """List how much more of each map lies inside the lungs than of an even one."""
    return [
        {
            "Heatmap": _NAMES.get(name, name),
            "Share in the lungs, above chance": number(figures.get("in_lung")),
            "95 % interval": interval(figures.get("in_lung_ci")),
        }
        for name in part(card, "maps", "methods")
        if (figures := part(card, "maps", "methods", name))
    ]


def sanity_rows(card: Card) -> Table:
    """List how much of the heatmaps is left when the network's weights are made random, block by block."""
    methods = part(card, "map_sanity")
    return [
        {"Made random": words}
        | {
            method: f"{number(figures.get('similarity'))} ({interval(figures.get('similarity_ci'))})"
            for method in methods
            if (figures := part(methods, method, block))
        }
        for block, words in _BLOCKS.items()
        if any(part(methods, method, block) for method in methods)
    ]
