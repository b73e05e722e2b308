"""Which of the patient's sides lies where in a picture? As DICOM's Patient Orientation says, or nobody."""

from collections.abc import Sequence

Orientation = tuple[str, ...]
"""Where the rows of a picture lead, to its right, and its columns, downwards, each as one of L (the patient's left), R,
A (front), P (back), H (head) and F (feet), PS3.3, C.7.6.1.1.1; empty where that is not known."""

Sides = tuple[str, str]
"""What lies at the left and at the right of a picture: "right" and "left" are the patient's."""

USUAL: Sides = ("right", "left")
MIRRORED: Sides = ("left", "right")
UNSTATED: Sides = ("picture left", "picture right")

_OPPOSITE = {"L": "R", "R": "L", "A": "P", "P": "A", "H": "F", "F": "H"}


def orientation_of(said: Sequence[str]) -> Orientation:
    """Return an orientation from the two values of a header, as "L" and "F" or "LA" and "FL"; empty for any others."""
    letters = [value[:1] for value in said if value and set(value) <= set(_OPPOSITE)]
    # Rows and columns that lead along one axis of the body are no picture of it.
    is_picture = len(letters) == len(said) == 2 and letters[1] not in (letters[0], _OPPOSITE[letters[0]])
    return tuple(letters) if is_picture else ()


def turned(orientation: Orientation, turn: int) -> Orientation:
    """Return the orientation of a picture after quarter turns clockwise."""
    for _ in range(turn % 4 if orientation else 0):
        # What went upwards goes to the right, and what went to the right goes downwards.
        orientation = _OPPOSITE[orientation[1]], orientation[0]
    return orientation


def mirrored(orientation: Orientation) -> Orientation:
    """Return the orientation of a picture after its left and right are exchanged."""
    return (_OPPOSITE[orientation[0]], orientation[1]) if orientation else ()


def sides_of(orientation: Orientation) -> Sides:
    """Return which of the patient's sides lie at the left and at the right of a picture."""
    return {"L": USUAL, "R": MIRRORED}.get("".join(orientation[:1]), UNSTATED)


def is_upright(orientation: Orientation) -> bool:
    """Return whether a frontal picture is upright by its orientation; so it is where that is not known."""
    return not orientation or orientation[1] == "F"
