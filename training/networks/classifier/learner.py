"""How does the classifier learn? From several views of each film at once, for the presets `finetune` and `full`."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from model_store.reading.network import BATCH, Logits, as_network_input, build_logits, counted_cells
from training.networks.classifier.losses import view_losses
from training.networks.classifier.norms import reestimate_norms
from training.networks.classifier.views import Views, make_views
from training.networks.loop import cosine
from training.prepared.batches import prefetched
from training.prepared.crops import CropSet
from training.run.progress import Progress
from training.run.recipes import FitConfig
from training.statistics.calibration import fit_line
from training.statistics.metrics import balanced_log_loss, roc_auc

if TYPE_CHECKING:
    import keras

WARMUP = 0.04
"""Share of all steps over which the learning rate rises."""

FROZEN_UNTIL = "conv5_"
"""`finetune` trains from the first layer of this name on: the last stage and the head."""

COMPILING_PAYS = 100
"""Steps from which a minute of compiling the step to machine code, which makes it a sixth faster, is won back."""


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
        self._classes = [np.flatnonzero(training.targets == label) for label in (0, 1)]
        compiled = self.epochs * self.steps(0) >= COMPILING_PAYS
        self._step = _build_step(self._network, self._optimizer, config.pathogen_weight, compiled=compiled)
        self._whole, self._read = network, dict[int, Logits]()

    def steps(self, epoch: int) -> int:
        return steps_for(min(len(rows) for rows in self._classes), self._config)

    def batches(self, epoch: int, start: int) -> Iterator[Any]:
        rng = np.random.default_rng([self._config.seed, epoch])
        half = -(-self._config.batch // 2)
        wanted = self.steps(epoch) * half
        orders = [
            np.concatenate([rng.permutation(rows) for _ in range(-(-wanted // len(rows)))]) for rows in self._classes
        ]
        chosen = [np.concatenate([order[n * half : (n + 1) * half] for order in orders]) for n in range(wanted // half)]
        return prefetched(self._batch(chosen[number], epoch, number) for number in range(start, self.steps(epoch)))

    def step(self, batch: Any, progress: float) -> float:
        self._optimizer.learning_rate.assign(self._config.learning_rate * cosine(progress, warmup=WARMUP))
        return float(self._step(*batch))

    def cost(self, epoch: int) -> float:
        return float(self._config.side(epoch) ** 2)

    def validate(self, epoch: int) -> dict[str, float]:
        side = self._config.side(epoch)
        # Running means lag behind weights that change; figures by which weights are chosen need those of the weights.
        reestimate_norms(self._network, self._training, side, batch=self._config.batch, progress=self._progress)
        targets, logits = self._validation.targets, self._validation_logits(side)
        # Films on other chests move all logits to one side; where they lie is fitted once the weights are chosen.
        slope, intercept = fit_line(targets, logits)
        placed = slope * logits + intercept
        return {
            "val_loss": balanced_log_loss(targets, placed),
            "val_auroc": roc_auc(targets, logits),
            "val_accuracy": float(((placed > 0) == (targets > 0.5)).mean()),
            "side": float(side),
        }

    def is_candidate(self, epoch: int) -> bool:
        return self._config.side(epoch) == self._config.phases[-1][0]

    def _validation_logits(self, side: int) -> NDArray[np.float64]:
        read = self._read.setdefault(side, build_logits(self._whole, side=side))
        parts = []
        for start in range(0, len(self._validation.images), BATCH):
            rows = slice(start, start + BATCH)
            parts.append(read(self._validation.pixels[rows], self._validation.lungs[rows]))
            self._progress.check()
        return np.concatenate(parts)

    def _batch(self, rows: NDArray[np.int64], epoch: int, number: int) -> tuple[Any, ...]:
        rng = np.random.default_rng([self._config.seed, epoch, number])
        images = [self._training.images[row] for row in rows]
        targets = self._training.targets[rows]
        views = make_views(
            *(self._training.pixels[rows], self._training.lungs[rows], targets, rng),
            side=self._config.side(epoch),
            # A network that knows nothing of lungs yet has nothing to say of parts of them.
            cut_together=epoch > 0 or self._config.init not in ("random", "imagenet"),
        )
        virus = np.array([image.pathogen == "virus" for image in images], np.float32)
        known = np.array([bool(image.pathogen) for image in images], np.float32)
        return views, targets, virus, known


def steps_for(fewest: int, config: FitConfig) -> int:
    """Return the batches of an epoch: both classes fill half of each, and every film of the smaller one is shown once.

    Args:
        fewest: training films of the smaller class.
        config: the recipe.
    """
    whole = max(2 * fewest // config.batch, 1)
    return min(whole, config.steps_per_epoch or whole)


def freeze_backbone(network: "keras.Model", *, until: str) -> None:
    """Make the layers before the first whose name begins with `until` untrainable, batch normalisation included."""
    for layer in network.layers:
        if layer.name.startswith(until):
            return
        layer.trainable = False


def with_pathogen_output(network: "keras.Model") -> "keras.Model":
    """Return the part from radiographs to cells' logits, each (n, r, c): pneumonia's, and viral against bacterial.

    Only the training uses the second; it shares all layers but the last with the first.
    """
    import keras

    hidden = network.get_layer("head_bn2").output
    second = keras.layers.Dense(1, dtype="float32", name="pathogen")(hidden)
    cells = [network.get_layer("logit").output[..., 0], second[..., 0]]
    return keras.Model(network.inputs[0], cells, name="pneumonia_and_pathogen")


def _build_step(network: "keras.Model", optimizer: "keras.Optimizer", pathogen_weight: float, *, compiled: bool) -> Any:
    import tensorflow as tf

    entropy = tf.nn.sigmoid_cross_entropy_with_logits

    @tf.function(jit_compile=compiled)
    def step(views: Views, targets: Any, virus: Any, known: Any) -> Any:
        with tf.GradientTape() as tape:
            both, pathogens = network(as_network_input(tf.concat([views.films, views.others], 0)), training=True)
            in_windows, _ = network(as_network_input(views.windows), training=True)
            films, others = tf.split(both, 2)
            loss = sum(view_losses(films, others[:, :, ::-1], in_windows, views, targets).values())
            counted = counted_cells(films, views.lungs, 1.0)
            pathogen = tf.reduce_sum(counted * tf.split(pathogens, 2)[0], (1, 2))
            second = tf.reduce_sum(known * entropy(labels=virus, logits=pathogen))
            loss += pathogen_weight * second / tf.maximum(tf.reduce_sum(known), 1.0)
        gradients = tape.gradient(loss, network.trainable_variables)
        optimizer.apply(gradients, network.trainable_variables)
        return loss

    return lambda *batch: step(*batch)
