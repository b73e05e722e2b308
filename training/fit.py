"""How does a version come about? Images are prepared, a network learns, is calibrated, compared, and registered."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from model_store.card import ModelCard
from model_store.film_gate import load_film_gate
from model_store.network import build_network
from model_store.registry import BUNDLED_FOLDER, Registry, Version
from model_store.runs import RunFolder
from model_store.weights import save_weights, sha256_of
from training.challenge import HELD_OUT, REFERENCE, Challenger, challenge, reference_films, was_read
from training.comparison import without_paths
from training.crops import CropSet, prepare_crops
from training.dataset import TEST_SPLIT, scan
from training.division import divide_images
from training.findings import known_validation
from training.gate import Gate
from training.head import HeadLearner
from training.initial import build_initial, known_to_initial
from training.learner import CropLearner
from training.limits import fit_limits
from training.loop import train
from training.own_films import films_of
from training.plan import TrainingPlan
from training.progress import Progress, console
from training.scored import as_json_values

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class TrainingData:
    """What a training works with, and what was left out.

    Attributes:
        training: crops that the network learns from.
        validation: crops of other patients, for every choice.
        held_out: crops of yet other patients, for the comparison alone; no image without one.
        refused: (path, sentence) of each image of training and validation that reading would refuse.
    """

    training: CropSet
    validation: CropSet
    held_out: CropSet
    refused: list[tuple[str, str]]


def fit(plan: TrainingPlan, run: RunFolder, *, home: Path, progress: Progress | None = None) -> Version:
    """Train a version and register it under the run's name.

    Args:
        plan: data and recipe; without `compare` the data's test folder is not opened.
        run: the run's folder; where it holds a checkpoint, the training goes on from it.
        home: the app's folder, for versions and cached crops.
        progress: where it is said how far the training is.

    Returns:
        The registered version.

    Raises:
        DatasetError: the folder cannot be trained on.
        WeightsUnavailable, ModelNotFound, ModelCorrupted: the weights to begin from cannot be had.
        RunCancelled: by `progress`; the run can be taken up again.
    """
    registry, progress = Registry(home), progress or Progress()
    if run.id in registry.names():  # Killed between registering the version and saying so.
        return _finish(run, registry)
    data = load_training_data(plan, home, progress)
    _log_refused(run, data.refused)
    network, result = _train(data, plan, run, home=home, progress=progress)
    progress.enter("calibrating")
    save_weights(network, run.weights)
    card = {
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "run": run.id,
        "by": plan.by,
        "note": plan.note,
        "recipe": plan.config.as_json(),
        "training": result,
        "data": _describe(plan.data, data),
        "history": run.metrics(),
        **fit_limits(
            *(network, run.weights, data.training, data.validation),
            cache=home / "cache",
            seed=plan.config.seed,
            progress=progress,
        ),
        "test_readings": _inherited_readings(plan.config.init, registry),
    }
    learned_from = _learned_from(data, plan.config.init, registry)
    if plan.compare:
        card |= _compare(
            Challenger(network, _card_to_be(run, card), learned_from), data, plan, run, home=home, progress=progress
        )
    progress.enter("registering")
    registry.register(run.id, run.weights, as_json_values(card), learned_from=learned_from)
    return _finish(run, registry)


def load_training_data(plan: TrainingPlan, home: Path, progress: Progress) -> TrainingData:
    """Prepare the images, without a comparison all but a test folder's, and divide them by patient."""
    unopened = set() if plan.compare else {TEST_SPLIT}
    images = scan(plan.data, exclude=unopened, classes=plan.classes, labels=plan.labels)
    crops = prepare_crops(images, load_film_gate(BUNDLED_FOLDER), home / "cache", progress)
    parts = divide_images(
        images,
        validation_share=plan.config.validation_share,
        seed=plan.config.seed,
        hold_out=plan.compare,
        refused={image.path for image, _ in crops.refused},
    )
    held_out = crops.subset(parts.held_out, with_refused=True)
    judging = {image.path for image, _ in held_out.refused}
    refused = [(str(image.path), reason) for image, reason in crops.refused if image.path not in judging]
    return TrainingData(crops.subset(parts.training), crops.subset(parts.validation), held_out, refused)


