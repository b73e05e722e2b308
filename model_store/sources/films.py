"""Which films lie in the files, folders and ZIPs that somebody hands over? Their content tells, never their names."""

import io
import struct
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import PureWindowsPath
from typing import BinaryIO
from zipfile import ZipFile, ZipInfo

from model_store.decoding.decoder import SECONDS
from model_store.decoding.pool import study_image
from model_store.film.header.header import DIRECTORY, StudyImage
from model_store.film.kind.formats import PICTURE_SIGNATURES, PNG_SIGNATURE, is_dicom
from model_store.film.refusals import MAX_BYTES, MIN_SIDE, UnreadableImage
from model_store.sources.zips import UnusableArchive, checked_members, opened, too_many, unpacked

MAX_FILES = 5_000
"""Most files of a ZIP; a disc with a CT of the whole body has fewer."""

MOST_LOST = 3
"""Files of those handed over at once whose header may end a decoder; then no more headers are looked into."""

HEADERS_SECONDS = 60
"""Longest time that the headers of what was handed over at once may take together."""

HEADER_BYTES = 256_000
"""What is read of a file to see what it is; what tells the study and the view stands before private and pixel data."""

NO_FILMS = "This ZIP holds no radiograph; please choose one with films in PNG, JPEG or DICOM format."

MISSING = "This file is missing or may not be opened; please check its name and its permissions."

_ZIPS = (b"PK\x03\x04", b"PK\x05\x06")
_PACKAGES = ("[Content_Types].xml", "META-INF/MANIFEST.MF", "mimetype")
"""What marks an Office file, a Java program and an open document, which are ZIPs too."""


@dataclass(frozen=True)
class Source:
    """A file that was handed over, alone or with others.

    Attributes:
        key: what identifies it.
        name: what it is called, of any content.
        open: opens it to be read and sought in; raises OSError, or UnreadableImage with a sentence of its own.
    """

    key: str
    name: str
    open: Callable[[], BinaryIO]


@dataclass(frozen=True)
class FilmFile:
    """A file that looks like a film, or of which it has to be said why it cannot be read.

    Attributes:
        key: what identifies it: the key of its source, and its place where that is a ZIP.
        name: as it was found; in a ZIP "archive.zip/name".
        read_bytes: returns its bytes, one more than MAX_BYTES at most; raises UnreadableImage with a sentence.
        image: what its header says of its place in a study; None where it is no DICOM.
    """

    key: str
    name: str
    read_bytes: Callable[[], bytes]
    image: StudyImage | None = None


@dataclass(frozen=True)
class Contents:
    """What was found in one source.

    Attributes:
        films: in the order of the source.
        left_out: how many files are no films.
    """

    films: tuple[FilmFile, ...]
    left_out: int = 0


def look_into(sources: Sequence[Source], *, may_be_stopped: Callable[[], object] = lambda: None) -> dict[str, Contents]:
    """Find the films in what was handed over at once, by the key of each source.

    One file alone is always a film, so that what is wrong with it is said. Of several, and in a ZIP, those that are no
    pictures are left out, and so are icons. A folder, or a ZIP, with a DICOMDIR is a disc, whose films are DICOM, and
    pictures of other kinds in and below it belong to its viewer.

    Args:
        sources: what was handed over.
        may_be_stopped: called before each file; it raises what nobody here knows where nobody waits any more.
    """
    headers = _Headers(HEADERS_SECONDS - SECONDS, may_be_stopped)
    seen = {source.key: _seen_in(source, headers) for source in sources}
    discs = {PureWindowsPath(each.film.name).parent for files in seen.values() for each in files if _is_directory(each)}
    found = {key: _contents(files, discs) for key, files in seen.items()}
    if len(sources) == 1 and not found[sources[0].key].films:
        return {sources[0].key: Contents((_alone(sources[0], seen[sources[0].key]),))}
    return found


def files_in(source: Source) -> list[FilmFile]:
    """Return a file, or all files of a ZIP, whatever they are, but for what operating systems add to a ZIP."""
    return [each.film for each in _seen_in(source, _Headers(0))]


class _Headers:
    """Asks what headers say, until that has taken too long or some have ended the process that is asked.

    Args:
        seconds: after which no further one is asked for.
        may_be_stopped: to be called before each file.
    """

    def __init__(self, seconds: float, may_be_stopped: Callable[[], object] = lambda: None) -> None:
        self.may_be_stopped, self._left, self._lost = may_be_stopped, seconds, 0

    def of(self, start: bytes) -> StudyImage:
        """Return what the header of a DICOM file says of its place in a study; one that is not known stands alone."""
        if self._left > 0 and self._lost < MOST_LOST:
            began = time.monotonic()
            try:
                return study_image(start)
            except UnreadableImage:
                self._lost += 1
            finally:
                self._left -= time.monotonic() - began
        return StudyImage()


@dataclass(frozen=True)
class _Seen:
    film: FilmFile
    kind: str
    """One of the four below, or "" for what is no film."""


