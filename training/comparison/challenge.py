"""Is the new version better than the active one? Both read the films held out for it, and the reference test films."""

from collections.abc import Set
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from model_store.reading.card import ModelCard
from model_store.trainings.folder_names import TEST_SPLIT
from model_store.versions.activation.activation import Activation
from model_store.versions.bundled import BUNDLED_FOLDER
from model_store.versions.comparison.record import Cautions, Comparison, FilmSet
from model_store.versions.learned_from import knows_copies
from model_store.versions.loading import load_classifier, load_film_check
from model_store.versions.registry import Version
from training.comparison.comparison import compare_set, comparison, reason_not_to_compare
from training.comparison.margins import Margins
from training.comparison.version_scores import VersionScores
from training.data.dataset import scan
from training.data.labelled import DatasetError
from training.evaluation.evaluate import score_crops, without_unlike
from training.prepared.crops import CropSet, prepare_crops
from training.run.progress import Progress

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class Challenger:
    """A version that is not registered yet.

    Attributes:
        network: with the weights as they will be read.
        card: name, hash, calibration and operating point as they will be registered.
        learned_from: the list's entries of every image that the weights know.
    """

    network: "keras.Model"
    card: ModelCard
    learned_from: Set[str]


def challenge(
    challenger: Challenger,
    sets: dict[str, CropSet],
    *,
    margins: Margins,
    cautions: Cautions,
    home: Path,
    progress: Progress,
) -> Comparison:
    """Compare a new version with the active one on the same films.

    Args:
        challenger: the new version.
        sets: prepared films by key, `HELD_OUT` or `REFERENCE`; one of which a version has learned is not compared on.
        margins: what was decided before the training.
        cautions: what is known of the new version that the verdict is to be read with.
        home: the app's folder, for the active version and cached features.
        progress: where it is said how far the comparison is.

    Returns:
        The comparison; the paths of films on which both disagree are in it.

    Raises:
        ModelCorrupted: the active version and the bundled one are damaged.
    """
    active = Activation(home).active().version
    network = load_classifier(active).network
    known = {"challenger": frozenset(challenger.learned_from), "active": _learned_from(active)}

    def judged(key: str, crops: CropSet) -> FilmSet:
        progress.enter("comparing")
        images = [*crops.images, *(image for image, _ in crops.refused)]
        if why := reason_not_to_compare(images, **known):
            return FilmSet(key=key, not_compared=why)
        first, second = (
            _scores(net, crops, card, cache=home / "cache", progress=progress)
            for net, card in ((network, active.card), (challenger.network, challenger.card))
        )
        progress.enter("comparing")
        return compare_set(first, second, key=key, margins=margins)

    named = {active.card.version: known["active"], challenger.card.version: known["challenger"]}
    unknown = tuple(name for name, entries in named.items() if entries is None)
    no_copies = tuple(name for name, entries in named.items() if entries is not None and not knows_copies(entries))
    return comparison(
        active.card,
        challenger.card,
        sets=[judged(key, crops) for key, crops in sets.items()],
        margins=margins,
        cautions=replace(cautions, unknown=unknown, no_copies=no_copies),
    )


def _scores(
    network: "keras.Model", crops: CropSet, card: ModelCard, *, cache: Path, progress: Progress
) -> VersionScores:
    """Read prepared films as the version reads them: what its own limits refuse is refused here too."""
    known = without_unlike(crops, network, card, cache, progress)
    scored = score_crops(network, known, calibration=card.calibration, cache=cache, progress=progress)
    return VersionScores(scored, card.operating_point)


def reference_films(folder: Path | None, home: Path, progress: Progress) -> CropSet | None:
    """Prepare the films of the reference set's test folder; None where there is none."""
    if folder is None:
        return None
    try:
        images = scan(folder, splits={TEST_SPLIT})
    except DatasetError:
        return None
    return prepare_crops(images, load_film_check(BUNDLED_FOLDER), home / "cache", progress)


def was_read(compared: Comparison, key: str) -> bool:
    """Return whether both versions read the films of a set for a comparison."""
    return any(each.key == key and not each.not_compared for each in compared.sets)


def _learned_from(version: Version) -> frozenset[str] | None:
    return version.learned_from() if version.knows_its_images else None
