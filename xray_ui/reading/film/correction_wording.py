"""What does the screen say of correcting a film?"""

WINDOW_OF_THE_FILE = "Window of the file in which the film is read"

BACK_TO_STORED = "Back to the film as it was uploaded"

MIRROR = "Mirror it back and read"


def correction_label(*, turn: bool, invert: bool) -> str:
    """Return what the button is called that corrects a film and has it read."""
    if turn and invert:
        return "Turn it upright, invert it and read"
    return "Turn it upright and read" if turn else "Invert it and read"
