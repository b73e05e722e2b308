"""What is written with a result that leaves? The same by every route, without the patient unless that is asked for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from model_store.export import sentences
from model_store.export.claims import EXCHANGES, control_claim, missed_tests
from model_store.film.radiograph import Radiograph
from model_store.reading.card import ModelCard
from model_store.reading.film_check.reasons import ABOUT_AGE
from model_store.reading.results import GRAD_CAM, Explanation, Reading

AGE_LEFT_OUT = (
    "The header of the film gives an age that the model does not know; please check the age before you use the result."
)


@dataclass(frozen=True)
class Words:
    """What is written below the pictures.

    Attributes:
        headline: the result in one line.
        notices: what was overruled, and the warnings: they have to be read before the result is believed.
        findings: where in the lungs the evidence lies, and what the version's map misses.
        details: what the result came from.
    """

    headline: str
    notices: list[str]
    findings: list[str]
    details: str


def is_named(radiograph: Radiograph, *, keep_patient: bool) -> bool:
    """Return whether what leaves may hold what leads to the film: its hash, and an age that its header gives."""
    # A hash of a DICOM file leads back to its patient as well as its UIDs do, which are replaced.
    return keep_patient or radiograph.source_format != "DICOM"


def words_of(
    radiograph: Radiograph,
    reading: Reading,
    card: ModelCard,
    *,
    findings: Iterable[str],
    overruled: frozenset[str] = frozenset(),
    keep_patient: bool = False,
) -> Words:
    """Return what is written with a result.

    Args:
        radiograph: the film.
        reading: what was found on it.
        card: of the version.
        findings: what is said of the map and of the decision.
        overruled: names of the warnings that the clinician has overruled.
        keep_patient: whether the result goes to the film's own patient.
    """
    named = is_named(radiograph, keep_patient=keep_patient)
    told = reading if named else without_age(reading)
    return Words(
        headline=sentences.headline(told),
        notices=sentences.notices(told, overruled),
        findings=list(findings),
        details=sentences.provenance(told, card.calibration, with_image=named),
    )


def findings_of(reading: Reading, explanation: Explanation, card: ModelCard) -> list[str]:
    """Return what is said of a result to which nobody has added anything: opinion, place, and what the map misses."""
    evidence = explanation.evidence
    where = [sentences.lung_share_sentence(evidence), sentences.zones_sentence(evidence)] if evidence else []
    return [*filter(None, [reading.prediction.second_opinion]), *where, *cautions(card.content, explanation.method)]


def without_age(reading: Reading) -> Reading:
    """Return a reading whose reasons name no age, which a de-identified object may not hold (PS3.15, table E.1-1)."""
    reasons = reading.quality.reasons
    said = tuple(
        replace(each, name="age", sentence=AGE_LEFT_OUT) if each.name in ABOUT_AGE else each for each in reasons
    )
    return replace(reading, quality=replace(reading.quality, reasons=said))


def cautions(card: Mapping[str, Any], method: str) -> list[str]:
    """Return what has to be read beside a map since the version, or its map, misses a test; empty where none does.

    Several controls put the same question, so the first that is missed is enough here. Heatmaps are judged on the films
    of the test where they were tested on them, and else on validation films.

    Args:
        card: of the version.
        method: by which the heatmap is made; the tests speak of Grad-CAM, which is shown first.
    """
    test = _part(card, "test")
    controls = _part(test, "controls")
    claims = [claim for key in EXCHANGES if (claim := control_claim(key, _part(controls, key)))]
    tested = [maps for maps in (_part(test, "maps"), _part(card, "maps")) if "failed" in maps]
    return [*claims[:1], *(missed_tests(tested[0]) if tested and method == GRAD_CAM else [])]


def _part(card: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = card.get(key)
    return found if isinstance(found, Mapping) else {}
