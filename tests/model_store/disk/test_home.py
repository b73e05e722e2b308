"""Is there a folder to write to, whoever runs the program?"""

import os
import pwd
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from model_store.disk import home
from model_store.disk.home import NoHome, xray_home


@pytest.fixture
def nobody(monkeypatch, tmp_path):
    """Run as a user whom the system does not know, without HOME, as in many containers."""

    def unknown(number):
        raise KeyError(number)

    for name in ("HOME", "XRAY_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(pwd, "getpwuid", unknown)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_a_user_whom_the_system_does_not_know(nobody):
    assert xray_home() == nobody / f"xray-reader-{os.getuid()}"


def test_a_folder_for_temporary_files_that_is_another_s(nobody, monkeypatch):
    xray_home().mkdir()
    monkeypatch.setattr(home.os, "getuid", lambda: 12_345)
    (nobody / "xray-reader-12345").mkdir()
    with pytest.raises(NoHome, match="please name one with the variable XRAY_HOME"):
        xray_home()


@pytest.mark.parametrize("named", ["~/kept", "kept"])
def test_a_folder_that_is_named_is_taken(nobody, monkeypatch, named):
    monkeypatch.setenv("XRAY_HOME", named)
    assert xray_home() == Path(named).absolute()


def test_no_library_makes_a_folder_of_the_name_tilde(request):
    script = "import model_store, os; print(os.environ['KERAS_HOME'])"
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=request.config.rootpath,
        env={"HOME": "~"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(done.stdout.strip()) == Path(tempfile.gettempdir()) / f"keras-{os.getuid()}"
