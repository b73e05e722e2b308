"""Is every file answered for, once, in order, whatever it is called and whatever it holds?"""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import phantom
import pytest
from conftest import SHARED_CARD
from PIL import Image

from model_store import loading
from model_store import registry as registry_module
from model_store.__main__ import main
from model_store.batch import Answer, Output, answer, answer_all
from model_store.lungs import LUNGS_SHA256, NoLungsFound, lungs_file
from model_store.preprocessing import to_film
from model_store.radiograph import load_radiograph
from model_store.registry import BUNDLED_FOLDER, BUNDLED_SHA256, CARD, WEIGHTS, Registry
from model_store.results import Explanation, Prediction, Reading
from model_store.weights import sha256_of

KEYS = ["path", "sha256", "status", "reason", "probability", "suspected", "operating_point", "version", "seconds"]
CROP = (0.1, 0.2, 0.9, 0.8)
PNG = phantom.png(phantom.Chest(320, 256))
JPEG = phantom.jpeg(phantom.Chest(300, 200, seed=1))
BRIGHT = phantom.png(phantom.Chest(200, 200, seed=2))


class FakeClassifier:
    """Reads without a network: the probability is the film's mean grey, and the film of `BRIGHT` has no lungs."""

    def __init__(self, card):
        self.card = card

    def read(self, radiograph):
        if radiograph.sha256 == load_radiograph(BRIGHT).sha256:
            raise NoLungsFound("No two lungs were found.")
        heatmap = np.zeros((7, 7), np.float32)
        heatmap[2, 5], heatmap[4, 1] = 1, 0.5
        probability = float(radiograph.reduced.mean()) / 255
        lungs = np.zeros((224, 224), bool)
        lungs[50:180, 30:100] = lungs[50:180, 130:200] = True
        return Reading(
            sha256=radiograph.sha256,
            version=self.card.version,
            weights_sha256=self.card.weights_sha256,
            prediction=Prediction(logit=0.0, probability=probability, operating_point=self.card.operating_point),
            explanation=Explanation(heatmap, CROP, lungs),
            seconds=0.0,
        )


@pytest.fixture
def fake(card):
    return FakeClassifier(card)


@pytest.fixture
def films(tmp_path):
    folder = tmp_path / "films"
    folder.mkdir()
    return folder


@pytest.fixture
def command(xray_home, tmp_path, monkeypatch, capsys):
    """Return a function that runs `read` with the fake classifier as version "run-1" and returns status and output."""
    weights = tmp_path / "weights"
    weights.write_bytes(b"no tensors")
    Registry(xray_home).register("run-1", weights, SHARED_CARD)
    monkeypatch.setattr(loading, "load_classifier", lambda version: FakeClassifier(version.card))

    def run(*arguments):
        status = main(["read", "--version", "run-1", *map(os.fspath, arguments)])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


def lines_of(output):
    return [json.loads(line) for line in output.splitlines()]


