"""What grey has a pixel? Of a picture in any mode, and of a film whose black and white are exchanged."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def grey_of(image: Image.Image) -> NDArray[np.uint8] | NDArray[np.uint16]:
    """Return a picture in any mode as grey, (height, width): uint16 where it has 16 bits, else uint8.

    Colour becomes luminance (ITU-R BT.601); transparent parts are laid on black.
    """
    if image.mode.startswith("I"):
        return np.asarray(np.clip(np.asarray(image), 0, 65535), np.uint16)
    if image.mode in ("L", "1") and "transparency" not in image.info:
        return np.array(image.convert("L"))
    if image.mode == "P" or "A" in image.mode or "transparency" in image.info:
        opaque = Image.new("RGBA", image.size, "black")
        opaque.alpha_composite(image.convert("RGBA"))
        image = opaque
    return np.array(image.convert("RGB").convert("L"))


def colour_of(image: Image.Image) -> float:
    """Return how much colour a picture has beyond an even tint: the spread of what brightness does not explain.

    Args:
        image: in any mode.

    Returns:
        The mean distance of both colour differences (red - green, blue - green) from their regression on green, in
        grey levels of 255; 0 for a grey picture, and little for one with a coloured mark or two.
    """
    if image.mode in ("L", "1", "LA") or image.mode.startswith("I"):
        return 0.0
    small = image.convert("RGBA" if image.mode == "P" else image.mode).resize((96, 96), Image.Resampling.BOX)
    red, green, blue = np.asarray(small.convert("RGB"), np.float64).reshape(-1, 3).T
    base = np.column_stack([green, np.ones_like(green)])
    differences = np.column_stack([red - green, blue - green])
    rest = differences - base @ np.linalg.lstsq(base, differences, rcond=None)[0]
    return float(np.abs(rest).mean())


def default_window(pixels: NDArray[np.uint8] | NDArray[np.uint16]) -> tuple[float, float]:
    """Return the grey values that become black and white unless the reader chooses.

    An 8-bit film was windowed by whoever exported it and is left as it is; of a 16-bit film, which may use a small
    part of its range, the 1st and the 99th percentile are taken.

    Args:
        pixels: (height, width), uint8 or uint16.
    """
    if pixels.dtype == np.uint8:
        return 0.0, 255.0
    low, high = np.percentile(pixels[::4, ::4], (1, 99))
    return float(low), float(max(high, low + 1))


def judged_range(pixels: NDArray[np.uint8] | NDArray[np.uint16]) -> tuple[float, float]:
    """Return the grey values that count as black and white where a film is judged and read.

    They are the ends of the range, so that a 16-bit film has the greys of its 8-bit copy, unless it uses less than half
    of the range, as one of 10 or 12 bits does: then they are those between which it is shown.

    Args:
        pixels: (height, width), uint8 or uint16.
    """
    whole = float(np.iinfo(pixels.dtype).max)
    low, high = default_window(pixels)
    return (low, high) if high - low < whole / 2 else (0.0, whole)


def inverted(pixels: NDArray[np.uint8] | NDArray[np.uint16]) -> NDArray[np.uint8] | NDArray[np.uint16]:
    """Exchange black and white: 2^n - 1 minus the grey value.

    Args:
        pixels: (height, width), uint8 or uint16. Of 16 bits a film uses n, commonly 10 to 14, as its whitest pixel
            says; against all 16, black would become nearly white and the film would lie in a sliver of the range.
    """
    bits = 8 if pixels.dtype == np.uint8 else max(int(pixels.max()).bit_length(), 8)
    return np.asarray(pixels.dtype.type(2**bits - 1) - pixels)
