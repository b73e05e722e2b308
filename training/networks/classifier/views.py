"""What does a training step see of each film? Itself, itself on another chest or cut together, and a window of it."""

from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from model_store.reading.preparation import CELL, at_side, lung_cells
from training.prepared.augmentation import Generator, move_crop, retone

WINDOW_CELLS = 5
"""Cells on a side of a window: what lies farther away than a few cells is not in it."""

HULL_SHARE, OWN_BLURRED_SHARE, NOISE_SHARE = 0.35, 0.15, 0.15
"""Shares of second views whose lungs are pasted with the mediastinum, on their own blurred chest, on noise."""

CUT_TOGETHER_SHARE = 0.35
"""Share of second views whose lungs are cut together from two films, while that is wanted."""

Picture = NDArray[np.uint8]
Share = NDArray[np.float32]


class Views(NamedTuple):
    """A batch of n films; cells are (n, c, c), float32, in the place that they have in `films`.

    Attributes:
        films: (n, side, side), uint8, each film on its own chest.
        others: (n, side, side), uint8, the same films mirrored, in other tones, on other chests; or cut together.
        windows: (n, window, window), uint8, squares of `films` that begin at a cell.
        corners: (n, 2), int32, row and column of each window's first cell.
        lungs: how far each cell of `films` is lung, as `lung_cells` says.
        other_lungs: the same of `others`, mirrored back.
        partners: (n,), int32, the row of the film that is cut in; the own one where none is.
        own: cells of `others`, mirrored back, that show the film alone, times how far they are lung.
        theirs: the same of cells that show the partner alone.
        normal: the same of cells cut out of a NORMAL film, alone or beside another one: they are normal wherever.
        is_film: (n,), float32, 1 where `others` is one film and so has its label.
    """

    films: Picture
    others: Picture
    windows: Picture
    corners: NDArray[np.int32]
    lungs: Share
    other_lungs: Share
    partners: NDArray[np.int32]
    own: Share
    theirs: Share
    normal: Share
    is_film: Share


def make_views(
    crops: Picture, lungs: NDArray[np.bool_], targets: Share, rng: Generator, *, side: int, cut_together: bool
) -> Views:
    """Draw the views of a batch.

    Args:
        crops: (n, 224, 224), uint8.
        lungs: (n, 224, 224), bool, where the lungs are in them.
        targets: (n,), 1 for PNEUMONIA and 0 for NORMAL; with both, chests are drawn evenly from both.
        rng: where the chance comes from.
        side: of the network's input in pixels, `CELL` * k + 1.
        cut_together: whether some second views are lungs of two films of opposite labels.
    """
    mirror = bool(rng.random() < 0.5)  # One for all: where lungs are cut together, hearts lie on one side.
    moved = [
        move_crop(at_side(crop, side), at_side(inside.astype(np.uint8) * 255, side), rng, mirror=mirror)
        for crop, inside in zip(crops, lungs, strict=True)
    ]
    pictures, masks = (np.stack(part) for part in zip(*moved, strict=True))
    cells = np.stack([lung_cells(mask / np.float32(255), side) for mask in masks])
    films = np.stack([retone(picture, rng) for picture in pictures])
    size = min(WINDOW_CELLS, cells.shape[1])
    corners = np.stack([_corner(each, size, rng) for each in cells])
    width = CELL * (size - 1) + 1
    windows = np.stack(
        [f[r : r + width, c : c + width] for f, (r, c) in zip(films, CELL * corners.astype(int), strict=True)]
    )
    others = [
        _other(row, pictures, masks, targets, rng, cut=cut_together and rng.random() < CUT_TOGETHER_SHARE)
        for row in range(len(films))
    ]
    normal = np.array(targets) < 0.5
    return Views(
        films=films,
        others=np.stack([np.ascontiguousarray(other.picture[:, ::-1]) for other in others]),
        windows=windows,
        corners=corners,
        lungs=cells,
        other_lungs=np.stack([other.lungs for other in others]),
        partners=np.array([other.partner for other in others], np.int32),
        own=np.stack([other.lungs * other.own for other in others]),
        theirs=np.stack([other.lungs * other.theirs for other in others]),
        normal=np.stack(
            [
                other.lungs * (other.own * normal[row] + other.theirs * normal[other.partner])
                for row, other in enumerate(others)
            ]
        ),
        is_film=np.array([other.partner == row for row, other in enumerate(others)], np.float32),
    )


@dataclass(frozen=True)
class _Other:
    picture: Picture
    lungs: Share
    partner: int
    own: Share
    theirs: Share


