"""What is known of a file beside its pixels, in a form that travels between processes?"""

import math
from dataclasses import asdict, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model_store.film.header.header import Header, StudyImage
from model_store.film.header.sides import orientation_of
from model_store.film.radiograph import Radiograph


def facts_of(film: Radiograph) -> dict[str, Any]:
    """Return what is known of a stored film but its hash, as JSON can say it."""
    return {
        "source_format": film.source_format,
        "colour": float(film.colour),
        "transfer_syntax": film.transfer_syntax,
        "header": asdict(film.header) if film.header else None,
        "window": film.window,
    }


def film_of(pixels: NDArray[np.uint8] | NDArray[np.uint16], facts: dict[str, Any], sha256: str) -> Radiograph:
    """Return the film of `facts_of`; raises KeyError, TypeError or ValueError where these are not such facts."""
    header = facts["header"]
    film = Radiograph(
        pixels=pixels,
        sha256=sha256,
        source_format=facts["source_format"],
        colour=facts["colour"],
        transfer_syntax=facts["transfer_syntax"],
        header=None if header is None else _header_of(header),
        window=facts["window"],
    )
    if film.source_format not in ("PNG", "JPEG", "DICOM") or not math.isfinite(film.colour):
        raise ValueError
    if not isinstance(film.window, int) or not isinstance(film.transfer_syntax, str | None):
        raise TypeError
    return film


def study_image_of(facts: dict[str, Any]) -> StudyImage:
    """Return the image of which these are all attributes; raises KeyError, TypeError or ValueError for others."""
    image = StudyImage(**{**facts, "header": _header_of(facts["header"])})
    kinds = {"study": str, "kind": str, "is_other_part": bool, "size": int, "number": int | None}
    kinds |= {"patient": str, "day": str}
    if len(facts) != len(fields(StudyImage)) or not all(isinstance(facts[name], kinds[name]) for name in kinds):
        raise TypeError
    return image


def texts_of(facts: dict[str, Any]) -> dict[str, str | None]:
    """Return what is a dictionary of texts, as it is; raises TypeError for anything else."""
    if not isinstance(facts, dict) or not all(isinstance(value, str | None) for value in facts.values()):
        raise TypeError
    return facts


def _header_of(facts: dict[str, Any]) -> Header:
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in dict(facts).items()
    }
    header = Header(**values)
    for field in fields(Header):
        value, is_optional = values[field.name], field.default is None
        if is_optional and not all(math.isfinite(each) for each in _numbers(value)):
            raise ValueError
        if not is_optional and type(value) is not type(field.default):
            raise TypeError
    texts = (*header.windows, *header.unfit_windows, *header.orientation, *header.unclear)
    if not all(isinstance(text, str) for text in texts) or orientation_of(header.orientation) != header.orientation:
        raise TypeError
    return header


def _numbers(value: Any) -> tuple[Any, ...]:
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)
