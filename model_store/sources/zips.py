"""Which files of a ZIP may be unpacked? Its table of contents is checked whole, before the first one is unpacked."""

import io
import re
import stat
import struct
import unicodedata
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from model_store.basics.errors import UserError
from model_store.sources.zip_names import decode_names, is_undecoded

MAX_MEMBERS = 200_000
MAX_BYTES = 20_000_000_000
"""Largest sum of the unpacked files, in bytes."""

MAX_MEMBER_BYTES = 200_000_000
"""Largest unpacked file, in bytes; a film that is read has half of it at most."""

MAX_RATIO = 200
"""Unpacked bytes for each packed one; films are packed already, and even a table stays far below."""

SMALL_BYTES = 1_000_000
"""Up to this size a single file may grow as it likes."""

MAX_DIRECTORY_BYTES = 64_000_000
"""Largest table of contents; two hundred thousand members with long names fit."""

NOT_A_ZIP = "This is not a ZIP file, or it is damaged; please pack the folder of films again."
ARCHIVE_INSIDE = "This ZIP holds another archive; please unpack that first and pack all films into one ZIP."

_SKIPPED = frozenset({".ds_store", "thumbs.db", "desktop.ini"})
_ARCHIVE_NAME = re.compile(r"\.(zipx?|tar|t?gz|t?bz2?|t?xz|7z|rar|zst|lz4?|lzma|cab|z)(\.\d+)?$", re.IGNORECASE)
_ARCHIVE_MAGIC = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"\x1f\x8b",
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!\x1a\x07",
    b"BZh",
    b"\xfd7zXZ",
)
_TAR_MAGIC, _TAR_MAGIC_AT = b"ustar", 257
_ENCRYPTED, _AES = 0x1 | 0x40 | 0x2000, 99
_END, _END_BYTES, _END64, _END64_BYTES = b"PK\x05\x06", 22, b"PK\x06\x06", 76
_LONGEST_PART, _LONGEST_NAME = 240, 1000
_CHUNK = 1 << 20
_DAMAGE = (BadZipFile, EOFError, NotImplementedError, OverflowError, RuntimeError, ValueError, struct.error, zlib.error)
"""What `zipfile` raises on damaged files, beside its own error."""


class UnusableArchive(UserError, ValueError):
    """The ZIP is not unpacked; the message is one sentence for the clinician and names no file."""


def opened(file: BinaryIO, most: int | None = None) -> ZipFile:
    """Open a ZIP, unless its table of contents is too long to be read.

    Args:
        file: the ZIP, which can be sought in; it stays open when the ZIP is closed.
        most: files that it may hold; by default MAX_MEMBERS.

    Raises:
        UnusableArchive: the file does not begin and end as a ZIP, holds too many files, or is damaged.
    """
    if most is None:
        _refuse_crowd(file, MAX_MEMBERS, MAX_MEMBERS)
    else:  # What is not counted among the files: folders, and what operating systems add to each.
        _refuse_crowd(file, most, 4 * most)
    try:
        return ZipFile(file)
    except _DAMAGE as error:
        raise UnusableArchive(NOT_A_ZIP) from error


def _refuse_crowd(file: BinaryIO, most: int, entries: int) -> None:
    # Before the table is read, which a millionfold one would fill the memory with.
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    start = file.read(4)
    file.seek(-min(size, _END64_BYTES + _END_BYTES + 65_535), io.SEEK_END)  # The longest comment.
    tail = file.read()
    end = tail.rfind(_END)
    # Something before the first member is another kind of file, a program perhaps, with a ZIP at its end.
    if not start.startswith((b"PK\x03\x04", _END)) or end < 0 or len(tail) < end + _END_BYTES:
        raise UnusableArchive(NOT_A_ZIP)
    count, size = struct.unpack_from("<HL", tail, end + 10)
    if tail[max(end - _END64_BYTES, 0) :].startswith(_END64):
        count, size = struct.unpack_from("<QQ", tail, end - _END64_BYTES + 32)
    if count > entries or size > MAX_DIRECTORY_BYTES * entries // MAX_MEMBERS:
        raise UnusableArchive(too_many(most))


def checked_members(packed: ZipFile, packed_bytes: int, *, may_hold_archives: bool = False) -> list[ZipInfo]:
    """Return the files of a ZIP that are to be unpacked; what operating systems add is not among them.

    The names of all members are decoded and their folders parted by slashes from then on.

    Args:
        packed: the ZIP.
        packed_bytes: its size.
        may_hold_archives: whether files that are archives by their name may be among them.

    Raises:
        UnusableArchive: something in it may not be unpacked.
    """
    members = packed.infolist()
    if len(members) > MAX_MEMBERS:
        raise UnusableArchive(too_many(MAX_MEMBERS))
    decode_names(members)
    for member in members:
        member.filename = _with_slashes(member.filename)
        if problem := _name_problem(member) or _kind_problem(member):
            raise UnusableArchive(problem)
    kept = [member for member in members if not member.is_dir() and not _is_skipped(member)]
    if not kept:
        raise UnusableArchive("This ZIP holds no files; please pack the folder of films again.")
    _refuse_names_twice(members)
    for member in kept:
        if _ARCHIVE_NAME.search(member.filename) and not may_hold_archives:
            raise UnusableArchive(ARCHIVE_INSIDE)
        if problem := _size_problem(member):
            raise UnusableArchive(problem)
    total = sum(member.file_size for member in kept)
    if total > MAX_BYTES:
        raise UnusableArchive(f"Unpacked, this ZIP has more than {MAX_BYTES // 10**9} GB; please part it into several.")
    if total > MAX_RATIO * packed_bytes:
        raise UnusableArchive(_too_dense("This ZIP grows"))
    return kept


