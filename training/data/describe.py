"""What does a data set hold, and what is wrong with it? Counts and warnings before anything is trained."""

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from model_store.film.refusals import UnreadableImage
from model_store.trainings.findings.wording import sentences
from training.data.copies import film_numbers
from training.data.dataset import both_classes, listed
from training.data.labelled import CLASSES, LabelledImage
from training.data.stock import take_stock
from training.data.stock_findings import layout_findings

MONTAGE_COLUMNS = 6
_TILE = 160


def describe(data: Path) -> dict[str, Any]:
    """Examine every file of a data set.

    Returns:
        JSON values: `layout` (sentences on what was decided about the folder), `splits` (counts by class, pathogen and
        patient), `sizes` (the most frequent, in pixels), `duplicates` (groups of files of the same film),
        `patients_in_two_splits`, `duplicates_in_two_classes` and
        `unreadable` (path and sentence).

    Raises:
        DatasetError: the folder is missing or lacks a class.
    """
    stock = take_stock(data)
    images = both_classes(listed(stock), data)
    sizes, unreadable = _sizes(images, data)
    duplicates = copies(images)
    return {
        "layout": sentences(layout_findings(stock)),
        "images": len(images),
        "splits": counts_by_split(images),
        "sizes": [{"width": w, "height": h, "images": n} for (w, h), n in sizes.most_common(5)],
        "distinct_sizes": len(sizes),
        "duplicates": [[str(image.path.relative_to(data)) for image in group] for group in duplicates],
        "duplicates_in_two_classes": sum(len({image.label for image in group}) > 1 for group in duplicates),
        "patients_in_two_splits": patients_in_two_splits(images, data),
        "unreadable": unreadable,
    }


def counts_by_split(images: list[LabelledImage]) -> dict[str, dict[str, int]]:
    """Count the images of each split by class and pathogen, and its patients."""
    return {name: _counts(group) for name, group in _grouped(images, lambda image: image.split).items()}


def copies(images: list[LabelledImage]) -> list[list[LabelledImage]]:
    """Return the groups of two or more files of the same film."""
    films: dict[int, list[LabelledImage]] = defaultdict(list)
    for image, film in zip(images, film_numbers(images), strict=True):
        films[film].append(image)
    return [group for group in films.values() if len(group) > 1]


def patients_in_two_splits(images: list[LabelledImage], data: Path) -> list[str]:
    """Return the keys of the patients with films in more than one split, sorted; where they are hidden, the films."""
    groups = _grouped(images, lambda image: image.patient_key)
    return sorted(_shown(patient, group, data) for patient, group in groups.items() if len(_splits(group)) > 1)


def _splits(images: list[LabelledImage]) -> set[str]:
    return {image.split for image in images}


def _shown(patient: str, films: list[LabelledImage], data: Path) -> str:
    if not any(image.patient_is_hidden for image in films):
        return patient
    return f"the patient of {', '.join(str(image.path.relative_to(data)) for image in films)}"


def as_table(description: dict[str, Any]) -> str:
    """Return a description as text for a terminal."""
    columns = ("split", "NORMAL", "PNEUMONIA", "bacterial", "viral", "patients", "images")
    lines = ["".join(f"{column:>12}" for column in columns)]
    for name, counts in description["splits"].items():
        values = [name, *(counts[key] for key in columns[1:])]
        lines.append("".join(f"{value:>12}" for value in values))
    sizes = ", ".join(f"{each['width']} x {each['height']} ({each['images']})" for each in description["sizes"])
    files = sum(map(len, description["duplicates"]))
    return "\n".join(
        [
            *description["layout"],
            "",
            *lines,
            "",
            f"Sizes in pixels: {sizes}" + (", ..." if description["distinct_sizes"] > 5 else ""),
            f"Copies of the same film: {files} files in {len(description['duplicates'])} groups, "
            f"{description['duplicates_in_two_classes']} groups across classes",
            f"Patients in two splits: {len(description['patients_in_two_splits'])}",
            *(f"  {patient}" for patient in description["patients_in_two_splits"]),
            f"Unreadable files: {len(description['unreadable'])}",
            *(f"  {item['path']}: {item['reason']}" for item in description["unreadable"]),
        ]
    )


def draw_montage(data: Path, path: Path, *, seed: int = 0) -> None:
    """Draw example images of each class, a row a class, into a PNG file."""
    images = both_classes(listed(take_stock(data)), data)
    random.Random(seed).shuffle(images)
    canvas = Image.new("RGB", (MONTAGE_COLUMNS * _TILE, len(CLASSES) * (_TILE + 18)), "black")
    draw = ImageDraw.Draw(canvas)
    for row, label in enumerate(CLASSES):
        top = row * (_TILE + 18)
        draw.text((4, top + 3), label, fill="white")
        tiles = _readable_tiles(image for image in images if image.label == label)
        for column, tile in zip(range(MONTAGE_COLUMNS), tiles, strict=False):
            canvas.paste(Image.fromarray(tile), (column * _TILE, top + 18))
    canvas.save(path, "PNG")


def _readable_tiles(images: Iterable[LabelledImage]) -> Iterable[NDArray[np.uint8]]:
    for image in images:
        try:
            film = image.radiograph().reduced
        except UnreadableImage:
            continue
        tile = cv2.resize(np.rint(film).astype(np.uint8), (_TILE - 2, _TILE), interpolation=cv2.INTER_AREA)
        yield np.asarray(tile, np.uint8)


def _grouped(images: list[LabelledImage], key: Callable[[LabelledImage], str]) -> dict[str, list[LabelledImage]]:
    groups: dict[str, list[LabelledImage]] = defaultdict(list)
    for image in images:
        groups[key(image)].append(image)
    return dict(groups)


def _counts(images: list[LabelledImage]) -> dict[str, int]:
    labels = Counter(image.label for image in images)
    pathogens = Counter(image.pathogen for image in images)
    return {
        **{label: labels[label] for label in CLASSES},
        "bacterial": pathogens["bacteria"],
        "viral": pathogens["virus"],
        "patients": len({image.patient_key for image in images}),
        "images": len(images),
    }


def _sizes(images: list[LabelledImage], data: Path) -> tuple[Counter[tuple[int, int]], list[dict[str, str]]]:
    sizes: Counter[tuple[int, int]] = Counter()
    unreadable = []
    for image in images:
        try:
            height, width = image.radiograph().pixels.shape
        except UnreadableImage as refusal:
            unreadable.append({"path": str(image.path.relative_to(data)), "reason": str(refusal)})
        else:
            sizes[width, height] += 1
    return sizes, unreadable
