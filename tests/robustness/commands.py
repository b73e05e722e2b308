"""A command in this process: how it ended, and what it said."""

from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pytest

Main = Callable[[list[str]], int]


@dataclass(frozen=True)
class Ended:
    """How a command ended.

    Attributes:
        status: its exit status.
        out: what it printed.
        err: what it complained of.
    """

    status: int
    out: str
    err: str

    @property
    def sentence(self) -> str:
        """The last thing it complained of; empty where there was nothing."""
        return (self.err.strip().splitlines() or [""])[-1]


def command_of(main: Main, home: Path) -> Callable[..., Ended]:
    """Return a function that runs a program's commands in this process, with a home folder."""

    def command(*arguments: object) -> Ended:
        out, err = StringIO(), StringIO()
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            patch.setenv("XRAY_HOME", str(home))
            status = main([str(argument) for argument in arguments])
        return Ended(status, out.getvalue(), err.getvalue())

    return command
