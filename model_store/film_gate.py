"""Is this a film that may be read, and what of it does the network see? Asked before training as before reading."""

from dataclasses import dataclass
from pathlib import Path

from model_store import reasons
from model_store.lung_shape import LungShape, shape_of
from model_store.lungs import LungFields, LungFinder, NoLungsFound, load_lung_finder
from model_store.picture import PictureMeasures, light_ground, measure
from model_store.preprocessing import ModelInput, to_model_input
from model_store.presentation import OTHER, SEVERAL, Presentation, PresentationFinder, load_presentation_finder
from model_store.quality import FilmRefused, QualityReport, Reason
from model_store.radiograph import FILM_SIDE, Radiograph

COLOURED = 6.0
"""Colour in grey levels from which a picture is no radiograph; films that were scanned or tinted have below 2."""

LIGHT_GROUND = 0.45
"""Share of one light grey from which a picture is a page or a screen; the lightest validation film has 0.2."""

LEAST_CONFIDENCE, UNSURE_CONFIDENCE = 0.7, 0.9
"""Expected Dice of the worse outline below which it is no lung, and below which it is unsure."""


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


class FilmGate:
    """Whatever is asked of a film before a version reads it; the same for all versions.

    Args:
        finder: outlines the lungs.
        presentation: tells which way up the film is, its polarity, and whether it is one film of a chest.
    """

    def __init__(self, finder: LungFinder, presentation: PresentationFinder) -> None:
        self._finder, self._presentation = finder, presentation

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
        turn = presentation.turn if any(reason.offer == "turn" for reason in found) else 0
        lungs = None
        # Outlines on a film that lies on its side, or on a photograph, would say nothing.
        if not any(reason.offer != "overrule" for reason in found):
            try:
                lungs = self._finder.find(film)
            except NoLungsFound:
                found.append(reasons.NO_LUNGS)
            else:
                found += [*_lungs_found(lungs, shape_of(lungs)), *_measured(radiograph, measure(film, lungs))]
        return lungs, QualityReport(turn=turn).adding(found)


def load_film_gate(folder: Path) -> FilmGate:
    """Load what the gate needs from the bundled folder; raises ModelCorrupted where a hash is not the pinned one."""
    return FilmGate(load_lung_finder(folder), load_presentation_finder(folder))


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
    plausible = (
        min(lungs.confidence) >= LEAST_CONFIDENCE
        and 0.12 <= shape.area <= 0.7
        and shape.symmetry >= 0.3
        and shape.alongside >= 0.6
        and 0.15 <= shape.apart <= 0.7
        and shape.solidity >= 0.7
        and shape.upright >= 0.9
    )
    if not plausible:
        return [reasons.IMPLAUSIBLE_LUNGS]
    cut_off = shape.on_edge > 0.5 or shape.cut_above > 0.8 or shape.cut_below > 0.6
    unsure = min(lungs.confidence) < UNSURE_CONFIDENCE
    return [reasons.CUT_OFF] * cut_off + [reasons.UNSURE_OUTLINE] * unsure


def _measured(radiograph: Radiograph, measured: PictureMeasures) -> list[Reason]:
    limits = {
        reasons.SMALL: min(radiograph.pixels.shape) < FILM_SIDE,
        reasons.UNDEREXPOSED: measured.bright > 0.25,
        reasons.OVEREXPOSED: measured.dark > 0.25,
        reasons.LOW_CONTRAST: measured.contrast < 25,
        reasons.BLURRED: measured.sharpness < 0.005,
        reasons.STROKES: measured.strokes > 0.03,
    }
    return [reason for reason, beyond in limits.items() if beyond]
