"""Does `python -m model_store read --dicom` write both objects of each film that was read, without the patient?"""

import json

import pydicom
from batch_doubles import BRIGHT, PNG, films_folder, read_command  # noqa: F401

from model_store import dicom_export
from model_store.dicom_export import HOW_TO_INSTALL
from tests.dicom_sources import PATIENT, UIDS, drawn_film


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


def test_without_the_package_nothing_is_read(films, command, monkeypatch):
    (films / "a.png").write_bytes(PNG)
    monkeypatch.setattr(dicom_export, "find_spec", lambda name: None)
    assert command(films, "--dicom", films.parent / "dicom") == (2, "", f"model_store: {HOW_TO_INSTALL}\n")
    assert not (films.parent / "dicom").exists()
