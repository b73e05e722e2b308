"""Can a training be begun on these data, and what would it be? All is looked at before anything is trained."""

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from model_store.basics.errors import ModelCorrupted
from model_store.basics.records import as_json
from model_store.disk.writing import free_bytes
from model_store.trainings import cost, uploads
from model_store.trainings.findings.record import Finding, Findings
from model_store.trainings.folder import RunFolder
from model_store.versions.activation.activation import Activation
from model_store.versions.bundled import BUNDLED_FOLDER
from model_store.versions.loading import load_film_check
from model_store.versions.registry import ModelNotFound, Registry
from training.comparison.margins import Margins
from training.data import table_columns
from training.data.archive import unpack
from training.data.dataset import listed
from training.data.describe import copies, counts_by_split, patients_in_two_splits
from training.data.division import Parts
from training.data.labelled import CLASSES, DatasetError, LabelledImage
from training.data.stock import Stock, take_stock
from training.data.stock_findings import disagreement, layout_findings
from training.examination import findings
from training.examination.estimate import seconds_for
from training.examination.evidence import Evidence
from training.examination.findings import known_films, named_as_test, problems, warnings
from training.examination.samples import draw_samples
from training.networks.classifier.initial import WeightsUnavailable, known_to_initial
from training.prepared.crops import prepare_crops
from training.prepared.fingerprints import keep_fingerprints
from training.prepared.own_films import parts_for
from training.run.plan import TrainingPlan
from training.run.progress import Progress


def examine(plan: TrainingPlan, run: RunFolder, *, home: Path, progress: Progress | None = None) -> dict[str, Any]:
    """Look at the data of a training that is planned, and write what was found to the run's result.json.

    Films are prepared on the way and stay in the cache for the training. Where the training is forbidden anyway, by
    a class name that nobody explained, one class alone or a full disk, that is not waited for; nothing is timed then.

    Args:
        plan: what is to be trained on what; its data may be a ZIP, which is unpacked into the run's folder.
        run: the examination's folder.
        home: the app's folder, for cached films.
        progress: where it is said how far the examination is.

    Returns:
        JSON values: the findings, of which each of the `problems` forbids the start, `data` and `labels` (absolute
        paths), `left_out` (how many of each kind), `classes`, `unknown_classes`, `samples` (names of PNG
        files of one film each, by class), `split_meanings`, `unknown_splits` (films by folder name), `images`,
        `images_by_name` (by folder name or label), `splits`, `balance` (share of PNEUMONIA, 0..1), `duplicates`,
        `duplicates_in_two_classes` (none are looked for before all classes and splits are known),
        `patients_in_two_splits`, `refused` (path, reason), `parts`, `estimate` (null where nothing was timed), `disk`
        (bytes) and `gate`.

    Raises:
        DatasetError: there is no such folder, or the table of labels cannot be used.
        UnusableArchive: the ZIP cannot be used.
        DiskFull: there is no room to unpack the ZIP.
        RunCancelled: by `progress`.
    """
    progress = progress or Progress()
    if plan.data.is_file():
        plan = replace(plan, data=_unpacked(plan.data, run, home, progress))
    stock = take_stock(plan.data, labels=plan.labels, classes=plan.classes, splits=plan.splits)
    evidence, estimate = _looked_at(stock, plan, home), None
    if evidence.is_whole and evidence.has_room:
        evidence, estimate = _looked_closer(evidence, plan, home=home, progress=progress)
    result = {
        **_stocked(stock, plan),
        **_described(evidence, plan),
        "samples": _samples(stock, run),
        "estimate": estimate,
        "gate": Margins().as_json(),
        **as_json(_findings(stock, evidence, plan, home)),
    }
    run.log(f"examined {len(evidence.images)} films, {len(evidence.refused)} refused")
    run.write_json("result", result)
    return result


def _unpacked(archive: Path, run: RunFolder, home: Path, progress: Progress) -> Path:
    try:
        return unpack(archive, run.path / "data", progress=progress)
    finally:  # What is wrong with it is wrong with it the next time, and nobody goes on with an examination.
        uploads.drop_zip(archive, home)


def _looked_at(stock: Stock, plan: TrainingPlan, home: Path) -> Evidence:
    """Return what can be known without opening a picture."""
    unknown = stock.unknown_classes()
    evidence = Evidence(
        images=listed(stock.without(unknown)),
        unknown=unknown,
        unknown_splits=list(stock.unknown_splits()),
        has_table=stock.table is not None,
        hold_out=plan.compare,
        bytes_free=free_bytes(home),
    )
    return replace(evidence, bytes_needed=cost.disk_needed(plan.config.preset, len(_used(evidence))))


