"""Is a result the patient's only where that was asked for, and then that patient's and no other's?"""

import pytest
from pydicom.dataset import Dataset
from pydicom.uid import JPEG2000, DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian, ImplicitVRLittleEndian

from model_store.export.dicom.deidentify import (
    KEPT,
    NOT_IN_THE_FILE,
    REQUIRED,
    ImageReference,
    PatientNotKept,
    complete,
    origin_of,
)
from tests.doubles.films.dicom_sources import COMPUTED_RADIOGRAPHY, PATIENT, UIDS, film

SYNTAXES = [ImplicitVRLittleEndian, ExplicitVRBigEndian, DeflatedExplicitVRLittleEndian]


def kept(values=None, **more):
    return origin_of(film(values, **more), keep_patient=True)


class TestDeidentified:
    @pytest.mark.parametrize("source", [None, film(PATIENT), film(dict.fromkeys(UIDS)), b"no DICOM", b""])
    def test_nothing_required_is_missing_and_nothing_is_the_patients(self, source):
        given = origin_of(source)
        name = given.attributes["PatientID"]
        assert name.startswith("XRR-")
        assert given.attributes == dict.fromkeys(REQUIRED) | {
            "PatientName": f"{name}^",
            "PatientID": name,
            "PatientIdentityRemoved": "YES",
            "DeidentificationMethod": "New object: nothing of the source's header, UIDs replaced",
        }
        assert not given.is_kept

    def test_no_two_exports_have_a_uid_or_a_name_in_common(self):
        first, second = (origin_of(film(PATIENT)) for _ in range(2))
        for origin in (first, second):
            assert origin.study_uid != origin.image.series_uid != origin.image.sop_uid
            assert not {origin.study_uid, origin.image.series_uid, origin.image.sop_uid} & set(UIDS.values())
        assert first.study_uid != second.study_uid
        assert first.image.sop_uid != second.image.sop_uid
        assert first.attributes["PatientID"] != second.attributes["PatientID"]

    def test_the_kind_of_the_film_stays(self):
        assert origin_of(film()).image.sop_class_uid == COMPUTED_RADIOGRAPHY

    @pytest.mark.parametrize("kind", [None, "", "1.2.3", "1.2.840.10008.1.2", "not a UID"])
    def test_a_film_of_no_kind_cannot_be_referred_to(self, kind):
        assert origin_of(film(SOPClassUID=kind)).image is None

    def test_no_film_is_referred_to_where_there_is_none(self):
        assert origin_of(None).image is None


