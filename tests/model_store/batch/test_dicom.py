"""Does `python -m model_store read --dicom` write both objects of each film that was read, without the patient?"""

import io
import json
import shutil
from dataclasses import replace

import numpy as np
import pydicom
from PIL import Image

from model_store.export.picture import View
from model_store.export.sheet import render_sheet
from model_store.export.wording.words import findings_of, words_of
from model_store.export.written import Output
from model_store.film.load import load_radiograph
from model_store.versions.activation.activation import Activation
from tests.doubles.batch_doubles import BRIGHT, PNG, FakeClassifier, films_folder, read_command  # noqa: F401
from tests.doubles.faults import each_failure, files_below
from tests.doubles.films.dicom_sources import PATIENT, UIDS, drawn_film


def test_both_objects_of_every_film_that_was_read(films, command):
    for name, data in {"a.png": PNG, "b": drawn_film(PATIENT), "c.png": BRIGHT, "d.png": b""}.items():
        (films / name).write_bytes(data)
    folder = films.parent / "new" / "dicom"
    status, output, _ = command(films, "--json", "--dicom", folder)
    answers = [json.loads(line) for line in output.splitlines()]
    read = [each for each in answers if each["status"] == "read"]
    assert (status, len(answers), len(read)) == (0, 4, 2)
    names = [f"{each['sha256']}-{part}.dcm" for each in read for part in ("picture", "report")]
    assert sorted(path.name for path in folder.iterdir()) == sorted(names)
    for each in read:
        picture, report = (pydicom.dcmread(folder / f"{each['sha256']}-{part}.dcm") for part in ("picture", "report"))
        assert f"probability of pneumonia {each['probability']:.4f}" in picture.DerivationDescription
        for made in (picture, report):
            assert made.PatientID.startswith("XRR-")
            assert made.StudyInstanceUID != UIDS["StudyInstanceUID"]
            assert "MARK" not in str(made)


def test_the_second_opinion_goes_along(card, tmp_path):
    """The mean grey of the film lies between the points."""
    points = {"rule_out": 0.01, "balanced": card.operating_point, "rule_in": 0.99}
    limits = {"alpha": 0.05, "thresholds": {"NORMAL": 1.0, "PNEUMONIA": 0.0}}
    unsure = replace(card, content={**card.content, "operating_points": points, "conformal": limits})
    film = load_radiograph(PNG)
    reading = FakeClassifier(unsure).read(film)
    Output(dicom=tmp_path).write(PNG, film, reading, unsure)
    said = reading.prediction.second_opinion
    assert said
    assert said in pydicom.dcmread(tmp_path / f"{film.sha256}-picture.dcm").ImageComments
    report = (tmp_path / f"{film.sha256}-report.dcm").read_bytes()
    assert said.encode() in report
    assert b"Indeterminate" in report


def test_the_sheet_is_the_one_that_the_screen_saves(card, tmp_path):
    """With the research-use line, the warnings and the result in its pixels."""
    data = drawn_film(PATIENT)
    film = load_radiograph(data)
    reading = FakeClassifier(card).read(film)
    Output(dicom=tmp_path).write(data, film, reading, card)
    words = words_of(film, reading, card, findings=findings_of(reading, reading.explanation, card))
    sheet = render_sheet(film, reading.explanation, View(), words)
    picture = pydicom.dcmread(tmp_path / f"{film.sha256}-picture.dcm")
    assert np.array_equal(picture.pixel_array, sheet)


def test_a_version_that_was_activated_against_its_gate_says_so_in_both(films, command, xray_home):
    (films / "a").write_bytes(PNG)
    folder = films.parent / "new"
    assert json.loads(command(films, "--json")[1])["against_gate"] is None, "it is not active"
    Activation(xray_home).activate("run-1", by="anna", reason="it was asked for in this test")
    answer = json.loads(command(films, "--json", "--dicom", folder)[1])
    said = answer["against_gate"]
    assert said.startswith("Version run-1 reads films against its gate: it was not compared with the version")
    picture, report = (pydicom.dcmread(folder / f"{answer['sha256']}-{part}.dcm") for part in ("picture", "report"))
    assert said in picture.ImageComments
    assert json.dumps(said)[1:-1] in report.to_json()


def test_the_patient_is_kept_where_that_is_asked_for(films, command):
    (films / "a").write_bytes(drawn_film(PATIENT))
    (films / "b.png").write_bytes(PNG)
    folder = films.parent / "new"
    status, output, _ = command(films, "--json", "--dicom", folder, "--keep-patient")
    dicom, png = (json.loads(line) for line in output.splitlines())
    assert (status, dicom["not_filed"], png["not_filed"]) == (0, None, None)
    assert not (folder / f"{png['sha256']}-outlines.dcm").exists()
    for part in ("picture", "report", "outlines"):
        made = pydicom.dcmread(folder / f"{dicom['sha256']}-{part}.dcm")
        assert (made.PatientID, made.StudyInstanceUID) == (PATIENT["PatientID"], UIDS["StudyInstanceUID"])
        assert made.SeriesInstanceUID != UIDS["SeriesInstanceUID"]
    for part in ("picture", "report"):
        assert pydicom.dcmread(folder / f"{png['sha256']}-{part}.dcm").PatientID.startswith("XRR-")


def test_a_film_that_does_not_say_whose_it_is_is_read_and_not_filed(films, command):
    (films / "a").write_bytes(drawn_film(PATIENT | {"PatientID": "two\\numbers"}))
    folder = films.parent / "new"
    status, output, _ = command(films, "--json", "--dicom", folder, "--keep-patient")
    answer = json.loads(output)
    assert (status, answer["status"]) == (0, "read")
    assert "patient" in answer["not_filed"]
    assert not folder.exists()
    assert answer["not_filed"] in command(films, "--dicom", folder, "--keep-patient")[1]


def test_a_full_disk_leaves_no_part_of_a_file(card, tmp_path):
    """An object that was cut off could go to an archive all the same."""
    film, folder = load_radiograph(PNG), tmp_path / "new"
    reading, output = FakeClassifier(card).read(film), Output(overlays=folder, dicom=folder)
    failures = 0
    for steps in each_failure(lambda: output.write(PNG, film, reading, card)):
        failures += 1
        assert isinstance(steps.raised, OSError)
        for name, data in files_below(folder).items():
            if name.endswith(".png"):
                Image.open(io.BytesIO(data), formats=("PNG",)).load()
            else:
                made = pydicom.dcmread(io.BytesIO(data))
                assert made.get("ContentSequence") or len(made.PixelData) == made.Rows * made.Columns * 3
        shutil.rmtree(folder, ignore_errors=True)
    assert failures > 10
