"""How are two ways of doing a thing compared on a noisy machine? In alternation, by medians."""

import argparse
import json
import platform
import statistics
import time
from collections.abc import Callable, Mapping
from typing import Any

ROUNDS = 15


def asked(option: str, usual: int) -> int:
    """Return the number that the command line gives for its one option: CI sees that all runs, in fewer rounds."""
    parser = argparse.ArgumentParser()
    parser.add_argument(option, dest="number", type=int, default=usual, help=f"{usual} by default")
    return int(parser.parse_args().number)


def alternate(ways: Mapping[str, Callable[[], Any]], *, rounds: int = ROUNDS, warm_up: int = 2) -> dict[str, float]:
    """Return the median seconds of each way, run in turn `rounds` times after `warm_up` rounds that do not count.

    A way that returns a float has timed itself, so that what it tidies up afterwards does not count.
    """
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(warm_up + rounds):
        for name, way in ways.items():
            started = time.perf_counter()
            own = way()
            elapsed = own if isinstance(own, float) else time.perf_counter() - started
            if number >= warm_up:
                seconds[name].append(elapsed)
    return {name: statistics.median(values) for name, values in seconds.items()}


def ratio(
    name: str,
    seconds: Mapping[str, float],
    *,
    over: tuple[str, str],
    limit: float,
    at_least: bool = False,
    rounds: int = ROUNDS,
) -> dict[str, Any]:
    """Return one comparison for the report: medians, their ratio, and the limit that it is held against."""
    first, second = over
    value = seconds[first] / seconds[second]
    return {
        "benchmark": name,
        "median_seconds": {key: round(seconds[key], 6) for key in over},
        "ratio": round(value, 4),
        "limit": limit,
        "within": value >= limit if at_least else value <= limit,
        "rounds": rounds,
        "machine": f"{platform.machine()} {platform.system()}",
    }


def show(result: dict[str, Any]) -> None:
    """Print one result as a line of JSON."""
    print(json.dumps(result), flush=True)
