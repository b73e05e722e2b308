"""From which films did a version learn? A list of their hashes beside its weights, so that leaks are found."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet

import numpy as np
from numpy.typing import NDArray

from model_store.film.fingerprint import HEX_DIGITS, are_among

LEARNED_FROM = "learned_from.txt"
"""Name of the list in a version's folder."""

DIGITS = 16
"""Digits of each file's hash that are kept: 64 bits, so that two of a million files agree by chance once in 4e7
lists."""

LINE_BYTES = DIGITS + 1 + HEX_DIGITS + 1
"""Bytes of an entry on the disk at most."""

_ENTRY = re.compile(rf"([0-9a-f]{{{DIGITS},64}})(?: ([0-9a-f]{{{HEX_DIGITS}}}))?")
_LIST = re.compile(rf"(?:[0-9a-f]{{{DIGITS}}}(?: [0-9a-f]{{{HEX_DIGITS}}})?\n)+")


def entry(sha256: str, fingerprint: str) -> str:
    """Return what a list says of a film: the file's hash and, where it is known, the fingerprint of what it shows."""
    return f"{sha256} {fingerprint}".rstrip()


def write_list(entries: Iterable[str]) -> bytes:
    """Return the content of a list: entries with the first 16 digits of each hash, sorted, each once, one a line.

    Args:
        entries: of films, of `entry`; the hexadecimal SHA-256 whole or shortened to 16 digits or more.

    Raises:
        ValueError: one of them is no such entry.
    """
    return "".join(f"{entry(*film)}\n" for film in sorted(_films(entries).items())).encode()


def read_list(content: bytes) -> frozenset[str]:
    """Return the entries of a list, with 16 digits of each hash; older lists have no fingerprints.

    Raises:
        ValueError: it is empty, or not written as `write_list` writes it.
    """
    text = content.decode("ascii")
    if not _LIST.fullmatch(text):
        raise ValueError("This is no list of image hashes.")
    entries = frozenset(text.splitlines())
    if write_list(entries) != content:
        raise ValueError("This list of image hashes is not sorted, or names an image twice.")
    return entries


def are_learned(films: Sequence[tuple[str, str]], entries: AbstractSet[str]) -> NDArray[np.bool_]:
    """Return for each film, (n,), whether it is in a list: the same file, or one that shows the same, saved anew.

    Args:
        films: SHA-256 and fingerprint of each, "" where that is not known.
        entries: of a list.
    """
    known = _films(entries)
    same_files = np.array([sha256[:DIGITS] in known for sha256, _ in films], bool)
    return same_files | are_among([shown for _, shown in films], [shown for shown in known.values() if shown])


def knows_copies(entries: AbstractSet[str]) -> bool:
    """Return whether films that were saved anew would be found in a list: older lists know files alone."""
    return all(_films(entries).values())


def list_sha256(content: bytes) -> str:
    """Return the hash of a list, by which a card names it."""
    return hashlib.sha256(content).hexdigest()


def _films(entries: Iterable[str]) -> dict[str, str]:
    """Return the fingerprint, "" where it is not known, by the shortened hash."""
    films: dict[str, str] = {}
    for each in entries:
        found = _ENTRY.fullmatch(each.lower())
        if not found:
            raise ValueError(
                f"{each!r} is no SHA-256 of an image; expected {DIGITS} to 64 hexadecimal digits, and perhaps the "
                f"{HEX_DIGITS} of its fingerprint."
            )
        short = found[1][:DIGITS]
        films[short] = max(found[2] or "", films.get(short, ""))
    return films
