"""Is this the same film, saved anew? A hash of what is seen coarsely, of which another encoding changes little."""

from collections.abc import Iterator, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

HEX_DIGITS = 64
"""Length of a fingerprint: 256 bits."""

MOST_BITS = 24
"""Bits in which two fingerprints of one film may differ. Of Kermany's 5,856 films, saved again as JPEG of quality 60 to
95, as PNG and at 90 to 110 % of their size, none differed in more than 14; no two films that are not byte for byte the
same differ in fewer than 40."""

_SIDE, _FREQUENCIES = 64, 16
_ROWS = 256


def fingerprint(pixels: NDArray[np.uint8] | NDArray[np.uint16]) -> str:
    """Return the perceptual hash (pHash) of a film: which of its lowest frequencies are above their median.

    Zauner 2010, "Implementation and benchmarking of perceptual image hash functions", with 16 x 16 frequencies. The
    whole picture is taken, for where its borders lie may depend on how it was saved.

    Args:
        pixels: (height, width), uint8 or uint16, of any size.

    Returns:
        64 hexadecimal digits; "" of a picture that shows nothing, as all those would be the same.
    """
    small = cv2.resize(pixels, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA).astype(np.float32)
    if np.ptp(small) == 0:
        return ""
    low = np.asarray(cv2.dct(small))[:_FREQUENCIES, :_FREQUENCIES].ravel()
    return np.packbits(low > np.median(low)).tobytes().hex()


def are_among(films: Sequence[str], known: Sequence[str]) -> NDArray[np.bool_]:
    """Return for each fingerprint, (n,), whether one of those known is of the same film; "" is of none."""
    found = np.zeros(len(films), bool)
    rows, words = _words(films)
    _, others = _words(known)
    for start, near in _near(words, others):
        found[rows[start : start + len(near)]] = near.any(axis=1)
    return found


def same_films(films: Sequence[str]) -> NDArray[np.intp]:
    """Return the pairs of places, (n, 2), at which fingerprints are of the same film, the smaller place first."""
    rows, words = _words(films)
    pairs = [np.argwhere(np.triu(near, start + 1)) + np.array([start, 0]) for start, near in _near(words, words)]
    return rows[np.concatenate(pairs)] if pairs else np.empty((0, 2), np.intp)


def _words(films: Sequence[str]) -> tuple[NDArray[np.intp], NDArray[np.uint64]]:
    """Return the places of the fingerprints that are known, (n,), and these, (n, 4)."""
    rows = np.array([row for row, film in enumerate(films) if film], np.intp)
    together = bytes.fromhex("".join(films))
    return rows, np.frombuffer(together, np.uint64).reshape(len(rows), HEX_DIGITS // 16)


def _near(films: NDArray[np.uint64], others: NDArray[np.uint64]) -> Iterator[tuple[int, NDArray[np.bool_]]]:
    """Yield some rows after the other the first one's place and, (rows, m), which of the others are the same film."""
    for start in range(0, len(films), _ROWS):
        some = films[start : start + _ROWS]
        bits = np.zeros((len(some), len(others)), np.uint16)
        for word in range(films.shape[1]):
            bits += np.bitwise_count(some[:, word, None] ^ others[None, :, word])
        yield start, bits <= MOST_BITS
