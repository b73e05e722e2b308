"""On what does a version's answer rest, the lungs or what is round them? Rows of a card, and what they mean."""

from model_store.export.wording.claims import control_claim
from xray_ui.basics.rows import Card, Table, interval, number, part

_PARTS = {
    "file_size": "Size of the file alone, no model",
    "outer_ring_only": "Outer ring of the film alone",
    "outline_only": "Outline of the lungs alone",
    "lungs_blacked_out": "Lungs blacked out in what the network sees",
    "filled_grey": "Lungs and their rims filled with grey",
    "filled_mean": "Lungs and their rims filled with the mean round them",
    "filled_noise": "Lungs and their rims filled with noise",
    "filled_blurred": "Lungs and their rims filled with what is round them, blurred",
    "lungs_only": "Lungs alone, all else grey",
}
_EXCHANGED = {
    "exchange": ("Lungs on a chest of the other class", "the lungs"),
    "exchange_hull": ("Lungs with the mediastinum on a chest of the other class", "the lungs"),
    "replaced": ("Lungs replaced by those of a film of the other class", "the lungs"),
    "random_chests": ("Lungs on any chest", "the chest"),
    "random_chests_hull": ("Lungs with the mediastinum on any chest", "the chest"),
}
NOTE = (
    "Lungs and chests of different films are joined, with the same exposure round the lungs: an answer that rests on "
    "the lungs follows these. What a small network reaches that was trained on films without lungs says how much of "
    "the label they hold at all."
)


def control_rows(card: Card) -> Table:
    """List how well pneumonia is told on the test films from parts of them."""
    controls = part(card, "test", "controls")
    return [
        {
            "Told from": name,
            "AUROC": number(found.get("auroc")),
            "95 % interval": interval(found.get("auroc_ci")),
            "Small network": _of_floor(found),
        }
        for key, name in _PARTS.items()
        if (found := part(controls, key))
    ]


def exchange_rows(card: Card) -> Table:
    """List what the version says of lungs on other chests."""
    controls = part(card, "test", "controls")
    return [
        {
            "What is read": name,
            "AUROC for the label of": whose,
            "AUROC": number(found.get("auroc")),
            "95 % interval": interval(found.get("auroc_ci")),
            "AUROC wanted": _wanted(found, "auroc", "at most" if whose == "the chest" else "at least"),
            "Decisions that follow the lungs": _share(found.get("follow")) if "follow" in found else "-",
            "95 % interval ": _shares(found.get("follow_ci")) if "follow" in found else "-",
            "Wanted": _wanted(found, "follow", "at least"),
        }
        for key, (name, whose) in _EXCHANGED.items()
        if (found := part(controls, key))
    ]


def control_claims(card: Card) -> list[str]:
    """Return what the controls mean; empty where they mean nothing."""
    found = part(card, "test", "controls")
    return [claim for key in (*_EXCHANGED, *_PARTS) if (claim := control_claim(key, part(found, key)))]


def _of_floor(found: Card) -> str:
    if "floor" not in found:
        return "-"
    return (
        number(found["floor"])
        if found["floor"] is None
        else f"{number(found['floor'])} ({interval(found.get('floor_ci'))})"
    )


def _wanted(found: Card, key: str, bound: str) -> str:
    limit = part(found, "wanted").get(key)
    if limit is None:
        return "-"
    return f"{bound} {_share(limit) if key == 'follow' else limit}"


def _share(value: object) -> str:
    return f"{100 * value:.1f} %" if isinstance(value, int | float) else number(value)


def _shares(bounds: object) -> str:
    if isinstance(bounds, list | tuple) and len(bounds) == 2:
        return f"{_share(bounds[0])} to {_share(bounds[1])}"
    return interval(bounds)
