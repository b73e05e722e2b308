"""How far can the heatmap of a version be trusted? Its tests, and its comparison with random weights, as rows."""

from xray_ui.basics.rows import Card, Table, interval, number, part

_NAMES = {"Random": "Connected parts of the lungs by chance", "Centre": "Middle of the lungs"}
_OLD_NAMES = {"Random": "Cells by chance", "Centre": "Middle of the part that was read"}
_FILLS = ("blurred", "grey")
_BLOCKS = {
    "head": "The head",
    "conv5": "and the last stage (conv5)",
    "conv4": "and conv4",
    "conv3": "and conv3",
    "conv2": "and conv2",
    "conv1": "and conv1: everything",
}
_PLACE = {
    "peak": ("Hottest place in the outlined lungs", "at least"),
    "energy": ("Share of the heatmap in them", ""),
    "energy_ratio": ("that, against an even heatmap", "at least"),
    "mirror_child": ("Mirrored film: agreement at the same place in the child", "at least"),
    "mirror_screen": ("Mirrored film: agreement at the same place on the screen", ""),
    "mirror_gap": ("the first less the second", "at least"),
    "border": ("Hottest cell on the border", "at most"),
    "even_excess": ("Hottest cell with even row and column, above chance", "interval not above"),
    "bottom": ("Hottest third of a lung is the bottom one (chance 0.333)", ""),
    "drop": ("Fall of the logit where the highlighted 30 % are replaced by normal lung", ""),
    "over_random": ("that, above a random connected part of the lungs", "interval above"),
    "over_centre": ("that, above the middle of the lungs", ""),
}
_DISCS = {
    "rise": ("Rise of the logit above a disc of another normal lung", "interval above", "disc_rise"),
    "peak": ("Hottest place in the disc", "at least", "disc_peak"),
    "most": ("Most suspicious cell of the lungs in the disc, drawn or not", "", ""),
    "change_peak": ("Greatest change of the heatmap in the disc", "", ""),
    "chance": ("Chance of that: share of the lungs that is the disc", "", ""),
    "dark": ("Heatmaps that are dark, and so miss", "", ""),
}


def introduction(maps: Card) -> str:
    """Say what was tested, from a card's part on its heatmaps."""
    if _is_old(maps):
        return (
            f"Heatmaps of {maps.get('films', 'some')} suspected validation films. Deletion: the mean log-odds of "
            "pneumonia while pixels are taken away, those first that are highlighted; insertion: while they alone are "
            "shown. A heatmap is right where deletion is low and insertion is high."
        )
    return (
        f"Heatmaps of {maps.get('films', 'some')} suspected films and {maps.get('normal_films', 'some')} normal ones. "
        "Agreement is the correlation of the lungs' cells, from -1 to 1. Discs are pieces of suspected lungs that are "
        "laid into normal ones."
    )


def map_parts(card: Card) -> list[tuple[str, Card]]:
    """Return the parts of a card on its heatmaps by the films on which they were tested, validation first."""
    parts = {"validation films": part(card, "maps"), "the films of the test": part(card, "test", "maps")}
    return [(films, maps) for films, maps in parts.items() if maps]


def place_rows(maps: Card) -> Table:
    """List by method where the heatmaps lie, whether they follow the film, and whether the answer hangs on them."""
    methods, wanted = _methods(maps), part(maps, "wanted")
    return [
        {"Heatmap": words}
        | {name: _figure(figures, key) for name, figures in methods.items()}
        | {"Wanted": f"{bound} {wanted[key]:g}" if bound and key in wanted else "-"}
        for key, (words, bound) in _PLACE.items()
        if any(key in figures for figures in methods.values())
    ]


def chance_rows(maps: Card) -> Table:
    """List by how much the logit falls where other parts of the lungs than the highlighted ones are replaced."""
    return [
        {"Replaced by normal lung": words, "Fall of the logit": _figure(figures, "drop")}
        for name, words in _NAMES.items()
        if "drop" in (figures := part(maps, "methods", name))
    ]


def disc_rows(maps: Card) -> Table:
    """List by method what becomes of the heatmap where a piece of a suspected lung is laid into a normal one."""
    methods, wanted = part(maps, "discs"), part(maps, "wanted")
    return [
        {"Disc of a suspected lung": words}
        | {name: _figure(part(methods, name), key) for name in methods}
        | {"Wanted": f"{bound} {wanted[limit]:g}" if limit in wanted else "-"}
        for key, (words, bound, limit) in _DISCS.items()
        if any(key in part(methods, name) for name in methods)
    ]


def map_rows(maps: Card) -> Table:
    """List how the methods of an older version compare; a dash where one is compared with itself."""
    return [
        {
            "Heatmap": _OLD_NAMES.get(name, name),
            "Pixels taken away are": fill,
            "Deletion": number(figures.get("deletion")),
            "Insertion": number(figures.get("insertion")),
            "Gain on Grad-CAM": f"{figures['gain']:+.3f}" if "gain" in figures else "-",
            "95 % interval": interval(figures["gain_ci"]) if "gain_ci" in figures else "-",
        }
        for fill in _FILLS
        for name in part(maps, "methods")
        if (figures := part(maps, "methods", name, fill))
    ]


def lung_share_rows(maps: Card) -> Table:
    """List how much more of each map of an older version lies inside the lungs than of an even one."""
    return [
        {
            "Heatmap": _OLD_NAMES.get(name, name),
            "Share in the lungs, above chance": number(figures.get("in_lung")),
            "95 % interval": interval(figures.get("in_lung_ci")),
        }
        for name in part(maps, "methods")
        if "in_lung" in (figures := part(maps, "methods", name))
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


def _is_old(maps: Card) -> bool:
    return "best" in maps


def _methods(maps: Card) -> dict[str, Card]:
    return {name: part(maps, "methods", name) for name in part(maps, "methods") if name not in _NAMES}


def _figure(figures: Card, key: str) -> str:
    return f"{number(figures.get(key))} ({interval(figures.get(f'{key}_ci'))})" if key in figures else "-"
