"""Which files are of the same film? Those with the same bytes, and those that show the same picture, saved anew."""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from model_store.film.fingerprint import same_films
from training.data.labelled import LabelledImage


def film_numbers(images: Sequence[LabelledImage]) -> list[int]:
    """Return a number for each file, which those of the same film share."""
    first: dict[str, int] = {}
    same_bytes = [(index, first.setdefault(image.sha256, index)) for index, image in enumerate(images)]
    return linked([*same_bytes, *same_films([image.fingerprint for image in images])], len(images))


def linked(pairs: Sequence[tuple[int, int]], count: int) -> list[int]:
    """Return the number of the group for each of `count` places; pairs, and chains of them, are of one group."""
    if not count:
        return []
    one, other = np.array(pairs, np.intp).reshape(-1, 2).T
    graph = coo_array((np.ones(len(one)), (one, other)), shape=(count, count))
    groups: list[int] = connected_components(graph, directed=False)[1].tolist()
    return groups
