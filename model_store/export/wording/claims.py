"""What do a version's controls and the tests of its heatmap mean? Sentences, from codes and figures of its card.

Cards of before 2026-11-29 hold the sentences themselves; they are said as they stand there.
"""

from collections.abc import Mapping
from typing import Any

from model_store.export.wording.sentences import whole_percent
from model_store.reading.results import GRAD_CAM

Figures = Mapping[str, Any]

ALL_PASSED = "The heatmap by Grad-CAM passes all of these tests."

EXCHANGES = {
    "exchange": "Where the lungs are laid on the chest of a film of the other class",
    "exchange_hull": "Where the lungs and what lies between them are laid on the chest of a film of the other class",
    "replaced": "Where the lungs are replaced by those of a film of the other class",
    "random_chests": "Where the lungs are laid on any chest",
    "random_chests_hull": "Where the lungs and what lies between them are laid on any chest",
}
"""Controls of a card that ask whether the lungs decide, the plainest first."""

_FILLED = {
    "filled_grey": "with grey",
    "filled_mean": "with the mean of their surround",
    "filled_noise": "with noise",
    "filled_blurred": "with their blurred surround",
}
_CONTROLS = {
    "outline_only": (
        "The network tells pneumonia with AUROC {auroc:.3f} from the black outline of the lungs alone: part of what it "
        "tells where the lungs are filled is their shape."
    ),
    "outer_ring_only": (
        "The network tells pneumonia with AUROC {auroc:.3f} from the outer ring of the film alone: how the films were "
        "taken gives part of the label away."
    ),
    "file_size": (
        "The size of the files alone tells pneumonia with AUROC {auroc:.3f}: how the films were stored gives part of "
        "the label away."
    ),
}
MEANINGFUL = frozenset(_CONTROLS)
"""Controls for shortcuts by which something is said where pneumonia is told at all."""

_TESTS = {
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
UNTESTED = {
    "none suspected": "No film with pneumonia is suspected, so the heatmaps cannot be tested.",
    "all suspected": "No film without pneumonia is not suspected, so the heatmaps cannot be tested.",
}


def control_claim(name: str, found: Figures) -> str:
    """Say what a control of a card means; "" where it means nothing, or cannot be said.

    Args:
        name: of the control.
        found: its figures, with the entry `missed` where it means something.
    """
    if "sentence" in found:
        return str(found["sentence"])
    if not found.get("missed"):
        return ""
    try:
        if name in EXCHANGES:
            return _of_exchange(name, found)
        return _of_filled(name, found) if name in _FILLED else _CONTROLS[name].format(**found)
    except (KeyError, TypeError, ValueError):  # Of another program, which counts other figures.
        return ""


def map_claims(maps: Figures) -> list[str]:
    """Say what the tests of heatmaps found: a sentence for each that is not passed, or that all are.

    Args:
        maps: of a card, the entry `maps`, or that of its test.
    """
    if "sentences" in maps:
        return _texts(maps["sentences"])
    if why := UNTESTED.get(str(maps.get("untested"))):
        return [why]
    return missed_tests(maps) or ([ALL_PASSED] if "failed" in maps else [])


def missed_tests(maps: Figures) -> list[str]:
    """Return a sentence for each test that the heatmap that is shown first does not pass; arguments as `map_claims`."""
    place, discs = _part(maps, "methods", GRAD_CAM), _part(maps, "discs", GRAD_CAM)
    figures = {**place, **{f"disc_{name}": figure for name, figure in discs.items()}}
    return [_of_test(code, figures, _part(maps, "wanted")) for code in _texts(maps.get("failed"))]


def tally(maps: Figures) -> str:
    """Say in a few words how the heatmap that is shown first did in its tests; arguments as `map_claims`."""
    count, failed = len(_part(maps, "wanted")), len(_texts(maps.get("failed")))
    if "failed" not in maps or not count:
        return "This version's heatmap was not tested."
    if not failed:
        return f"Its heatmap passed all {count} tests."
    return f"Its heatmap failed {failed} of its {count} tests."


def guide(maps: Figures) -> str:
    """Say how far the heatmap that is shown first is a guide, by its tests; arguments as `map_claims`."""
    if "failed" not in maps:
        return "Its heatmap was not tested."
    return "Take the heatmap as a rough guide." if _texts(maps["failed"]) else "The heatmap passed its tests."


def in_short(maps: Figures, method: str) -> str:
    """Say beside a heatmap what its tests mean for who looks at it; `maps` as for `map_claims`.

    Args:
        maps: of a card.
        method: by which the heatmap is made; the tests judge Grad-CAM, which is shown first, and measure others.
    """
    if method != GRAD_CAM:
        peak, judged = _part(maps, "methods", method).get("peak"), f"The tests of this version judge {GRAD_CAM}"
        if not isinstance(peak, float) or not 0 <= peak <= 1:
            return f"{judged}, not this heatmap."
        lies = f"on {whole_percent(peak)} of suspected films its hottest place lay in the lungs"
        return f"{judged}, not this heatmap: {lies}."
    meanings = [claim.rpartition(": ")[2].rstrip(".") for claim in missed_tests(maps)]
    return " ".join([tally(maps), *(f"{each[:1].upper()}{each[1:]}." for each in dict.fromkeys(meanings))])


def _of_test(code: str, figures: Figures, wanted: Figures) -> str:
    if code not in _TESTS:
        return code  # A sentence, of an older card.
    try:
        return _TESTS[code].format(**figures, wanted=wanted.get(code))
    except (KeyError, TypeError, ValueError):
        return f"The heatmap does not pass the test {code.replace('_', ' ')}."


def _of_exchange(name: str, found: Figures) -> str:
    wanted = found["wanted"]
    if name.startswith("random_chests"):
        said = f"the network tells the class of the chest with AUROC {found['auroc']:.3f}"
        limit = f"at most {wanted['auroc']} is wanted"
    else:
        said = (
            f"the network tells the class of the lungs with AUROC {found['auroc']:.3f} and {found['follow']:.0%} "
            "of its decisions follow them"
        )
        least = [f"{wanted['auroc']}"] if "auroc" in wanted else []
        bounds = " and ".join([*least, f"{wanted['follow']:.0%}"])
        limit = f"at least {bounds} are wanted"
    decides = "part of the answer comes from outside the lungs, which the heatmap does not show."
    return f"{EXCHANGES[name]}, {said}; {limit}: {decides}"


def _of_filled(name: str, found: Figures) -> str:
    filled = f"Where the lungs are filled {_FILLED[name]}, the network tells pneumonia with AUROC {found['auroc']:.3f}"
    if found["floor"] is None:
        return f"{filled}; how much of that such films hold is not known, as no small network was trained on them."
    return (
        f"{filled}, more than the {found['floor']:.3f} of a small network that was trained on such films: part of its "
        "answer rests on what is outside the lungs."
    )


def _part(figures: Figures, *keys: str) -> Figures:
    found: Any = figures
    for key in keys:
        found = found.get(key) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _texts(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list | tuple) else []
