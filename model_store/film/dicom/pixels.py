"""What does a DICOM data set store in its pixels? Decoded only once its sizes are found to be plausible."""

import io
import struct
from typing import Any, NamedTuple

import gdcm
import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate, generate_fragments, parse_basic_offsets
from pydicom.pixels.decoders.base import get_decoder
from pydicom.pixels.utils import get_expected_length
from pydicom.uid import (
    UID,
    JPEGExtended12Bit,
    JPEGLSNearLossless,
    JPEGLSTransferSyntaxes,
    JPEGTransferSyntaxes,
    RLELossless,
)

from model_store.film.dicom.file import damaged
from model_store.film.dicom.values import LOSSY
from model_store.film.refusals import UnreadableImage, refuse_size

_START_OF_FRAME = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC} | {0xF7}
"""Second bytes of the markers that are followed by the size: ISO/IEC 10918-1 and, for F7, 14495-1 (JPEG-LS)."""

_J2K_START, _END = b"\xff\x4f\xff\x51", b"\xff\xd9"


class _Stream(NamedTuple):
    """What a compressed stream says of itself; of its values the bits, and whether it knows that they have a sign."""

    width: int
    height: int
    components: int
    bits: int
    is_signed: bool = False


def stored_pixels(dataset: Dataset) -> NDArray[np.generic]:
    """Decode the one picture of a data set; to be called within `dicom_file.silent`.

    Returns:
        (rows, columns), uint8 or uint16: the bits as they are stored, those that are not in use among them; of a
        compressed picture the values, in two's complement where they are signed. Or (rows, columns, 3) in red, green
        and blue.

    Raises:
        UnreadableImage: there is no picture, or several, or one that cannot be decoded.
    """
    _refuse_by_sizes(dataset)
    syntax = UID(dataset.file_meta.TransferSyntaxUID)
    if syntax.is_private or not syntax.is_transfer_syntax:
        raise _unsupported()
    try:
        decoder = get_decoder(syntax)
    except NotImplementedError as error:
        raise _unsupported() from error
    if not decoder.is_available:  # HTJ2K is known and has no decoder here.
        raise _unsupported()
    if syntax.is_encapsulated:
        frame = _frame(dataset)
        _refuse_bits(syntax, dataset)
        bits = _refuse_codestream(frame, syntax, dataset)
        if syntax == JPEGExtended12Bit and dataset.BitsStored > 8:
            return _decoded_by_gdcm(frame, syntax, dataset)
        options: dict[str, Any] = {"bits_stored": bits}
    else:
        _refuse_length(dataset)
        options = {"view_only": True}  # The file's own bytes will do.
    options["correct_unused_bits"] = False  # The table of greys leaves them out, and has to know what is in them.
    pixels, _ = decoder.as_array(dataset, index=0, **options)
    native = np.ascontiguousarray(pixels, pixels.dtype.newbyteorder("="))
    return native if native.ndim == 3 else native.view(f"u{native.itemsize}")


def _refuse_by_sizes(dataset: Dataset) -> None:
    if "PixelData" not in dataset:
        if "FloatPixelData" in dataset or "DoubleFloatPixelData" in dataset:
            raise _unsupported()
        raise UnreadableImage(
            "This DICOM file holds no picture, or was cut off before it; please choose the file of the radiograph "
            "itself.",
            "no pixels",
        )
    frames = dataset.get("NumberOfFrames")
    if isinstance(frames, int) and frames > 1:
        raise UnreadableImage(
            f"This DICOM file holds a series of {frames} pictures; please choose the one frontal radiograph.",
            "several pictures",
        )
    sizes = [dataset.get(name) for name in ("Rows", "Columns", "BitsAllocated", "BitsStored")]
    if not all(isinstance(size, int) for size in sizes):
        raise damaged()
    rows, columns, allocated, stored = sizes
    refuse_size(columns, rows)
    if allocated not in (8, 16) or not 1 < stored <= allocated or dataset.get("SamplesPerPixel", 1) not in (1, 3):
        raise _unsupported()


def _refuse_length(dataset: Dataset) -> None:
    expected, given = get_expected_length(dataset), len(dataset.PixelData)
    # Some programs fill up to the end of a block; a size that is wrong leaves a row or a column over.
    if not 0 <= given - expected < min(dataset.Rows, dataset.Columns) * dataset.BitsAllocated // 8:
        raise _mismatch()


def _frame(dataset: Dataset) -> bytes:
    """Return the one frame, whole, and leave it in the data set without the tables of where frames begin.

    One frame needs none, and some programs write a wrong one, or where each of its fragments begins.
    """
    fragments = io.BytesIO(dataset.PixelData)
    try:
        parse_basic_offsets(fragments)
        frame = b"".join(generate_fragments(fragments))
    except (ValueError, struct.error) as error:
        raise damaged() from error
    dataset["PixelData"].value = encapsulate([frame], has_bot=False)
    dataset.pop("ExtendedOffsetTable", None)
    return frame


def _refuse_bits(syntax: UID, dataset: Dataset) -> None:
    """Refuse compressed values of which the decoders would take other bits than are in use."""
    if dataset.get("HighBit", dataset.BitsStored - 1) != dataset.BitsStored - 1:
        raise _unsupported()
    if syntax in JPEGTransferSyntaxes and dataset.BitsStored < 8:
        raise _unsupported()