def chunks(packed: ZipFile, member: ZipInfo) -> Iterator[bytes]:
    """Yield what a file of a ZIP unpacks to, a piece at a time; never more than the ZIP says that it has.

    Raises:
        UnusableArchive: it is damaged.
    """
    with _damage_said(), packed.open(member) as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


def unpacked(packed: ZipFile, member: ZipInfo, most: int) -> bytes:
    """Return a file of a ZIP, or how it begins; its checksum tells damage only where it ends.

    Args:
        packed: the ZIP.
        member: the file.
        most: bytes that are unpacked at most.

    Raises:
        UnusableArchive: it is damaged.
    """
    with _damage_said(), packed.open(member) as stream:
        return stream.read(most)


@contextmanager
def _damage_said() -> Iterator[None]:
    try:
        yield
    except _DAMAGE as error:
        raise UnusableArchive("A file in this ZIP is damaged; please pack the folder of films again.") from error


def is_archive(start: bytes) -> bool:
    """Return whether a file begins as a ZIP, gzip, 7z, RAR, bzip2, xz or tar does; at least 262 bytes tell."""
    return start.startswith(_ARCHIVE_MAGIC) or start[_TAR_MAGIC_AT:].startswith(_TAR_MAGIC)


def _with_slashes(name: str) -> str:
    """Return a name as a ZIP has to have it; some programs part folders by backslashes, as Windows does."""
    return name.replace("\\", "/")


def _name_problem(member: ZipInfo) -> str:
    # `zipfile` may have cut a name at a NUL, but for those that were decoded since.
    for name in (member.filename, member.filename if is_undecoded(member) else _with_slashes(member.orig_filename)):
        parts = PurePosixPath(name).parts
        if any(unicodedata.category(character) in ("Cc", "Cs") for character in name):
            return "A file name in this ZIP holds control characters; please rename the file and pack the films again."
        is_named = parts or member.is_dir()
        if not is_named or name.startswith("/") or re.match("[A-Za-z]:", name) or ".." in parts:
            return "A file in this ZIP would be written outside of its folder; please pack the folder of films again."
        if any(len(part.encode()) > _LONGEST_PART for part in parts) or len(name) > _LONGEST_NAME:
            return "A file name in this ZIP is too long; please rename the file and pack the films again."
    return ""


def _kind_problem(member: ZipInfo) -> str:
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind == stat.S_IFLNK:
        return "This ZIP holds a link instead of a file; please pack the files themselves."
    if kind not in (0, stat.S_IFDIR if member.is_dir() else stat.S_IFREG):
        return "This ZIP holds something that is neither a file nor a folder; please pack the films alone."
    if member.flag_bits & _ENCRYPTED or member.compress_type == _AES:
        return "This ZIP is encrypted; please pack the films without a password."
    if member.compress_type not in (ZIP_STORED, ZIP_DEFLATED):  # The others unpack more at a time than was asked for.
        return "This ZIP is packed in a way that is not read here; please pack the films as a usual ZIP (deflate)."
    return ""


def _size_problem(member: ZipInfo) -> str:
    if member.file_size > MAX_MEMBER_BYTES:
        return f"A file in this ZIP has more than {MAX_MEMBER_BYTES // 10**6} MB; please pack the films alone."
    if member.file_size > max(SMALL_BYTES, MAX_RATIO * member.compress_size):
        return _too_dense("A file in this ZIP grows")
    return ""


def too_many(most: int) -> str:
    """Say that a ZIP holds too many files."""
    return f"This ZIP holds more than {most:,} files; please part it into several."


def _too_dense(what_grows: str) -> str:
    return f"{what_grows} to more than {MAX_RATIO} times its size, as no film does; please pack the films alone."


def _refuse_names_twice(members: list[ZipInfo]) -> None:
    """Refuse names that a disk may hold for the same, and a file where others need a folder."""
    files: set[PurePosixPath] = set()
    folders: set[PurePosixPath] = set()
    for member in members:
        path = PurePosixPath(unicodedata.normalize("NFC", member.filename).casefold())
        folders.update(path.parents)
        if member.is_dir():
            folders.add(path)
        elif path in files:
            raise UnusableArchive("A file name occurs twice in this ZIP; please rename one and pack the films again.")
        else:
            files.add(path)
    if files & folders:
        raise UnusableArchive("A name in this ZIP is that of a file and of a folder; please pack the films again.")


def _is_skipped(member: ZipInfo) -> bool:
    path = PurePosixPath(member.filename)
    return "__MACOSX" in path.parts or path.name.lower() in _SKIPPED
