"""Which recipes are there? Each preset is one value of `FitConfig`; the run's folder and the card keep it whole."""

from dataclasses import asdict, dataclass, fields, replace
from typing import Any

PRECISIONS = ("float32", "bfloat16")


@dataclass(frozen=True)
class FitConfig:
    """Everything that decides a training, beside the data.

    Attributes:
        preset: "head", "finetune" or "full".
        init: where the weights come from: "random", "imagenet", or the name of a version.
        phases: (side in pixels, epochs) in order; only epochs of the last phase may be chosen.
        batch: images a step.
        learning_rate: the peak; constant for `head`, warm-up and cosine for the others.
        weight_decay: of AdamW, on kernels alone.
        patience: epochs without a better validation loss before the training stops; None for never.
        pathogen_weight: weight of the loss of a second output, bacterial against viral; 0 for none.
        validation_share: part of the images that validation gets, drawn by patient.
        seed: of the split, the order, the augmentation and the first weights.
        precision: arithmetic of the training step; "bfloat16" pays on processors that have it in hardware.
        steps_per_epoch: batches in an epoch; None for all.
        validation_steps: batches of a validation; None for all.
    """

    preset: str
    init: str
    phases: tuple[tuple[int, int], ...]
    batch: int = 32
    learning_rate: float = 1e-3
    weight_decay: float = 0.02
    patience: int | None = None
    pathogen_weight: float = 0.3
    validation_share: float = 0.12
    seed: int = 1
    precision: str = "float32"
    steps_per_epoch: int | None = None
    validation_steps: int | None = None

    @property
    def epochs(self) -> int:
        """How many epochs all phases have."""
        return sum(epochs for _, epochs in self.phases)

    def side(self, epoch: int) -> int:
        """Return the side in pixels of the images of an epoch, counted from 0."""
        for side, epochs in self.phases:
            if epoch < epochs:
                return side
            epoch -= epochs
        return self.phases[-1][0]

    def as_json(self) -> dict[str, Any]:
        """Return the values for run.json and the card."""
        return asdict(self)

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> "FitConfig":
        """Return the configuration that `as_json` wrote; other keys of `content` are passed over."""
        values = {field.name: content[field.name] for field in fields(cls)}
        return cls(**values | {"phases": tuple((side, epochs) for side, epochs in content["phases"])})


PRESETS = {
    # The recipe of the notebook that the project began from; beta_1 and beta_2 of its Adam are in `head.py`.
    "head": FitConfig(preset="head", init="bundled", phases=((113, 100),), patience=3, pathogen_weight=0.0),
    "finetune": FitConfig(preset="finetune", init="bundled", phases=((113, 3),), batch=24, learning_rate=1e-4),
    "full": FitConfig(preset="full", init="random", phases=((81, 20), (113, 8)), batch=24),
}

# Small pictures and a high rate would undo what trained weights know.
FULL_FROM_TRAINED = replace(PRESETS["full"], phases=((113, 5),), batch=16, learning_rate=2.5e-4)
"""What `full` is where it begins from trained weights."""


def configure(preset: str, *, epochs: int | None = None, **changes: Any) -> FitConfig:
    """Return a preset with changes; `None` leaves a value as the preset has it.

    Args:
        preset: a key of `PRESETS`; "full" from other than random weights is `FULL_FROM_TRAINED`.
        epochs: epochs in all; the phases keep their proportions, and each keeps at least one while there are enough.
        **changes: other fields of `FitConfig`.
    """
    base = FULL_FROM_TRAINED if preset == "full" and changes.get("init") not in (None, "random") else PRESETS[preset]
    config = replace(base, **{key: value for key, value in changes.items() if value is not None})
    return config if epochs is None else replace(config, phases=_shared_out(config.phases, epochs))


def _shared_out(phases: tuple[tuple[int, int], ...], epochs: int) -> tuple[tuple[int, int], ...]:
    """Give the last phases their share first: only their epochs can be chosen."""
    total, left, shares = sum(count for _, count in phases), epochs, []
    for side, count in reversed(phases):
        share = min(left, max(1, round(count * epochs / total)))
        shares.append([side, share])
        left -= share
    shares[-1][1] += left
    return tuple((side, count) for side, count in reversed(shares) if count)
