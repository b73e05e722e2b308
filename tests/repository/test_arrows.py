"""Do the contracts between the rooms hold, and does a wrong arrow fail by a sentence that names both rooms?"""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]


def lint(folder: Path) -> "subprocess.CompletedProcess[str]":
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_every_arrow_of_this_program_is_allowed():
    done = lint(TOP)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("file", "arrow", "names"),
    [
        ("model_store/film/grey.py", "xray_ui.basics", ("model_store.film", "xray_ui.basics")),
        ("training/data/division.py", "training.versions.fit", ("training.data", "training.versions")),
        ("xray_ui/basics/text.py", "xray_ui.reading.page", ("xray_ui.basics", "xray_ui.reading")),
        ("model_store/reading/card.py", "model_store.disk.writing", ("model_store.reading", "model_store.disk")),
    ],
)
def test_a_wrong_arrow_fails_and_both_rooms_are_named(tmp_path, file, arrow, names):
    for package in ("model_store", "training", "xray_ui"):
        shutil.copytree(TOP / package, tmp_path / package, ignore=shutil.ignore_patterns("bundled", "*.png", "*.pyc"))
    shutil.copyfile(TOP / "pyproject.toml", tmp_path / "pyproject.toml")
    with (tmp_path / file).open("a") as module:
        module.write(f"\nimport {arrow}\n")
    done = lint(tmp_path)
    assert done.returncode == 1
    assert "BROKEN" in done.stdout
    for name in names:
        assert name in done.stdout