class TestAnswers:
    def test_a_film_that_is_read(self, films, fake):
        path = films / "a.png"
        path.write_bytes(PNG)
        given = answer(path, fake, Output())
        radiograph = load_radiograph(PNG)
        expected = float(radiograph.reduced.mean()) / 255
        assert given == Answer(
            path=str(path),
            sha256=radiograph.sha256,
            status="read",
            reason=None,
            probability=expected,
            suspected=expected >= 0.4,
            operating_point=0.4,
            version="drawn-1",
            seconds=given.seconds,
        )
        assert given.seconds > 0
        assert list(json.loads(given.as_json())) == KEYS

    @pytest.mark.parametrize(("point", "suspected"), [(0.01, True), (0.99, False)])
    def test_the_decision_is_made_at_the_versions_operating_point(self, films, card, point, suspected):
        (films / "a").write_bytes(PNG)
        given = answer(films / "a", FakeClassifier(replace(card, operating_point=point)), Output())
        assert (given.operating_point, given.suspected) == (point, suspected)
        assert (": pneumonia suspected," in given.as_line()) is suspected
        assert (": pneumonia not suspected," in given.as_line()) is not suspected

    @pytest.mark.parametrize(
        ("data", "reason"),
        [
            (b"", "is empty"),
            (b"text", "is not a picture"),
            (PNG[:3000], "damaged or incomplete"),
            (b"GIF89a" + bytes(50), "is a GIF file"),
            (bytes(128) + b"DICM", "is a DICOM file"),
            (BRIGHT, "No two lungs"),
        ],
    )
    def test_a_film_that_is_refused(self, films, fake, data, reason):
        path = films / "a.png"
        path.write_bytes(data)
        given = answer(path, fake, Output(heatmaps=films / "maps", overlays=films / "overlays"))
        assert given.status == "refused"
        assert reason in given.reason
        assert given.sha256 == sha256_of(path)
        assert given.probability is given.suspected is None
        assert (given.operating_point, given.version) == (0.4, "drawn-1")
        assert given.as_line() == f"{path}: refused: {given.reason}"
        assert list(films.iterdir()) == [path], "a refused film has no pictures"

    def test_a_file_that_is_not_there(self, films, fake):
        for path in (films / "none.png", films / "none" / "deeper.png"):
            given = answer(path, fake, Output())
            assert (given.status, given.sha256) == ("refused", None)
            assert "is missing or may not be opened; please check" in given.reason

    def test_a_pipe_is_not_waited_for(self, films, fake):
        os.mkfifo(films / "pipe.png")
        (films / "z.png").write_bytes(PNG)
        pipe, film = answer_all([films], fake, Output())
        assert (pipe.status, pipe.sha256) == ("refused", None)
        assert "not an ordinary file" in pipe.reason
        assert film.status == "read"

    def test_a_device_is_not_read(self, fake):
        (given,) = answer_all([Path("/dev/zero")], fake, Output())
        assert "not an ordinary file" in given.reason

    @pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
    def test_a_file_that_may_not_be_opened(self, films, fake):
        (films / "a.png").write_bytes(PNG)
        (films / "a.png").chmod(0)
        given = answer(films / "a.png", fake, Output())
        assert (given.status, given.sha256) == ("refused", None)
        assert "may not be opened" in given.reason

    def test_a_file_that_cannot_be_read_to_its_end(self, films, fake, monkeypatch):
        (films / "a.png").write_bytes(PNG)
        monkeypatch.setattr(Path, "open", lambda *_: (_ for _ in ()).throw(OSError(5, "Input/output error")))
        given = answer(films / "a.png", fake, Output())
        assert (given.status, given.sha256) == ("refused", None)
        assert "may not be opened" in given.reason

    def test_a_name_too_long_for_the_file_system(self, films, fake):
        (films / "a.png").write_bytes(PNG)
        given = list(answer_all([films / ("n" * 300), films / "a.png"], fake, Output()))
        assert [each.status for each in given] == ["refused", "read"]


