"""What is written with a result that leaves? The same by every route, without the patient unless that is asked for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from model_store.export.wording import sentences
from model_store.export.wording.claims import EXCHANGES, control_claim, guide, missed_tests
from model_store.export.wording.map_sentences import is_folded, location_sentence
from model_store.export.wording.trust import trust_sentence
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
    with_engineering: bool = True,
) -> Words:
    """Return what is written with a result.

    Args:
        radiograph: the film.
        reading: what was found on it.
        card: of the version.
        findings: what is said of the map and of the decision.
        overruled: names of the warnings that the clinician has overruled.
        keep_patient: whether the result goes to the film's own patient.
        with_engineering: whether it is said how the number was calibrated and the like.
    """
    named = is_named(radiograph, keep_patient=keep_patient)
    told = reading if named else without_age(reading)
    return Words(
        headline=sentences.headline(told),
        notices=sentences.notices(told, overruled),
        findings=list(findings),
        details=sentences.provenance(told, card.calibration, with_image=named, with_engineering=with_engineering),
    )


def findings_of(
    reading: Reading,
    explanation: Explanation,
    card: ModelCard,
    *,
    folded: bool | None = None,
    overruled: frozenset[str] = frozenset(),
) -> list[str]:
    """Return what is said of a result: how far to trust it, where the map is brightest, and what that misses.

    Args:
        reading: the result.
        explanation: the map that is shown.
        card: of the version.
        folded: whether the map is folded away; None for what the version's own operating point says.
        overruled: names of the warnings that the reader has overruled.
    """
    folded = is_folded(reading.prediction) if folded is None else folded
    shows_map = not (folded or explanation.is_empty)
    return [
        trust_of(reading, explanation, card, folded=folded, overruled=overruled),
        *filter(None, [reading.prediction.second_opinion]),
        location_sentence(explanation, folded=folded),
        *cautions(card.content, explanation.method, shows_map=shows_map),
    ]


def trust_of(
    reading: Reading,
    explanation: Explanation,
    card: ModelCard,
    *,
    folded: bool,
    overruled: frozenset[str] = frozenset(),
) -> str:
    """Say how far a result can be trusted, its map too where one is shown that was tested; as `findings_of`."""
    is_tested = explanation.method == GRAD_CAM and not (folded or explanation.is_empty)
    return trust_sentence(reading, overruled, guide=guide(tested_maps(card.content)) if is_tested else "")


def without_age(reading: Reading) -> Reading:
    """Return a reading whose reasons name no age, which a de-identified object may not hold (PS3.15, table E.1-1)."""
    reasons = reading.quality.reasons
    said = tuple(
        replace(each, name="age", sentence=AGE_LEFT_OUT) if each.name in ABOUT_AGE else each for each in reasons
    )
    return replace(reading, quality=replace(reading.quality, reasons=said))


def cautions(card: Mapping[str, Any], method: str, *, shows_map: bool = True) -> list[str]:
    """Return what has to be read beside a result since the version, or its map, misses a test; empty where none does.

    Several controls put the same question, so the first that is missed is enough here.

    Args:
        card: of the version.
        method: by which the heatmap is made; the tests speak of Grad-CAM, which is shown first.
        shows_map: whether there is a map beside it, of which something can be said.
    """
    controls = _part(_part(card, "test"), "controls")
    claims = [claim for key in EXCHANGES if (claim := control_claim(key, _part(controls, key)))]
    return [*claims[:1], *(missed_tests(tested_maps(card)) if shows_map and method == GRAD_CAM else [])]


def tested_maps(card: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a card says of its heatmaps on test films, or else on validation films; empty where on neither."""
    return next((maps for maps in (_part(_part(card, "test"), "maps"), _part(card, "maps")) if "failed" in maps), {})


def _part(card: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = card.get(key)
    return found if isinstance(found, Mapping) else {}