def _other(row: int, pictures: Picture, masks: Picture, targets: Share, rng: Generator, *, cut: bool) -> _Other:
    """Return the second view of a film, not yet mirrored."""
    picture, mask = pictures[row], masks[row] / np.float32(255)
    side, partner = len(picture), row
    opposite = np.flatnonzero(targets != targets[row])
    cut_in = np.zeros_like(mask)
    if cut and opposite.size:
        partner = int(rng.choice(opposite))
        cut_in = _region(side, rng)
        mask = mask * (1 - cut_in) + masks[partner] / np.float32(255) * cut_in
        picture = _laid(picture, pictures[partner], _feathered(cut_in, rng))
    picture = _on_another_chest(picture, mask, _chest(row, pictures, targets, rng), rng)
    cells = lung_cells(mask, side)
    # A cell shows one film alone where its own square does: with its neighbours' too, no part that is as small as a
    # consolidation of one cell would ever be taught.
    held = cv2.blur(cut_in, (CELL + 1, CELL + 1), borderType=cv2.BORDER_REFLECT_101)[::CELL, ::CELL]
    own, theirs = (np.asarray(each > 0.9, np.float32) for each in (1 - held, held))
    return _Other(retone(picture, rng), cells, partner, own, theirs)


def _corner(cells: Share, size: int, rng: Generator) -> NDArray[np.int32]:
    """Return where a window begins; the more lung is in it, the likelier."""
    held = cv2.boxFilter(cells, -1, (size, size), anchor=(0, 0), normalize=False, borderType=cv2.BORDER_CONSTANT)
    held = np.maximum(held[: len(cells) - size + 1, : len(cells) - size + 1].astype(np.float64), 0) + 1e-6
    chosen = rng.choice(held.size, p=held.ravel() / held.sum())
    return np.array(np.unravel_index(chosen, held.shape), np.int32)


def _chest(row: int, pictures: Picture, targets: Share, rng: Generator) -> Picture:
    """Return what the lungs are laid on: a film of either class, evenly; the own one, blurred; or noise."""
    kind, side = rng.random(), pictures.shape[1]
    if kind < OWN_BLURRED_SHARE:
        return np.asarray(cv2.GaussianBlur(pictures[row], (0, 0), side * rng.uniform(0.04, 0.2)), np.uint8)
    if kind < OWN_BLURRED_SHARE + NOISE_SHARE:
        noise = cv2.GaussianBlur(rng.normal(0, 1, (side, side)), (0, 0), side * rng.uniform(0.01, 0.15))
        grey = rng.uniform(40, 215) + noise / max(float(noise.std()), 1e-6) * rng.uniform(5, 60)
        return np.asarray(np.clip(grey, 0, 255), np.uint8)
    rows = np.flatnonzero(targets == rng.choice(np.unique(targets)))
    return retone(pictures[rng.choice(rows)], rng)


def _on_another_chest(picture: Picture, mask: Share, chest: Picture, rng: Generator) -> Picture:
    """Lay the lungs on another chest, with an edge whose place and width say nothing."""
    side = len(picture)
    pasted = (mask > 0.5).astype(np.uint8)
    if rng.random() < HULL_SHARE:
        points = np.column_stack(np.nonzero(pasted)[::-1]).astype(np.int32)
        if len(points):
            cv2.fillConvexPoly(pasted, cv2.convexHull(points), 1)
    width = 2 * round(side * rng.uniform(0.01, 0.07)) + 1
    widened = cv2.dilate(pasted, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width, width)))
    return _laid(chest, picture, _feathered(widened.astype(np.float32), rng))


def _region(side: int, rng: Generator) -> Share:
    """Return a part of the picture, (side, side), 0 or 1: an ellipse of any size, an upper or lower part, or a side."""
    down, across = np.indices((side, side), np.float32) / side
    if rng.random() < 0.75:
        y, x = rng.uniform(0.15, 0.85), rng.uniform(0.1, 0.9)
        high, wide = rng.uniform(0.1, 0.3, 2)
        return np.asarray(((down - y) / high) ** 2 + ((across - x) / wide) ** 2 < 1, np.float32)
    angle = rng.uniform(0, 2 * np.pi) if rng.random() < 0.5 else rng.choice((0, np.pi))
    beyond = np.cos(angle) * (across - 0.5) + np.sin(angle) * (down - 0.5) > rng.uniform(-0.1, 0.1)
    return np.asarray(beyond, np.float32)


def _feathered(region: Share, rng: Generator) -> Share:
    return np.asarray(cv2.GaussianBlur(region, (0, 0), len(region) * rng.uniform(0.005, 0.03)), np.float32)


def _laid(below: Picture, above: Picture, share: Share) -> Picture:
    return np.asarray(np.rint(below * (1 - share) + above * share), np.uint8)
