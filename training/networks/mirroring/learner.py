"""How is the network made that tells a mirrored film? It learns every film against its mirror image."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from model_store.film.refusals import UnreadableImage
from model_store.reading.film_check.mirroring import Chest, as_seen, build_mirror_network, chest_of, mirror_scores
from model_store.reading.lungs.fields import NoLungsFound
from model_store.reading.lungs.finder import LungFinder
from model_store.trainings.folder import RunFolder
from model_store.trainings.folder_names import TEST_SPLIT
from model_store.versions.bundled import BUNDLED_FOLDER, mirroring_file
from model_store.versions.loading import load_lung_finder
from training.data.dataset import scan
from training.data.division import split_by_patient
from training.data.labelled import DatasetError, LabelledImage
from training.networks.film_check import FilmCheckLearner, keep_network
from training.networks.loop import train
from training.prepared.augmentation import move_crop, retone
from training.prepared.batches import prefetched
from training.run.progress import Progress
from training.run.recipes import FitConfig

if TYPE_CHECKING:
    import keras

BATCH = 64
VALIDATION_SHARE = FitConfig.validation_share
"""As versions have it, so that the bundled version's validation patients are this network's too."""

WRONG_SHARE = 0.01
"""Share of the films that are taken for mirrored ones in the data: a few hearts do lie on the right."""

CAUGHT = 0.98
"""Share of the mirror images of validation films that reach the limit, by which it is chosen; 0.95 is the floor."""


class MirrorLearner(FilmCheckLearner):
    """The network with its chests; the loop drives it."""

    def __init__(self, training: list[Chest], validation: list[Chest], *, epochs: int, seed: int) -> None:
        makers = (build_mirror_network, _build_step)
        super().__init__(*makers, len(training), batch=BATCH, epochs=epochs, seed=seed, weight_decay=0.01)
        self._training, self._validation = training, _as_batch(validation)

    def batches(self, epoch: int, start: int) -> Iterator[Any]:
        order = np.random.default_rng([self._seed, epoch]).permutation(len(self._training))
        return prefetched(self._batch(epoch, order, number) for number in range(start, self.steps(epoch)))

    def validate(self, epoch: int) -> dict[str, float]:
        scores = self.scores()
        return {"val_loss": float(np.logaddexp(0, scores).mean()), "val_accuracy": float((scores < 0).mean())}

    def scores(self) -> NDArray[np.float64]:
        """Return the logit of each validation film that it is mirrored; of its mirror image it is the negative."""
        parts = range(0, len(self._validation), 256)
        scores = [np.asarray(mirror_scores(self.network, self._validation[at : at + 256])) for at in parts]
        return np.concatenate(scores).astype(np.float64)

    def _batch(self, epoch: int, order: NDArray[np.int64], number: int) -> NDArray[np.float32]:
        rng = np.random.default_rng([self._seed, epoch, number])
        return _as_batch([varied(self._training[row], rng) for row in order[number * BATCH : (number + 1) * BATCH]])


def varied(chest: Chest, rng: np.random.Generator) -> Chest:
    """Return a chest as another film might show it, never mirrored, with parts of it blanked: a corner and any other.

    What lies in one corner, as a letter that reaches between the lungs, is not to decide.
    """
    grey, counts = move_crop(*chest, rng, mirror=False)
    for in_corner in (False, True):
        if rng.random() < 0.5:
            _blank(counts, rng, in_corner=in_corner)
    return retone(grey, rng), counts


def _blank(counts: NDArray[np.uint8], rng: np.random.Generator, *, in_corner: bool) -> None:
    side = len(counts)
    height, width = rng.integers(4, side // 3, 2)
    top, left = rng.integers(0, side - height + 1), rng.integers(0, side - width + 1)
    if in_corner:
        top, left = rng.choice((0, side - height)), rng.choice((0, side - width))
    counts[top : top + height, left : left + width] = 0


def limit_of(scores: NDArray[np.float64], *, caught: float = CAUGHT) -> dict[str, float]:
    """Choose from which probability a film is said to be mirrored: as high as catches enough, so as to warn of few.

    Args:
        scores: (n,), the logits of films that are not mirrored; of their mirror images they are the negatives.
        caught: the share of the mirror images that reach the limit, at least.

    Returns:
        `limit`, a probability; `caught`, the share of the mirror images that reach it; `warned`, of the films.
    """
    mirrored = np.sort(-scores)
    # Never below even odds, where neither is likelier.
    limit = max(float(mirrored[int((1 - caught) * len(scores))]), 0.0)
    return {
        "limit": float(1 / (1 + np.exp(-limit))),
        "caught": float((mirrored >= limit).mean()),
        "warned": float((scores >= limit).mean()),
    }


def fit_mirroring(
    data: Path, run: RunFolder, out: Path, *, epochs: int, seed: int, progress: Progress | None = None
) -> dict[str, Any]:
    """Train the network on the films of `data`, each against its mirror image.

    Args:
        data: the data set; its test folder is not opened.
        run: where checkpoints and metrics go; a run that was broken off goes on.
        out: folder for `mirroring.safetensors` and `mirroring.json`.
        epochs: passes over the training images.
        seed: of the split, the order, the variation and the first weights.
        progress: where it is said how far the training is.

    Returns:
        The card that was written.

    Raises:
        DatasetError: there are no films.
    """
    progress = progress or Progress()
    training, validation = split_by_patient(scan(data, exclude={TEST_SPLIT}), share=VALIDATION_SHARE, seed=seed)
    finder = load_lung_finder(BUNDLED_FOLDER)
    chests, unseen = (_chests(images, finder, progress) for images in (training, validation))
    if not chests or not unseen:
        raise DatasetError(f"No film of {data} shows two lungs; expected chest radiographs of several patients.")
    learner = MirrorLearner(chests, unseen, epochs=epochs, seed=seed)
    result = train(learner, run, progress=progress)
    card = {
        "images": {"training": len(chests), "validation": len(unseen)},
        "seed": seed,
        **result,
        **learner.validate(epochs),
        **limit_of(learner.scores()),
    }
    return keep_network(learner.network, mirroring_file(out), card, run)


def _chests(images: list[LabelledImage], finder: LungFinder, progress: Progress) -> list[Chest]:
    chests = []
    for image in progress.track(images, "preparing films"):
        try:
            film = image.radiograph().reduced
            chests.append(chest_of(film, finder.find(film).mask))
        except (UnreadableImage, NoLungsFound):  # What is not read teaches nothing; others do.
            continue
    return chests


def _as_batch(chests: list[Chest]) -> NDArray[np.float32]:
    return np.stack([as_seen(grey, counts) for grey, counts in chests])[..., None]


def _build_step(network: "keras.Model", optimizer: "keras.Optimizer") -> Any:
    import tensorflow as tf

    @tf.function
    def step(seen: Any) -> Any:
        with tf.GradientTape() as tape:
            scores = mirror_scores(network, seen, training=True)
            labels = tf.fill(tf.shape(scores), WRONG_SHARE)
            loss = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=scores))
        optimizer.apply(tape.gradient(loss, network.trainable_variables), network.trainable_variables)
        return loss

    return step
