"""What does the screen say of a version's card?"""

from collections.abc import Mapping
from typing import Any

from model_store.export.wording.sentences import percent

READS = (
    "One frontal chest radiograph (PNG, JPEG or DICOM), cropped to the lungs; the film check refuses what does not "
    "look like one."
)
NOT_JUDGED = "Its card holds no figures."
NO_STATEMENTS = "This card holds no limits and no notes."
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


def no_intended_use(init: str) -> str:
    """Say that nobody wrote down what a version is for, and from which it goes on."""
    on = f" It goes on from {init}, and is meant for no more than that." if init else ""
    return f"Research and teaching; its card does not say more.{on}"


def learned_from(normal: int, pneumonia: int, name: str, init: str) -> str:
    """Say from which films a version has learned."""
    of = f" of {name}" if name else ""
    on = f", and before that from those of {init}" if init else ""
    return f"It learned from {normal:,} normal films and {pneumonia:,} with pneumonia{of}{on}."


def compared_sentence(films: str, count: int, refused: int) -> str:
    """Say on which films of a comparison a version's figures were found."""
    without = f", of which it refused {refused}" if refused else ""
    return (
        f"{films}, {count} in all{without}, which the active version then read too; how the two did is under "
        '"Comparison when it was made". Figures of other films do not compare with these.'
    )


def validation_sentence(count: object) -> str:
    """Say that figures are of validation films alone."""
    return f"{count if isinstance(count, int) else 'Some'} validation films. {VALIDATION_ONLY}"


def in_words(figure: str, value: object) -> str:
    """Say what a figure means; "" where it is not known."""
    if not isinstance(value, int | float):
        return ""
    share = round(100 * value)
    return {
        "auroc": f"Of two films, one with pneumonia, it gives that one the higher probability in {share} of 100 pairs",
        "sensitivity": f"Of 100 films with pneumonia it suspects {share}",
        "specificity": f"Of 100 films without pneumonia it leaves {share} unsuspected",
        "ece": f"Its probabilities are off by {share} percentage points on average",
    }.get(figure, "")


def no_limits(init: str) -> str:
    """Say that a card names no limits."""
    if init:
        return f"Its card names no limits of its own; those of {init}, from which it goes on, hold for it too."
    return "Its card names no limits; that does not mean that it has none."


def few_validation(count: int) -> str:
    """Say by how few films a version decides."""
    return f"Its operating point and its probabilities were fitted on {count} films alone, and may be far off."


def more_limits(count: int) -> str:
    """Say how many more limits are folded away."""
    return f'{count} more {"limit is" if count == 1 else "limits are"} under "Limits, notes and identity".'


def of_data(name: str, said: str) -> str:
    """Say of which data set the test films are about which something is said."""
    return f"Test films of {name}: {said}" if name else f"Test films: {said}"


def refused_sentence(count: int) -> str:
    """Say how many films of training and validation were left out."""
    if not count:
        return "No film of training and validation had to be left out."
    films = "1 film" if count == 1 else f"{count} films"
    return f"Left out of training and validation: {films} that could not be read or showed no two lungs."
