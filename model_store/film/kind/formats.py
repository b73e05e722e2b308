"""Which format do bytes have? Their beginning tells, never a name; what is none of ours is refused by its own name."""

from model_store.film.refusals import MAX_BYTES, UnreadableImage

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
"""How a PNG file begins."""

PICTURE_SIGNATURES = (PNG_SIGNATURE, b"\xff\xd8\xff")
"""How PNG and JPEG files begin."""

_OTHER_FORMATS = {
    b"GIF8": "a GIF",
    b"BM": "a BMP",
    b"II*\x00": "a TIFF",
    b"MM\x00*": "a TIFF",
    b"8BPS": "a Photoshop",
    b"%!PS": "a PostScript",
    b"%PDF": "a PDF",
    b"RIFF": "a WebP or other RIFF",
    b"PK\x03\x04": "a ZIP or Office",
    b"\0\0\0\x0cjP  ": "a JPEG 2000",
    b"\xff\x4f\xff\x51": "a JPEG 2000",
}

_MEDIA = b"ftyp"
"""At the fifth byte of what phones take; ISO/IEC 14496-12."""


def is_dicom(data: bytes) -> bool:
    """Return whether bytes are those of a DICOM file, which may lack the 128 bytes before its mark, and the mark.

    Without them it begins with an element of the file's or the object's description (groups 0002 and 0008), whose
    type is two letters, or whose length is short.
    """
    if data[128:132] == b"DICM":
        return True
    little, big = data[:2] in (b"\x02\0", b"\x08\0"), data[:2] == b"\0\x08"
    is_typed = data[4:6].isalpha() and data[4:6].isupper()
    is_short = little and int.from_bytes(data[4:8], "little") <= 256
    return len(data) > 132 and (is_short or (is_typed and (little or big)))


def refuse_by_content(data: bytes) -> None:
    """Let pass what may be a PNG, JPEG or DICOM film; raises UnreadableImage for anything else."""
    if not data:
        raise UnreadableImage("This file is empty; please choose a radiograph in PNG, JPEG or DICOM format.", "empty")
    if len(data) > MAX_BYTES:
        raise UnreadableImage(
            f"This file is larger than {MAX_BYTES // 1_000_000} MB; please export the radiograph at its normal size.",
            "too large",
        )
    if is_dicom(data):
        return
    if data.startswith(PNG_SIGNATURE) and b"\0\0\0\0" in (data[16:20], data[20:24]):
        raise UnreadableImage(
            "This picture has no pixels, 0 x 0; please export the radiograph again as PNG or JPEG.", "no pixels"
        )
    if data.startswith(PICTURE_SIGNATURES):
        return
    known = (name for magic, name in _OTHER_FORMATS.items() if data.startswith(magic))
    kind = "a HEIC, AVIF or video" if data[4:8] == _MEDIA else next(known, None)
    if kind:
        raise UnreadableImage(
            f"This is {kind} file; please export the radiograph as PNG, JPEG or DICOM.", "other format"
        )
    raise UnreadableImage(
        "This file is not a picture; please choose a radiograph in PNG, JPEG or DICOM format.", "not a picture"
    )
