"""Is what matters read from a header, and nothing that says who the patient is?"""

from dataclasses import astuple

import pytest
from pydicom.dataset import Dataset

from model_store.film.header.header import Header, age_in_words
from model_store.film.load import load_radiograph
from tests.doubles.films.dicom_files import CR, FILM, dataset_of, file_of, written


def header(**attributes):
    return load_radiograph(written(FILM, **attributes)).header


def coded(value):
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, "SCT", "Mustermann"
    return [item]


def as_written(said, encoding):
    """Return text whose bytes in Latin 1, as which code strings are written, are those of another encoding."""
    return said.encode(encoding).decode("latin-1")


def test_all_of_it():
    found = header(
        sop_class=CR, BodyPartExamined="CHEST", ViewPosition="PA", PatientAge="003Y", PatientSex="F",
        ImagerPixelSpacing=[0.14, 0.14], WindowCenter=128, WindowWidth=256, PatientOrientation=["L", "F"],
    )  # fmt: skip
    assert found == Header(
        modality="CR", body_part="CHEST", view="PA", age_years=3.0, sex="F", spacing=(0.14, 0.14),
        spacing_kind="imager pixel spacing", windows=("Window 1 (level 128, width 256)", "Whole range"),
        photometric="MONOCHROME2", bits=8, orientation=("L", "F"),
    )  # fmt: skip
    assert (found.is_chest, found.is_frontal, found.is_lateral, found.is_radiograph) == (True, True, False, True)


def test_a_frontal_view_with_the_orientation_of_a_lateral_one_is_contradicted():
    found = header(ViewPosition="PA", PatientOrientation=["A", "F"])
    assert (found.view, found.is_view_contradicted) == ("PA", True)
    assert not header(ViewPosition="PA", PatientOrientation=["LA", "F"]).is_view_contradicted


def test_nothing_that_names_the_patient():
    said = "Mustermann^Erika"
    texts = [
        *("PatientName", "PatientID", "BodyPartExamined", "ViewPosition", "StudyDescription", "SeriesDescription"),
        *("PatientComments", "InstitutionName", "PatientAge", "PatientSex", "WindowCenterWidthExplanation"),
    ]
    dataset = dataset_of(FILM, WindowCenter=128, WindowWidth=256, PatientBirthDate="20200102", StudyDate="20240304")
    for name in texts:
        dataset.add_new(name, "LO", said)
    found = load_radiograph(file_of(dataset)).header
    assert not any(word in repr(astuple(found)) for word in ("Muster", "MUSTER", "Erika", "2020", "2024", "4711"))


@pytest.mark.parametrize(
    ("stated", "years"),
    [("005Y", 5), ("018M", 1.5), ("026W", 0.5), ("010D", 0.03), ("5Y", 5), ("", None), ("old", None)],
)
def test_the_age_that_is_stated(stated, years):
    assert header(PatientAge=stated).age_years == years


@pytest.mark.parametrize(
    ("stated", "shown"),
    [
        ("62", "62"),
        ("062", "062"),
        ("45J", "45J"),
        ("5 YEARS", "5 YEARS"),
        ("5 years", "5 YEARS"),
        ("3.5 Jahre", "3.5 JAHRE"),
        (">89Y", ">89Y"),
        ("UNKNOWN", "UNKNOWN"),
        ("5 Erika", "a text"),
        ("Mustermann", "a text"),
        ("19620304", "a text"),
        ("005Y", ""),
        ("", ""),
    ],
)
def test_an_age_that_nobody_understands_is_kept_as_it_stands_unless_it_may_name_somebody(stated, shown):
    found = header(PatientAge=stated)
    assert (found.age_stated, found.is_age_stated) == (shown, bool(stated))
    assert ("age_years" in found.unclear) == bool(shown)


@pytest.mark.parametrize(
    ("born", "shown"), [("19500101", "003Y, by birth date 70 years"), ("20170301", ""), ("20180801", "")]
)
def test_an_age_that_the_birth_date_contradicts(born, shown):
    found = header(PatientAge="003Y", PatientBirthDate=born, StudyDate="20200601")
    assert (found.age_years, found.age_stated) == (3.0, shown)


