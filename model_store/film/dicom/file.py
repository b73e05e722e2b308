"""How do bytes become a DICOM data set? Within bounds, and without a word of what is in it to any log."""

import io
import logging
import threading
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

import gdcm
from pydicom import config
from pydicom.dataelem import DataElement, RawDataElement
from pydicom.dataset import Dataset
from pydicom.filereader import _read_file_meta_info, read_dataset, read_partial, read_preamble
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)

from model_store.film.refusals import MAX_BYTES, UnreadableImage

MOST_ELEMENTS = 20_000
"""Elements at the top level of a data set at most; large radiographs have some hundreds."""

DEEPEST = 24
"""Sequences within sequences at most; structured content of radiographs goes no deeper than 5."""

_PIXELS = 0x7FE00010
_UNDEFINED = 0xFFFFFFFF
_CHUNK = 1 << 16
_LOCK = threading.Lock()


def damaged() -> UnreadableImage:
    """Return what is said of a file in which something is missing or wrong, and no more can be said."""
    return UnreadableImage(
        "This DICOM file is damaged or incomplete; please export the radiograph again from its archive.", "damaged"
    )


@contextmanager
def silent() -> Iterator[None]:
    """Keep pydicom and gdcm from saying anything: their warnings quote what is in a header, a patient's name too."""
    with _LOCK, warnings.catch_warnings():  # Filters of warnings are the process's, so one thread at a time.
        warnings.simplefilter("ignore")
        logging.getLogger("pydicom").setLevel(logging.CRITICAL + 1)
        gdcm.Trace.WarningOff()
        gdcm.Trace.ErrorOff()
        # What a value may look like matters where it is used, not where it is parsed.
        config.settings.reading_validation_mode = config.IGNORE
        yield


def parsed(data: bytes) -> Dataset:
    """Parse a DICOM file, with or without its preamble, to the end of its pixel data; to be called within `silent`.

    Args:
        data: the bytes of the whole file.

    Returns:
        The data set; its `file_meta` holds a transfer syntax, also where the file does not name one.

    Raises:
        UnreadableImage: it is damaged, inflates to too much, or goes too deep.
    """
    try:
        dataset = _read(data)
        _refuse_depth(dataset)
    except RecursionError as error:
        raise _too_deep() from error
    # What ends in the middle of an element is given up by pydicom, or cut short, without an error.
    if not len(dataset) or any(_is_cut(element) for element in dataset.elements()):
        raise damaged()
    return dataset


def _read(data: bytes) -> Dataset:
    file = io.BytesIO(data)
    read_preamble(file, force=True)
    meta = _read_file_meta_info(file)  # As `read_partial` finds it, which would inflate without a bound.
    if meta.get("TransferSyntaxUID") == DeflatedExplicitVRLittleEndian:
        inflated = io.BytesIO(_inflated(data[file.tell() :]))
        dataset = read_dataset(inflated, is_implicit_VR=False, is_little_endian=True, stop_when=_Bound())
    else:
        file.seek(0)
        dataset = read_partial(file, stop_when=_Bound(), force=True)
        meta.TransferSyntaxUID = meta.get("TransferSyntaxUID") or _guessed(dataset)
    dataset.file_meta = meta
    return dataset


def _is_cut(element: DataElement | RawDataElement) -> bool:
    if not isinstance(element, RawDataElement) or element.length == _UNDEFINED:
        return False
    return len(element.value or b"") < element.length


class _Bound:
    """Stops behind the pixel data, whatever follows them, and refuses a data set of too many elements."""

    def __init__(self) -> None:
        self._seen, self._is_behind = 0, False

    def __call__(self, tag: int, vr: str | None, length: int) -> bool:
        self._seen += 1
        if self._seen > MOST_ELEMENTS:
            raise damaged()
        was_behind, self._is_behind = self._is_behind, tag >= _PIXELS
        return was_behind or tag > _PIXELS


def _guessed(dataset: Dataset) -> UID:
    """Return the transfer syntax of a data set whose file does not name it: pydicom has found out how to read it."""
    is_implicit, is_little_endian = dataset.original_encoding
    if is_implicit:
        return ImplicitVRLittleEndian
    return ExplicitVRLittleEndian if is_little_endian else ExplicitVRBigEndian


def _inflated(data: bytes) -> bytes:
    # Measured first and thrown away, so that what inflates to too much never lies in memory.
    size, inflater = 0, zlib.decompressobj(-zlib.MAX_WBITS)
    pending = memoryview(data)
    try:
        while not inflater.eof and (len(pending) or inflater.unconsumed_tail):
            chunk = inflater.unconsumed_tail or pending[:_CHUNK]
            pending = pending if inflater.unconsumed_tail else pending[_CHUNK:]
            size += len(inflater.decompress(chunk, 1 << 20))
            if size > MAX_BYTES:
                raise UnreadableImage(
                    f"This DICOM file grows to more than {MAX_BYTES // 1_000_000} MB when it is unpacked; "
                    "please export the radiograph at its normal size.",
                    "too large",
                )
        if not inflater.eof:
            raise damaged()
        return zlib.decompress(data, -zlib.MAX_WBITS, size or 1)
    except zlib.error as error:
        raise damaged() from error


def _refuse_depth(dataset: Dataset) -> None:
    pending = [(dataset, 0)]
    while pending:
        within, depth = pending.pop()
        if depth > DEEPEST:
            raise _too_deep()
        for tag in [tag for tag in within.keys() if within.get_item(tag).VR in ("SQ", None)]:  # noqa: SIM118
            try:
                element = within[tag]
            except RecursionError:
                raise
            except Exception:  # A sequence that is damaged matters where it is used.
                continue
            if element.VR == "SQ":
                pending += [(item, depth + 1) for item in element.value]


def _too_deep() -> UnreadableImage:
    return UnreadableImage(
        "The header of this DICOM file holds lists within lists without end; "
        "please export the radiograph again from its archive.",
        "damaged",
    )
