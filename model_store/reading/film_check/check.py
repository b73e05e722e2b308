"""Is this a film that may be read, and what of it does the network see? Asked before training as before reading."""

from dataclasses import dataclass, replace

from model_store.film.borders import cut
from model_store.film.header.sides import UNSTATED, is_upright
from model_store.film.radiograph import FILM_SIDE, Radiograph
from model_store.reading.film_check import reasons
from model_store.reading.film_check.header import against_header, contradicts_header, header_reasons, sides_reasons
from model_store.reading.film_check.measures import PictureMeasures, light_ground, measure
from model_store.reading.film_check.mirroring import MIRRORED_FROM, MirrorFinder
from model_store.reading.film_check.presentation import CHEST, OTHER, SEVERAL, Presentation, PresentationFinder
from model_store.reading.film_check.verdict import FilmRefused, QualityReport, Reason
from model_store.reading.lungs.fields import LungFields, NoLungsFound
from model_store.reading.lungs.finder import LungFinder
from model_store.reading.lungs.shape import LungShape, shape_of
from model_store.reading.preparation import ModelInput, to_model_input

COLOURED = 5.0
"""Colour in grey levels above which a picture is no radiograph; a tint and a coloured mark or two stay below."""

LIGHT_GROUND = 0.45
"""Share of one light grey from which a picture is a page or a screen; the lightest validation film has 0.29."""

LEAST_CONFIDENCE, UNSURE_CONFIDENCE = 0.85, 0.92
"""Expected Dice of the worse outline below which it is no lung (the least of 633 validation films has 0.87), and below
which it is unsure (1 film in 200)."""


@dataclass(frozen=True, eq=False)
class Examined:
    """A film that may be read.

    Attributes:
        seen: what the network sees of it.
        lungs: their outlines on the reduced film; None where none were found and the clinician overruled that.
        report: what was found; refusals are in it only where they were overruled.
    """

    seen: ModelInput
    lungs: LungFields | None
    report: QualityReport


class FilmCheck:
    """Whatever is asked of a film before a version reads it; the same for all versions.

    Args:
        finder: outlines the lungs.
        presentation: tells which way up the film is, its polarity, and whether it is one film of a chest.
        mirroring: tells whether it is mirrored.
    """

    def __init__(self, finder: LungFinder, presentation: PresentationFinder, mirroring: MirrorFinder) -> None:
        self._finder, self._presentation, self._mirroring = finder, presentation, mirroring

    def examine(self, radiograph: Radiograph, *, overrule: bool = False) -> Examined:
        """Examine a film and prepare it.

        Args:
            radiograph: the film.
            overrule: whether the clinician vouches that it is a chest radiograph.

        Raises:
            FilmRefused: it may not be read.
        """
        lungs, report = self.assess(radiograph)
        if report.refusals and not (overrule and report.offers("overrule")):
            raise FilmRefused(report)
        return Examined(to_model_input(radiograph.reduced, lungs), lungs, report)

    def assess(self, radiograph: Radiograph) -> tuple[LungFields | None, QualityReport]:
        """Return the lungs, None where there are none, and everything that was found; nothing is refused here."""
        film = radiograph.reduced
        presentation = self._presentation.find(film)
        found = [*_no_radiograph(radiograph), *_presented(presentation)]
        found += header_reasons(radiograph.header, looks_like_a_chest=presentation.kinds[CHEST] > 0.5)
        # A film that does not look upright is refused for that, and one that was turned is examined anew.
        is_contradicted = not presentation.turn and not is_upright(radiograph.orientation)
        found += [reasons.ORIENTATION_CONTRADICTED] if is_contradicted else []
        turn = presentation.turn if any(reason.offer == "turn" for reason in found) else 0
        lungs = None
        # Outlines on a film that lies on its side, or on a photograph, would say nothing.
        if not any(reason.verdict == "refuse" and reason.offer != "overrule" for reason in found):
            try:
                sides = UNSTATED if is_contradicted else radiograph.sides
                lungs = replace(self._finder.find(film), sides=sides)
            except NoLungsFound:
                found.append(reasons.NO_LUNGS)
            else:
                found += _lungs_found(lungs, shape_of(lungs))
                # Where its right is matters for an adult's film too, which may be read for a reason.
                if not {reasons.NOT_A_CHEST, reasons.IMPLAUSIBLE_LUNGS} & set(found):
                    found += (about_sides := _sides(lungs, self._mirroring.find(film, lungs)))
                    if contradicts_header(about_sides):  # Then nobody says whose sides they are.
                        lungs = replace(lungs, sides=UNSTATED)
                # How well a picture is exposed matters once it may be read.
                if not any(reason.verdict == "refuse" for reason in found):
                    found += _measured(radiograph, measure(film, lungs))
        return lungs, QualityReport(turn=turn).adding(against_header(reason, radiograph) for reason in found)


def _no_radiograph(radiograph: Radiograph) -> list[Reason]:
    if radiograph.colour > COLOURED:
        return [reasons.NOT_A_RADIOGRAPH]
    return [reasons.DOCUMENT] if light_ground(radiograph.reduced) > LIGHT_GROUND else []


def _presented(presentation: Presentation) -> list[Reason]:
    if presentation.kinds[OTHER] > 0.5:
        return [reasons.NOT_A_CHEST]
    if presentation.kinds[SEVERAL] > 0.5:
        return [reasons.SEVERAL_FILMS]
    turned = [reasons.turned(presentation.turn)] if presentation.turn else []
    return turned + ([reasons.INVERTED] if presentation.inverted > 0.5 else [])


def _lungs_found(lungs: LungFields, shape: LungShape) -> list[Reason]:
    # Each bound lies a little beyond the farthest of 633 validation films.
    plausible = (
        min(lungs.confidence) >= LEAST_CONFIDENCE
        and 0.13 <= shape.area <= 0.65
        and shape.symmetry >= 0.5
        and shape.alongside >= 0.75
        and 0.24 <= shape.apart <= 0.56
        and shape.solidity >= 0.75
        and shape.upright >= 1.1
    )
    if not plausible:
        return [reasons.IMPLAUSIBLE_LUNGS]
    cut_off = shape.on_edge > 0.1 or shape.cut_above > 0.75 or shape.cut_below > 0.5
    unsure = min(lungs.confidence) < UNSURE_CONFIDENCE
    return [reasons.CUT_OFF] * cut_off + [reasons.UNSURE_OUTLINE] * unsure


def _sides(lungs: LungFields, mirrored: float) -> list[Reason]:
    looks_mirrored, looks_usual = mirrored >= MIRRORED_FROM, mirrored <= 1 - MIRRORED_FROM
    return sides_reasons(lungs.sides, looks_mirrored=looks_mirrored, looks_usual=looks_usual)


def _measured(radiograph: Radiograph, measured: PictureMeasures) -> list[Reason]:
    # Where validation films reach a limit, at most 3 in 1,000 of them do.
    limits = {
        reasons.SMALL: min(cut(radiograph.pixels, radiograph.content).shape) < FILM_SIDE,
        reasons.UNDEREXPOSED: measured.bright > 0.05,
        reasons.OVEREXPOSED: measured.dark > 0.1,
        reasons.LOW_CONTRAST: measured.contrast < 40,
        reasons.BLURRED: measured.sharpness < 0.0055,
        reasons.STROKES: measured.strokes > 0.01,
    }
    return [reason for reason, beyond in limits.items() if beyond]