def _refuse_codestream(frame: bytes, syntax: UID, dataset: Dataset) -> int:
    """Refuse what is compressed where it ends too early, or is another thing than the header says.

    Returns:
        The bits of its values: where there are more than the header says, JPEG is decoded with all of them.
    """
    if syntax == RLELossless:
        # Its length tells nothing: a lawful one may take two bytes for each, and bytes that mean nothing (PS3.5 G.3).
        return int(dataset.BitsStored)
    if not frame.rstrip(b"\0\xff").endswith(_END):
        raise damaged()
    stream = _jpeg(frame) if syntax in JPEGTransferSyntaxes + JPEGLSTransferSyntaxes else _j2k(frame)
    if stream is None:
        raise damaged()
    if stream[:3] != (dataset.Columns, dataset.Rows, dataset.get("SamplesPerPixel", 1)):
        raise _mismatch()
    if stream.bits > dataset.BitsAllocated:  # Of which the decoders would take the lower ones.
        raise _mismatch()
    if syntax in LOSSY and _is_torn(stream, syntax, dataset):
        raise _unsupported()
    return max(stream.bits, int(dataset.BitsStored)) if syntax in JPEGTransferSyntaxes else int(dataset.BitsStored)


def _is_torn(stream: _Stream, syntax: UID, dataset: Dataset) -> bool:
    """Return whether a little loss may have made white of black: the sign was one more bit to the compression.

    JPEG-LS loses no more than a few grey levels, which bits beyond those of the values keep from doing harm.
    """
    is_signed = bool(dataset.get("PixelRepresentation", 0))
    if syntax == JPEGLSNearLossless and stream.bits > dataset.BitsStored:
        return False
    return is_signed != stream.is_signed


def _jpeg(codestream: bytes) -> _Stream | None:
    """Read the header of a JPEG or JPEG-LS stream, which knows no sign."""
    at = 2
    while at + 10 <= len(codestream) and codestream[at] == 0xFF:
        if codestream[at + 1] in _START_OF_FRAME:
            bits, height, width, components = struct.unpack(">BHHB", codestream[at + 4 : at + 10])
            return _Stream(width, height, components, bits)
        (length,) = struct.unpack(">H", codestream[at + 2 : at + 4])
        at += 1 if codestream[at + 1] == 0xFF else 2 + length  # Before a marker there may be bytes to fill.
    return None


def _j2k(codestream: bytes) -> _Stream | None:
    """Read the SIZ marker of a JPEG 2000 stream (ISO/IEC 15444-1, A.5.1)."""
    at = codestream.find(_J2K_START, 0, 4096)  # A file of boxes has some before the stream.
    if at < 0 or len(codestream) < at + 43:
        return None
    right, bottom, left, top = struct.unpack(">4I", codestream[at + 8 : at + 24])
    components, bits = struct.unpack(">HB", codestream[at + 40 : at + 43])
    return _Stream(right - left, bottom - top, components, (bits & 0x7F) + 1, bool(bits & 0x80))


def _decoded_by_gdcm(frame: bytes, syntax: UID, dataset: Dataset) -> NDArray[np.uint16]:
    """Decode 12-bit JPEG, which gdcm does and pydicom does not let it (tfmoraes/python-gdcm, issue 35)."""
    fragment = gdcm.Fragment()
    fragment.SetByteStringValue(frame)
    fragments = gdcm.SequenceOfFragments.New()
    fragments.AddFragment(fragment)
    element = gdcm.DataElement(gdcm.Tag(0x7FE0, 0x0010))
    element.SetValue(fragments.__ref__())
    image = gdcm.Image()
    image.SetNumberOfDimensions(2)
    image.SetDimensions((dataset.Columns, dataset.Rows, 1))
    image.SetDataElement(element)
    kind = gdcm.PhotometricInterpretation.GetPIType("MONOCHROME2")
    image.SetPhotometricInterpretation(gdcm.PhotometricInterpretation(kind))
    image.SetTransferSyntax(gdcm.TransferSyntax(gdcm.TransferSyntax.GetTSType(str(syntax))))
    image.SetPixelFormat(gdcm.PixelFormat(1, 16, 12, 11, 0))
    decoded = image.GetBuffer()
    # gdcm's bytes come as text: what is no UTF-8 in them as surrogates.
    pixels = np.frombuffer((decoded or "").encode("utf-8", "surrogateescape"), "<u2")
    if pixels.size != dataset.Rows * dataset.Columns:
        raise damaged()
    return pixels.reshape(dataset.Rows, dataset.Columns)


def _mismatch() -> UnreadableImage:
    return UnreadableImage(
        "The size that this DICOM file declares does not match its pixels; "
        "please export the radiograph again from its archive.",
        "damaged",
    )


def _unsupported() -> UnreadableImage:
    return UnreadableImage(
        "This DICOM file stores its pixels in a way that is not read here, such as video or HTJ2K; "
        "please export the radiograph uncompressed or as JPEG 2000.",
        "other storage",
    )
