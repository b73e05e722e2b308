"""Is each kind of object called by its name, whatever class it was stored in?"""

import numpy as np
import pytest
from pydicom.dataset import Dataset

from model_store.film.dicom.kinds import other_kind
from model_store.film.load import load_radiograph
from model_store.film.refusals import UnreadableImage
from tests.doubles.films.dicom_files import CR, DX, FILM, SC, dataset_of, file_of, written

STORAGE = "1.2.840.10008.5.1.4.1.1."


def kind(sop_class, modality):
    dataset = Dataset()
    dataset.SOPClassUID, dataset.Modality = sop_class, modality
    return other_kind(dataset)


def refused(data, match, name):
    with pytest.raises(UnreadableImage, match=match) as refusal:
        load_radiograph(data)
    assert refusal.value.name == name


@pytest.mark.parametrize(
    ("tail", "modality", "expected"),
    [
        ("481.1", "RTIMAGE", "a radiotherapy image"),
        ("481.2", "RTDOSE", "a radiotherapy dose"),
        ("481.3", "RTSTRUCT", "a radiotherapy structure set"),
        ("481.5", "RTPLAN", "a radiotherapy plan"),
        ("481.8", "RTPLAN", "a radiotherapy plan"),
        ("481.4", "RTRECORD", "a radiotherapy object"),
        ("88.59", "KO", "a list of key images, which holds no picture"),
        ("77.1.1.1", "ES", "a video"),
        ("77.1.1", "ES", "a photograph or microscopy image"),
    ],
)
def test_of_the_same_branch_of_classes(tail, modality, expected):
    assert kind(STORAGE + tail, modality) == expected


@pytest.mark.parametrize(
    ("sop_class", "modality", "expected"),
    [
        (CR, "MG", "a mammogram"),
        (DX, "PX", "a dental radiograph"),
        (DX, "IO", "a dental radiograph"),
        (DX, "DR", ""),
        ("1.2.392.200036.9125.1.1.2", "CR", ""),
        # What is said of a copy is weighed with the picture.
        (SC, "MG", ""),
    ],
)
def test_in_a_class_of_radiographs(sop_class, modality, expected):
    assert kind(sop_class, modality) == expected


class TestKinds:
    @pytest.mark.parametrize(
        ("tail", "modality", "kind"),
        [
            ("2", "CT", "a CT image"),
            ("4.1", "MR", "an MR image"),
            ("6.1", "US", "an ultrasound image"),
            ("20", "NM", "a nuclear medicine image"),
            ("128", "PT", "a PET image"),
            ("1.2", "MG", "a mammogram"),
            ("13.1.3", "MG", "a mammogram"),
            ("1.3", "IO", "a dental radiograph"),
            ("12.2", "RF", "an angiography or fluoroscopy image"),
            ("88.11", "SR", "a structured report"),
            ("481.5", "RTPLAN", "a radiotherapy plan"),
            ("104.1", "DOC", "a document, such as a PDF"),
            ("11.1", "PR", "a presentation state"),
            ("66.4", "SEG", "a segmentation"),
            ("77.1.4", "XC", "a photograph"),
            ("9.1.1", "ECG", "a waveform"),
            ("78.1", "LEN", "DICOM of a kind that is no radiograph"),
        ],
    )
    def test_what_is_no_radiograph(self, tail, modality, kind):
        match = f"^This is {kind}.*; please choose a frontal chest radiograph"
        refused(written(FILM, sop_class=f"1.2.840.10008.5.1.4.1.1.{tail}", Modality=modality), match, "other kind")

    def test_by_the_modality_where_there_is_no_class(self):
        data = dataset_of(FILM, Modality="MR")
        del data.SOPClassUID
        refused(file_of(data, meta=False), "is an MR image", "other kind")

    @pytest.mark.parametrize("modality", ["DX", "CR", "RG", "OT", ""])
    def test_a_film_without_a_class(self, modality):
        data = dataset_of(FILM, Modality=modality)
        del data.SOPClassUID
        np.testing.assert_array_equal(load_radiograph(file_of(data, meta=False)).pixels, FILM)

    def test_a_copy_of_something_else_is_left_to_the_gate(self):
        header = load_radiograph(written(FILM, sop_class=SC, Modality="CT")).header
        assert (header.secondary, header.is_radiograph) == (True, False)

    def test_a_dicomdir(self):
        item = Dataset()
        item.DirectoryRecordType = "PATIENT"
        data = dataset_of(FILM, sop_class="1.2.840.10008.1.3.10", DirectoryRecordSequence=[item])
        refused(file_of(data), "is a DICOMDIR, the table of contents of a disc", "other kind")
