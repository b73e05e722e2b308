"""What is in a version's file? A ZIP of weights, card and list of images, stored one behind the other, and no more.

Nothing is ever extracted by the name that an archive gives: the three members are read by names known here.
"""

import shutil
import stat
import struct
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from model_store.basics.errors import UserError
from model_store.disk.writing import replacing
from model_store.versions.card_file import CARD
from model_store.versions.learned_from import LEARNED_FROM
from model_store.versions.registry import WEIGHTS

LIMITS = {CARD: 4_000_000, LEARNED_FROM: 20_000_000, WEIGHTS: 200_000_000}
"""Largest size of each member in bytes."""

_END = struct.Struct("<4s4H2LH")
"""End of central directory record: PKWARE's APPNOTE 4.3.16, here always without a comment."""

_LOCAL_HEADER_BYTES = 30
_DIRECTORY_BYTES = 200
_MEMBERS = ({CARD, WEIGHTS}, {CARD, WEIGHTS, LEARNED_FROM})
_BROKEN = (zipfile.BadZipFile, EOFError, NotImplementedError, struct.error)


class UnusableFile(UserError, ValueError):
    """A file is not one that `export` has written, or a version in it cannot be used."""


def unusable(why: str) -> UnusableFile:
    """Return the error for a file that is refused."""
    return UnusableFile(f"This file cannot be imported: {why}.")


def write_archive(path: Path, *, weights: Path, card: bytes, images: bytes) -> None:
    """Write a version's file in one step; the same version gives the same bytes.

    Args:
        path: the file to write; one that is there is replaced.
        weights: file of tensors.
        card: content of the card.
        images: content of the list of images; empty where there is none.
    """
    with replacing(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(zipfile.ZipInfo(CARD), card)
        if images:
            archive.writestr(zipfile.ZipInfo(LEARNED_FROM), images)
        with weights.open("rb") as source, archive.open(zipfile.ZipInfo(WEIGHTS), "w") as member:
            shutil.copyfileobj(source, member)


@contextmanager
def open_archive(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open a version's file after its structure was checked; nothing of its members is read yet.

    Raises:
        UnusableFile: it cannot be read, is no such archive, or holds anything else or anything more.
    """
    try:
        if not path.is_file():  # Opening a pipe could wait for ever.
            raise unusable("it is missing, or is no ordinary file")
        file = path.open("rb")
    except OSError as error:
        raise unusable("it may not be opened") from error
    with file:
        _check_end(file)
        try:
            archive = zipfile.ZipFile(file)
        except (*_BROKEN, ValueError) as error:
            raise unusable("it is a damaged ZIP archive") from error
        with archive:
            _check_members(archive)
            yield archive


def read_member(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return the bytes of a member, empty where there is none of that name; raises UnusableFile."""
    if name not in archive.namelist():
        return b""
    try:
        return archive.read(name)
    except _BROKEN as error:
        raise unusable("it is a damaged ZIP archive") from error


def save_member(archive: zipfile.ZipFile, name: str, path: Path) -> None:
    """Write the bytes of a member to a file; raises UnusableFile."""
    try:
        with archive.open(name) as member, path.open("wb") as file:
            shutil.copyfileobj(member, file)
    except _BROKEN as error:
        raise unusable("it is a damaged ZIP archive") from error


def _check_end(file: BinaryIO) -> None:
    """Look at the last record before `zipfile` does, which would read a directory of any length."""
    size = file.seek(0, 2)
    if size > sum(LIMITS.values()) + 2 * _DIRECTORY_BYTES:
        raise unusable("it is larger than a version can be")
    file.seek(max(size - _END.size, 0))
    last = file.read()
    if len(last) != _END.size or not last.startswith(b"PK\5\6"):
        raise unusable("it is no ZIP archive as export writes it")
    _, disk, first_disk, here, members, length, start, comment = _END.unpack(last)
    plain = disk == first_disk == comment == 0 and here == members <= len(LIMITS) and length <= _DIRECTORY_BYTES
    if not plain or start + length + _END.size != size:
        raise unusable("it is no ZIP archive as export writes it")
    file.seek(start)
    if b"PK\6\7" in file.read(length):  # It would lead to another directory, which may be of any length.
        raise unusable("it is no ZIP archive as export writes it")


def _check_members(archive: zipfile.ZipFile) -> None:
    members = sorted(archive.infolist(), key=lambda member: member.header_offset)
    if {m.orig_filename for m in members} not in _MEMBERS or len(archive.NameToInfo) != len(members):
        raise unusable("it has to hold weights, card and at most a list of images, each once and nothing else")
    end = 0
    for member in members:
        if not _is_plain(member):
            raise unusable("a member is compressed, encrypted, a link, or carries something extra")
        if member.file_size > LIMITS[member.filename]:
            raise unusable("a member is larger than it may be")
        if member.header_offset != end:
            raise unusable("its members do not lie one behind the other")
        end += _LOCAL_HEADER_BYTES + len(member.filename) + member.file_size
    if end != archive.start_dir:
        raise unusable("its members do not lie one behind the other")


def _is_plain(member: zipfile.ZipInfo) -> bool:
    stored = member.compress_type == zipfile.ZIP_STORED and member.compress_size == member.file_size
    regular = stat.S_IFMT(member.external_attr >> 16) in (0, stat.S_IFREG)
    return stored and regular and not (member.flag_bits or member.extra or member.comment)
