"""How is the presentation network made? It learns films that were turned, inverted, put together or destroyed."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from model_store.film.refusals import UnreadableImage
from model_store.reading.film_check.presentation import (
    CHEST,
    OTHER,
    SEVERAL,
    build_presentation_network,
    to_presentation_input,
)
from model_store.trainings.folder import RunFolder
from model_store.trainings.folder_names import TEST_SPLIT
from model_store.versions.bundled import presentation_file
from training.data.dataset import scan
from training.data.division import split_by_patient
from training.data.labelled import DatasetError, LabelledImage
from training.networks.film_check import FilmCheckLearner, keep_network
from training.networks.loop import train
from training.networks.presentation.other_pictures import other_picture, several_films
from training.prepared.augmentation import augment_picture
from training.prepared.batches import prefetched
from training.run.progress import Progress

if TYPE_CHECKING:
    import keras

BATCH = 64
VALIDATION_SHARE = 0.15
KIND_SHARES = (0.62, 0.1, 0.28)
"""Share of a batch that is one chest, several films, anything else."""

INVERTED_SHARE = 0.4

Picture = NDArray[np.uint8]
Example = tuple[Picture, int, bool, int]
"""A picture (224, 224), the quarter turns clockwise that put it upright, whether it is inverted, and its kind."""


class PresentationLearner(FilmCheckLearner):
    """The network with its pictures; the loop drives it."""

    def __init__(
        self, training: list[Picture], validation: list[Picture], photographs: list[Picture], *, epochs: int, seed: int
    ) -> None:
        makers = (build_presentation_network, _build_step)
        super().__init__(*makers, len(training), batch=BATCH, epochs=epochs, seed=seed, weight_decay=0.01)
        self._training, self._validation, self._photographs = training, validation, photographs

    def batches(self, epoch: int, start: int) -> Iterator[Any]:
        numbers = range(start, self.steps(epoch))
        return prefetched(_as_batch(self._examples([self._seed, epoch, number])) for number in numbers)

    def validate(self, epoch: int) -> dict[str, float]:
        rng = np.random.default_rng([self._seed, 1])
        # No photograph is left for this: those of the training would be recognised.
        examples = [example_of(film, self._validation, [], rng) for film in self._validation]
        pictures, turns, inverted, kinds = _as_batch(examples)
        logits = np.asarray(self.network.predict(pictures, batch_size=256, verbose=0), np.float64)
        chest = kinds == CHEST
        right = {
            "turn": (logits[:, :4].argmax(axis=1) == turns)[chest],
            "polarity": ((logits[:, 4] > 0) == (inverted > 0.5))[chest],
            "kind": logits[:, 5:].argmax(axis=1) == kinds,
        }
        # Among very few pictures there may be no chest, of which nothing can be told wrongly.
        shares = {f"val_{name}": float(each.mean()) if each.size else 1.0 for name, each in right.items()}
        return {"val_loss": sum(1 - share for share in shares.values()), **shares}

    def _examples(self, key: list[int]) -> list[Example]:
        rng = np.random.default_rng(key)
        chosen = rng.integers(len(self._training), size=BATCH)
        return [example_of(self._training[row], self._training, self._photographs, rng) for row in chosen]


def example_of(film: Picture, films: list[Picture], photographs: list[Picture], rng: np.random.Generator) -> Example:
    """Return a picture to learn from: by chance the film, turned and inverted or not, or a picture of another kind."""
    kind = int(rng.choice(3, p=KIND_SHARES))
    if kind == OTHER:
        film = other_picture(films, photographs, rng)
    elif kind == SEVERAL:
        film = several_films(films, rng)
    turn, inverted = int(rng.integers(4)), bool(rng.random() < INVERTED_SHARE)
    varied = augment_picture(film, rng)
    # What is turned counter-clockwise is put upright by as many turns clockwise.
    varied = np.ascontiguousarray(np.rot90(varied, turn))
    return (255 - varied if inverted else varied), turn, inverted, kind


def fit_presentation(
    data: Path,
    others: Path | None,
    run: RunFolder,
    out: Path,
    *,
    epochs: int,
    seed: int,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Train the presentation network on the films of `data`, and on pictures that are none.

    Args:
        data: the data set; its test folder is not opened.
        others: a folder of PNG and JPEG pictures that are no frontal chest radiographs; None to draw them all.
        run: where checkpoints and metrics go; a run that was broken off goes on.
        out: folder for `presentation.safetensors` and `presentation.json`.
        epochs: passes over the training images.
        seed: of the split, the pictures and the first weights.
        progress: where it is said how far the training is.

    Returns:
        The card that was written.

    Raises:
        DatasetError: there are no films.
    """
    training, validation = split_by_patient(scan(data, exclude={TEST_SPLIT}), share=VALIDATION_SHARE, seed=seed)
    photographs = _photographs(others) if others else []
    films, unseen = _films(training), _films(validation)
    if not films or not unseen:
        raise DatasetError(f"No film of {data} could be read; expected chest radiographs of several patients.")
    learner = PresentationLearner(films, unseen, photographs, epochs=epochs, seed=seed)
    result = train(learner, run, progress=progress)
    card = {
        "images": {"training": len(films), "validation": len(unseen), "others": len(photographs)},
        "seed": seed,
        **result,
        **learner.validate(epochs),
    }
    return keep_network(learner.network, presentation_file(out), card, run)


def _films(images: list[LabelledImage]) -> list[Picture]:
    films = []
    for image in images:
        try:
            films.append(np.rint(image.radiograph().reduced).astype(np.uint8))
        except UnreadableImage:  # A film that cannot be read teaches nothing; others do.
            continue
    return films


def _photographs(folder: Path) -> list[Picture]:
    pictures = []
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in (".png", ".jpg", ".jpeg"):
            with Image.open(path, formats=("PNG", "JPEG")) as picture:
                picture.thumbnail((448, 448))
                pictures.append(np.array(picture.convert("RGB").convert("L")))
    return pictures


def _as_batch(examples: list[Example]) -> tuple[NDArray[Any], ...]:
    pictures, turns, inverted, kinds = zip(*examples, strict=True)
    seen = np.stack([to_presentation_input(picture.astype(np.float32)) for picture in pictures])[..., None]
    return seen, np.array(turns, np.int32), np.array(inverted, np.float32), np.array(kinds, np.int32)


def _build_step(network: "keras.Model", optimizer: "keras.Optimizer") -> Any:
    import tensorflow as tf

    @tf.function
    def step(batch: tuple[Any, Any, Any, Any]) -> Any:
        pictures, turns, inverted, kinds = batch
        chest = tf.cast(kinds == CHEST, tf.float32)
        with tf.GradientTape() as tape:
            logits = network(pictures, training=True)
            turn = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=turns, logits=logits[:, :4])
            polarity = tf.nn.sigmoid_cross_entropy_with_logits(labels=inverted, logits=logits[:, 4])
            kind = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=kinds, logits=logits[:, 5:])
            loss = tf.reduce_mean(kind + chest * (turn + polarity))
        optimizer.apply(tape.gradient(loss, network.trainable_variables), network.trainable_variables)
        return loss

    return step