_DICOM, _DIRECTORY, _PICTURE, _UNUSABLE = "DICOM", "DICOMDIR", "picture", "unusable"


def _is_directory(seen: _Seen) -> bool:
    return seen.kind == _DIRECTORY


def _contents(seen: list[_Seen], discs: set[PureWindowsPath]) -> Contents:
    """Return the films among the files of a source; of pictures that lie in or below a disc's folder, none."""
    films = tuple(
        each.film
        for each in seen
        if each.kind in (_DICOM, _UNUSABLE) or (each.kind == _PICTURE and not _lies_on(each.film.name, discs))
    )
    return Contents(films, len(seen) - len(films))


def _lies_on(name: str, discs: set[PureWindowsPath]) -> bool:
    around = PureWindowsPath(name).parents
    # Files that were dropped alone have no folder: what else was dropped is no part of such a disc but beside it.
    return any(folder in discs for folder in around if folder.parts or len(around) == 1)


def _alone(source: Source, seen: list[_Seen]) -> FilmFile:
    if len(seen) == 1 and seen[0].film.key == source.key:
        return seen[0].film
    return _refused(source, UnreadableImage(NO_FILMS, "no films"))


def _seen_in(source: Source, headers: _Headers) -> list[_Seen]:
    headers.may_be_stopped()
    whole = FilmFile(source.key, source.name, lambda: _bytes_of(source))
    try:
        with _opened(source) as file:
            start = file.read(HEADER_BYTES)
            if start.startswith(_ZIPS):
                return _seen_in_zip(source, file, headers)
            return [_seen(whole, start, headers)]
    except _Package:
        return [_Seen(whole, "")]
    except UnusableArchive as error:
        return [_Seen(_refused(source, UnreadableImage(str(error), "unusable ZIP")), _UNUSABLE)]
    except UnreadableImage as error:
        return [_Seen(_refused(source, error), _UNUSABLE)]


class _Package(Exception):
    """A ZIP by its form, but an Office file or a program by its content."""


def _seen_in_zip(source: Source, file: BinaryIO, headers: _Headers) -> list[_Seen]:
    with opened(file, MAX_FILES) as packed:
        if not {member.filename for member in packed.infolist()}.isdisjoint(_PACKAGES):
            raise _Package
        # Archives on a disc are parts of its viewer; anywhere else they may hold films. Either slash parts folders.
        is_disc = any(PureWindowsPath(name).name.upper() == _DIRECTORY for name in packed.namelist())
        members = checked_members(packed, file.seek(0, io.SEEK_END), may_hold_archives=is_disc)
        if len(members) > MAX_FILES:
            raise UnusableArchive(too_many(MAX_FILES))
        return [
            _seen_member(_packed_film(source, place, member), packed, member, headers)
            for place, member in enumerate(members)
        ]


def _packed_film(source: Source, place: int, member: ZipInfo) -> FilmFile:
    def read() -> bytes:
        try:
            with _opened(source) as file, opened(file, MAX_FILES) as again:
                return unpacked(again, member, MAX_BYTES + 1)
        except UnusableArchive as error:
            raise UnreadableImage(str(error), "damaged") from error

    return FilmFile(f"{source.key}/{place}", f"{source.name}/{member.filename}", read)


def _seen_member(film: FilmFile, packed: ZipFile, member: ZipInfo, headers: _Headers) -> _Seen:
    headers.may_be_stopped()
    try:
        return _seen(film, unpacked(packed, member, HEADER_BYTES), headers)
    except UnusableArchive:  # Said when it is looked at; the other files may be whole.
        return _Seen(film, _UNUSABLE)


def _seen(film: FilmFile, start: bytes, headers: _Headers) -> _Seen:
    if is_dicom(start):
        image = headers.of(start)
        return _Seen(replace(film, image=image), _DIRECTORY if image.kind == DIRECTORY else _DICOM)
    return _Seen(film, _PICTURE if start.startswith(PICTURE_SIGNATURES) and not _is_icon(start) else "")


def _is_icon(start: bytes) -> bool:
    return start.startswith(PNG_SIGNATURE) and len(start) > 24 and min(struct.unpack_from(">II", start, 16)) < MIN_SIDE


def _bytes_of(source: Source) -> bytes:
    with _opened(source) as file:
        return file.read(MAX_BYTES + 1)


@contextmanager
def _opened(source: Source) -> Iterator[BinaryIO]:
    try:
        with source.open() as file:
            yield file
    except OSError as error:
        raise UnreadableImage(MISSING, "missing") from error


def left_out_sentence(count: int) -> str:
    """Say how many files are no films."""
    if count == 1:
        return "1 file was left out: no picture, or part of a viewer program."
    return f"{count} files were left out: no pictures, or parts of a viewer program."


def _refused(source: Source, why: UnreadableImage) -> FilmFile:
    def read() -> bytes:
        raise why

    return FilmFile(source.key, source.name, read)
