"""Whose maps are tested? Suspected films and normal ones, with the maps that the network draws of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from model_store.export.wording.claims import UNTESTED
from model_store.reading.maps.gradcam import build_gradcam
from model_store.reading.network import build_logits, is_pooled
from model_store.reading.preparation import CELL, enlarged, lung_cells
from model_store.reading.results import GRAD_CAM
from training.data.labelled import DatasetError
from training.prepared.crops import CropSet
from training.run.progress import Progress

if TYPE_CHECKING:
    import keras

FILMS = 60
"""Suspected films whose maps are tested, and normal ones, at most; each is read two dozen times."""

Map = NDArray[np.float32]
Crop = NDArray[np.uint8]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class MapFilm:
    """A film as its network saw it.

    Attributes:
        patient: key of the patient.
        pixels: (224, 224), uint8, the crop.
        lungs: (224, 224), bool, where the lungs are in it.
    """

    patient: str
    pixels: Crop
    lungs: Mask


@dataclass(frozen=True, eq=False)
class Drawn:
    """What a network draws of one crop.

    Attributes:
        logit: its answer.
        maps: by method, as `gradcam.Seen` has them: (rows, columns), float32, above 0 for pneumonia.
        weights: (rows, columns), float32 in 0..1, how far each of these cells is lung, 0 for one that is half or less.
        weighted: methods by which these weights are in the map.
        own: so many rows and columns are the network's own; a pooled one's last ones are repeated up to the edge.
    """

    logit: float
    maps: dict[str, Map]
    weights: Map
    weighted: tuple[str, ...]
    own: int

    def in_lungs(self, method: str) -> Map:
        """Return a map, (rows, columns), without the lungs' weights, NaN in those cells that do not count as lung.

        The outlines are mirrored with the film, and stay where the network's weights are made random: a map that holds
        them would be like itself for that alone.
        """
        weights = np.where(self.weights > 0, self.weights, np.nan)
        drawn = self.maps[method]
        return np.asarray(drawn / weights if method in self.weighted else drawn + 0 * weights, np.float32)


Draw = Callable[[Crop, Mask], Drawn]


def build_draw(network: "keras.Model", baseline: Map | None = None) -> Draw:
    """Compile the function from a crop and where the lungs are in it to what the network draws above a baseline."""
    see, pooled = build_gradcam(network, baseline), is_pooled(network)

    def draw(crop: Crop, lungs: Mask) -> Drawn:
        seen = see(crop, lungs)
        side = len(seen.maps[GRAD_CAM])
        weights = lung_cells(lungs, CELL * (side - 1) + 1)
        return Drawn(seen.logit, seen.maps, weights, () if pooled else (GRAD_CAM,), side - 1 if pooled else side)

    return draw


def on_crop(heatmap: Map) -> Map:
    """Return what of a map speaks for pneumonia, laid on the pixels of the crop: (224, 224), float32, not negative."""
    return enlarged(np.maximum(heatmap, 0), (224, 224))


class MapsUntested(DatasetError):
    """There are no films on which the maps of a version can be tested; `why` is a key of `UNTESTED`."""

    def __init__(self, why: str) -> None:
        super().__init__(UNTESTED[why])
        self.why = why


def suspected_and_normal(
    network: "keras.Model",
    crops: CropSet,
    *,
    threshold: float,
    seed: int = 0,
    progress: Progress | None = None,
) -> tuple[list[MapFilm], list[MapFilm]]:
    """Return films with pneumonia that a version suspects, and NORMAL ones that it does not, `FILMS` of each at most.

    Args:
        network: of the version.
        crops: films of patients that it did not learn from.
        threshold: the logit from which it suspects pneumonia.
        seed: of the choice.
        progress: where it is said how far the reading is.

    Raises:
        MapsUntested: there is no film of one kind.
    """
    order, read = np.random.default_rng(seed).permutation(len(crops.images)), build_logits(network)
    found: dict[bool, list[MapFilm]] = {True: [], False: []}
    for start in (progress or Progress()).track(range(0, len(order), FILMS), "looking for films"):
        rows = [row for row in order[start : start + FILMS] if len(found[crops.images[row].target == 1]) < FILMS]
        if not rows:
            continue
        for row, logit in zip(rows, read(crops.pixels[rows], crops.lungs[rows]), strict=True):
            has_pneumonia = crops.images[row].target == 1
            if (logit >= threshold) == has_pneumonia and len(found[has_pneumonia]) < FILMS:
                film = MapFilm(crops.images[row].patient_key, crops.pixels[row], crops.lungs[row])
                found[has_pneumonia].append(film)
    for has_pneumonia, why in ((True, "none suspected"), (False, "all suspected")):
        if not found[has_pneumonia]:
            raise MapsUntested(why)
    return found[True], found[False]
