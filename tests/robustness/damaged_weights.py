"""R9: are weights verified before anything parses them, and does the bundled version stand in, and say so?"""

import os
import random
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from model_store.__main__ import main
from model_store.basics.errors import ModelCorrupted
from model_store.disk import weights as module
from model_store.disk.weights import load_weights
from model_store.versions.activation.activation import Activation, Active
from model_store.versions.bundled import BUNDLED, BUNDLED_FOLDER, lungs_file
from model_store.versions.registry import Registry, Version
from tests.robustness.activating_killed import REASON
from tests.robustness.commands import command_of
from tests.robustness.report import Result, command

FLIPS = 200
"""Bits in the full count."""

NAME = "trained"
_HEADER = 2_000
"""Bytes at the beginning among which every tenth bit is flipped: there the file says what is where."""


def copy_of_the_bundled(folder: Path) -> Version:
    """Register the bundled weights as a version of their own, and activate it."""
    home = folder / "home"
    card = Registry(home).version(BUNDLED).card.content
    Registry(home).register(NAME, BUNDLED_FOLDER / "weights.safetensors", dict(card))
    Activation(home).activate(NAME, by="tests", reason=REASON)
    return Registry(home).version(NAME)


def flipped_bits(folder: Path, flips: int, *, seed: int = 1) -> Result:
    """Flip bits of the active version's weights, spread over the file and its header, one at a time."""
    result, version = Result("R9", "one bit of the weights flipped"), copy_of_the_bundled(folder)
    size, rng = version.weights.stat().st_size, random.Random(seed)
    for number in range(flips):
        place = rng.randrange(_HEADER) if number % 10 == 0 else int((number + rng.random()) * size / flips)
        with result.trial(f"byte {place}"), _flipped(version.weights, place, rng.randrange(8)):
            assert_refused(version)
    with result.trial("a parser would be seen"), _no_parser():
        assert not _refuses_quietly(version), "whole weights were not parsed"
    with result.trial("whole again"):
        assert Activation(folder / "home").active(verify=True) == Active(version, None), "it is not active again"
    return result


def other_damage(folder: Path) -> Result:
    """Cut the weights off, swap them, put a link, a folder, a pipe or nothing in their place."""
    result, version = Result("R9", "weights cut off, swapped, linked, emptied"), copy_of_the_bundled(folder)
    whole = folder / "whole.safetensors"
    version.weights.rename(whole)
    for name, put in _damages(whole).items():
        with result.trial(name):
            put(version.weights)
            assert_refused(version)
        remove(version.weights)
    return result


def _damages(whole: Path) -> Mapping[str, Callable[[Path], Any]]:
    def cut(size: int) -> Callable[[Path], Any]:
        return lambda path: path.write_bytes(whole.read_bytes()[:size])

    size = whole.stat().st_size
    cuts = {f"cut off after {n} bytes": cut(n) for n in (1, 7, 8, 100, size // 2, size - 1)}
    return cuts | {
        "empty": cut(0),
        "one byte more": lambda path: path.write_bytes(whole.read_bytes() + b"\0"),
        "swapped for the lung network": lambda path: path.write_bytes(lungs_file(BUNDLED_FOLDER).read_bytes()),
        "a link to the right file": lambda path: path.symlink_to(whole),
        "a link to nothing": lambda path: path.symlink_to(whole.with_name("nothing")),
        "a folder": lambda path: path.mkdir(),
        "a pipe": lambda path: os.mkfifo(path),
        "missing": lambda path: None,
    }


def assert_refused(version: Version) -> None:
    """Raise AssertionError unless nobody parses the weights, and the bundled version stands in and says so."""
    home, network = version.folder.parents[1], object()  # Nobody comes to fill it.
    with _no_parser():
        sha256 = version.card.weights_sha256
        for refuse in (version.verify, lambda: load_weights(network, version.weights, sha256=sha256)):
            assert _refuses(refuse), "the damaged weights are taken"
        active = Activation(home).active(verify=True)
        listed = command_of(main, home)("activate", NAME, "--reason", REASON)
    assert active.version.name == BUNDLED, f"{active.version.name} is active"
    assert active.problem, "nothing is said of the bundled version that stands in"
    assert f"The active version {NAME} is " in active.problem, active.problem
    assert "films are read by the bundled version" in active.problem, active.problem
    assert listed.status == 2, f"the damaged version can be activated: {listed.out}"


def _refuses(work: Callable[[], None]) -> bool:
    try:
        work()
    except ModelCorrupted:
        return True
    return False


def _refuses_quietly(version: Version) -> bool:
    try:
        load_weights(object(), version.weights, sha256=version.card.weights_sha256)
    except AssertionError:
        return False
    return True


@contextmanager
def _no_parser() -> Iterator[None]:
    def parse(*_: Any, **__: Any) -> None:
        raise AssertionError("a parser has opened weights that nobody verified")

    with pytest.MonkeyPatch.context() as patch:
        for name in ("load", "safe_open"):
            patch.setattr(module, name, parse)
        for name in ("safetensors.safe_open", "safetensors.numpy.load", "safetensors.numpy.load_file"):
            patch.setattr(name, parse)
        yield


@contextmanager
def _flipped(path: Path, place: int, bit: int) -> Iterator[None]:
    def flip() -> None:
        with path.open("r+b") as file:
            file.seek(place)
            byte = file.read(1)[0]
            file.seek(place)
            file.write(bytes([byte ^ (1 << bit)]))

    flip()
    try:
        yield
    finally:
        flip()


def remove(path: Path) -> None:
    """Delete whatever is there."""
    if path.is_dir() and not path.is_symlink():
        path.rmdir()
    else:
        path.unlink(missing_ok=True)


def in_the_app(folder: Path) -> Result:
    """Let the app load a version whose weights are damaged while it looks whole: size and card are as they were."""
    result, version = Result("R9", "the app with damaged weights"), copy_of_the_bundled(folder)
    from xray_ui.readers import in_use

    with pytest.MonkeyPatch.context() as patch, result.trial("loading"), _flipped(version.weights, 10_000_000, 3):
        patch.setenv("XRAY_HOME", str(folder / "home"))
        assert in_use.in_use() == Active(version, None), "the app does not begin with the active version"
        reading = in_use.background_reader(version)
        reading.start()
        assert reading.wait(120), "it was not loaded in time"
        assert reading.failed, "damaged weights were loaded"
        active = in_use.in_use()
        assert active.version.name == BUNDLED, f"the app reads with {active.version.name}"
        assert active.problem, "the app falls back silently"
        result.figures = {"said": active.problem}
    return result


def results(flips: int | None = None) -> Iterator[Result]:
    """Yield the full counts."""
    with tempfile.TemporaryDirectory() as folder:
        yield flipped_bits(Path(folder) / "flips", FLIPS if flips is None else flips)
        yield other_damage(Path(folder) / "other")
        yield in_the_app(Path(folder) / "app")


if __name__ == "__main__":
    command(results, unit="flipped bits")
