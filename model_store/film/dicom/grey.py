"""What grey is a stored value shown in? Modality, window and polarity in one table of all values; larger is whiter.

The rules are those of DICOM PS3.3: C.11.1 (modality), C.11.2 (window), C.7.5.1.1.2 (padding), C.11.6 (polarity). A
table costs the same for any film, so no step of it makes a copy of the film.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from model_store.film.dicom.values import LOSSY, listed, numbers, text
from model_store.film.header.header import level_and_width
from model_store.film.refusals import UnreadableImage

Values = NDArray[np.float64]
Grey = NDArray[np.uint8] | NDArray[np.uint16]

_EXPLANATIONS = frozenset({"NORMAL", "HARDER", "SOFTER", "BONE", "LUNG", "CHEST", "STANDARD", "DEFAULT"})
"""What a window may be called after; any other explanation is free text, which may name anybody."""


@dataclass(frozen=True)
class Window:
    """One way in which a file offers to show its values.

    Attributes:
        name: for the reader.
        shares: takes values after the modality transformation to 0..1, before any inversion.
    """

    name: str
    shares: Callable[[Values], Values]


def windows_of(dataset: Dataset) -> list[Window]:
    """Return all windows that a data set offers; its tables first, as pydicom prefers them, and no unusable ones."""
    curves = [_curve(item, dataset) for item in dataset.get("VOILUTSequence") or []]
    windows = [Window(f"Curve {i}", curve) for i, curve in enumerate(filter(None, curves), 1)]
    function = text(dataset, "VOILUTFunction").upper() or "LINEAR"
    said = [str(each).strip().upper() for each in listed(dataset.get("WindowCenterWidthExplanation"))]
    pairs = zip(numbers(dataset, "WindowCenter"), numbers(dataset, "WindowWidth"), strict=False)
    for i, (centre, width) in enumerate(pairs):
        if not (np.isfinite(centre) and np.isfinite(width)) or width < (1 if function == "LINEAR" else 1e-6):
            continue
        name = said[i].capitalize() if i < len(said) and said[i] in _EXPLANATIONS else f"Window {i + 1}"
        windows.append(Window(f"{name} {level_and_width(centre, width)}", _ramp(centre, width, function)))
    return windows


def shown(pixels: NDArray[np.generic], dataset: Dataset, window: Window | None) -> Grey:
    """Return a film as it is to be seen.

    Args:
        pixels: (rows, columns), uint8 or uint16, as `stored_pixels` returns them.
        dataset: the film's.
        window: one of its own; None for the whole range of its values.

    Returns:
        (rows, columns), uint8 for a film of up to 8 bits and else uint16; bone is white, padding black.

    Raises:
        UnreadableImage: its values have more bits than its header says.
    """
    stored = _stored_values(dataset, 2 ** (8 * pixels.itemsize))
    _refuse_torn(pixels, stored, dataset)
    values, padding = values_of(pixels, dataset), padding_of(pixels, dataset)
    if window:
        shares = window.shares(values)
    elif _is_ready(dataset) and np.array_equal(values, stored):
        shares = values / 255
    else:
        shares = whole_range(values, _present(pixels, len(values)) & ~padding)
    if _is_inverted(dataset):
        shares = 1 - shares
    shares[padding] = 0
    kind: type[np.uint8 | np.uint16] = np.uint8 if dataset.BitsStored <= 8 else np.uint16
    table = np.rint(np.clip(shares, 0, 1) * np.iinfo(kind).max).astype(kind)
    return cast(Grey, table[pixels])


def _stored_values(dataset: Dataset, count: int) -> Values:
    """Return the value of each pattern of bits, within the range of the bits in use."""
    bits, is_signed = int(dataset.BitsStored), bool(dataset.get("PixelRepresentation", 0))
    patterns = np.arange(count)
    if dataset.file_meta.TransferSyntaxUID in LOSSY:
        values = _signed(patterns, count) if is_signed else patterns
        # A lossy stream goes a little beyond its range, and black must not become white for that.
        least = -(2 ** (bits - 1)) if is_signed else 0
        return np.asarray(np.clip(values, least, least + 2**bits - 1), np.float64)
    values = (patterns >> _shift(dataset)) & (2**bits - 1)  # Bits that are not in use hold anything, such as overlays.
    return np.asarray(_signed(values, 2**bits) if is_signed else values, np.float64)


def _refuse_torn(pixels: NDArray[np.generic], stored: Values, dataset: Dataset) -> None:
    """Refuse a film that would lose upper bits of its values, and show black beside white, or white alone.

    What else may be in bits that are not in use, such as overlays, makes the film with these bits the rougher one.
    """
    is_lossy = dataset.file_meta.TransferSyntaxUID in LOSSY
    whole = np.arange(len(stored)) >> (0 if is_lossy else _shift(dataset))
    if dataset.get("PixelRepresentation", 0):
        whole = _signed(whole, int(whole[-1]) + 1)
    if np.array_equal(whole, stored):  # All bits are in use.
        return
    rows = pixels[::32]
    seen, all_bits = stored[rows], whole[rows]
    # A few pixels, as of a mark, do no harm, and a lossy stream goes a little beyond its range.
    is_torn = np.mean(np.abs(all_bits - seen) > 2**dataset.BitsStored / 8) > 0.01
    if not is_lossy:
        is_torn &= np.abs(np.diff(all_bits)).sum() < np.abs(np.diff(seen)).sum()
    if is_torn:
        raise UnreadableImage(
            "The values in this DICOM file have more bits than its header says; "
            "please export the radiograph again from its archive.",
            "damaged",
        )


def _shift(dataset: Dataset) -> int:
    """Return how many bits lie below those in use."""
    bits = int(dataset.BitsStored)
    return max(int(dataset.get("HighBit", bits - 1)) - bits + 1, 0)


def _signed(values: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Return unsigned values of `count` patterns in two's complement."""
    return np.where(values < count // 2, values, values - count)


def _modality(stored: Values, dataset: Dataset) -> Values:
    if sequence := dataset.get("ModalityLUTSequence"):
        return _mapped(stored, *_table(sequence[0], dataset))
    slope, intercept = ([*numbers(dataset, name), 0.0][0] for name in ("RescaleSlope", "RescaleIntercept"))
    # A slope of 0 would leave no picture, and neither would what is no number.
    return stored * (slope if slope and np.isfinite(slope) else 1.0) + (intercept if np.isfinite(intercept) else 0.0)


def _curve(item: Dataset, dataset: Dataset) -> Callable[[Values], Values] | None:
    try:
        first, entries = _table(item, dataset)
    except (AttributeError, TypeError, ValueError):
        return None
    # Some tables say 16 bits and use 12: what they use is what becomes white.
    shares = entries / (2 ** max(int(entries.max()).bit_length(), 8) - 1)
    return lambda values: _mapped(values, first, shares)


def _table(item: Dataset, dataset: Dataset) -> tuple[int, Values]:
    """Return the first value that a lookup table maps, and what it maps it and those above it to."""
    count, first, _ = (int(each) for each in item.LUTDescriptor)
    count = count % 2**16 or 2**16
    data: Any = item.LUTData
    order = "<" if dataset.original_encoding[1] else ">"
    if not isinstance(data, bytes):  # Words, which may hold two entries each, and have no sign whatever is said.
        data, order = (np.atleast_1d(np.asarray(data, np.int64)) % 2**16).astype("<u2").tobytes(), "<"
    entries = np.frombuffer(data, f"{order}u2" if len(data) >= 2 * count else "u1")[:count]
    if not len(entries):
        raise ValueError("a lookup table without entries")
    return first, entries.astype(np.float64)


def _mapped(values: Values, first: int, entries: Values) -> Values:
    if first > values.max():  # A negative number, of which the file says that it has no sign.
        first -= 2**16
    return np.asarray(entries[np.clip(np.rint(values) - first, 0, len(entries) - 1).astype(np.int64)], np.float64)


def _ramp(centre: float, width: float, function: str) -> Callable[[Values], Values]:
    """Return a window's function: PS3.3 C.11.2.1.2 (linear), C.11.2.1.3 (sigmoid, linear exact)."""
    if function == "SIGMOID":
        return lambda values: 1 / (1 + np.exp(np.clip(-4 * (values - centre) / width, -500, 500)))
    if function != "LINEAR_EXACT":
        centre, width = centre - 0.5, max(width - 1, 1e-6)  # A width of 1 is a step.
    return lambda values: np.clip((values - centre) / width + 0.5, 0, 1)


def _is_ready(dataset: Dataset) -> bool:
    """Whether stored values are greys to be looked at already, as those of a picture file of 8 bits are."""
    return dataset.BitsStored == 8 and not dataset.get("PixelRepresentation", 0)


def _present(pixels: NDArray[np.generic], count: int) -> NDArray[np.bool_]:
    present = np.zeros(count, np.bool_)
    present[pixels.ravel()] = True
    return present


def whole_range(values: Values, counted: NDArray[np.bool_]) -> Values:
    """Return values as shares, 0..1, of the range of those that count, (n,), bool."""
    if not counted.any():
        return np.zeros_like(values)
    low, high = values[counted].min(), values[counted].max()
    return np.asarray(np.clip((values - low) / max(high - low, 1e-9), 0, 1), np.float64)


def values_of(pixels: NDArray[np.generic], dataset: Dataset) -> Values:
    """Return the value of each pattern of bits, (256,) or (65536,), after the modality transformation."""
    return _modality(_stored_values(dataset, 2 ** (8 * pixels.itemsize)), dataset)


def padding_of(pixels: NDArray[np.generic], dataset: Dataset) -> NDArray[np.bool_]:
    """Return which patterns of bits, (256,) or (65536,), are padding."""
    stored = _stored_values(dataset, 2 ** (8 * pixels.itemsize))
    value = dataset.get("PixelPaddingValue")
    if not isinstance(value, int):
        return np.zeros(len(stored), np.bool_)
    limit = dataset.get("PixelPaddingRangeLimit")
    low, high = sorted((value, limit if isinstance(limit, int) else value))
    if low > stored.max():  # Negative numbers, of which the file says that they have no sign.
        low, high = low - 2**16, high - 2**16
    return (stored >= low) & (stored <= high)


def _is_inverted(dataset: Dataset) -> bool:
    # Both say the same and never cancel: INVERSE belongs to MONOCHROME1 (PS3.3 C.8.11.3.1.2).
    return (
        text(dataset, "PhotometricInterpretation") == "MONOCHROME1"
        or text(dataset, "PresentationLUTShape") == "INVERSE"
    )
