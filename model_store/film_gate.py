"""Is this a film that may be read, and what of it does the network see? Asked before training as before reading."""

from dataclasses import dataclass
from pathlib import Path

from model_store.lungs import LungFields, LungFinder, NoLungsFound, load_lung_finder
from model_store.preprocessing import ModelInput, to_model_input
from model_store.quality import FilmRefused, QualityReport, Reason
from model_store.radiograph import Radiograph


@dataclass(frozen=True, eq=False)
class Examined:
    """A film that may be read.

    Attributes:
        seen: what the network sees of it.
        lungs: their outlines on the reduced film; None where none were found and the clinician overruled that.
        report: what was found; it holds no refusal that was not overruled.
    """

    seen: ModelInput
    lungs: LungFields | None
    report: QualityReport


class FilmGate:
    """Whatever is asked of a film before a version reads it; the same for all versions."""

    def __init__(self, finder: LungFinder) -> None:
        self._finder = finder

    def examine(self, radiograph: Radiograph, *, overrule: bool = False) -> Examined:
        """Examine a film and prepare it.

        Args:
            radiograph: the film.
            overrule: whether the clinician vouches that it is a chest radiograph.

        Raises:
            FilmRefused: it may not be read.
        """
        film = radiograph.reduced
        lungs, report = self._lungs_of(radiograph)
        if report.refusals and not (overrule and report.offers("overrule")):
            raise FilmRefused(report)
        return Examined(to_model_input(film, lungs), lungs, report)

    def _lungs_of(self, radiograph: Radiograph) -> tuple[LungFields | None, QualityReport]:
        try:
            return self._finder.find(radiograph.reduced), QualityReport()
        except NoLungsFound as error:
            return None, QualityReport((Reason("no lungs", "refuse", str(error), "overrule"),))


def load_film_gate(folder: Path) -> FilmGate:
    """Load what the gate needs from the bundled folder; raises ModelCorrupted where a hash is not the pinned one."""
    return FilmGate(load_lung_finder(folder))
