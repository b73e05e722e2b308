"""How is the lung network made? It learns human outlines and is judged on patients that it never saw."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from model_store.film.borders import cut
from model_store.film.radiograph import FILM_SIDE
from model_store.film.refusals import UnreadableImage
from model_store.reading.lungs.finder import LungFinder, build_lung_network, to_lung_input
from model_store.trainings.folder import RunFolder
from model_store.trainings.folder_names import TEST_SPLIT
from model_store.versions.bundled import lungs_file
from training.data.dataset import scan
from training.data.division import split_by_patient
from training.data.labelled import DatasetError, LabelledImage
from training.networks.film_check import FilmCheckLearner, keep_network
from training.networks.loop import train
from training.networks.lungs.judge import Pair, judge_outlines, outline_scores
from training.prepared.augmentation import augment_film
from training.prepared.batches import prefetched
from training.run.progress import Progress

if TYPE_CHECKING:
    import keras

BATCH = 32
VALIDATION_SHARE = 0.15
SMALL_SHARE = 0.4
"""Share of the epochs that train on small films."""

SMALL_SIDE = 128


class LungLearner(FilmCheckLearner):
    """The U-Net with its outlines; the loop drives it."""

    def __init__(
        self, training: list[LabelledImage], validation: list[LabelledImage], masks: Path, *, epochs: int, seed: int
    ) -> None:
        super().__init__(build_lung_network, _build_step, len(training), batch=BATCH, epochs=epochs, seed=seed)
        self._training = films_and_masks(training, masks)
        self._validation = films_and_masks(validation, masks)

    def side(self, epoch: int) -> int:
        """Return the side of an epoch's films: small ones first, which cost a third, but never in the last epoch."""
        return SMALL_SIDE if epoch < min(SMALL_SHARE * self.epochs, self.epochs - 1) else FILM_SIDE

    def batches(self, epoch: int, start: int) -> Iterator[Any]:
        order = np.random.default_rng([self._seed, epoch]).permutation(len(self._training))
        return prefetched(self._batch(epoch, order, number) for number in range(start, self.steps(epoch)))

    def cost(self, epoch: int) -> float:
        return float(self.side(epoch) ** 2)

    def validate(self, epoch: int) -> dict[str, float]:
        dice, refused = outline_scores(LungFinder(self.network), self._validation)
        return {
            "val_loss": 1 - float(dice.mean()),
            "val_dice": float(dice.mean()),
            "val_dice_p05": float(np.percentile(dice, 5)),
            "val_refused": float(refused),
        }

    def is_candidate(self, epoch: int) -> bool:
        return self.side(epoch) == FILM_SIDE

    def scores(self) -> dict[str, Any]:
        """Return every validation figure of the weights as they are now."""
        return judge_outlines(LungFinder(self.network), self._validation)

    def _batch(self, epoch: int, order: NDArray[np.int64], number: int) -> tuple[Any, Any]:
        rng = np.random.default_rng([self._seed, epoch, number])
        rows, side = order[number * BATCH : (number + 1) * BATCH], self.side(epoch)
        chosen = [self._training[row] for row in rows]
        pairs = [augment_film(_at_side(film, side), _at_side(mask, side), rng) for film, mask in chosen]
        films = np.stack([to_lung_input(film.astype(np.float32)) for film, _ in pairs])[..., None]
        return films, np.stack([mask for _, mask in pairs]).astype(np.float32) / 255