class TestFolders:
    def test_every_file_is_answered_for_once_and_in_order(self, films, fake):
        names = [
            "a.png",
            "b.dcm",
            "no-ending",
            ".hidden",
            "z.txt",
            "deep/a.PNG",
            "deep/deeper/deepest/film",
            "deep/.x/y.jpg",
        ]
        for name in names:
            path = films / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(PNG if name != "z.txt" else b"text")
        (films / "empty").mkdir()
        given = list(answer_all([films], fake, Output()))
        assert [each.path for each in given] == [
            str(films / name)
            for name in (
                *(".hidden", "a.png", "b.dcm", "no-ending", "z.txt"),
                *("deep/a.PNG", "deep/.x/y.jpg", "deep/deeper/deepest/film"),
            )
        ]
        assert [each.status for each in given] == ["read"] * 4 + ["refused"] + ["read"] * 3

    def test_paths_are_answered_for_in_the_order_given(self, films, fake):
        for name in ("b", "a", "c"):
            (films / name).write_bytes(PNG)
        given = answer_all([films / "c", films / "a", films / "none", films / "c"], fake, Output())
        assert [Path(each.path).name for each in given] == ["c", "a", "none", "c"]

    def test_a_bad_file_never_stops_the_rest(self, films, fake):
        contents = [PNG, b"", JPEG[:500], JPEG, b"\xff\xd8\xff", PNG[:-30], BRIGHT, PNG]
        for number, data in enumerate(contents):
            (films / f"{number}.png").write_bytes(data)
        statuses = [each.status for each in answer_all([films], fake, Output())]
        assert statuses == ["read", "refused", "refused", "read", "refused", "refused", "refused", "read"]

    def test_links(self, films, fake, tmp_path):
        (tmp_path / "film.png").write_bytes(PNG)
        (films / "good.png").symlink_to(tmp_path / "film.png")
        (films / "lost.png").symlink_to(tmp_path / "none")
        (films / "ring.png").symlink_to(films / "ring.png")
        given = {Path(each.path).name: each.status for each in answer_all([films], fake, Output())}
        assert given == {"good.png": "read", "lost.png": "refused", "ring.png": "refused"}

    def test_a_linked_folder_is_answered_for(self, films, fake, tmp_path):
        (tmp_path / "elsewhere").mkdir()
        (films / "linked").symlink_to(tmp_path / "elsewhere")
        assert [Path(each.path).name for each in answer_all([films], fake, Output())] == ["linked"]

    def test_a_folder_that_may_not_be_opened_is_answered_for(self, films, fake, monkeypatch):
        (films / "closed").mkdir()
        (films / "z.png").write_bytes(PNG)
        scandir = os.scandir

        def guarded(path):
            if os.fspath(path).endswith("closed"):
                raise PermissionError(13, "Permission denied", os.fspath(path))
            return scandir(path)

        monkeypatch.setattr(os, "scandir", guarded)
        given = {Path(each.path).name: each.status for each in answer_all([films], fake, Output())}
        assert given == {"closed": "refused", "z.png": "read"}

    def test_one_file_is_read_at_a_time(self, films, fake):
        """The second file does not even exist when the first is answered for, so nothing is gathered beforehand."""
        (films / "1").write_bytes(PNG)
        given = answer_all([films / "1", films / "2"], fake, Output())
        assert next(given).status == "read"
        (films / "2").write_bytes(JPEG)
        assert next(given).status == "read"


