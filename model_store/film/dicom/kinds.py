"""What kind of DICOM object is this? Radiographs are read; anything else is refused by its name."""

from pydicom.dataset import Dataset
from pydicom.uid import MediaStorageDirectoryStorage

from model_store.film.dicom.values import text
from model_store.film.header.header import DIRECTORY, Header
from model_store.film.kind.own_results import OWN_RESULT, PROGRAM
from model_store.film.refusals import UnreadableImage

_STORAGE = "1.2.840.10008.5.1.4.1.1."

SECONDARY_CAPTURE = frozenset(_STORAGE + tail for tail in ("7", "7.1", "7.2", "7.3", "7.4"))
FOR_PROCESSING = _STORAGE + "1.1.1"
_RADIOGRAPHS = frozenset({_STORAGE + "1", _STORAGE + "1.1", FOR_PROCESSING})

_CT, _MR, _US, _NM, _PT = (
    "a CT image",
    "an MR image",
    "an ultrasound image",
    "a nuclear medicine image",
    "a PET image",
)
_MG, _DENTAL, _XA = "a mammogram", "a dental radiograph", "an angiography or fluoroscopy image"
_SR, _STATE = "a structured report", "a presentation state, which holds no picture"
_KEYS = "a list of key images, which holds no picture"
_RT, _RT_IMAGE, _RT_DOSE, _RT_STRUCTURES, _RT_PLAN = (
    "a radiotherapy object",
    "a radiotherapy image",
    "a radiotherapy dose",
    "a radiotherapy structure set",
    "a radiotherapy plan",
)
_PDF, _WAVES = "a document, such as a PDF", "a waveform, such as an ECG"
_PHOTO = "a photograph or microscopy image"
_SEG = "a segmentation or registration of other images"

_BY_CLASS = {
    **dict.fromkeys(("2", "2.1", "2.2"), _CT),
    **dict.fromkeys(("4", "4.1", "4.2", "4.3", "4.4"), _MR),
    **dict.fromkeys(("3", "3.1", "6", "6.1", "6.2", "6.3"), _US),
    **dict.fromkeys(("5", "20"), _NM),
    **dict.fromkeys(("128", "128.1", "130"), _PT),
    **dict.fromkeys(("1.2", "1.2.1", "13.1.3", "13.1.4", "13.1.5"), _MG),
    **dict.fromkeys(("1.3", "1.3.1", "13.1.2"), _DENTAL),
    **dict.fromkeys(("12.1", "12.1.1", "12.2", "12.2.1", "12.3", "13.1.1"), _XA),
    **dict.fromkeys(("77.1.1.1", "77.1.2.1", "77.1.4.1"), "a video"),
    **{"481.1": _RT_IMAGE, "481.2": _RT_DOSE, "481.3": _RT_STRUCTURES, "481.5": _RT_PLAN, "481.8": _RT_PLAN},
    "88.59": _KEYS,
    "66": "raw data, which holds no picture",
    **dict.fromkeys(("66.1", "66.2", "66.3", "66.4", "66.5", "66.6", "66.7"), _SEG),
}
_BY_BRANCH = {
    "88.": _SR, "481.": _RT, "11.": _STATE, "104.": _PDF, "9.": _WAVES, "77.1.": _PHOTO, "30": _SEG, "68.": _SEG,
}  # fmt: skip
"""By the beginning of what follows the root of storage classes; PS3.6, annex A."""

_BY_MODALITY = {
    "CT": _CT, "MR": _MR, "US": _US, "IVUS": _US, "NM": _NM, "PT": _PT, "MG": _MG, "IO": _DENTAL, "PX": _DENTAL,
    "XA": _XA, "RF": _XA, "SR": _SR, "KO": _KEYS, "PR": _STATE, "DOC": _PDF, "ECG": _WAVES, "HD": _WAVES,
    "RTIMAGE": _RT_IMAGE, "RTPLAN": _RT_PLAN, "RTSTRUCT": _RT_STRUCTURES, "RTDOSE": _RT_DOSE, "RTRECORD": _RT,
    "SEG": _SEG, "REG": _SEG, "ES": _PHOTO, "XC": _PHOTO, "GM": _PHOTO, "SM": _PHOTO, "OP": _PHOTO,
    "OCT": "an optical coherence tomogram",
    "BMD": "a bone density measurement",
}  # fmt: skip

_STORED_AS_RADIOGRAPHS = ("MG", "IO", "PX")
"""Modalities whose pictures are often stored in the classes of CR and DX, for which they are no less what they are."""


def other_kind(dataset: Dataset) -> str:
    """Return what an object is that is no radiograph and no copy of a picture, as "a CT image"; "" for these two.

    The class of the object decides, and the modality where that is unknown, or where films of breasts and teeth are in
    a class of radiographs. A copy whose modality is another one is not judged here: what such a header says is weighed
    with the picture.
    """
    meta = getattr(dataset, "file_meta", Dataset())
    uid = text(dataset, "SOPClassUID") or text(meta, "MediaStorageSOPClassUID")
    if uid == MediaStorageDirectoryStorage or "DirectoryRecordSequence" in dataset:
        return DIRECTORY
    modality = text(dataset, "Modality").upper()
    if is_secondary_capture(dataset) and text(dataset, "Manufacturer") == PROGRAM:
        return OWN_RESULT
    if uid in SECONDARY_CAPTURE or (uid in _RADIOGRAPHS and modality not in _STORED_AS_RADIOGRAPHS):
        return ""
    kind = _kind_of_class(uid) or _BY_MODALITY.get(modality)
    is_radiograph = Header(modality=modality).is_radiograph
    if kind is None and (is_radiograph or (not uid and is_radiograph is None)):
        return ""
    return kind or "DICOM of a kind that is no radiograph"


def refuse_other_kinds(dataset: Dataset) -> None:
    """Let radiographs pass, and copies of pictures; raises UnreadableImage that says what anything else is."""
    kind = other_kind(dataset)
    if kind == DIRECTORY:
        said = f"This is {kind}, and holds no picture; please choose the radiograph itself."
        raise UnreadableImage(said, "other kind")
    if kind:
        raise UnreadableImage(f"This is {kind}; please choose a frontal chest radiograph (CR or DX).", "other kind")


def is_secondary_capture(dataset: Dataset) -> bool:
    """Return whether the object is a copy that was made of a picture."""
    return text(dataset, "SOPClassUID") in SECONDARY_CAPTURE


def is_for_processing(dataset: Dataset) -> bool:
    """Return whether the object is stored as the detector saw it, to be worked on before anybody looks at it."""
    is_said = text(dataset, "PresentationIntentType").upper() == "FOR PROCESSING"
    return is_said or text(dataset, "SOPClassUID") == FOR_PROCESSING


def _kind_of_class(uid: str) -> str | None:
    if not uid.startswith(_STORAGE):
        return None
    tail = uid.removeprefix(_STORAGE)
    branch = next((kind for start, kind in _BY_BRANCH.items() if tail.startswith(start)), None)
    return _BY_CLASS.get(tail) or branch
