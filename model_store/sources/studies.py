"""Which image of a study is the frontal chest radiograph, and why that one?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from model_store.film.header.header import Header, StudyImage

_FRONTAL, _UNKNOWN, _OTHER, _LATERAL = range(4)

Said = tuple[str, str]
"""What is said of one image, and of several."""


@dataclass(frozen=True)
class Place:
    """Where an image belongs.

    Attributes:
        study: number of its study among all that there are, from 1; 0 for an image that stands alone.
        image: its number in the study, from 1.
        of: how many images the study has.
        is_chosen: whether it is the one of its study that is looked at first; true for an image that stands alone.
        sentence: which image of the study was chosen and why, for the clinician; "" where there is no choice.
    """

    study: int = 0
    image: int = 1
    of: int = 1
    is_chosen: bool = True
    sentence: str = ""


def places(images: Sequence[StudyImage | None]) -> dict[int, Place]:
    """Bring the images of each study together and pick the frontal one out of each.

    Args:
        images: what is known of each image; None for what is no DICOM and stands alone.

    Returns:
        The place of each image by its position in `images`, in the order of each study's first image.
    """
    groups: dict[str | int, list[tuple[int, StudyImage]]] = {}
    for position, image in enumerate(images):
        known = image or StudyImage()
        groups.setdefault(known.study or position, []).append((position, known))
    found, count = {}, 0
    for key, group in groups.items():
        count += isinstance(key, str)
        chosen, sentence = frontal_of([image for _, image in group])
        for number, (position, _) in enumerate(group):
            study = count if isinstance(key, str) else 0
            found[position] = Place(study, number + 1, len(group), number == chosen, sentence)
    return found


def frontal_of(images: Sequence[StudyImage]) -> tuple[int, str]:
    """Pick the frontal chest radiograph out of the images of one study.

    A radiograph comes before anything else, then one that names no other part of the body, then a frontal view before
    one that is not named before a lateral one. What still is equal is decided by what was made to be looked at, the
    original, the chest by its name, the larger image, and the lower number.

    Args:
        images: all images of the study, one at least.

    Returns:
        The position of the image, from 0, and a sentence for the clinician, which it is and why; "" for one alone.
    """
    chosen = min(range(len(images)), key=lambda position: (*_rank(images[position]), position))
    return chosen, _sentence(images, chosen) if len(images) > 1 else ""


def _rank(image: StudyImage) -> tuple[float, ...]:
    return (
        bool(image.kind),
        image.is_other_part,
        _view_rank(image.header),
        image.header.for_processing,
        image.header.secondary,
        not image.header.body_part,
        -image.size,
        float("inf") if image.number is None else image.number,
    )


def _view_rank(header: Header) -> int:
    if header.is_frontal:
        return _FRONTAL
    if header.is_lateral:
        return _LATERAL
    return _OTHER if header.view else _UNKNOWN


def _sentence(images: Sequence[StudyImage], chosen: int) -> str:
    best = images[chosen]
    if best.kind or best.is_other_part or _view_rank(best.header) > _UNKNOWN:
        lead = f"None of the {len(images)} images of this study is a frontal radiograph of the chest"
        return f"{lead}; {_together(dict(enumerate(map(_no_frontal, images))))}."
    why = f": view {best.header.view}" if best.header.is_frontal else ", though no image names a frontal view"
    others = {place: _behind(image, best) for place, image in enumerate(images) if place != chosen}
    return f"Image {chosen + 1} of {len(images)} of this study was chosen{why}; {_together(others)}."


def _behind(image: StudyImage, best: StudyImage) -> Said:
    """Say the first thing by which an image comes after the chosen one, and where it could have been chosen as well."""
    one, several = _later(image, best)
    is_as_good = image.header.is_frontal and not image.kind and not image.is_other_part
    return (f"is frontal too, but {one}", f"are frontal too, but {several}") if is_as_good else (one, several)


def _later(image: StudyImage, best: StudyImage) -> Said:
    if image.kind or image.is_other_part or _view_rank(image.header) > _view_rank(best.header):
        return _no_frontal(image)
    if image.header.for_processing and not best.header.for_processing:
        return "is raw data for processing", "are raw data for processing"
    if image.header.secondary and not best.header.secondary:
        return "is a copy", "are copies"
    if not image.header.body_part and best.header.body_part:
        return "names no part of the body", "name no part of the body"
    return ("is smaller", "are smaller") if image.size < best.size else ("comes later", "come later")


def _no_frontal(image: StudyImage) -> Said:
    """Say why an image is no frontal radiograph of the chest, as far as is known."""
    if image.kind:
        return f"is {image.kind}", f"are each {image.kind}"
    if image.is_other_part:
        return "shows another part of the body", "show another part of the body"
    return {
        _LATERAL: ("is lateral", "are lateral"),
        _OTHER: ("has another view", "have another view"),
    }.get(_view_rank(image.header), ("names no view", "name no view"))


def _together(said: dict[int, Said]) -> str:
    """Say the same of all images of which it is to be said, in the order of the first."""
    places: dict[Said, list[int]] = {}
    for place in sorted(said):
        places.setdefault(said[place], []).append(place + 1)
    parts = [
        f"image {each[0]} {one}" if len(each) == 1 else f"images {_numbers(each)} {several}"
        for (one, several), each in places.items()
    ]
    return ", ".join(parts)


def _numbers(numbers: Iterable[int]) -> str:
    """List rising numbers in words, three or more in a row as a range."""
    rows: list[list[int]] = []
    for number in numbers:
        if rows and number == rows[-1][-1] + 1:
            rows[-1].append(number)
        else:
            rows.append([number])
    parts: list[str] = []
    for row in rows:
        parts += [f"{row[0]} to {row[-1]}"] if len(row) > 2 else [str(number) for number in row]
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last
