"""Do both files of a result pass an independent check, and is nothing of a patient in them unless it was asked for?"""

import io
import shutil
import subprocess
import sys
import time
import zipfile

import pydicom
import pytest
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian, ImplicitVRLittleEndian, generate_uid

from model_store.export.dicom.deidentify import KEPT, NOT_IN_THE_FILE
from model_store.export.dicom.export import export_dicom, to_zip, why_not_kept
from model_store.export.dicom.refusals import PatientNotKept
from model_store.film.kind.own_results import PROGRAM
from tests.doubles.fakes import WEIGHTS
from tests.doubles.films.dicom_sources import MARKED, PATIENT, PICTURE, UIDS, film, marked_film, result_of

NEEDS_DCIODVFY = pytest.mark.skipif(not shutil.which("dciodvfy"), reason="dciodvfy (dicom3tools) is not on the PATH")
WITH_NAME = {**PATIENT, "SpecificCharacterSet": "ISO_IR 192", "PatientName": "Łukasz^Żółć"}
HARDCOPY = "1.2.840.10008.5.1.1.29"
"""Class of a printed film's image, retired, of which highdicom knows no attributes."""
LONG = {**PATIENT, "PatientName": "N" * 65, "StudyDate": "yesterday", "PatientSex": "girl", "AccessionNumber": "A" * 99}


def exported(source=None, *, keep_patient=False, **more):
    files = export_dicom(PICTURE, result_of(source, **more), source, keep_patient=keep_patient)
    return list(files.named().values())


def complaints(data, folder):
    """The lines with which dciodvfy finds errors, and its exit status."""
    path = folder / "object.dcm"
    path.write_bytes(data)
    done = subprocess.run(["dciodvfy", path], capture_output=True, text=True, check=False)
    lines = (done.stdout + done.stderr).splitlines()
    assert {"SCImage", "EnhancedSR", "GrayscaleSoftcopyPresentationState"} & set(lines), "it knows what it looks at"
    return done.returncode, [line for line in lines if line.startswith("Error")]


def uids_in(data):
    for element in pydicom.dcmread(io.BytesIO(data)).iterall():
        if element.VR == "UI" and element.keyword not in ("SOPClassUID", "ReferencedSOPClassUID"):
            yield element.value


@NEEDS_DCIODVFY
class TestValid:
    @pytest.mark.parametrize(
        "source",
        [
            film(),
            film(WITH_NAME, BurnedInAnnotation="YES", LossyImageCompression="01"),
            film(SpecificCharacterSet=["", "ISO 2022 IR 87"], PatientName="Yamada^Tarou=山田^太郎=やまだ^たろう"),
            film(LONG),
            film(PATIENT, syntax=ImplicitVRLittleEndian),
            film(PATIENT, syntax=ExplicitVRBigEndian),
            film(PATIENT, syntax=DeflatedExplicitVRLittleEndian),
            film(PATIENT, syntax=ImplicitVRLittleEndian, preamble=False),
            film(PatientIdentityRemoved="YES"),
            film(SOPClassUID=HARDCOPY),
        ],
        ids=[
            *("bare", "all", "japanese", "invalid", "implicit", "big endian", "deflated", "no preamble", "removed"),
            "retired class",
        ],
    )
    @pytest.mark.parametrize("keep_patient", [True, False])
    def test_of_every_film(self, source, keep_patient, tmp_path):
        for data in exported(source, keep_patient=keep_patient):
            assert complaints(data, tmp_path) == (0, [])

    @pytest.mark.parametrize("source", [None, film(dict.fromkeys(UIDS)), film(SOPClassUID="1.2.3")])
    def test_of_a_film_that_cannot_be_referred_to(self, source, tmp_path):
        for data in exported(source):
            assert complaints(data, tmp_path) == (0, [])

    @pytest.mark.parametrize(
        "more",
        [
            {"statements": ["Größe 肺 " * 20, "Warning: blurred."]},
            {"zones": ()},
            {"zones": ("left middle", "right lower")},
            {"probability": 1e-9},
            {"probability": 1 / 3},
        ],
    )
    def test_of_every_result(self, more, tmp_path):
        for data in exported(**more):
            assert complaints(data, tmp_path) == (0, [])

    def test_the_check_finds_what_is_wrong(self, tmp_path):
        """So that a check which passes everything does not pass."""
        dataset = pydicom.dcmread(io.BytesIO(exported()[0]))
        del dataset.ConversionType
        written = io.BytesIO()
        dataset.save_as(written)
        status, errors = complaints(written.getvalue(), tmp_path)
        assert status != 0
        assert "ConversionType" in errors[0]


