"""How is the head alone trained? On features that the frozen backbone computes once, whatever the epochs."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from model_store.reading.network import SUSPICIOUS_SHARE, counted_cells, head_of
from training.prepared.crops import CropSet
from training.prepared.features import FilmFeatures, cached_features, cells_in, film_features, logits_from
from training.run.progress import Progress
from training.run.recipes import FitConfig
from training.statistics.metrics import roc_auc

if TYPE_CHECKING:
    import keras

BETA_1, BETA_2 = 0.22, 0.999
"""Of Adam, as in the notebook that the project began from."""


class HeadLearner:
    """The head with the features of its images; the loop drives it.

    Args:
        network: as `build_network` makes it, with a trained backbone; it answers cell by cell.
        training: crops that the head learns from.
        validation: crops of other patients.
        config: the recipe.
        cache: folder in which features are kept for the next training; None to keep none.
        progress: where it is said how far the computation of the features is.
    """

    def __init__(
        self,
        network: "keras.Model",
        training: CropSet,
        validation: CropSet,
        config: FitConfig,
        *,
        cache: Path | None = None,
        progress: Progress | None = None,
    ) -> None:
        import keras

        self.epochs, self._config = config.epochs, config
        self._whole, self._network = network, head_of(network)
        self._optimizer = keras.optimizers.Adam(config.learning_rate, beta_1=BETA_1, beta_2=BETA_2)
        self._optimizer.build(self._network.trainable_variables)
        self.variables = [*self._network.variables, *self._optimizer.variables]

        def features_of(crops: CropSet) -> list[FilmFeatures]:
            if cache is None:
                return film_features(network, crops, progress)
            return cached_features(network, crops, cache, progress)

        self._features, self._targets = features_of(training), training.targets
        # Images are sorted by class; the part of them that `validation_steps` may leave needs both classes.
        order = np.random.default_rng(config.seed).permutation(len(validation.images))
        known = features_of(validation)
        self._validation_features = [known[row] for row in order]
        self._validation_targets = validation.targets[order]
        self._step = _build_step(self._network, self._optimizer)

    def steps(self, epoch: int) -> int:
        whole = -(-len(self._targets) // self._config.batch)
        return min(whole, self._config.steps_per_epoch or whole)

    def batches(self, epoch: int, start: int) -> Iterator[Any]:
        order = np.random.default_rng([self._config.seed, epoch]).permutation(len(self._targets))
        for number in range(start, self.steps(epoch)):
            rows = order[number * self._config.batch : (number + 1) * self._config.batch]
            cells, lungs = cells_in([self._features[row] for row in rows])
            yield cells.astype(np.float32), lungs, self._targets[rows]

    def step(self, batch: Any, progress: float) -> float:
        return float(self._step(*batch))

    def cost(self, epoch: int) -> float:
        return 1.0

    def validate(self, epoch: int) -> dict[str, float]:
        limit = (self._config.validation_steps or len(self._validation_targets)) * self._config.batch
        targets = self._validation_targets[:limit]
        logits = logits_from(self._whole, self._validation_features[:limit])
        return {
            "val_loss": float(np.mean(np.logaddexp(0, logits) - targets * logits)),
            "val_auroc": roc_auc(targets, logits),
            "val_accuracy": float(((logits > 0) == (targets > 0.5)).mean()),
        }

    def is_candidate(self, epoch: int) -> bool:
        return True


def _build_step(head: "keras.Model", optimizer: "keras.Optimizer") -> Any:
    import tensorflow as tf

    @tf.function(reduce_retracing=True)
    def step(cells: Any, lungs: Any, targets: Any) -> Any:
        places = tf.where(lungs > 0)  # What fills up films with fewer cells is no film's feature.
        with tf.GradientTape() as tape:
            answers = head(tf.gather_nd(cells, places), training=True)[:, 0]
            by_cell = tf.scatter_nd(places, answers, tf.shape(lungs, tf.int64))
            counted = counted_cells(tf.where(lungs > 0, by_cell, by_cell.dtype.min), lungs, SUSPICIOUS_SHARE)
            logits = tf.reduce_sum(counted * by_cell, axis=1)
            loss = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=targets, logits=logits))
        optimizer.apply(tape.gradient(loss, head.trainable_variables), head.trainable_variables)
        return loss

    return step
