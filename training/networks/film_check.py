"""What is common to the networks that look at a film before the classifier does: how they learn and are kept?"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from model_store.disk.weights import save_weights
from model_store.trainings.folder import RunFolder
from training.networks.loop import cosine

if TYPE_CHECKING:
    import keras

LEARNING_RATE = 2e-3
WARMUP = 0.03
"""Share of all steps over which the learning rate rises."""


class FilmCheckLearner:
    """A network with its optimizer; each kind has its own batches, validation and step.

    Attributes:
        epochs: passes over the training films.
        network: what learns.
        variables: the network's and the optimizer's, which a checkpoint holds.

    Args:
        build: makes the network; its first weights are drawn by the seed.
        build_step: makes of the network and its optimizer what trains on a batch and returns its loss.
        films: how many are learned from.
        batch: films of a batch.
        epochs, seed: as the run asks for them.
        weight_decay: of AdamW; None for plain Adam.
    """

    def __init__(
        self,
        build: Callable[[], "keras.Model"],
        build_step: Callable[["keras.Model", "keras.Optimizer"], Callable[[Any], Any]],
        films: int,
        *,
        batch: int,
        epochs: int,
        seed: int,
        weight_decay: float | None = None,
    ) -> None:
        import keras

        keras.utils.set_random_seed(seed)
        self.epochs, self._seed, self._steps = epochs, seed, max(films // batch, 1)
        self.network = build()
        self._optimizer = keras.optimizers.Adam(LEARNING_RATE, weight_decay=weight_decay)
        self._optimizer.build(self.network.trainable_variables)
        self.variables = [*self.network.variables, *self._optimizer.variables]
        self._train_step = build_step(self.network, self._optimizer)

    def steps(self, epoch: int) -> int:
        return self._steps

    def step(self, batch: Any, progress: float) -> float:
        self._optimizer.learning_rate.assign(LEARNING_RATE * cosine(progress, warmup=WARMUP))
        return float(self._train_step(batch))

    def cost(self, epoch: int) -> float:
        return 1.0

    def is_candidate(self, epoch: int) -> bool:
        return True


def keep_network(network: "keras.Model", file: Path, card: dict[str, Any], run: RunFolder) -> dict[str, Any]:
    """Write the weights, and their card beside them as a JSON file of the same name and as the run's result.

    Args:
        network: whose weights are kept.
        file: where; its folder is made.
        card: what is known of the weights.
        run: that made them.

    Returns:
        The card with `weights_sha256` and `parameters`.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    card = {"weights_sha256": save_weights(network, file), "parameters": network.count_params(), **card}
    RunFolder(file.parent).write_json(file.stem, card)
    run.write_json("result", card)
    return card
