"""How does a version get to use a new lung network? Its weights stay; everything that was fitted is fitted anew."""

from datetime import UTC, datetime
from pathlib import Path

from model_store.disk.weights import load_weights
from model_store.reading.network import build_network
from model_store.versions.bundled import BUNDLED_FOLDER
from model_store.versions.loading import load_film_check
from model_store.versions.registry import Registry, Version
from training.prepared.crops import prepare_crops
from training.prepared.own_films import own_images, own_parts
from training.run.progress import Progress
from training.run.recipes import FitConfig
from training.statistics.metrics import as_json_values
from training.versions.limits import fit_limits

_KEPT = (
    *("network", "recipe", "training", "history", "data"),
    *("run", "by", "note", "test_readings"),
)
"""What the card goes on saying: how and on which films the weights were made, and how often the test split was read."""


def recalibrate(name: str, data: Path, *, new_name: str, home: Path, progress: Progress | None = None) -> Version:
    """Register a version's weights under a new name, with calibration, operating point and limits fitted anew.

    They are fitted on the same validation patients as before, prepared as films are prepared now.

    Args:
        name: of the version; it may have been made for another lung network.
        data: the data that it learned from.
        new_name: of the new version.
        home: the app's folder.
        progress: where it is said how far the computation is.

    Raises:
        ModelNotFound, ModelCorrupted: the version cannot be had.
        UnusableName: the new name cannot be used.
        DatasetError: the data cannot be used.
    """
    registry, progress = Registry(home), progress or Progress()
    registry.check_name(new_name)
    old = registry.version(name, outdated=True)
    film_check = load_film_check(BUNDLED_FOLDER)
    films = prepare_crops(own_images(data, old.card), film_check, home / "cache", progress)
    parts = own_parts(data, old.card, film_check, home=home, progress=progress)
    readable = {image.path for image in films.images}
    training, validation = (
        films.subset([image for image in part if image.path in readable]) for part in (parts.training, parts.validation)
    )
    network = build_network(old.card.network)
    load_weights(network, old.weights, sha256=old.card.weights_sha256)
    kept = {key: old.card.content[key] for key in _KEPT if key in old.card.content}
    fitted = fit_limits(
        *(network, old.weights, training, validation),
        cache=home / "cache",
        seed=FitConfig.from_json(old.card.record.recipe).seed,
        progress=progress,
    )
    del fitted["half_precision_shift"]  # Nothing is rounded now; what it was belonged to the old calibration.
    card = {
        **kept,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "recalibrated_from": old.card.version,
        **{key: value for key, value in fitted.items() if key not in kept},
    }
    # Lists of before know files alone; now they know what these show, too.
    learned_from = old.learned_from() | {image.entry for image in (*training.images, *validation.images)}
    return registry.register(new_name, old.weights, as_json_values(card), learned_from=learned_from)
