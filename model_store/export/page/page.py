"""How does a result leave as a page to hand on? One sheet of A4, as PDF, with all that has to be read with it."""

from collections.abc import Iterable
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from model_store.export.fonts import drawable
from model_store.export.page import wording
from model_store.export.page.content import Block, Content, Notes, content_of
from model_store.export.page.pictures import Pictures, Shown, pictures_of
from model_store.export.page.template import Template
from model_store.export.wording.words import words_of
from model_store.reading.card import ModelCard

if TYPE_CHECKING:
    from model_store.export.page.layout import Paper

Fit = tuple[float, float]
"""Letters in points, and the greatest height of the pictures in millimetres."""

FITS: tuple[Fit, ...] = ((9.5, 88), (9.5, 68), (8.5, 66), (8.5, 54), (7.5, 50))
"""Tried until all is on the page."""

TIGHTEST: Fit = (6.5, 40)
"""Where there is so much to say that even without the reader's own words no other does."""

_MOST = 12_000
"""Characters of which no page has room for more."""


def render_page(
    shown: Shown,
    card: ModelCard,
    *,
    findings: Iterable[str],
    day: date,
    overruled: frozenset[str] = frozenset(),
    notes: Notes | None = None,
    template: Template | None = None,
    patient_of: bytes | None = None,
) -> bytes:
    """Make the page of a result.

    Args:
        shown: the result.
        card: of the version.
        findings: what is said of the decision, of the map where it is shown, and of the version.
        day: on which the page is made.
        overruled: names of the warnings that the clinician has overruled.
        notes: what the clinician adds.
        template: the clinic's head.
        patient_of: the film's DICOM file, whose patient is named on the page; None for a page that names nobody.

    Returns:
        A PDF file of one page.

    Raises:
        PatientNotKept: the patient is to be named, and the file does not say who it is.
    """
    pictures, reading, keep_patient = pictures_of(shown), shown.reading, patient_of is not None
    words = words_of(
        *(shown.radiograph, reading, card),
        findings=findings,
        overruled=overruled,
        keep_patient=keep_patient,
        with_engineering=False,
    )
    notes, patient = notes or Notes(), _patient(patient_of)
    content = content_of(
        *(reading, card, words), caption=pictures.caption, notes=notes, chosen=shown.chosen, patient=patient
    )
    return _drawn(content, pictures, template or Template(), day)


def _drawn(content: Content, pictures: Pictures, template: Template, day: date) -> bytes:
    from model_store.export.page.layout import Paper

    head = [drawable(line)[0] for line in template.lines]
    paper = Paper("".join([content.text, *head]), day)
    paper.head(head, template.logo)
    size, height, beneath = _fitting(paper, content, pictures)
    for block in content.above:
        paper.write_block(block, size)
    paper.draw_pictures(pictures, height)
    for block in beneath:
        paper.write_block(block, size)
    paper.foot()
    return bytes(paper.output())


def _patient(source: bytes | None) -> str:
    if source is None:
        return ""
    from model_store.export.dicom.deidentify import origin_of

    return wording.patient_line(origin_of(source, keep_patient=True).attributes)


def _fitting(paper: "Paper", content: Content, pictures: Pictures) -> tuple[float, float, list[Block]]:
    """Return the letters and the height of the pictures with which all is on the page, and what stands beneath them.

    What the program says is never shortened, only what the clinician adds.
    """
    fits = partial(_fits, paper, content, pictures)
    for fit in FITS:
        if fits(fit, roughly=True) and fits(fit):
            return *fit, content.beneath()
    fit = FITS[-1] if fits(FITS[-1], 0) else TIGHTEST
    kept, too_many = 0, min(len(content.impression), _MOST)
    while too_many - kept > 1:
        middle = (kept + too_many) // 2
        kept, too_many = (middle, too_many) if fits(fit, middle, roughly=True) else (kept, middle)
    while kept and not fits(fit, kept):
        kept = round(0.95 * kept - 1)
    return *fit, content.beneath(kept)


def _fits(
    paper: "Paper", content: Content, pictures: Pictures, fit: Fit, kept: int | None = None, *, roughly: bool = False
) -> bool:
    """Return whether there is room for all, with this many characters of the impression, or all of them."""
    blocks, (size, height) = (*content.above, *content.beneath(kept)), fit
    texts = sum(paper.height_of(block, size, roughly=roughly) for block in blocks)
    return texts + paper.height_of_pictures(pictures, height) <= paper.remaining
