"""How large is the next step? The learning rate's course over a training."""

import math


def cosine(progress: float, *, warmup: float) -> float:
    """Return the learning rate's factor, 0..1: a linear rise, then half a cosine down to zero.

    Cosine annealing: Loshchilov and Hutter 2016, arXiv 1608.03983.

    Args:
        progress: share of all steps done, 0..1.
        warmup: share of all steps over which the rate rises.
    """
    if progress < warmup:
        return (progress + 1e-3) / (warmup + 1e-3)
    return 0.5 * (1 + math.cos(math.pi * (progress - warmup) / (1 - warmup)))
