"""Does the header of a film speak against reading it, and does it say what the picture shows?"""

from dataclasses import replace

from model_store.film.header.header import Header
from model_store.film.header.sides import MIRRORED, USUAL, Sides
from model_store.film.radiograph import Radiograph
from model_store.reading.film_check import reasons
from model_store.reading.film_check.verdict import Reason

AGES = (1, 6)
"""Years of age that the model knows: from the first birthday until the sixth."""

_NO_CHEST = (
    "The header of this file says chest, but the picture does not look like a frontal chest radiograph, so it was not "
    "read; please make sure that it is the right picture."
)
_CHEST_ALL_THE_SAME = (
    "The header of this file names another part of the body, but the picture looks like a chest, so it was not read; "
    "please check which of the two is right."
)
_INVERTED = (
    "Black and white are exchanged on this film although it is shown as its header says, so the header is wrong and it "
    "was not read; please invert it here or in its viewer."
)
_MIRRORED_BY_HEADER = (
    "The header of this file says that the patient's left lies at the left of the picture, as on a mirrored film; "
    "please check the letters on it, and mirror it here or in its viewer."
)
_MIRRORED_AGAINST_HEADER = (
    "This film seems to be mirrored, by the place of heart and aortic arch, but its header states the usual sides, so "
    "the header is wrong or the heart lies on the right; please check the letters on it."
)
_USUAL_AGAINST_HEADER = (
    "The header of this file says that the film is mirrored as it is shown, but heart and aortic arch lie as on a "
    "usual one, so the header is wrong or the heart lies on the right; please check the letters on it."
)


def header_reasons(header: Header | None, *, looks_like_a_chest: bool) -> list[Reason]:
    """Return what in the header of a film speaks against reading it; nothing for a file without one.

    Args:
        header: of the film.
        looks_like_a_chest: whether the picture does.
    """
    if header is None:
        return []
    body_part = reasons.OTHER_BODY_PART
    if looks_like_a_chest:
        body_part = replace(body_part, sentence=_CHEST_ALL_THE_SAME)
    found = {
        reasons.OTHER_MODALITY: header.is_radiograph is False,
        body_part: header.is_chest is False,
        reasons.LATERAL: header.is_lateral,
        reasons.OBLIQUE: header.is_oblique,
        reasons.VIEW_CONTRADICTED: header.is_view_contradicted,
        reasons.PART_CONTRADICTED: header.is_part_contradicted,
        reasons.UNPROCESSED: header.for_processing,
        reasons.WITHOUT_BONES: header.is_without_bones,
    }
    subject = [reasons.no_person(header.subject)] if header.subject else []
    return subject + [reason for reason, is_found in found.items() if is_found] + [*_ages(header), *_windows(header)]


def _ages(header: Header) -> list[Reason]:
    years = header.age_years
    outside = [] if years is None or AGES[0] <= years < AGES[1] else [reasons.age(years)]
    return outside + ([reasons.age_unclear(header.age_stated)] if header.age_stated else [])


def _windows(header: Header) -> list[Reason]:
    return [reasons.window_unfit(header.unfit_windows)] if header.unfit_windows else []


def sides_reasons(sides: Sides, *, looks_mirrored: bool, looks_usual: bool) -> list[Reason]:
    """Return what is said of the sides of a film: that it seems mirrored, or is so by its header, or that both differ.

    Args:
        sides: as the header states them, of the picture as it is shown.
        looks_mirrored: whether heart and arch lie as on a mirrored film.
        looks_usual: whether they lie as on a usual one; neither where that cannot be told.
    """
    if sides == MIRRORED:
        against = replace(reasons.MIRRORED, sentence=_USUAL_AGAINST_HEADER, offer="")
        return [against if looks_usual else replace(reasons.MIRRORED, sentence=_MIRRORED_BY_HEADER)]
    if not looks_mirrored:
        return []
    return [replace(reasons.MIRRORED, sentence=_MIRRORED_AGAINST_HEADER) if sides == USUAL else reasons.MIRRORED]


def contradicts_header(found: list[Reason]) -> bool:
    """Return whether the picture says otherwise of a film's sides than its header, as `sides_reasons` found it."""
    return any(reason.sentence in (_MIRRORED_AGAINST_HEADER, _USUAL_AGAINST_HEADER) for reason in found)


def against_header(reason: Reason, radiograph: Radiograph) -> Reason:
    """Return what was found in a picture; in other words where the header says the contrary."""
    header = radiograph.header
    if header is None:
        return reason
    if reason is reasons.INVERTED and not radiograph.is_inverted:
        return replace(reason, sentence=_INVERTED)
    if reason in (reasons.NOT_A_CHEST, reasons.NO_LUNGS) and header.is_chest:
        return replace(reason, sentence=_NO_CHEST)
    return reason