def _at_side(picture: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    return np.asarray(cv2.resize(picture, (side, side), interpolation=cv2.INTER_AREA), np.uint8)


def fit_lungs(
    data: Path, masks: Path, run: RunFolder, out: Path, *, epochs: int, seed: int, progress: Progress | None = None
) -> dict[str, Any]:
    """Train the lung network on the images of `data` that have an outline in `masks`.

    Args:
        data: the data set; its test folder is not opened.
        masks: outlines as `<class>/<name>.png`, white inside the lungs, squashed as their films.
        run: where checkpoints and metrics go; a run that was broken off goes on.
        out: folder for `lungs.safetensors` and `lungs.json`.
        epochs: passes over the training images.
        seed: of the split, the order, the augmentation and the first weights.
        progress: where it is said how far the training is.

    Returns:
        The card that was written.

    Raises:
        DatasetError: no outline fits an image, or an outlined image cannot be read.
    """
    outlined = outlined_images(scan(data, exclude={TEST_SPLIT}), masks, data)
    training, validation = split_by_patient(outlined, share=VALIDATION_SHARE, seed=seed)
    learner = LungLearner(training, validation, masks, epochs=epochs, seed=seed)
    result = train(learner, run, progress=progress)
    card = {
        "outlines": "V7 Labs COVID-19 chest X-ray set, CC BY 4.0",
        "images": {"training": len(training), "validation": len(validation)},
        "seed": seed,
        "epochs": epochs,
        **result,
        **learner.scores(),
    }
    return keep_network(learner.network, lungs_file(out), card, run)


def outlined_images(images: list[LabelledImage], masks: Path, data: Path) -> list[LabelledImage]:
    """Return the images of `data` that have an outline in `masks`; raises DatasetError where none has."""
    outlined = [image for image in images if _mask_path(masks, image).is_file()]
    if not outlined:
        raise DatasetError(f"No outline in {masks} fits an image of {data}; expected {masks.name}/<class>/<name>.png.")
    return outlined


def _mask_path(masks: Path, image: LabelledImage) -> Path:
    return masks / image.label / f"{image.path.stem}.png"


def films_and_masks(images: list[LabelledImage], masks: Path) -> list[Pair]:
    """Return each image's reduced film and its outline by sides; raises DatasetError where a film cannot be read."""
    pairs = []
    for image in images:
        try:
            radiograph = image.radiograph()
        except UnreadableImage as refusal:
            raise DatasetError(f"{image.path} has an outline but cannot be read: {refusal}") from refusal
        with Image.open(_mask_path(masks, image), formats=("PNG",)) as picture:
            mask = np.ascontiguousarray(cut(np.array(picture.convert("L")), radiograph.content))
        film = np.rint(radiograph.reduced).astype(np.uint8)
        pairs.append((film, split_sides(cv2.resize(mask, (FILM_SIDE, FILM_SIDE), interpolation=cv2.INTER_NEAREST))))
    return pairs


def split_sides(mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Tell the lungs of an upright outline apart: each part belongs to the side on which its centre lies.

    Args:
        mask: (side, side), uint8, 255 inside either lung.

    Returns:
        (side, side, 2), uint8, 255 inside the right lung (on the left of the picture) and inside the left one.
    """
    _, parts, _, centres = cv2.connectedComponentsWithStats(mask)
    middle = np.flatnonzero(mask.any(axis=0)).mean() if mask.any() else 0.0
    on_the_right = (centres[:, 0] < middle)[parts]
    return np.stack([np.where(on_the_right, mask, 0), np.where(on_the_right, 0, mask)], axis=-1).astype(np.uint8)


def _build_step(network: "keras.Model", optimizer: "keras.Optimizer") -> Any:
    import tensorflow as tf

    @tf.function
    def step(batch: tuple[Any, Any]) -> Any:
        films, masks = batch
        with tf.GradientTape() as tape:
            logits = network(films, training=True)
            truth = tf.concat([1 - tf.reduce_sum(masks, -1, keepdims=True), masks], -1)
            entropy = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(labels=truth, logits=logits))
            inside = tf.nn.softmax(logits)[..., 1:]
            shared = tf.reduce_sum(inside * masks, (1, 2))
            both = tf.reduce_sum(inside, (1, 2)) + tf.reduce_sum(masks, (1, 2))
            loss = entropy + 1 - tf.reduce_mean((2 * shared + 1) / (both + 1))
        optimizer.apply(tape.gradient(loss, network.trainable_variables), network.trainable_variables)
        return loss

    return step
