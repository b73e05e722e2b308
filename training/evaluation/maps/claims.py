"""Does a map pass its tests? The limits, and a sentence for each that is missed."""

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
    """Return a sentence for each test that a map does not pass; a figure that is not known is not passed.

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
    figures = place | {f"disc_{name}": figure for name, figure in discs.items()}
    return [_CLAIMS[name].format(**figures, wanted=WANTED[name]) for name, is_passed in passed.items() if not is_passed]


_CLAIMS = {
    "peak": (
        "The hottest place of the heatmap lies in the outlined lungs on {peak:.0%} of the suspected films; at least "
        "{wanted:.0%} are wanted."
    ),
    "energy_ratio": (
        "The lungs hold {energy:.0%} of the heatmap, {energy_ratio:.2f} times what an even one would have there; at "
        "least {wanted} times are wanted."
    ),
    "mirror_child": (
        "When a film is mirrored, the heatmap agrees with itself at the same place in the child by {mirror_child:.2f}; "
        "at least {wanted:.2f} is wanted: it does not follow what lies in the lungs."
    ),
    "mirror_gap": (
        "When a film is mirrored, the heatmap agrees at the same place on the screen by {mirror_screen:.2f} and in the "
        "child by {mirror_child:.2f}; the first should be lower by {wanted}: it lies at much the same place whatever "
        "the film shows."
    ),
    "border": "The hottest cell of the heatmap is one of the border on {border:.0%} of the suspected films.",
    "even_excess": (
        "The hottest cell of the heatmap has an even row and an even column on {even:.0%} of the suspected films, more "
        "than by chance: the network favours every second cell."
    ),
    "over_random": (
        "Replacing the highlighted part of the lungs by normal lung changes the answer no more than replacing another "
        "part of them as large: do not lean on the heatmap."
    ),
    "disc_rise": (
        "A piece of a lung with pneumonia that is laid into a normal lung raises the answer no more than a piece of "
        "another normal lung."
    ),
    "disc_peak": (
        "When a piece of a lung with pneumonia is laid into a normal lung, the hottest place of the heatmap lies in it "
        "on {disc_peak:.0%} of the films; at least {wanted:.0%} are wanted: a small finding may not be where it is hot."
    ),
}
"""What is said where a test is missed."""
