"""How is a file damaged? In one way of each kind that transport, storage or somebody with a purpose damages it."""

import zlib
from collections.abc import Callable

import numpy as np

from tests.robustness.originals import Original, Part, png_parts

Mutation = Callable[[Original, Original, np.random.Generator], bytes]

_EXTREMES = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
"""Lengths at which a program goes wrong, if at any."""


def bits(original: Original, other: Original, rng: np.random.Generator) -> bytes:
    """Flip one to eight bits; half the time within the first 300 bytes, where the structure is."""
    data = bytearray(original.data)
    end = len(data) if rng.random() < 0.5 else min(300, len(data))
    for place in rng.integers(0, end, rng.integers(1, 9)):
        data[place] ^= 1 << int(rng.integers(0, 8))
    return bytes(data)


def cut(original: Original, other: Original, rng: np.random.Generator) -> bytes:
    """Cut the end off."""
    return original.data[: int(rng.integers(0, len(original.data)))]


def cut_and_closed(original: Original, other: Original, rng: np.random.Generator) -> bytes:
    """Cut the end off and put the last bytes of the file behind, as an end mark."""
    return cut(original, other, rng) + original.data[-12 if original.kind == "PNG" else -2 :]


def length(original: Original, other: Original, rng: np.random.Generator) -> bytes:
    """Change the length of a part, to an extreme or by a little."""
    part = _part(original, rng)
    if part is None:
        return bits(original, other, rng)
    order = "little" if original.kind == "DICOM" and original.name != "big endian" else "big"
    stored = int.from_bytes(original.data[part.length_at : part.length_at + part.length_size], order)  # type: ignore[arg-type]
    value = int(rng.choice(_EXTREMES)) if rng.random() < 0.7 else stored + int(rng.integers(-8, 9))
    changed = (value % 256**part.length_size).to_bytes(part.length_size, order)  # type: ignore[arg-type]
    return original.data[: part.length_at] + changed + original.data[part.length_at + part.length_size :]


def spliced(original: Original, other: Original, rng: np.random.Generator) -> bytes:
    """Put the beginning of one file before the end of another."""
    first, second = int(rng.integers(1, len(original.data))), int(rng.integers(1, len(other.data)))
    if original.parts and other.parts and rng.random() < 0.7:
        first, second = _part_of(original, rng).start, _part_of(other, rng).start
    return original.data[:first] + other.data[second:]


def swapped(original: Original, other: Original, rng: np.random.Generator) -> bytes:
    """Exchange two parts, leave one out or repeat one."""
    if not original.parts:
        return bits(original, other, rng)
    parts = [original.data[part.start : part.end] for part in original.parts]
    first, second = (int(place) for place in rng.integers(0, len(parts), 2))
    match int(rng.integers(0, 3)):
        case 0:
            parts[first], parts[second] = parts[second], parts[first]
        case 1:
            del parts[first]
        case 2:
            parts.insert(second, parts[first])
    return original.data[: original.parts[0].start] + b"".join(parts) + original.data[original.parts[-1].end :]


def within(original: Original, other: Original, rng: np.random.Generator) -> bytes:
    """Change up to four bytes within one part, and make a PNG file's checksums right again."""
    part = _part(original, rng)
    if part is None:
        return bits(original, other, rng)
    data = bytearray(original.data)
    first = part.length_at + part.length_size
    for place in rng.integers(first, max(part.end, first + 1), rng.integers(1, 5)):
        data[min(int(place), len(data) - 1)] = int(rng.integers(0, 256))
    if original.kind == "PNG":
        for each in png_parts(original.data):
            data[each.end - 4 : each.end] = zlib.crc32(data[each.start + 4 : each.end - 4]).to_bytes(4, "big")
    return bytes(data)


def moved(original: Original, other: Original, rng: np.random.Generator) -> bytes:
    """Cut out some bytes, repeat some or overwrite some with zeros, as a faulty disc does."""
    data, count = bytearray(original.data), int(rng.integers(1, 600))
    place = int(rng.integers(0, len(data)))
    match int(rng.integers(0, 3)):
        case 0:
            del data[place : place + count]
        case 1:
            data[place:place] = data[place : place + count]
        case 2:
            data[place : place + count] = bytes(len(data[place : place + count]))
    return bytes(data)


MUTATIONS: tuple[Mutation, ...] = (bits, cut, cut_and_closed, length, spliced, swapped, within, moved)


def mutated(number: int, files: list[Original]) -> tuple[Original, str, bytes]:
    """Return the original, the mutation's name and the damaged file of a number; the same each time."""
    rng = np.random.default_rng([5, number])
    mutation = MUTATIONS[number % len(MUTATIONS)]
    kind = ("PNG", "JPEG", "DICOM")[number // len(MUTATIONS) % 3]
    own = [each for each in files if each.kind == kind]
    original = own[int(rng.integers(0, len(own)))]
    other = (own if rng.random() < 0.8 else files)[int(rng.integers(0, len(own)))]
    return original, mutation.__name__, mutation(original, other, rng)


def _part(original: Original, rng: np.random.Generator) -> Part | None:
    return _part_of(original, rng) if original.parts else None


def _part_of(original: Original, rng: np.random.Generator) -> Part:
    return original.parts[int(rng.integers(0, len(original.parts)))]
