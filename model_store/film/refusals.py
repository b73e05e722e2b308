"""Which files are not read, and what is said of them? The bounds of all formats, and the refusal itself."""

from model_store.basics.errors import UserError

MAX_BYTES = 100_000_000
"""Largest file that is read, in bytes; an uncompressed 16-bit film of 40 megapixels has 80 million."""

MAX_PIXELS = 40_000_000
"""Largest picture that is decoded; the finest chest detectors in use have about 18 megapixels."""

MIN_SIDE = 64
"""Shortest side in pixels on which ribs can still be told from lung."""


MOST_UNEQUAL = 2.5
"""How many times as long as the other a side may be; no frontal film of a chest comes near."""


class UnreadableImage(UserError, ValueError):
    """The bytes are not a picture that can be read; the message is one sentence for the clinician.

    Attributes:
        name: what is wrong, as programs know it, for example "damaged".
    """

    def __init__(self, sentence: str, name: str = "unreadable") -> None:
        super().__init__(sentence)
        self.name = name


def refuse_size(width: int, height: int) -> None:
    """Let pass what may be decoded; raises UnreadableImage for a picture of too many pixels, or too few, or none."""
    if not width or not height:
        raise UnreadableImage("This picture has no pixels; please export the radiograph again.", "no pixels")
    if width * height > MAX_PIXELS:
        raise too_large()
    if min(width, height) < MIN_SIDE:
        raise UnreadableImage(
            f"This picture has {width} x {height} pixels, too few to read; "
            f"please use a radiograph of at least {MIN_SIDE} x {MIN_SIDE}.",
            "too small",
        )


def refuse_shape(height: int, width: int) -> None:
    """Let pass what may be a whole film; raises UnreadableImage for a strip, which a square would distort too much."""
    if max(height, width) > MOST_UNEQUAL * min(height, width):
        raise UnreadableImage(
            f"This picture has {width} x {height} pixels, one side more than {MOST_UNEQUAL:g} times as long as the "
            "other, as no chest radiograph has; please export the whole film.",
            "too unequal",
        )


def too_large() -> UnreadableImage:
    """Return what is said of a picture of more pixels than are decoded."""
    return UnreadableImage(
        f"This picture has more than {MAX_PIXELS // 1_000_000} million pixels, more than any chest radiograph; "
        "please export the radiograph at its normal size.",
        "too large",
    )
