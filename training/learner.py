"""How does the classifier learn? Augmented lung crops at a growing size, for the presets `finetune` and `full`."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from model_store.network import as_network_input
from training.augmentation import augment_crop
from training.batches import prefetched
from training.config import FitConfig
from training.crops import CropSet
from training.metrics import balanced_log_loss, class_weights, roc_auc
from training.progress import Progress
from training.schedule import cosine

if TYPE_CHECKING:
    import keras

WARMUP = 0.04
"""Share of all steps over which the learning rate rises."""

FROZEN_UNTIL = "conv5_"
"""`finetune` trains from the first layer of this name on: the last stage and the head."""


class CropLearner:
    """A network with its crops; the loop drives it.

    Args:
        network: as `build_network` makes it.
        training: crops that it learns from.
        validation: crops of other patients.
        config: the recipe.
        progress: whom a validation asks whether it shall go on.
    """

    def __init__(
        self,
        network: "keras.Model",
        training: CropSet,
        validation: CropSet,
        config: FitConfig,
        *,
        progress: Progress | None = None,
    ) -> None:
        import keras

        self.epochs, self._progress = config.epochs, progress or Progress()
        self._config, self._training, self._validation = config, training, validation
        if config.preset == "finetune":
            freeze_backbone(network, until=FROZEN_UNTIL)
        self._network = with_pathogen_output(network)
        self._optimizer = keras.optimizers.AdamW(config.learning_rate, weight_decay=config.weight_decay)
        self._optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
        self._optimizer.build(self._network.trainable_variables)
        self.variables = [*self._network.variables, *self._optimizer.variables]
        self._step = _build_step(self._network, self._optimizer, config.pathogen_weight)
        self._predict = build_predict(self._network, config.batch)
        self._targets = _targets(training)
        self._sized: tuple[int, NDArray[np.uint8], NDArray[np.uint8]] | None = None

    def steps(self, epoch: int) -> int:
        whole = max(len(self._training.images) // self._config.batch, 1)
        return min(whole, self._config.steps_per_epoch or whole)

    def batches(self, epoch: int, start: int) -> Iterator[Any]:
        crops, _ = self._at_side(self._config.side(epoch))
        order = np.random.default_rng([self._config.seed, epoch]).permutation(len(crops))
        return prefetched(self._batch(crops, order, epoch, number) for number in range(start, self.steps(epoch)))

    def step(self, batch: Any, progress: float) -> float:
        self._optimizer.learning_rate.assign(self._config.learning_rate * cosine(progress, warmup=WARMUP))
        return float(self._step(*batch))

    def cost(self, epoch: int) -> float:
        return float(self._config.side(epoch) ** 2)

    def validate(self, epoch: int) -> dict[str, float]:
        _, crops = self._at_side(self._config.side(epoch))
        logits = self._predict(crops, self._progress)
        targets = self._validation.targets
        return {
            "val_loss": balanced_log_loss(targets, logits),
            "val_auroc": roc_auc(targets, logits),
            "val_accuracy": float(((logits > 0) == (targets > 0.5)).mean()),
            "side": float(self._config.side(epoch)),
        }

    def is_candidate(self, epoch: int) -> bool:
        return self._config.side(epoch) == self._config.phases[-1][0]

    def _batch(self, crops: NDArray[np.uint8], order: NDArray[np.int64], epoch: int, number: int) -> tuple[Any, ...]:
        rng = np.random.default_rng([self._config.seed, epoch, number])
        rows = order[number * self._config.batch : (number + 1) * self._config.batch]
        return np.stack([augment_crop(crops[row], rng) for row in rows]), *(column[rows] for column in self._targets)

    def _at_side(self, side: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        if self._sized is None or self._sized[0] != side:
            self._sized = side, at_side(self._training.pixels, side), at_side(self._validation.pixels, side)
        return self._sized[1], self._sized[2]


def at_side(crops: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """Return crops (n, 224, 224) shrunk to (n, side, side) by area, uint8."""
    if side == crops.shape[1]:
        return crops
    return np.stack([cv2.resize(crop, (side, side), interpolation=cv2.INTER_AREA) for crop in crops])


def freeze_backbone(network: "keras.Model", *, until: str) -> None:
    """Make the layers before the first whose name begins with `until` untrainable, batch normalisation included."""
    for layer in network.layers:
        if layer.name.startswith(until):
            return
        layer.trainable = False


class Predict(Protocol):
    """What `build_predict` compiles."""

    def __call__(self, crops: NDArray[np.uint8], progress: Progress | None = None) -> NDArray[np.float64]:
        """Return the logits (n,) of crops (n, side, side), uint8; raises RunCancelled by `progress`."""


def build_predict(network: "keras.Model", batch: int) -> Predict:
    """Compile the function from crops (n, side, side), uint8, to logits (n,); a network's first output counts."""
    import tensorflow as tf

    @tf.function(input_signature=[tf.TensorSpec((None, None, None), tf.uint8)])
    def first(crops: Any) -> Any:
        return tf.nest.flatten(network(as_network_input(crops), training=False))[0][:, 0]

    def predict(crops: NDArray[np.uint8], progress: Progress | None = None) -> NDArray[np.float64]:
        parts = []
        for start in range(0, len(crops), batch):
            parts.append(np.asarray(first(crops[start : start + batch])))
            if progress is not None:
                progress.check()
        return np.concatenate(parts).astype(np.float64)

    return predict


def with_pathogen_output(network: "keras.Model") -> "keras.Model":
    """Return the network with a second logit, viral against bacterial, that only the training uses."""
    import keras

    hidden = network.get_layer("head_bn2").output
    second = keras.layers.Dense(1, dtype="float32", name="pathogen")(hidden)
    return keras.Model(network.input, [network.output, second], name="pneumonia_and_pathogen")


def _targets(crops: CropSet) -> tuple[NDArray[np.float32], ...]:
    """Return target, weight, virus (1 or 0) and whether the pathogen is known, each (n,)."""
    targets = crops.targets
    weights = np.array(class_weights(targets), np.float32)[targets.astype(int)]
    virus = np.array([image.pathogen == "virus" for image in crops.images], np.float32)
    known = np.array([bool(image.pathogen) for image in crops.images], np.float32)
    return targets, weights, virus, known


def _build_step(network: "keras.Model", optimizer: "keras.Optimizer", pathogen_weight: float) -> Any:
    import tensorflow as tf

    entropy = tf.nn.sigmoid_cross_entropy_with_logits

    @tf.function
    def step(crops: Any, targets: Any, weights: Any, virus: Any, known: Any) -> Any:
        with tf.GradientTape() as tape:
            logits, pathogen = network(as_network_input(crops), training=True)
            loss = tf.reduce_mean(weights * entropy(labels=targets, logits=logits[:, 0]))
            second = tf.reduce_sum(known * entropy(labels=virus, logits=pathogen[:, 0]))
            loss += pathogen_weight * second / tf.maximum(tf.reduce_sum(known), 1.0)
        gradients = tape.gradient(loss, network.trainable_variables)
        optimizer.apply(gradients, network.trainable_variables)
        return loss

    return step
