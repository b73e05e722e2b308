"""What `python -m model_store` prints and how it ends: `read` and `verify`."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from model_store.__main__ import main
from model_store.versions import registry as registry_module
from model_store.versions.activation.activation import Activation
from model_store.versions.bundled import (
    BUNDLED_FOLDER,
    BUNDLED_SHA256,
    LUNGS_SHA256,
    MIRRORING_SHA256,
    PRESENTATION_SHA256,
)
from model_store.versions.card_file import CARD, read_card
from model_store.versions.registry import WEIGHTS, Registry
from tests.doubles.batch_doubles import KEYS, PNG, films_folder, read_command  # noqa: F401
from tests.doubles.films import phantom

STRANGE_NAMES = [
    b"<img src=x onerror=alert(1)>.png",
    b"two\nlines.png",
    b"not\xff\xfeutf-8.png",
    "\u202egnp.txt".encode(),
    "Röntgen 肺.png".encode(),
    b'quote".png',
    b"back\\slash.png",
    b'{"path": 1}',
    b"--json",
    b"n" * 250,
]

BUNDLED_WEIGHTS = (WEIGHTS, "lungs.safetensors", "presentation.safetensors", "mirroring.safetensors")


def lines_of(output):
    return [json.loads(line) for line in output.splitlines()]


class TestCommand:
    def test_json_lines_and_nothing_else(self, films, command):
        (films / "a.png").write_bytes(PNG)
        (films / "b.png").write_bytes(b"")
        status, output, errors = command(films, films / "none", "--json")
        assert status == 0
        assert errors == ""
        answers = lines_of(output)
        assert [list(each) for each in answers] == [KEYS] * 3
        assert [each["status"] for each in answers] == ["read", "refused", "refused"]
        assert {each["version"] for each in answers} == {"run-1"}
        assert [each["gate"] for each in answers] == ["read", "refuse", "refuse"]
        assert [[reason["name"] for reason in each["reasons"]] for each in answers] == [[], ["empty"], ["missing"]]
        assert [each["in_lung"] for each in answers] == [{"share": 0.75, "chance": 0.5}, None, None]
        assert [each["zones"] for each in answers] == [["left upper", "right lower"], [], []]
        assert [each["hottest"] for each in answers] == ["left upper", None, None]

    def test_one_line_a_file_for_a_person(self, films, command):
        (films / "a.png").write_bytes(PNG)
        (films / "b.png").write_bytes(b"")
        status, output, _ = command(films)
        first, second = output.splitlines()
        assert status == 0
        assert first.startswith(f"{films}/a.png: pneumonia ")
        assert (
            second
            == f"{films}/b.png: refused: This file is empty; please choose a radiograph in PNG, JPEG or DICOM format."
        )

    @pytest.mark.parametrize("name", STRANGE_NAMES, ids=repr)
    def test_strange_names(self, films, command, name):
        path = os.fsencode(films) + b"/" + name
        try:
            Path(os.fsdecode(path)).write_bytes(PNG)
        except OSError:
            pytest.skip("this file system does not take the name")
        status, output, _ = command(films, "--json")
        (given,) = lines_of(output)
        assert (status, given["status"]) == (0, "read")
        assert given["path"] == path.decode(errors="backslashreplace")
        status, output, _ = command(films)
        assert status == 0
        assert len(output.splitlines()) == 1
        assert output.isascii()

    def test_pictures_beside_the_lines(self, films, command, tmp_path):
        (films / "a.png").write_bytes(PNG)
        _, output, _ = command(films, "--json", "--heatmaps", tmp_path / "m", "--overlays", tmp_path / "o")
        name = f"{lines_of(output)[0]['sha256']}.png"
        assert [path.name for path in (*(tmp_path / "m").iterdir(), *(tmp_path / "o").iterdir())] == [name, name]

    def test_an_empty_folder_has_no_lines(self, films, command):
        assert command(films, "--json") == (0, "", "")

    def test_an_unknown_version(self, films, command, capsys):
        assert main(["read", "--version", "none", str(films)]) == 2
        captured = capsys.readouterr()
        assert captured.out == ""
        assert captured.err == "model_store: There is no version 'none'; there are bundled, run-1.\n"

    def test_pictures_that_cannot_be_written(self, films, command, tmp_path):
        (films / "a.png").write_bytes(PNG)
        (tmp_path / "taken").write_bytes(b"a file")
        status, output, errors = command(films, "--json", "--heatmaps", tmp_path / "taken")
        assert (status, output) == (2, "")
        assert errors.startswith("model_store: ")
        assert "taken" in errors
        assert "Traceback" not in errors

    @pytest.mark.parametrize("arguments", [[], ["read"], ["show"], ["read", "--unknown", "x"]])
    def test_a_command_that_is_none(self, arguments, capsys):
        with pytest.raises(SystemExit, match="2"):
            main(arguments)
        assert "usage: python -m model_store" in capsys.readouterr().err


class TestActiveVersion:
    """Without `--version` the active one reads."""

    @pytest.fixture
    def read(self, films, command, capsys):
        (films / "a.png").write_bytes(PNG)

        def run():
            status = main(["read", str(films), "--json"])
            captured = capsys.readouterr()
            return status, lines_of(captured.out)[0]["version"], captured.err

        return run

    def test_at_first_the_bundled_one(self, read):
        assert read() == (0, read_card(BUNDLED_FOLDER).version, "")

    def test_the_one_that_was_activated(self, read, xray_home):
        Activation(xray_home).activate("run-1", by="anna", reason="asked for here")
        assert read() == (0, "run-1", "")

    def test_a_damaged_one_is_not_passed_over_in_silence(self, read, xray_home):
        Activation(xray_home).activate("run-1", by="anna", reason="asked for here")
        weights = Registry(xray_home).version("run-1").weights
        weights.write_bytes(weights.read_bytes() + b"x")
        status, version, errors = read()
        assert (status, version) == (0, read_card(BUNDLED_FOLDER).version)
        assert errors.startswith("model_store: The active version run-1 is damaged, so films are read by the bundled")
        assert errors.count("\n") == 1


class TestVerify:
    def test_the_bundled_files_are_as_released(self, capsys):
        assert main(["verify"]) == 0
        assert capsys.readouterr().out.splitlines() == [
            f"weights.safetensors: {BUNDLED_SHA256} as released",
            f"lungs.safetensors: {LUNGS_SHA256} as released",
            f"presentation.safetensors: {PRESENTATION_SHA256} as released",
            f"mirroring.safetensors: {MIRRORING_SHA256} as released",
        ]

    @pytest.mark.parametrize("broken", BUNDLED_WEIGHTS)
    @pytest.mark.parametrize("how", ["flipped", "empty", "missing", "link"])
    def test_a_damaged_file(self, tmp_path, monkeypatch, capsys, broken, how):
        from model_store import __main__ as program

        for name in (*BUNDLED_WEIGHTS, CARD):
            shutil.copy(BUNDLED_FOLDER / name, tmp_path)
        data = bytearray((tmp_path / broken).read_bytes())
        (tmp_path / broken).unlink()
        data[len(data) // 2] ^= 1
        if how == "link":
            (tmp_path / broken).symlink_to(BUNDLED_FOLDER / broken)
        elif how != "missing":
            (tmp_path / broken).write_bytes(data if how == "flipped" else b"")
        monkeypatch.setattr(program, "BUNDLED_FOLDER", tmp_path)
        assert main(["verify"]) == 2
        expected = f"model_store: {broken} is missing or is not the file that this program was released with.\n"
        assert capsys.readouterr().err == expected

    def test_a_damaged_card(self, tmp_path, monkeypatch, capsys):
        (tmp_path / CARD).write_text("{}")
        monkeypatch.setattr(registry_module, "BUNDLED_FOLDER", tmp_path)
        assert main(["verify"]) == 2
        assert "is missing or damaged" in capsys.readouterr().err


def test_the_real_command_in_a_process_of_its_own(films, random_version, request, tmp_path):
    """The real network and the real lungs: standard output holds the JSON lines alone, standard error nothing."""
    home, version = random_version
    (films / "a.png").write_bytes(phantom.png(phantom.Chest(500, 400)))
    (films / "b.png").write_bytes(b"text")
    (films / "c.jpg").write_bytes(phantom.jpeg(phantom.Chest(300, 400, seed=1)))
    environment = {key: value for key, value in os.environ.items() if key != "TF_CPP_MIN_LOG_LEVEL"}
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "model_store",
            "read",
            films,
            "--json",
            "--version",
            "random-1",
            "--heatmaps",
            tmp_path / "m",
        ],
        cwd=request.config.rootpath,
        env=environment | {"XRAY_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    answers = lines_of(done.stdout)
    assert [Path(each["path"]).name for each in answers] == ["a.png", "b.png", "c.jpg"]
    assert [each["status"] for each in answers] == ["read", "refused", "read"]
    for each, size in ((answers[0], (500, 400)), (answers[2], (300, 400))):
        assert each["version"] == version.card.version
        assert 0 < each["probability"] < 1
        assert each["suspected"] == (each["probability"] >= each["operating_point"])
        with Image.open(tmp_path / "m" / f"{each['sha256']}.png", formats=("PNG",)) as picture:
            assert (picture.mode, picture.size) == ("L", size)
            assert np.array(picture).max() == 255