def _train(
    data: TrainingData, plan: TrainingPlan, run: RunFolder, *, home: Path, progress: Progress
) -> tuple["keras.Model", dict[str, Any]]:
    """Return the network with its chosen weights, in single precision, and how the training went."""
    import keras

    config = plan.config
    keras.config.set_dtype_policy("mixed_bfloat16" if config.precision == "bfloat16" else "float32")
    try:
        trained = build_initial(config.init, seed=config.seed, registry=Registry(home))
        learner: HeadLearner | CropLearner
        if config.preset == "head":
            learner = HeadLearner(
                trained, data.training, data.validation, config, cache=home / "cache", progress=progress
            )
        else:
            learner = CropLearner(trained, data.training, data.validation, config, progress=progress)
        result = train(learner, run, patience=config.patience, progress=progress)
    finally:
        keras.config.set_dtype_policy("float32")
    network = build_network()
    network.set_weights(trained.get_weights())
    return network, result


def _compare(
    challenger: Challenger, data: TrainingData, plan: TrainingPlan, run: RunFolder, *, home: Path, progress: Progress
) -> dict[str, Any]:
    """Return for the card how the new version did against the active one, and how often the test split was read."""
    reference = reference_films(plan.reference, home, progress)
    if plan.reference and plan.reference.resolve() == plan.data.resolve():
        sets = {REFERENCE: data.held_out}  # The data's own test films are the reference.
    else:
        sets = {HELD_OUT: data.held_out} | ({REFERENCE: reference} if reference else {})
    gate = Gate.from_json(run.read_json("run")["gate"])
    known = known_to_initial(plan.config.init, Registry(home))
    cautions = known_validation(data.validation.images, known)
    compared = challenge(challenger, sets, gate=gate, cautions=cautions, home=home, progress=progress)
    run.write_json("comparison", compared)
    readings = int(challenger.card.content["test_readings"]) + was_read(compared, REFERENCE)
    return {"comparison": without_paths(compared), "test_readings": readings}


def _card_to_be(run: RunFolder, content: dict[str, Any]) -> ModelCard:
    return ModelCard(
        version=run.id,
        weights_sha256=sha256_of(run.weights),
        temperature=content["temperature"],
        operating_point=content["operating_point"],
        content=content,
    )


def _learned_from(data: TrainingData, init: str, registry: Registry) -> set[str]:
    """Return the hashes of all images that the weights know, those of the version they began from included."""
    own = {image.sha256 for part in (data.training, data.validation) for image in part.images}
    return own | known_to_initial(init, registry)


def _inherited_readings(init: str, registry: Registry) -> int:
    """Return how often the test split was read for the version that a training began from: that goes on counting."""
    if init not in registry.names():
        return 0
    return int(registry.version(init).card.content.get("test_readings", 0))


def _log_refused(run: RunFolder, refused: list[tuple[str, str]]) -> None:
    for path, reason in refused:
        run.log(f"left out {path}: {reason}")
    if refused:
        line = f"{len(refused)} images were left out; log.txt in {run.path} lists them with the reasons"
        console.print(line, markup=False, soft_wrap=True)  # A path stays in one piece.


def _finish(run: RunFolder, registry: Registry) -> Version:
    """Write the run's result, drop what only an unfinished run needs, and return the version."""
    version = registry.version(run.id)
    run.write_json("result", version.card.content)
    for file in (run.weights, run.checkpoint, run.best):
        file.unlink(missing_ok=True)
    return version


def _describe(data: Path, crops: TrainingData) -> dict[str, Any]:
    return {
        "name": data.resolve().name,
        "training": films_of(crops.training.images),
        "validation": films_of(crops.validation.images),
        "refused": len(crops.refused),
    }
