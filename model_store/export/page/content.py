"""What is written on a page to hand on? The words of every export, what its reader needs, and the clinician's own."""

from dataclasses import dataclass, replace

from model_store.export.fonts import drawable
from model_store.export.page import wording
from model_store.export.wording import point_sentences, sentences
from model_store.export.wording.words import Words
from model_store.reading.card import ModelCard
from model_store.reading.decision.point_figures import figures_at
from model_store.reading.results import Reading

BLACK, GREY = (0, 0, 0), (70, 70, 70)


@dataclass(frozen=True)
class Block:
    """A piece of text.

    Attributes:
        text: as `drawable` returns it, one or several lines.
        scale: of its letters against those of the page.
        heavy: whether its letters are.
        ink: red, green, blue.
        space: above it, in lines of its own size.
    """

    text: str
    scale: float = 1.0
    heavy: bool = False
    ink: tuple[int, int, int] = BLACK
    space: float = 0.25


@dataclass(frozen=True)
class Notes:
    """What the clinician adds.

    Attributes:
        impression: in their own words, of any length, lines and language.
        name: of whoever hands the page on.
    """

    impression: str = ""
    name: str = ""


@dataclass(frozen=True)
class Content:
    """What is written on a page.

    Attributes:
        above: the pictures: verdict, figures and warnings.
        below: them: what is said of the map.
        impression: the clinician's own words; "" for none.
        after: these: who wrote them, and what the result came from.
    """

    above: tuple[Block, ...]
    below: tuple[Block, ...]
    impression: str
    after: tuple[Block, ...]

    def beneath(self, length: int | None = None) -> list[Block]:
        """Return all that stands beneath the pictures.

        Args:
            length: characters of the impression that are kept; None for all of them.
        """
        kept = self.impression
        if length is not None and length < len(kept):
            kept = f"{kept[:length].rstrip()}{wording.SHORTENED}"
        words = [Block(wording.IMPRESSION, heavy=True, space=0.6), Block(kept, space=0)] if self.impression else []
        return [*self.below, *words, *self.after]

    @property
    def text(self) -> str:
        """All letters that are needed to write it."""
        return "".join([*(block.text for block in (*self.above, *self.beneath())), wording.SHORTENED])


def content_of(
    reading: Reading,
    card: ModelCard,
    words: Words,
    *,
    caption: str,
    notes: Notes,
    chosen: float | None,
    patient: str,
) -> Content:
    """Say what is written on the page of a result.

    Args:
        reading: the result.
        card: of the version.
        words: of every export.
        caption: of the pictures.
        notes: what the clinician adds.
        chosen: the operating point that the clinician chose in place of the version's own, 0..1.
        patient: who it is, in one line; "" where nobody is named.
    """
    impression, name = notes.impression.strip(), notes.name.strip()
    above = [
        Block(patient or wording.NOT_NAMED, ink=BLACK if patient else GREY),
        Block(words.headline, scale=1.7, heavy=True, space=0.35),
        Block(sentences.probability_sentence(reading)),
        *(Block(sentence) for sentence in _figures(reading, card, chosen)),
        *(Block(notice, heavy=True) for notice in words.notices),
        Block(sentences.RESEARCH_USE, heavy=True),
        Block(wording.PNEUMONIA_ALONE),
    ]
    below = [Block(sentence) for sentence in (caption, *words.findings)]
    after = [Block(f"{wording.NAME} {name}", space=0.6)] if name else []
    after.append(Block(f"{words.details[:1].upper()}{words.details[1:]}.", scale=0.85, ink=GREY, space=0.6))
    given = "\n".join([impression, *(block.text for block in (*above, *below, *after))])
    if drawable(given)[1]:
        after.append(Block(wording.UNDRAWN, scale=0.85))
    return Content(_drawn(above), _drawn(below), drawable(impression)[0], _drawn(after))


def _drawn(blocks: list[Block]) -> tuple[Block, ...]:
    """Return blocks as they can be drawn, no number parted from its per cent."""
    return tuple(replace(block, text=drawable(block.text)[0].replace(" %", "\u00a0%")) for block in blocks)


def _figures(reading: Reading, card: ModelCard, chosen: float | None) -> list[str]:
    """Say how well the version decides at its own point, and at the one that was chosen in its place."""
    prediction = reading.prediction
    points = {wording.point_called(prediction, None): prediction.operating_point}
    if chosen is not None:
        points[wording.point_called(prediction, chosen)] = chosen
    found = {called: figures_at(card.content, point) for called, point in points.items()}
    return [point_sentences.figures_sentence(called, figures) for called, figures in found.items() if figures]