class TestIdentity:
    """A film in which every attribute that can hold text, a date or a UID is marked."""

    def test_the_marks_are_in_the_film(self):
        source = marked_film()
        assert all(mark in source for mark in MARKED)
        assert len(pydicom.dcmread(io.BytesIO(source))) > 2000

    def test_nothing_of_it_is_in_either_file(self):
        source = marked_film()
        for data in exported(source):
            assert [mark for mark in MARKED if mark in data] == []
            assert result_of(source).reading.sha256.encode() not in data

    @pytest.mark.parametrize(("keep_patient", "said"), [(False, {"19000101", "000000"}), (True, None)])
    def test_no_day_is_in_them(self, keep_patient, said):
        for data in exported(film(PATIENT), keep_patient=keep_patient):
            every = pydicom.dcmread(io.BytesIO(data)).iterall()
            times = {element.value for element in every if element.VR in ("DA", "TM", "DT") and element.value}
            assert times == said if said else time.strftime("%Y%m%d") in times

    def test_what_is_kept_on_request_and_nothing_else(self):
        source = marked_film()
        marked = pydicom.dcmread(io.BytesIO(source))
        for data in exported(source, keep_patient=True):
            dataset = pydicom.dcmread(io.BytesIO(data))
            for keyword in set(KEPT) - {"PatientSex"}:
                assert dataset[keyword].value == marked[keyword].value
            assert dataset.StudyInstanceUID == UIDS["StudyInstanceUID"]
            assert UIDS["SOPInstanceUID"].encode() in data
            texts = {str(e.value) for e in dataset.iterall() if "ZQX" in str(e.value) and e.VR != "SQ"}
            assert texts == {str(marked[keyword].value) for keyword in KEPT if "ZQX" in str(marked.get(keyword))}

    def test_two_exports_of_a_film_have_the_uid_of_the_model_in_common_and_no_other(self):
        first, second = ({uid for data in exported(film(PATIENT)) for uid in uids_in(data)} for _ in range(2))
        assert first & second == {generate_uid(entropy_srcs=[PROGRAM, WEIGHTS])}
        assert not first & set(UIDS.values())


class TestRefusals:
    def test_a_file_that_the_result_does_not_belong_to(self):
        with pytest.raises(ValueError, match="another file"):
            export_dicom(PICTURE, result_of(film(PATIENT)), film())

    def test_a_patient_that_the_file_does_not_say(self):
        with pytest.raises(PatientNotKept, match="without the patient's identity"):
            exported(film(StudyInstanceUID=None), keep_patient=True)

    def test_it_can_be_known_before(self):
        assert why_not_kept(film(PATIENT)) is None
        assert why_not_kept(film(StudyInstanceUID=None)) == NOT_IN_THE_FILE


def test_one_zip_with_both_files_in_a_folder_of_its_own():
    folders = set()
    for _ in range(2):
        files = export_dicom(PICTURE, result_of())
        with zipfile.ZipFile(io.BytesIO(to_zip(files))) as packed:
            names = packed.namelist()
            assert [name.split("/")[1] for name in names] == ["secondary-capture.dcm", "structured-report.dcm"]
            assert {member.date_time for member in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            assert packed.read(names[0]) == files.secondary_capture
            assert packed.read(names[1]) == files.structured_report
        folders |= {name.split("/")[0] for name in names}
    assert len(folders) == 2


def test_nothing_of_a_header_is_logged_or_warned_of(caplog, capfd, recwarn):
    """A name without a caret is one that highdicom finds odd, and says so with the name."""
    for keep_patient in (True, False):
        exported(film(PatientName="Secret", PatientBirthDate="Secret"), keep_patient=keep_patient)
    assert (caplog.text, capfd.readouterr(), recwarn.list) == ("", ("", ""), [])


def test_the_screen_loads_it_when_a_result_is_saved_and_not_before():
    code = (
        "import sys; import model_store.export.dicom.filed; "
        "print([name for name in ('pydicom', 'highdicom') if name in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