class TestPictures:
    def test_a_heatmap_has_the_film_s_size_and_its_peak_at_255(self, films, fake):
        (films / "a.png").write_bytes(PNG)
        (films / "b.jpg").write_bytes(JPEG)
        maps = films.parent / "new" / "maps"
        given = list(answer_all([films], fake, Output(heatmaps=maps)))
        assert sorted(path.name for path in maps.iterdir()) == sorted(f"{each.sha256}.png" for each in given)
        for each, shape in zip(given, [(256, 320), (200, 300)], strict=True):
            with Image.open(maps / f"{each.sha256}.png", formats=("PNG",)) as picture:
                assert picture.mode == "L"
                drawn = np.array(picture)
            assert drawn.shape == shape
            assert drawn.max() == 255
            heatmap = np.zeros((7, 7), np.float32)
            heatmap[2, 5], heatmap[4, 1] = 1, 0.5
            np.testing.assert_array_equal(drawn, np.rint(to_film(heatmap, CROP, shape) * 255))
            row, column = np.unravel_index(drawn.argmax(), shape)
            assert row / shape[0] == pytest.approx(0.2 + 0.6 * 2.5 / 7, abs=0.02)
            assert column / shape[1] == pytest.approx(0.1 + 0.8 * 5.5 / 7, abs=0.02)

    def test_an_empty_map_is_a_black_picture(self, films, fake, monkeypatch):
        (films / "a.png").write_bytes(PNG)
        reading = fake.read(load_radiograph(PNG))
        empty = replace(reading.explanation, heatmap=np.zeros((7, 7), np.float32))
        monkeypatch.setattr(fake, "read", lambda _: replace(reading, explanation=empty))
        answer(films / "a.png", fake, Output(heatmaps=films / "maps", overlays=films / "overlays"))
        with Image.open(films / "maps" / f"{reading.sha256}.png", formats=("PNG",)) as picture:
            assert picture.size == (320, 256)
            assert not np.array(picture).any()
        assert (films / "overlays" / f"{reading.sha256}.png").is_file()

    def test_an_overlay_is_the_picture_of_that_film(self, films, fake):
        (films / "a.png").write_bytes(PNG)
        overlays = films.parent / "overlays"
        given = answer(films / "a.png", fake, Output(overlays=overlays))
        with Image.open(overlays / f"{given.sha256}.png", formats=("PNG",)) as picture:
            assert picture.mode == "RGB"
            coloured = np.array(picture).astype(int)
        assert min(coloured.shape[:2]) >= 200
        assert np.ptp(coloured, axis=2).max() > 40, "the map is drawn in colour"

    def test_nothing_is_written_unless_asked_for(self, films, command, xray_home):
        (films / "a.png").write_bytes(PNG)
        before = sorted(xray_home.parent.rglob("*"))
        assert command(films)[0] == 0
        assert sorted(xray_home.parent.rglob("*")) == before


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

    def test_one_line_a_file_for_a_person(self, films, command):
        (films / "a.png").write_bytes(PNG)
        (films / "b.png").write_bytes(b"")
        status, output, _ = command(films)
        first, second = output.splitlines()
        assert status == 0
        assert first.startswith(f"{films}/a.png: pneumonia ")
        assert (
            second == f"{films}/b.png: refused: This file is empty; please choose a radiograph in PNG or JPEG format."
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


class TestVerify:
    def test_the_bundled_files_are_as_released(self, capsys):
        assert main(["verify"]) == 0
        assert capsys.readouterr().out.splitlines() == [
            f"weights.safetensors: {BUNDLED_SHA256} as released",
            f"lungs.safetensors: {LUNGS_SHA256} as released",
        ]

    @pytest.mark.parametrize("broken", [WEIGHTS, "lungs.safetensors"])
    @pytest.mark.parametrize("how", ["flipped", "empty", "missing"])
    def test_a_damaged_file(self, tmp_path, monkeypatch, capsys, broken, how):
        from model_store import __main__ as program

        for path in (BUNDLED_FOLDER / WEIGHTS, BUNDLED_FOLDER / CARD, lungs_file(BUNDLED_FOLDER)):
            (tmp_path / path.name).symlink_to(path)
        data = bytearray((tmp_path / broken).read_bytes())
        (tmp_path / broken).unlink()
        data[len(data) // 2] ^= 1
        if how != "missing":
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


class TestList:
    def test_all_versions(self, command, capsys):
        assert main(["list"]) == 0
        first, second = capsys.readouterr().out.splitlines()
        assert first.startswith("bundled: ")
        assert f"weights {BUNDLED_SHA256[:12]}" in first
        assert second.startswith("run-1: run-1, weights ")
        assert second.endswith("operating point 0.400")

    def test_a_damaged_version_does_not_hide_the_others(self, command, xray_home, tmp_path, capsys):
        for name in ("run-0", "run-2"):
            Registry(xray_home).register(name, tmp_path / "weights", SHARED_CARD)
        (xray_home / "versions" / "run-0" / CARD).write_text("{")
        main(["list"])
        captured = capsys.readouterr()
        assert "run-1: " in captured.out
        assert "run-2: " in captured.out
        assert "run-0" in captured.out + captured.err


def test_the_real_command_in_a_process_of_its_own(films, random_version, request, tmp_path):
    """The real network and the real lungs: standard output holds the JSON lines alone, TensorFlow's notes or not."""
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
    assert "Traceback" not in done.stderr
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
