"""How does a version come about? Images are prepared, a network learns, is calibrated, compared, and registered."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from model_store.basics.records import as_json
from model_store.disk.weights import save_weights, sha256_of
from model_store.reading.card import ModelCard
from model_store.reading.decision.calibration import Calibration
from model_store.reading.network import build_network, side_of
from model_store.trainings.findings.wording import sentences
from model_store.trainings.folder import RunFolder
from model_store.trainings.folder_names import TEST_SPLIT
from model_store.versions.bundled import BUNDLED_FOLDER
from model_store.versions.card_file import MADE_FOR
from model_store.versions.comparison.record import HELD_OUT, REFERENCE, Cautions
from model_store.versions.loading import load_film_check
from model_store.versions.registry import Registry, Version
from training.comparison.challenge import Challenger, challenge, reference_films, was_read
from training.comparison.margins import Margins
from training.data.dataset import usable
from training.data.labelled import shared_images
from training.data.stock import take_stock
from training.data.stock_findings import layout_findings
from training.evaluation.evaluate import logits_of
from training.networks.classifier.head import HeadLearner
from training.networks.classifier.initial import build_initial, known_to_initial
from training.networks.classifier.learner import CropLearner
from training.networks.classifier.norms import reestimate_norms
from training.networks.loop import train
from training.prepared.crops import CropSet, prepare_crops
from training.prepared.own_films import Draw, films_of, parts_for
from training.run.plan import TrainingPlan
from training.run.progress import Progress, console
from training.statistics.calibration import centre
from training.statistics.metrics import as_json_values
from training.versions.begin import expected
from training.versions.limits import fit_limits

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
        draw: by what they were divided.
    """

    training: CropSet
    validation: CropSet
    held_out: CropSet
    refused: list[tuple[str, str]]
    draw: Draw


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
    films = len(data.training.images) + len(data.validation.images) + len(data.held_out.images)
    progress.expect(expected(plan, home, films=films, held_out=len(data.held_out.images))[1:])
    network, result = _train(data, plan, run, home=home, progress=progress)
    progress.enter("calibrating")
    logits = logits_of(network, data.validation, home / "cache", progress)
    centre(network, data.validation.targets, logits)
    save_weights(network, run.weights)
    card = {
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "run": run.id,
        "by": plan.by,
        "note": plan.note,
        "network": network.name,
        "recipe": plan.config.as_json(),
        "training": result,
        "data": _describe(plan, data),
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
    stock = take_stock(plan.data, labels=plan.labels, classes=plan.classes, splits=plan.splits, closed=unopened)
    for sentence in sentences(layout_findings(stock)):
        console.print(sentence, markup=False, soft_wrap=True)
    images = usable(stock, exclude=unopened)
    crops = prepare_crops(images, load_film_check(BUNDLED_FOLDER), home / "cache", progress)
    parts, draw = parts_for(plan, images, {image.path for image, _ in crops.refused}, Registry(home))
    held_out = crops.subset(parts.held_out, with_refused=True)
    judging = {image.path for image, _ in held_out.refused}
    refused = [(str(image.path), reason) for image, reason in crops.refused if image.path not in judging]
    return TrainingData(crops.subset(parts.training), crops.subset(parts.validation), held_out, refused, draw)


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
    if config.preset != "head" and config.phases[-1][0] != side_of(network):
        cells = keras.Model(network.inputs[0], network.get_layer("logit").output)
        reestimate_norms(cells, data.training, side_of(network), batch=config.batch, progress=progress)
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
    margins = Margins.from_json(run.record().gate)
    known = known_to_initial(plan.config.init, Registry(home))
    validation = data.validation.images
    cautions = Cautions(validation_known=shared_images(validation, known), validation=len(validation))
    compared = challenge(challenger, sets, margins=margins, cautions=cautions, home=home, progress=progress)
    run.write_json("comparison", as_json(compared))
    readings = challenger.card.record.test_readings + was_read(compared, REFERENCE)
    return {"comparison": as_json(compared.without_paths()), "test_readings": readings}


def _card_to_be(run: RunFolder, content: dict[str, Any]) -> ModelCard:
    """Return the card as it will be read once it is registered: the comparison holds for that identity alone."""
    return ModelCard(
        version=run.id,
        weights_sha256=sha256_of(run.weights),
        calibration=Calibration.from_json(content),
        operating_point=content["operating_point"],
        content=as_json_values(content | MADE_FOR),
    )


def _learned_from(data: TrainingData, init: str, registry: Registry) -> set[str]:
    """Return the entries of all images that the weights know, those of the version they began from included."""
    own = {image.entry for part in (data.training, data.validation) for image in part.images}
    return own | known_to_initial(init, registry)


def _inherited_readings(init: str, registry: Registry) -> int:
    """Return how often the test split was read for the version that a training began from: that goes on counting."""
    if init not in registry.names():
        return 0
    return registry.version(init).card.record.test_readings


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


def _describe(plan: TrainingPlan, crops: TrainingData) -> dict[str, Any]:
    return {
        "name": plan.data.resolve().name,
        "said": {"classes": dict(plan.classes), "splits": dict(plan.splits)},
        "training": films_of(crops.training.images),
        "validation": films_of(crops.validation.images),
        "refused": len(crops.refused),
        "drawn": asdict(crops.draw),
    }
