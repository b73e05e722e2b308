"""How a command ends that nobody listens to any more, or that cannot print: `python -m model_store`."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from model_store.versions import loading
from tests.doubles.batch_doubles import films_folder, read_command  # noqa: F401


@pytest.fixture
def listing(request, xray_home):
    """Start `list`, whose lines go to a pipe, or to where it is told, all at the end."""
    # As it is where nobody sets this variable, by which each line is printed at once.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}

    def run(output):
        return subprocess.run(
            [sys.executable, "-m", "model_store", "list"],
            cwd=request.config.rootpath,
            env=environment,
            stdout=output,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )

    return run


def test_by_a_program_that_has_read_enough(listing):
    read, write = os.pipe()
    os.close(read)
    done = listing(write)
    os.close(write)
    assert (done.returncode, done.stderr) == (141, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no disk that is always full")
def test_by_a_disk_without_room(listing):
    with Path("/dev/full").open("w") as full:
        done = listing(full)
    assert done.returncode == 2
    assert done.stderr == "model_store: [Errno 28] No space left on device\n"


def test_by_a_person(films, command, monkeypatch):
    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(loading, "load_classifier", stop)
    assert command(films) == (130, "", "model_store: stopped.\n")
