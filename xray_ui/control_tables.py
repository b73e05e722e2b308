"""What can a version tell without seeing the lungs? Rows of a card, and what they mean."""

from xray_ui.card_tables import Card, Table, interval, number, part

_CONTROLS = {
    "file_size": "Size of the file alone, no model",
    "lungs_blacked_out": "Lungs blacked out in what the network sees",
    "outline_only": "Outline of the lungs alone",
    "outer_ring_only": "Outer ring of the film alone",
}


def control_rows(card: Card) -> Table:
    """List how well pneumonia is told on the test films without seeing the lungs."""
    controls = part(card, "test", "controls")
    return [
        {"Told from": name, "AUROC": number(found.get("auroc")), "95 % interval": interval(found.get("auroc_ci"))}
        for key, name in _CONTROLS.items()
        if (found := part(controls, key))
    ]


def control_claims(card: Card) -> list[str]:
    """Return what the controls mean; empty where they mean nothing."""
    claims = (part(card, "test", "controls", key).get("sentence") for key in _CONTROLS)
    return [str(claim) for claim in claims if claim]
