"""Does a map pass its tests? The limits; what it means where one is missed is said in `export.wording.claims`."""

from typing import Any

WANTED = {
    "peak": 0.90,
    "energy_ratio": 1.4,
    "mirror_child": 0.90,
    "mirror_gap": 0.3,
    "border": 0.0,
    "even_excess": 0.0,
    "over_random": 0.0,
    "disc_rise": 0.0,
    "disc_peak": 0.40,
}
"""Least figures of the map that is shown; but of `border` the greatest, and of `even_excess`, `over_random` and
`disc_rise` what the 95 % interval has to reach or to lie above."""


def failed_tests(place: dict[str, Any], discs: dict[str, Any]) -> list[str]:
    """Return the names of the tests that a map does not pass; a figure that is not known is not passed.

    Args:
        place: its figures of `place_figures` and `deletion_figures`.
        discs: its figures of `planted_figures`.
    """
    passed = {
        "peak": place["peak"] >= WANTED["peak"],
        "energy_ratio": place["energy_ratio"] >= WANTED["energy_ratio"],
        "mirror_child": place["mirror_child"] >= WANTED["mirror_child"],
        "mirror_gap": place["mirror_gap"] >= WANTED["mirror_gap"],
        "border": place["border"] <= WANTED["border"],
        "even_excess": place["even_excess_ci"][0] <= WANTED["even_excess"],
        "over_random": place["over_random_ci"][0] > WANTED["over_random"],
        "disc_rise": discs["rise_ci"][0] > WANTED["disc_rise"],
        "disc_peak": discs["peak"] >= WANTED["disc_peak"],
    }
    return [name for name, is_passed in passed.items() if not is_passed]
