"""What does the screen say of a film that the check refuses or warns of? Every sentence, as plain text."""

from model_store.gate_state import SHORTEST_REASON
from model_store.results import Reading

NOT_READ = "Not read"
OVERRULE = "It is a frontal chest radiograph"
OVERRULE_HELP = (
    "If you can see that it is one, say how you know; it is then read, and your reason stays with the result. "
    "The result is less to be trusted: the model never learned from films like it."
)
REASON_LABEL = f"Your reason (at least {SHORTEST_REASON} characters; it stays with the result)"
REASON_MISSING = f"Please say in at least {SHORTEST_REASON} characters why it is a frontal chest radiograph."
READ_ALL_THE_SAME = "Read it all the same"
TAKE_BACK = "Take this back"
OVERRULE_WARNING = "Overrule this warning"
WARN_AGAIN = "Warn again"
WINDOW_OF_THE_FILE = "Window of the file in which the film is read"
BACK_TO_STORED = "Back to the film as it was uploaded"
LONGEST_REASON = 200
"""Characters of a typed reason at most, so that it fits beside a result and into the saved picture."""

_FOUND = {
    "no lungs": "no two lungs",
    "implausible lungs": "no two lungs of the usual shape and place",
    "not a chest": "no chest radiograph",
    "lateral view": "a header that says lateral view",
    "oblique view": "a header that says oblique view",
    "other body part": "a header that names another part of the body",
    "other modality": "a header of something other than a radiograph",
    "unlike": "a picture unlike those that the model knows",
}
"""What the check found, by the name of its reason, in words that go on a sentence."""

_TURNS = ("", "turned 90 degrees clockwise", "turned 180 degrees", "turned 90 degrees counterclockwise")


def correction_label(*, turn: bool, invert: bool) -> str:
    """Return what the button is called that corrects a film and has it read."""
    if turn and invert:
        return "Turn it upright, invert it and read"
    return "Turn it upright and read" if turn else "Invert it and read"


def correction(turn: int, *, is_inverted: bool) -> str:
    """Say how a film differs from the stored one; "" for the stored one itself.

    Args:
        turn: quarter turns clockwise, 0..3.
        is_inverted: whether black and white are exchanged.
    """
    return ", ".join(part for part in (_TURNS[turn], "inverted" if is_inverted else "") if part)


def correction_sentence(turn: int, *, is_inverted: bool) -> str:
    """Say on the screen that a film is not shown as it was uploaded."""
    return f"This film is shown and read {correction(turn, is_inverted=is_inverted).replace(', ', ' and ')}."


def overruled_warning(sentence: str) -> str:
    """Say that the reader has taken note of a warning and overruled it."""
    return f"Overruled by the reader: {sentence}"


def overruled_refusal(reading: Reading) -> str:
    """Say against what a film was read, and why; "" where nothing was overruled."""
    if reading.overruled is None:
        return ""
    found = " and ".join(_FOUND.get(reason.name, reason.name) for reason in reading.quality.refusals)
    return (
        f"Read against the check of this film, which found {found or _FOUND['not a chest']}. "
        f"The reader's reason: {reading.overruled.rstrip('.')}."
    )


def notices(reading: Reading, overruled: frozenset[str]) -> list[str]:
    """List what has to be read with a result that leaves the screen.

    Args:
        reading: the result.
        overruled: names of the warnings that the reader has overruled.
    """
    warnings = [
        overruled_warning(reason.sentence) if reason.name in overruled else f"Warning: {reason.sentence}"
        for reason in reading.quality.warnings
    ]
    return [sentence for sentence in (overruled_refusal(reading), *warnings) if sentence]
