"""What does the screen say of a version's card?"""

from collections.abc import Mapping
from typing import Any

from model_store.export.sentences import percent

NO_STATEMENTS = "This card holds no intended use, no limits and no comparison."
VALIDATION_ONLY = "It was chosen on these films, so they flatter it; nobody has judged it on test films."
MAP_SANITY = (
    "Rank correlation of the heatmap with that of the same network whose blocks are made random, from the last to the "
    "first: near 0 where the heatmap shows what the network has learned, near 1 where it does not."
)


def test_sentence(test: Mapping[str, Any]) -> str:
    """Say which films the figures come from."""
    share = test.get("prevalence")
    of_them = f", {percent(share)} of them with pneumonia" if isinstance(share, float) else ""
    refused = test.get("n_refused")
    without = f"; {refused} were refused and count as wrong" if refused else ""
    said = f"{test.get('n', 'An unknown number of')} films{of_them}{without}. Intervals hold 95 %."
    if known := test.get("learned_from"):
        said += (
            f" No fair judges: the version learned from {known} of them, so the figures are better than on new films."
        )
    return said


def refused_sentence(count: int) -> str:
    """Say how many films of training and validation were left out."""
    if not count:
        return "No film of training and validation had to be left out."
    films = "1 film" if count == 1 else f"{count} films"
    return f"Left out of training and validation: {films} that could not be read or showed no two lungs."