class TestKept:
    def test_patient_study_and_image_are_the_films(self):
        given = kept(PATIENT)
        assert set(PATIENT) == set(KEPT)
        assert given.attributes == PATIENT
        assert given.study_uid == UIDS["StudyInstanceUID"]
        assert given.image == ImageReference(COMPUTED_RADIOGRAPHY, UIDS["SeriesInstanceUID"], UIDS["SOPInstanceUID"])
        assert given.is_kept

    def test_what_the_film_lacks_stays_empty(self):
        assert kept().attributes == dict.fromkeys(REQUIRED)

    @pytest.mark.parametrize("syntax", SYNTAXES)
    def test_every_way_to_write_a_header(self, syntax):
        assert kept(PATIENT, syntax=syntax).attributes == PATIENT

    def test_a_file_without_its_preamble(self):
        assert kept(PATIENT, syntax=ImplicitVRLittleEndian, preamble=False).attributes == PATIENT

    @pytest.mark.parametrize(
        ("character_set", "name"),
        [
            ("ISO_IR 100", "Müller^Jörg"),
            ("ISO_IR 192", "Łukasz^Żółć"),
            (["", "ISO 2022 IR 87"], "Yamada^Tarou=山田^太郎=やまだ^たろう"),
            ("ISO_IR 144", "Иванов^Иван"),
            ("ISO_IR 192", "山田\u3000太郎"),
            ("ISO_IR 192", "\u0639\u0644\u06cc\u200c\u0631\u0636\u0627"),
        ],
    )
    def test_names_of_other_alphabets(self, character_set, name):
        assert kept(SpecificCharacterSet=character_set, PatientName=name).attributes["PatientName"] == name

    @pytest.mark.filterwarnings("ignore:Unknown encoding")
    @pytest.mark.parametrize("character_set", [None, "ISO_IR 6", "ISO_IR 999", "ISO_IR 192"])
    @pytest.mark.parametrize("value", ["MARK-4711", "Marker^Mary"])
    def test_letters_that_nobody_can_know_are_never_guessed(self, character_set, value):
        """Bytes beyond ASCII of no character set that is named, or not of the named one."""
        given = film(PATIENT, SpecificCharacterSet=character_set)
        spoilt = given.replace(value.encode(), value[:-1].encode() + b"\xe4")
        if value == PATIENT["PatientID"]:
            with pytest.raises(PatientNotKept, match="save it without"):
                origin_of(spoilt, keep_patient=True)
        else:
            assert origin_of(spoilt, keep_patient=True).attributes == {**PATIENT, "PatientName": None}

    @pytest.mark.parametrize(
        ("keyword", "value"),
        [
            ("PatientName", "N" * 65),
            ("PatientBirthDate", "17.05.2019"),
            ("PatientBirthDate", "20190631"),
            ("StudyTime", "half past"),
            ("PatientSex", "female"),
            ("PatientAge", "4"),
            ("AccessionNumber", "A" * 17),
            ("StudyID", "two\\values"),
            ("StudyDescription", "two\nlines"),
            ("ReferringPhysicianName", ["Who^Doctor", "What^Doctor"]),
            ("PatientName", "Six^Parts^Of^One^Name^Written"),
        ],
    )
    def test_what_is_not_valid_is_left_empty_and_the_rest_stays(self, keyword, value):
        given = kept({**PATIENT, keyword: value})
        assert given.attributes == dict.fromkeys(REQUIRED) | {k: v for k, v in PATIENT.items() if k != keyword}

    @pytest.mark.parametrize("keyword", UIDS)
    @pytest.mark.parametrize("value", [None, "", "1.02.3", "1." + "2" * 64, "name"])
    def test_without_a_valid_place_in_the_archive(self, keyword, value):
        with pytest.raises(PatientNotKept, match="does not say in a valid form"):
            kept(PATIENT, **{keyword: value})

    @pytest.mark.parametrize("keyword", ["PatientID", "IssuerOfPatientID"])
    @pytest.mark.parametrize("value", ["I" * 65, "two\\numbers", "a\nb"])
    def test_a_patients_number_that_is_not_valid_is_never_cut_or_dropped(self, keyword, value):
        """Nor who gave it: the same number may be another patient's elsewhere."""
        with pytest.raises(PatientNotKept, match="save it without"):
            kept(PATIENT, **{keyword: value})

    @pytest.mark.parametrize("source", [None, b"", b"no DICOM", film(PATIENT)[:200]])
    def test_a_file_that_says_nothing(self, source):
        with pytest.raises(PatientNotKept) as refusal:
            origin_of(source, keep_patient=True)
        assert str(refusal.value) == NOT_IN_THE_FILE

    def test_a_value_of_another_kind(self):
        data = film(PatientID="ABCD1234").replace(
            b"\x10\x00\x20\x00LO\x08\x00ABCD1234", b"\x10\x00\x20\x00FD\x08\x00ABCD1234"
        )
        with pytest.raises(PatientNotKept, match="does not say"):
            origin_of(data, keep_patient=True)

    def test_a_film_that_was_de_identified_before_says_so(self):
        given = kept(PatientIdentityRemoved="YES", DeidentificationMethod="by hand")
        assert given.attributes["PatientIdentityRemoved"] == "YES"
        assert given.attributes["DeidentificationMethod"] == "As in the source image"


@pytest.mark.parametrize("keep_patient", [True, False])
class TestPicture:
    @pytest.mark.parametrize(
        ("said", "expected"), [("YES", "YES"), ("NO", "NO"), ("", None), (None, None), ("x", None)]
    )
    def test_writing_in_it(self, keep_patient, said, expected):
        assert origin_of(film(BurnedInAnnotation=said), keep_patient=keep_patient).burned_in == expected

    def test_loss(self, keep_patient):
        assert not origin_of(film(), keep_patient=keep_patient).was_lossy
        assert not origin_of(film(LossyImageCompression="00"), keep_patient=keep_patient).was_lossy
        assert origin_of(film(LossyImageCompression="01"), keep_patient=keep_patient).was_lossy
        assert origin_of(film(syntax=JPEG2000), keep_patient=keep_patient).was_lossy


def test_nothing_of_a_header_is_logged_or_warned_of(caplog, capfd, recwarn):
    data = film(SpecificCharacterSet="ISO_IR 999", PatientName="Secret^" + "S" * 70, PatientBirthDate="Secret")
    recwarn.clear()
    caplog.clear()
    for keep_patient in (True, False):
        origin_of(data, keep_patient=keep_patient)
    assert (caplog.text, capfd.readouterr(), recwarn.list) == ("", ("", ""), [])


@pytest.mark.parametrize("keep_patient", [True, False])
def test_an_object_says_how_it_was_de_identified(keep_patient):
    new = Dataset()
    complete(new, origin_of(film(PATIENT), keep_patient=keep_patient))
    assert new.SpecificCharacterSet == "ISO_IR 192"
    if keep_patient:
        assert "DeidentificationMethodCodeSequence" not in new
    else:
        (code,) = new.DeidentificationMethodCodeSequence
        assert (code.CodeValue, code.CodingSchemeDesignator) == ("113100", "DCM")
        assert new.LongitudinalTemporalInformationModified == "REMOVED"