def test_an_age_of_the_dates_beside_one_that_nobody_understands():
    found = header(PatientAge="62", PatientBirthDate="20200310", StudyDate="20230310")
    assert (found.age_years, found.age_stated, found.unclear) == (3.0, "62", ())


@pytest.mark.parametrize(
    ("attributes", "name"),
    [
        ({"BodyPartExamined": "Mustermann, hand!"}, "body_part"),
        ({"AnatomicRegionSequence": coded("1")}, "body_part"),
        ({"ViewPosition": "seen by Erika, alone"}, "view"),
        ({"PatientSex": "X"}, "sex"),
        ({"PixelSpacing": [0, 0]}, "spacing"),
        ({"WindowCenter": 10, "WindowWidth": 0}, "windows"),
        ({"PatientBirthDate": "20200310"}, "age_years"),
        ({"PatientSex": " "}, None),
        ({"AnatomicRegionSequence": []}, None),
    ],
)
def test_what_is_there_and_says_nothing_is_told_from_what_is_missing(attributes, name):
    assert header(**attributes).unclear == ((name,) if name else ())


@pytest.mark.parametrize(
    ("born", "examined", "years"),
    [
        ("20200310", "20260309", 5.99),
        ("20200310", "20260310", 6.0),
        ("20200229", "20210228", 0.99),
        ("20200101", "20200101", 0.0),
        ("20210101", "20200101", None),
        ("2020-03-10", "2026.03.10", 6.0),
        ("19000101", "20260101", None),
        ("00010101", "20260101", None),
        ("2020", "20260101", None),
        ("20201399", "20260101", None),
        ("", "20260101", None),
    ],
)
def test_the_age_from_dates(born, examined, years):
    assert header(PatientBirthDate=born, StudyDate=examined).age_years == years


@pytest.mark.parametrize(
    ("attributes", "view"),
    [
        ({"ViewPosition": "PA", "ViewCodeSequence": coded("399173006")}, "PA"),
        ({"ViewPosition": "LAT"}, "LATERAL"),
        ({"ViewPosition": "LEFT LATERAL"}, "LATERAL"),
        ({"ViewPosition": "L_LAT"}, "LL"),
        ({"ViewPosition": "XTABLE LAT"}, "LATERAL"),
        ({"ViewPosition": "PROFIL"}, "LATERAL"),
        ({"ViewPosition": "A.P."}, "AP"),
        ({"ViewPosition": "AP SUPINE"}, "AP"),
        ({"ViewPosition": "PA_ERECT"}, "PA"),
        ({"ViewPosition": "FRONTAL"}, "FRONTAL"),
        ({"ViewPosition": "LAO"}, "LAO"),
        ({"ViewPosition": "AP OBLIQUE"}, "OBLIQUE"),
        ({"ViewCodeSequence": coded("399135007")}, "OBLIQUE"),
        ({"SeriesDescription": "RIBS OBL LEFT"}, "OBLIQUE"),
        ({"SeriesDescription": "CHEST AP AND OBLIQUES"}, ""),
        ({"ViewPosition": "RLD"}, "RLD"),
        ({"ViewPosition": "RLD", "SeriesDescription": "CHEST LAT"}, "RLD"),
        ({"ViewPosition": "UNKNOWN", "SeriesDescription": "CHEST LAT"}, "LATERAL"),
        ({"ViewPosition": "OTHER", "ViewCodeSequence": coded("399173006")}, "LL"),
        ({"ViewPosition": "NONE"}, ""),
        ({"ViewCodeSequence": coded("399348003")}, "AP"),
        ({"ViewCodeSequence": coded("R-10236")}, "LL"),
        ({"ViewCodeSequence": coded("1"), "SeriesDescription": "Thorax lateral"}, "LATERAL"),
        ({"PatientOrientation": ["A", "F"]}, "LATERAL"),
        ({"PatientOrientation": ["L", "F"]}, ""),
        ({"SeriesDescription": "CHEST LAT"}, "LATERAL"),
        ({"SeriesDescription": "CHEST PA"}, "PA"),
        ({"ViewCodeSequence": coded("R-10202")}, "FRONTAL"),
        ({"ProtocolName": "Thorax seitlich"}, "LATERAL"),
        ({"AcquisitionDeviceProcessingDescription": "CHEST,LATERAL"}, "LATERAL"),
        ({"SeriesDescription": "Thorax p.a."}, "PA"),
        ({"SeriesDescription": "CHEST FRONTAL AP"}, "AP"),
        ({"SeriesDescription": "RX TORACE LL"}, "LATERAL"),
        ({"SeriesDescription": "CHEST LAT DECUB"}, ""),
        ({"StudyDescription": "CHEST PA AND LAT"}, ""),
        ({"StudyDescription": "CHEST FRONTAL AND LATERAL"}, ""),
        ({"StudyDescription": "Thorax face et profil"}, ""),
        ({"SeriesDescription": "PLATE"}, ""),
    ],
)
def test_the_view(attributes, view):
    assert header(**attributes).view == view


