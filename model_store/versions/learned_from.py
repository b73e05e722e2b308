"""From which images did a version learn? A list of shortened hashes beside its weights, so that leaks are found."""

import hashlib
import re
from collections.abc import Iterable

LEARNED_FROM = "learned_from.txt"
"""Name of the list in a version's folder."""

DIGITS = 16
"""Digits of each hash that are kept: 64 bits, so that two of a million images agree by chance once in 4e7 lists."""

_DIGEST = re.compile(rf"[0-9a-f]{{{DIGITS},64}}")
_LIST = re.compile(rf"(?:[0-9a-f]{{{DIGITS}}}\n)+")


def write_list(digests: Iterable[str]) -> bytes:
    """Return the content of a list: the first 16 digits of each digest, sorted, each once, one a line.

    Args:
        digests: hexadecimal SHA-256 of image files, whole or shortened to 16 digits or more.

    Raises:
        ValueError: one of them is no such digest.
    """
    short = set()
    for digest in digests:
        if not _DIGEST.fullmatch(digest.lower()):
            raise ValueError(f"{digest!r} is no SHA-256 of an image; expected {DIGITS} to 64 hexadecimal digits.")
        short.add(digest.lower()[:DIGITS])
    return "".join(f"{digest}\n" for digest in sorted(short)).encode()


def read_list(content: bytes) -> frozenset[str]:
    """Return the digests of a list, 16 digits each.

    Raises:
        ValueError: it is empty, or not written as `write_list` writes it.
    """
    text = content.decode("ascii")
    if not _LIST.fullmatch(text):
        raise ValueError("This is no list of image hashes.")
    digests = frozenset(text.split())
    if write_list(digests) != content:
        raise ValueError("This list of image hashes is not sorted, or names an image twice.")
    return digests


def list_sha256(content: bytes) -> str:
    """Return the hash of a list, by which a card names it."""
    return hashlib.sha256(content).hexdigest()