def _looked_closer(
    evidence: Evidence, plan: TrainingPlan, *, home: Path, progress: Progress
) -> tuple[Evidence, dict[str, Any] | None]:
    """Prepare and divide the films, and time a few steps where nothing forbids the training."""
    stages = cost.examination(len(evidence.images), plan.config.preset, is_zip=False, pace=cost.pace(home))
    progress.expect(stages[2:])
    keep_fingerprints(evidence.images, home / "cache", progress)
    crops = prepare_crops(_used(evidence), load_film_check(BUNDLED_FOLDER), home / "cache", progress)
    evidence = _divided(replace(evidence, refused=crops.refused), plan, Registry(home))
    if evidence.parts is None or problems(evidence):
        return evidence, None
    learned_from = crops.subset(evidence.parts.training + evidence.parts.validation)
    reference, began = plan.reference_size, time.monotonic()
    try:
        held_out = len(evidence.parts.held_out) + reference
        seconds, steps = seconds_for(plan.config, learned_from, held_out=held_out, home=home, progress=progress)
    except (ModelCorrupted, ModelNotFound, WeightsUnavailable) as error:
        return replace(evidence, obstacle=str(error)), None
    progress.paced(f"measuring {plan.config.preset}", 1, time.monotonic() - began)
    pace = cost.pace(home) | progress.pace
    new = reference - min(max(cost.prepared_films(home) - len(evidence.images), 0), reference)
    return evidence, {"seconds": seconds + new * pace["preparing films"], "measured_steps": steps}


def _samples(stock: Stock, run: RunFolder) -> dict[str, str]:
    unknown = stock.unknown_classes()
    return draw_samples(unknown, stock.first_films(), run) if unknown else {}


def _findings(stock: Stock, evidence: Evidence, plan: TrainingPlan, home: Path) -> Findings:
    found = [
        *disagreement(stock),
        *named_as_test(plan.data.resolve().name, evidence.images),
        *warnings(evidence),
        *_unused(stock),
        *_known_films(evidence.parts, plan, home),
    ]
    layout = layout_findings(stock)
    return Findings(problems=tuple(problems(evidence)), warnings=tuple(found), layout=tuple(layout))


def _unused(stock: Stock) -> list[Finding]:
    table = stock.table
    return findings.unused_columns(table.name, table_columns.unused_columns(table)) if table else []


def _known_films(parts: Parts | None, plan: TrainingPlan, home: Path) -> list[Finding]:
    if parts is None:
        return []
    try:
        active = Activation(home).active().version
        return known_films(parts, init=known_to_initial(plan.config.init, Registry(home)), active=active.learned_from())
    except (ModelCorrupted, ModelNotFound):
        return []  # Whoever begins the training is told.


def _used(evidence: Evidence) -> list[LabelledImage]:
    """Return the films that the training opens."""
    return [image for image in evidence.images if evidence.hold_out or not image.is_test]


def _divided(evidence: Evidence, plan: TrainingPlan, registry: Registry) -> Evidence:
    """Add what would become of the films, or the sentence that says why they cannot be divided."""
    if {image.label for image in evidence.readable} != set(CLASSES):
        return evidence
    try:
        parts, _ = parts_for(plan, _used(evidence), {image.path for image, _ in evidence.refused}, registry)
    except DatasetError as error:
        return replace(evidence, obstacle=str(error))
    return replace(evidence, parts=parts)


def _stocked(stock: Stock, plan: TrainingPlan) -> dict[str, Any]:
    return {
        "data": str(plan.data.resolve()),
        "labels": str(stock.table.resolve()) if stock.table else None,
        "left_out": {kind: count for kind, count in stock.left_out.items() if count},
        "classes": dict(plan.classes),
        "unknown_classes": stock.unknown_classes(),
        "split_meanings": dict(plan.splits),
        "unknown_splits": stock.unknown_splits(),
        "images_by_name": stock.films_by_name(),
    }


def _described(evidence: Evidence, plan: TrainingPlan) -> dict[str, Any]:
    images, duplicates = evidence.images, copies(evidence.images) if evidence.is_whole else []

    def below(image: LabelledImage) -> str:
        return str(image.path.relative_to(plan.data))

    return {
        "images": len(images),
        "splits": counts_by_split(images),
        "balance": sum(image.target for image in images) / len(images) if images and not evidence.unknown else None,
        "duplicates": [[below(image) for image in group] for group in duplicates],
        "duplicates_in_two_classes": sum(len({image.label for image in group}) > 1 for group in duplicates),
        "patients_in_two_splits": patients_in_two_splits(images, plan.data),
        "refused": [{"path": below(image), "reason": reason} for image, reason in evidence.refused],
        "parts": _counts(evidence.parts or Parts([], [], [])),
        "disk": {"needed": evidence.bytes_needed, "free": evidence.bytes_free},
    }


def _counts(parts: Parts) -> dict[str, dict[str, int]]:
    def count(images: list[LabelledImage]) -> dict[str, int]:
        labels = [image.label for image in images]
        return {label: labels.count(label) for label in CLASSES} | {
            "patients": len({image.patient_key for image in images})
        }

    return {
        "training": count(parts.training),
        "validation": count(parts.validation),
        "held_out": count(parts.held_out),
    }
