"""Can DICOM films be trained on? In folders, tables and ZIPs, by patient, and nothing of a header is written down."""

import hashlib
from pathlib import Path

import numpy as np
import pytest

from model_store.film.dicom.study import patient_key
from model_store.trainings.findings.wording import sentences
from model_store.trainings.store import RunStore
from model_store.versions.activation.activation import Activation
from tests.doubles.films.dicom_files import CR, DEFLATED, EXPLICIT, IMPLICIT, dataset_of, file_of, written
from tests.doubles.films.drawn_lungs import drawn_check, gate_with
from tests.doubles.films.study_files import CT, DIRECTORY, other, packed
from tests.doubles.trainings.examine_doubles import examination, examination_run, fake_timer  # noqa: F401
from tests.doubles.trainings.training_commands import home_of_its_own, training  # noqa: F401
from tests.doubles.trainings.training_doubles import draw_dataset, film, labelled, png
from tests.robustness.disk_full import eagerly
from training.data import describe
from training.data.archive import unpack
from training.data.dataset import scan
from training.data.division import divide_images
from training.data.labelled import CLASSES, DatasetError, labelled_image
from training.data.stock import take_stock
from training.evaluation import evaluate
from training.examination import examine
from training.examination.evidence import Evidence
from training.examination.findings import warnings
from training.prepared.crops import prepare_crops
from training.versions import fit

PEOPLE = 16
"""People a class, each with two films."""


def patient_of(label, person):
    return f"MARK-{label[:3]}-{person:03d}"


def dicom(label, number, *, patient, syntax=EXPLICIT, **attributes):
    who = {"PatientID": patient, "PatientName": "MARK^Mary", "PatientBirthDate": "20190517", "AccessionNumber": "MARK7"}
    what = {"sop_class": CR, "BodyPartExamined": "CHEST", "ViewPosition": "AP", "StudyInstanceUID": "1.2.999.4711"}
    return written(film(label, number), syntax, **{**who, **what, **attributes})


