"""How does a version get to use a new lung network, or other heatmaps? Its weights stay; the rest is fitted anew."""

from datetime import UTC, datetime
from pathlib import Path

from model_store.disk.weights import load_weights
from model_store.reading.card import DECIDES
from model_store.reading.network import build_network
from model_store.versions.bundled import BUNDLED_FOLDER
from model_store.versions.loading import load_film_check
from model_store.versions.registry import Registry, Version
from training.prepared.crops import prepare_crops
from training.prepared.own_films import own_images, own_parts
from training.run.progress import Progress
from training.run.recipes import FitConfig
from training.statistics.metrics import as_json_values
from training.versions.limits import fit_limits, fit_maps

_KEPT = (
    *("network", "recipe", "training", "history", "data"),
    *("run", "by", "note", "test_readings"),
)
"""What the card goes on saying: how and on which films the weights were made, and how often the test split was read."""

_DECISIONS = (
    *DECIDES,
    "calibration",
    "temperature",
    "operating_point",
    "validation",
    "validation_scores",
    "half_precision_shift",
)
"""What it goes on saying where only the heatmaps are fitted anew: by what the version answers."""


def recalibrate(
    name: str, data: Path, *, new_name: str, home: Path, maps_only: bool = False, progress: Progress | None = None
) -> Version:
    """Register a version's weights under a new name, with calibration, operating point and limits fitted anew.

    They are fitted on the same validation patients as before, prepared as films are prepared now.

    Args:
        name: of the version; it may have been made for another lung network.
        data: the data that it learned from.
        new_name: of the new version.
        home: the app's folder.
        maps_only: fit only what its heatmaps show; it answers as before.
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
    seed = FitConfig.from_json(old.card.record.recipe).seed
    if maps_only:
        fitted = fit_maps(network, old.card, training, validation, seed=seed, progress=progress)
    else:
        fitted = fit_limits(
            *(network, old.weights, training, validation), cache=home / "cache", seed=seed, progress=progress
        )
        del fitted["half_precision_shift"]  # Nothing is rounded now; what it was belonged to the old calibration.
    content = old.card.content
    card = {
        **{key: content[key] for key in (_DECISIONS if maps_only else ()) if key in content},
        **fitted,
        **{key: content[key] for key in _KEPT if key in content},
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "recalibrated_from": old.card.version,
    }
    # Lists of before know files alone; now they know what these show, too.
    learned_from = old.learned_from() | {image.entry for image in (*training.images, *validation.images)}
    return registry.register(new_name, old.weights, as_json_values(card), learned_from=learned_from)