@pytest.mark.parametrize(
    ("attributes", "part", "is_chest"),
    [
        ({"BodyPartExamined": "CHEST"}, "CHEST", True),
        ({"BodyPartExamined": "Thorax"}, "THORAX", True),
        ({"BodyPartExamined": "TORACE"}, "TORACE", True),
        ({"BodyPartExamined": "POUMON"}, "POUMON", True),
        ({"BodyPartExamined": "tórax", "SpecificCharacterSet": "ISO_IR 100"}, "CHEST", True),
        ({"BodyPartExamined": as_written("göğüs", "utf-8"), "SpecificCharacterSet": "ISO_IR 192"}, "CHEST", True),
        ({"BodyPartExamined": as_written("göğüs", "iso8859-9"), "SpecificCharacterSet": "ISO_IR 148"}, "CHEST", True),
        ({"BodyPartExamined": as_written("пневмо", "iso8859-5"), "SpecificCharacterSet": "ISO_IR 144"}, "CHEST", True),
        ({"BodyPartExamined": as_written("грудная клетка", "utf-8")}, "CHEST", True),
        ({"BodyPartExamined": "Erika, hand"}, "", None),
        ({"BodyPartExamined": "CHESTABDOMEN"}, "CHESTABDOMEN", True),
        ({"BodyPartExamined": "THORACICSPINE"}, "THORACICSPINE", False),
        ({"BodyPartExamined": "THORACOLUMBAR"}, "THORACOLUMBAR", False),
        ({"BodyPartExamined": "PECTORAL"}, "PECTORAL", False),
        ({"BodyPartExamined": "UNSPECIFIED"}, "UNSPECIFIED", None),
        ({"AnatomicRegionSequence": coded("T-11502")}, "TSPINE", False),
        ({"BodyPartExamined": "HAND"}, "HAND", False),
        ({"BodyPartExamined": "UNKNOWN"}, "UNKNOWN", None),
        ({"AnatomicRegionSequence": coded("T-D3000")}, "CHEST", True),
        ({"AnatomicRegionSequence": coded("85562004")}, "HAND", False),
        ({}, "", None),
    ],
)
def test_the_body_part(attributes, part, is_chest):
    found = header(**attributes)
    assert (found.body_part, found.is_chest) == (part, is_chest)


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"PixelSpacing": [0.2, 0.2], "ImagerPixelSpacing": [0.3, 0.3]}, ((0.2, 0.2), "pixel spacing")),
        ({"PixelSpacing": [0, 0], "ImagerPixelSpacing": [0.3, 0.3]}, ((0.3, 0.3), "imager pixel spacing")),
        ({"NominalScannedPixelSpacing": [0.1, 0.1]}, ((0.1, 0.1), "scanned film")),
        ({}, (None, "")),
    ],
)
def test_the_spacing(attributes, expected):
    found = header(**attributes)
    assert (found.spacing, found.spacing_kind) == expected


def test_a_film_as_the_detector_saw_it():
    assert header(sop_class="1.2.840.10008.5.1.4.1.1.1.1.1").for_processing
    assert not header().for_processing


@pytest.mark.parametrize(
    ("years", "said"), [(0.0, "0 months"), (0.92, "11 months"), (1.5, "18 months"), (5.99, "5 years")]
)
def test_an_age_in_words(years, said):
    assert age_in_words(years) == said
