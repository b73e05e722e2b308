"""R16: is a version that did not pass the gate activated by nobody by accident, and is the reason kept?"""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import Any

from model_store.__main__ import main
from model_store.reading.card import ModelCard
from model_store.versions.activation.activation import Activation
from model_store.versions.activation.proof import BelowGate
from model_store.versions.bundled import BUNDLED
from model_store.versions.registry import Registry
from tests.robustness.activating_killed import CARD
from tests.robustness.commands import command_of
from tests.robustness.invariants import ActiveModel
from tests.robustness.report import Result, command

REASON = "the chief of the department asked for it"
NO_REASONS = (None, "", "          ", "too short", " 123456789 ", "\t\n good \n\t")
"""What is no reason: none, or fewer than ten characters."""

Comparison = Callable[[ModelCard, ModelCard], Any]
"""Makes a card's comparison from the cards of the version and of the active one."""

_OTHER = "0" * 64


def _with(passed: object, version: str, active: str) -> dict[str, Any]:
    sides = {"challenger": {"identity": version}, "active": {"identity": active}}
    return {"passed": passed, **sides, "sets": [{"key": "held_out", "n": 20}]}


CANDIDATES: dict[str, Comparison] = {
    "did not pass": lambda version, active: _with(False, version.identity, active.identity),
    "passed against another version": lambda version, active: _with(True, version.identity, _OTHER),
    "passed with other limits": lambda version, active: _with(True, _OTHER, active.identity),
    "passed before identities were written": lambda version, active: {
        "passed": True,
        "challenger": {"weights_sha256": version.weights_sha256},
        "active": {"weights_sha256": active.weights_sha256},
    },
    "was compared with nothing": lambda version, active: {"passed": False, "sets": [{"not_compared": "no films"}]},
    "was not compared": lambda version, active: None,
    "says yes in words": lambda version, active: _with("true", version.identity, active.identity),
    "says one": lambda version, active: _with(1, version.identity, active.identity),
    "passed against nobody": lambda version, active: {"passed": True, "challenger": {"identity": version.identity}},
    "has a list for a comparison": lambda version, active: [True],
}
"""Versions that may not be activated without a reason."""


def refused(
    folder: Path, reasons: Sequence[str | None] = NO_REASONS, candidates: Sequence[str] = tuple(CANDIDATES)
) -> Result:
    """Try to activate each candidate without a reason, by call and by command, then with one."""
    result, home = Result("R16", "a version below the gate"), folder / "home"
    weights = folder / "weights"
    weights.write_bytes(b"tensors")
    names = {f"v{number}": name for number, name in enumerate(candidates)}
    for version, name in names.items():
        _register(home, version, weights, CANDIDATES[name])
    before = ActiveModel.of(home)
    ways = {"call": _by_call, "command": _by_command}
    for (version, name), (way, activate), reason in product(names.items(), ways.items(), reasons):
        with result.trial(f"{name}, by {way}, reason {reason!r}"):
            assert activate(home, version, reason) is False, "it was activated"
            before.assert_untouched()
    for (version, name), (way, activate) in product(names.items(), ways.items()):
        with result.trial(f"{name}, by {way}, with a reason"):
            assert activate(home, version, REASON), "a reason does not suffice"
            _assert_kept(home, version)
        Activation(home).roll_back(by="tests")
    return result


def passes(folder: Path) -> Result:
    """Activate a version that passed against the active one: it needs no reason; once another is active, it does."""
    result, home = Result("R16", "a version that passed, before and after another was activated"), folder / "home"
    weights = folder / "passed"
    weights.write_bytes(b"tensors of the one that passed")
    for name in ("passed", "passed-too"):
        _register(home, name, weights, lambda version, active: _with(True, version.identity, active.identity))
    other = folder / "other"
    other.write_bytes(b"other tensors")
    Registry(home).register("other", other, CARD)
    with result.trial("passed"):
        assert _by_call(home, "passed", None), "it was refused"
        assert Activation(home).log()[-1].gate == "passed", "the log does not say that it passed"
    with result.trial("out of date"):
        assert _by_call(home, "other", REASON), "a reason does not suffice"
        assert not _by_call(home, "passed-too", None), "it passed against a version that is not active any more"
    return result


def _register(home: Path, name: str, weights: Path, compared: Comparison) -> None:
    registry = Registry(home)
    card = registry.register(name, weights, CARD).card
    registry.add_to_card(name, {"comparison": compared(card, registry.version(BUNDLED).card)})


def _by_call(home: Path, name: str, reason: str | None) -> bool:
    try:
        Activation(home).activate(name, by="Dr. A", reason=reason)
    except BelowGate as refusal:
        assert f"Version {name} " in str(refusal), refusal
        assert "give a reason of at least 10 characters" in str(refusal), refusal
        return False
    return True


def _by_command(home: Path, name: str, reason: str | None) -> bool:
    given = [] if reason is None else [f"--reason={reason}"]
    ended = command_of(main, home)("activate", name, "--by", "Dr. A", *given)
    if ended.status == 0:
        return True
    assert ended.status == 2, f"it ended with {ended.status}: {ended.sentence}"
    assert "give a reason of at least 10 characters" in ended.sentence, ended.sentence
    return False


def _assert_kept(home: Path, name: str) -> None:
    entry = Activation(home).log()[-1]
    kept = {key: getattr(entry, key) for key in ("action", "version", "before", "by", "reason")}
    expected = {"action": "activate", "version": name, "before": BUNDLED, "by": "Dr. A", "reason": REASON}
    assert kept == expected, f"the log says {kept}"
    assert entry.gate in ("not passed", "not compared"), f"the log says {entry.gate}"


def results(count: int | None = None) -> Iterator[Result]:
    """Yield both; the count is how many kinds of missing reasons are tried."""
    for check in (lambda folder: refused(folder, NO_REASONS[: count or None]), passes):
        with tempfile.TemporaryDirectory() as folder:
            yield check(Path(folder))


if __name__ == "__main__":
    command(results, unit="kinds of missing reasons")
