"""Does `python -m model_store read --dicom` write both objects of each film that was read, without the patient?"""

import io
import json
import shutil

import pydicom
from batch_doubles import BRIGHT, PNG, FakeClassifier, films_folder, read_command  # noqa: F401
from faults import each_failure, files_below
from PIL import Image

from model_store import dicom_export
from model_store.batch import Output
from model_store.dicom_export import HOW_TO_INSTALL
from model_store.radiograph import load_radiograph
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


def test_a_full_disk_leaves_no_part_of_a_file(card, tmp_path):
    """An object that was cut off could go to an archive all the same."""
    film, folder = load_radiograph(PNG), tmp_path / "new"
    reading, output = FakeClassifier(card).read(film), Output(overlays=folder, dicom=folder)
    failures = 0
    for steps in each_failure(lambda: output.write(PNG, film, reading, 1.5)):
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
