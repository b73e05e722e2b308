"""What film does a PNG or JPEG file hold? Verified to its end, since a decoder fills in what is missing."""

import io

from PIL import Image, ImageOps

from model_store.film.grey import colour_of, grey_of
from model_store.film.kind.formats import PNG_SIGNATURE
from model_store.film.kind.own_results import OWN_RESULT, PNG_MARK, SOFTWARE
from model_store.film.picture.missing_pixels import is_incomplete
from model_store.film.radiograph import Radiograph
from model_store.film.refusals import UnreadableImage, refuse_size, too_large


def read_picture(data: bytes, sha256: str) -> Radiograph:
    """Read a PNG or JPEG file; raises UnreadableImage with a sentence that says what is wrong and what to do.

    Args:
        data: the bytes of the whole file.
        sha256: of these bytes.
    """
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as image:
            _refuse_by_header(image)
            source_format = "JPEG" if image.format in ("JPEG", "MPO") else "PNG"
            if source_format == "PNG":
                _verify_checksums(data)
            image.load()
            if is_incomplete(image, data):
                raise EOFError("pixels are missing")
            upright = ImageOps.exif_transpose(image)
            colour, pixels = colour_of(upright), grey_of(upright)
    except UnreadableImage:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise too_large() from error
    except Exception as error:  # Decoders raise whatever a damaged file leads them to, from struct.error to KeyError.
        wrong = "cut off at its end" if _is_cut_off(data) else "damaged or incomplete"
        raise UnreadableImage(
            f"This picture file is {wrong}; please export the radiograph again as PNG or JPEG.", "damaged"
        ) from error
    return Radiograph(pixels=pixels, sha256=sha256, source_format=source_format, colour=colour)


def _refuse_by_header(image: Image.Image) -> None:
    if getattr(image, "is_animated", False):
        kind = "several pages or pictures" if image.format == "MPO" else "an animation"
        raise UnreadableImage(
            f"This file holds {kind}; please export the one frontal radiograph as a single picture.", "several pictures"
        )
    if image.info.get(SOFTWARE) == PNG_MARK:
        raise UnreadableImage(f"This is {OWN_RESULT}; please choose the film that was read.", "other kind")
    refuse_size(*image.size)


def _is_cut_off(data: bytes) -> bool:
    # Some programs put a little behind the end mark.
    return (b"IEND" if data.startswith(PNG_SIGNATURE) else b"\xff\xd9") not in data[-1024:]


def _verify_checksums(data: bytes) -> None:
    # Decoding stops at the last row and passes over the checksums of the pixel data.
    with Image.open(io.BytesIO(data), formats=("PNG",)) as image:
        image.verify()
