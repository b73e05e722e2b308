"""What does `python -m model_store read` say of real DICOM films, in JSON and in a line for a person?"""

import json
import shutil
from pathlib import Path

import pytest
from pydicom import dcmread

from model_store.__main__ import main
from model_store.versions import loading
from model_store.versions.bundled import BUNDLED
from tests.doubles.films.dicom_files import FILM, written
from tests.doubles.films.study_files import film

AGE = "The header of this file gives an age of"


@pytest.fixture(scope="module")
def real():
    """The folder with the real films of pydicom-data: the chest of an adult and a hand, CR."""
    data_store = pytest.importorskip("data_store", reason="pydicom-data is not installed")
    return next(Path(data_store.__file__).parent.rglob("RG1_UNCR.dcm")).parent


@pytest.fixture
def read(classifier, monkeypatch, capsys):
    """The command with the real gate and random weights; returns its lines."""
    monkeypatch.setattr(loading, "load_classifier", lambda version, against_gate: classifier)

    def run(*arguments):
        assert main(["read", "--version", BUNDLED, *map(str, arguments)]) == 0
        return capsys.readouterr().out.splitlines()

    return run


@pytest.mark.parametrize(
    ("name", "syntax"),
    [("RG1_UNCR.dcm", "Explicit VR Little Endian"), ("RG1_J2KI.dcm", "JPEG 2000 Image Compression")],
)
def test_a_real_film_that_is_read_with_a_warning(read, real, tmp_path, name, syntax):
    dataset = dcmread(real / name)
    dataset.PatientBirthDate, dataset.PatientAge = "", "008Y"
    dataset.save_as(tmp_path / "IM0001")
    (answer,) = map(json.loads, read(tmp_path / "IM0001", "--json"))
    assert (answer["status"], answer["gate"], answer["reason"]) == ("read", "warn", None)
    assert (answer["source_format"], answer["transfer_syntax"]) == ("DICOM", syntax)
    assert answer["window"] == "Window 1 (level 15000, width 30000)", "the whole range is another choice"
    assert [each["sentence"] for each in answer["reasons"]] == answer["warnings"]
    assert answer["reasons"][0]["name"] == "age" and answer["warnings"][0].startswith(f"{AGE} 8 years")
    assert 0 < answer["probability"] < 1 and answer["choice"] is None
    (line,) = read(tmp_path / "IM0001")
    assert line.startswith(f"{tmp_path / 'IM0001'}: pneumonia ") and f" Warning: {AGE}" in line


def test_a_real_film_of_an_adult_is_refused(read, real, tmp_path):
    shutil.copy(real / "RG1_UNCR.dcm", tmp_path / "IM0001")
    (answer,) = map(json.loads, read(tmp_path / "IM0001", "--json"))
    assert (answer["status"], answer["probability"], answer["reasons"][0]["name"]) == ("refused", None, "adult")
    assert answer["reason"].startswith(f"{AGE} 64 years, and the model knows films of children of 1 to 5 years alone")


def test_a_real_film_of_another_part_is_refused_for_every_reason(read, real):
    (answer,) = map(json.loads, read(real / "RG3_J2KR.dcm", "--json"))
    assert (answer["status"], answer["gate"], answer["probability"]) == ("refused", "refuse", None)
    assert answer["transfer_syntax"] == "JPEG 2000 Image Compression (Lossless Only)"
    assert "other body part" in {each["name"] for each in answer["reasons"]}
    assert any("of 25 years" in each["sentence"] for each in answer["reasons"])
    (line,) = read(real / "RG3_J2KR.dcm")
    assert ": refused: " in line and "probability" not in line


WINDOWS = {"WindowCenter": [128, 100], "WindowWidth": [256, 80], "WindowCenterWidthExplanation": ["NORMAL", "LUNG"]}


def test_a_film_with_several_windows_says_in_which_it_was_seen(read, tmp_path):
    (tmp_path / "a").write_bytes(written(FILM, **WINDOWS))
    (answer,) = map(json.loads, read(tmp_path, "--json"))
    assert answer["window"] == "Normal (level 128, width 256)"


def test_of_a_study_the_choice_is_told_with_it(read, tmp_path):
    (tmp_path / "a").write_bytes(film("LL"))
    (tmp_path / "b").write_bytes(film("PA", **WINDOWS))
    (answer,) = map(json.loads, read(tmp_path, "--json", "--study"))
    assert answer["path"].endswith("/b") and answer["window"].startswith("Normal (")
    assert answer["choice"] == "Image 2 of 2 of this study was chosen: view PA; image 1 is lateral."
    (line,) = read(tmp_path, "--study")
    assert answer["choice"] in line