def clinic(folder):
    """Films as a clinic's archive exports them: without extension, two of each person, of whom none has a PNG."""
    for label in CLASSES:
        (folder / label).mkdir(parents=True)
        for number in range(2 * PEOPLE):
            syntax = (EXPLICIT, IMPLICIT, DEFLATED)[number % 3]
            data = dicom(label, number, patient=patient_of(label, number // 2), syntax=syntax)
            (folder / label / f"IM{number:05d}").write_bytes(data)
    return folder


@pytest.fixture(scope="module")
def films(tmp_path_factory):
    """The films of a clinic; do not change them."""
    return clinic(tmp_path_factory.mktemp("clinic") / "data")


def small(folder, *films):
    """A data set of (path, bytes)."""
    for path, data in films:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


def test_a_film_is_prepared_as_its_twin_in_png(tmp_path):
    twins = small(
        tmp_path / "data",
        ("NORMAL/a.png", png(film("NORMAL", 1))),
        ("NORMAL/b", dicom("NORMAL", 1, patient="1")),
        ("PNEUMONIA/c.dcm", dicom("NORMAL", 1, patient="2", syntax=DEFLATED)),
    )
    crops = prepare_crops(scan(twins), drawn_check(), tmp_path / "cache")
    assert len(crops.images) == 3 and crops.pixels[0].std() > 10
    assert np.array_equal(crops.pixels[0], crops.pixels[1]) and np.array_equal(crops.pixels[0], crops.pixels[2])


def test_the_header_tells_patients_apart_over_classes_and_names(tmp_path):
    data = small(
        tmp_path,
        ("NORMAL/person1_virus_1.dcm", dicom("NORMAL", 1, patient="MARK-1")),
        ("NORMAL/x", dicom("NORMAL", 2, patient=" MARK-1 ", syntax=DEFLATED)),
        ("NORMAL/y", dicom("NORMAL", 3, patient="MARK-2", syntax=IMPLICIT)),
        ("NORMAL/z", dicom("NORMAL", 4, patient="", PatientBirthDate="")),
        ("PNEUMONIA/u", dicom("PNEUMONIA", 5, patient="MARK-1")),
        ("PNEUMONIA/person1_virus_2.dcm", dicom("PNEUMONIA", 6, patient=None, PatientName="")),
    )
    keys = {image.path.name: image.patient_key for image in scan(data)}
    assert len({keys["person1_virus_1.dcm"], keys["x"], keys["u"]}) == 1
    assert len(set(keys.values())) == 4
    assert (keys["z"], keys["person1_virus_2.dcm"]) == ("NORMAL/z", "PNEUMONIA/virus-1")
    assert "MARK" not in repr(scan(data))


@pytest.mark.parametrize("syntax", [EXPLICIT, IMPLICIT, DEFLATED])
def test_a_patient_behind_much_private_data_is_found(tmp_path, syntax):
    dataset = dataset_of(film("NORMAL", 1), PatientID="MARK-1")
    dataset.private_block(0x0009, "MAKER", create=True).add_new(1, "OB", bytes(range(250)) * 1200)
    data = file_of(dataset, syntax)
    (tmp_path / "a").write_bytes(data)
    (tmp_path / "b").write_bytes(dicom("NORMAL", 2, patient="MARK-1"))
    one, two = (labelled_image(tmp_path / name, split="all", label="NORMAL") for name in "ab")
    assert one.patient_is_hidden and one.patient == two.patient
    assert one.sha256 == hashlib.sha256(data).hexdigest()


def test_name_and_birth_date_serve_where_the_number_is_missing():
    def key(name, birth, patient=" "):
        who = {"PatientName": name, "PatientBirthDate": birth, "SpecificCharacterSet": "ISO_IR 192"}
        return patient_key(dicom("NORMAL", 1, patient=patient, **who))

    assert key("Doe^Jane^", "20190517") == key("DOE^jane", "20190517", None) != ""
    assert key("Mu\u0308ller^Eva", "20190517") == key("M\u00fcller^Eva", "20190517")
    assert len({key("Doe^Jane", "20190517"), key("Doe^Jane", "20190518"), key("Roe^Jane", "20190517")}) == 3
    assert key("Doe^Jane", "20190517", "4711") == key("Roe^Jane", "", "4711")
    assert key("Doe^Jane", "") == key("", "20190517") == key("^^", "20190517") == ""


def test_a_patient_is_the_same_in_every_process():
    """Or those who are held out would be others in every training."""
    assert patient_key(dicom("NORMAL", 1, patient="4711")) == "13a87fc157a3b67b7af24b7a47192549"


@pytest.mark.parametrize("start", [b"", b"\x08\0\x05\0" + bytes(200), dicom("NORMAL", 1, patient="1")[:200]])
def test_a_header_that_cannot_be_read_names_nobody(start):
    assert patient_key(start) == ""


def test_a_table_goes_before_the_header_where_it_names_a_patient(tmp_path):
    names = ("a", "b", "c")
    data = small(tmp_path, *((name, dicom("NORMAL", n, patient="MARK-1")) for n, name in enumerate(names)))
    (data / "labels.csv").write_text("image,label,patient\na,NORMAL,\nb,PNEUMONIA,\nc,NORMAL,Doe\n")
    one, two, three = scan(data)
    assert one.patient_key == two.patient_key != three.patient_key == "Doe"
    assert [image.patient_is_hidden for image in (one, two, three)] == [True, True, False]


@pytest.mark.parametrize("seed", range(8))
def test_no_patient_is_in_two_parts(films, seed):
    parts = divide_images(scan(films), validation_share=0.25, seed=seed, hold_out=True)
    each = [
        {int(image.path.name[2:]) // 2 + 100 * image.target for image in part}
        for part in (parts.training, parts.validation, parts.held_out)
    ]
    assert all(each) and sum(map(len, each)) == len(set().union(*each)) == 2 * PEOPLE


def test_class_folders_of_other_names_are_asked_for(tmp_path):
    data = small(
        tmp_path,
        ("disc/sick/1.2.840.5", dicom("PNEUMONIA", 1, patient="1")),
        ("disc/NORMAL/I1", dicom("NORMAL", 1, patient="2")),
        ("disc/DICOMDIR", other(DIRECTORY)),
        ("viewer/run", b"\x7fELF"),
    )
    assert take_stock(data).unknown_classes() == ["sick"]


def test_what_reading_refuses_is_refused_with_its_reason(examined, films, tmp_path, monkeypatch):
    monkeypatch.setattr(examine, "load_film_check", lambda folder: gate_with())
    data = small(
        tmp_path / "all",
        *((f"{path.parent.name}/{path.name}", path.read_bytes()) for path in films.rglob("IM*")),
        ("NORMAL/lateral", dicom("NORMAL", 50, patient="x", ViewPosition="LL")),
        ("NORMAL/hand", dicom("NORMAL", 51, patient="x", BodyPartExamined="HAND")),
        ("NORMAL/ct", other(CT)),
        ("NORMAL/DICOMDIR", other(DIRECTORY)),
        ("NORMAL/frames", dicom("NORMAL", 52, patient="x", NumberOfFrames=2)),
        ("NORMAL/cut", dicom("NORMAL", 53, patient="x")[:20_000]),
        ("NORMAL/read.me", b"Dear colleague"),
    )
    found = examined(data)
    reasons = {Path(each["path"]).name: each["reason"] for each in found["refused"]}
    said = {
        "lateral": "lateral",
        "hand": "another part of the body",
        "ct": "This is a CT image",
        "DICOMDIR": "table of contents of a disc",
        "frames": "a series of 2 pictures",
        "cut": "damaged or incomplete",
        "read.me": "not a picture",
    }
    assert set(reasons) == set(said)
    for name, words in said.items():
        assert words in reasons[name]
    assert found["problems"] == [] and found["images"] == 4 * PEOPLE + 7


def test_a_patient_in_two_splits_is_shown_by_the_films(tmp_path):
    data = small(
        tmp_path,
        *((f"{split}/NORMAL/{split}", dicom("NORMAL", n, patient="M")) for n, split in enumerate(("train", "val"))),
        ("train/PNEUMONIA/c", dicom("PNEUMONIA", 1, patient="N")),
    )
    found = describe.describe(data)
    assert found["patients_in_two_splits"] == ["the patient of train/NORMAL/train, val/NORMAL/val"]
    assert found["sizes"] == [{"width": 224, "height": 224, "images": 3}]


def test_one_patient_for_all_is_said():
    def evidence(*patients):
        images = [labelled(f"{n}", patient=each) for n, each in enumerate(patients)]
        hidden = [image.__class__(**{**vars(image), "patient_is_hidden": True}) for image in images]
        return Evidence(hidden, [], False, False)

    def said(*patients):
        return [each for each in sentences(warnings(evidence(*patients))) if "one and the same" in each]

    (sentence,) = said(*["A"] * 11, *"bcdefghi")
    assert sentence.startswith("The headers of 11 films name one and the same patient")
    assert said(*["A"] * 10) == said(*["A"] * 11, *map(str, range(11))) == []


@pytest.fixture
def nothing_compiled():
    with eagerly():
        yield


def test_the_whole_journey_leaves_nothing_of_a_header(films, home, nothing_compiled, tmp_path, monkeypatch):
    members = {f"ward/{path.parent.name}/{path.name}": path.read_bytes() for path in films.rglob("IM*")}
    lateral = dicom("NORMAL", 50, patient="MARK-L", ViewPosition="LL")
    (tmp_path / "ward.zip").write_bytes(packed(members | {"ward/NORMAL/lateral": lateral}))
    data = unpack(tmp_path / "ward.zip", tmp_path / "unpacked")
    quick = ("--preset", "head", "--init", "random", "--epochs", 1)
    assert training("fit", "--data", draw_dataset(tmp_path / "old", train=4), *quick, "--run-id", "old").status == 0
    Activation(home).activate("old", by="test", reason="the tiny network, to compare with")
    for module in (examine, fit, evaluate):
        monkeypatch.setattr(module, "load_film_check", lambda folder: gate_with())
    assert training("examine", "--data", data, *quick, "--compare").status == 0
    fitted = training("fit", "--data", data, *quick, "--compare", "--run-id", "ward")
    assert fitted.status == 0, fitted.err
    assert RunStore(home).get("ward").read_json("comparison")["sets"]
    assert training("evaluate", "--data", data, "--split", "all", "--version", "ward").status == 0
    shown = training("describe", "--data", data)
    assert shown.status == 0
    everything = b"".join(path.read_bytes() + str(path).encode() for path in home.rglob("*") if path.is_file())
    assert b"lateral" in everything and len(everything) > 100_000, "nothing was searched"
    hashed = [patient_key(path.read_bytes()).encode() for path in data.rglob("*") if path.is_file()]
    for mark in (b"MARK", b"20190517", b"1.2.999.4711", *hashed):
        assert mark not in everything + (fitted.out + fitted.err + shown.out).encode()


def test_a_class_of_one_patient_cannot_be_divided(tmp_path):
    data = small(
        tmp_path,
        *((f"{label}/{n}", dicom(label, n, patient=f"M{label}")) for label in CLASSES for n in range(4)),
    )
    with pytest.raises(DatasetError, match="Class NORMAL has 1 patient"):
        divide_images(scan(data), validation_share=0.25, seed=0, hold_out=True)
