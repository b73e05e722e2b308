"""What did the model say, for programs? A DICOM Structured Report by template TID 1500, PS3.16, annex A."""

from typing import TYPE_CHECKING

from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code
from pydicom.uid import generate_uid

from model_store.deidentify import REQUIRED, ImageReference, Origin, complete
from model_store.dicom_result import SERIES_DESCRIPTION, DicomResult
from model_store.overlay import RESEARCH_USE, map_caption
from model_store.own_results import PROGRAM

if TYPE_CHECKING:
    from highdicom.sc import SCImage
    from highdicom.sr import EnhancedSR, MeasurementReport, MeasurementsAndQualitativeEvaluations, QualitativeEvaluation

SERIES_NUMBER = 9002

SCHEME = "99XRAYREADER"
"""Designator of this program's own codes; "99" begins private ones, PS3.16, chapter 8."""

PLAIN_CHEST_FILM = Code("399208008", "SCT", "Plain X-ray of chest")
PNEUMONIA = Code("233604007", "SCT", "Pneumonia")
SUSPECTED = {True: Code("415684004", "SCT", "Suspected"), False: Code("428263003", "SCT", "Not suspected")}
OPERATING_POINT = Code("operating-point", SCHEME, "Operating point")
DECISION = Code("decision", SCHEME, "Decision at the operating point")
ZONES = {
    "upper": codes.SCT.UpperZoneOfLung,
    "middle": codes.SCT.MiddleZoneOfLung,
    "lower": codes.SCT.LowerZoneOfLung,
}
"""Where the evidence may lie: zones of a film, which are no lobes; PS3.16, CID 6171."""

EVIDENCE = {
    side: Code(f"heatmap-{side}", SCHEME, f"Zone of the {side} lung that holds the evidence of the heatmap")
    for side in ("right", "left")
}


def build_structured_report(result: DicomResult, origin: Origin, capture: "SCImage") -> "EnhancedSR":
    """Make the Structured Report of a result.

    Args:
        result: what was found.
        origin: the patient and study that it goes to, and the film.
        capture: the Secondary Capture of the same result; what the report refers to where there is no film.
    """
    from highdicom.coding_schemes import CodingSchemeIdentificationItem
    from highdicom.sr import EnhancedSR

    picture = ImageReference(capture.SOPClassUID, capture.SeriesInstanceUID, capture.SOPInstanceUID)
    film = origin.image or picture
    report = EnhancedSR(
        evidence=[_reference(origin.study_uid, image) for image in (picture, film)],
        content=_content(result, film, picture, origin),
        series_instance_uid=generate_uid(),
        series_number=SERIES_NUMBER,
        sop_instance_uid=generate_uid(),
        instance_number=1,
        manufacturer=PROGRAM,
        is_complete=True,
        manufacturer_model_name=result.model_name,
        software_versions=result.reading.weights_sha256,
        series_description=SERIES_DESCRIPTION,
        specific_character_set="ISO_IR 192",
        content_qualification="RESEARCH",
        coding_schemes=[CodingSchemeIdentificationItem(SCHEME, f"Codes of {PROGRAM}")],
    )
    complete(report, origin)
    return report


def _reference(study_uid: str, image: ImageReference) -> Dataset:
    """Return an image as a report takes it for evidence; of no patient, which highdicom would warn of by name."""
    evidence = Dataset()
    for keyword in REQUIRED:
        setattr(evidence, keyword, None)
    evidence.StudyInstanceUID, evidence.SeriesInstanceUID = study_uid, image.series_uid
    evidence.SOPClassUID, evidence.SOPInstanceUID = image.sop_class_uid, image.sop_uid
    return evidence


def _content(result: DicomResult, film: ImageReference, picture: ImageReference, origin: Origin) -> "MeasurementReport":
    from highdicom.sr import (
        DeviceObserverIdentifyingAttributes,
        MeasurementReport,
        ObservationContext,
        ObserverContext,
    )

    weights, group = result.reading.weights_sha256, _group(result, film)
    _comment(group, [RESEARCH_USE, *result.statements, map_caption(result.explanation), result.read_from(origin)])
    _illustrate(group, picture)
    device = DeviceObserverIdentifyingAttributes(
        uid=generate_uid(entropy_srcs=[PROGRAM, weights]),
        name=PROGRAM,
        manufacturer_name=PROGRAM,
        model_name=result.model_name,
        serial_number=weights,
    )
    observer = ObserverContext(observer_type=codes.DCM.Device, observer_identifying_attributes=device)
    return MeasurementReport(
        observation_context=ObservationContext(observer_device_context=observer),
        procedure_reported=PLAIN_CHEST_FILM,
        imaging_measurements=[group],
        title=codes.DCM.ImagingMeasurementReport,
    )


def _group(result: DicomResult, film: ImageReference) -> "MeasurementsAndQualitativeEvaluations":
    from highdicom.sr import (
        AlgorithmIdentification,
        FindingSite,
        Measurement,
        MeasurementsAndQualitativeEvaluations,
        QualitativeEvaluation,
        SourceImageForMeasurementGroup,
        TrackingIdentifier,
    )

    prediction, one = result.reading.prediction, codes.UCUM.NoUnits
    parameters = [
        f"weights SHA-256 {result.reading.weights_sha256}",
        f"operating point {prediction.operating_point:.6f}",
        f"temperature {result.temperature:.6f}",
        f"heatmap {result.explanation.method}",
    ]
    return MeasurementsAndQualitativeEvaluations(
        tracking_identifier=TrackingIdentifier(uid=generate_uid(), identifier="Whole image"),
        finding_type=PNEUMONIA,
        algorithm_id=AlgorithmIdentification(PROGRAM, result.model_name, parameters, manufacturer=PROGRAM),
        finding_sites=[FindingSite(codes.SCT.Lung)],
        measurements=[
            Measurement(codes.DCM.Probability, prediction.probability, one),
            Measurement(OPERATING_POINT, prediction.operating_point, one),
        ],
        qualitative_evaluations=[
            QualitativeEvaluation(DECISION, SUSPECTED[prediction.suspected]),
            *_evidence(result),
        ],
        source_images=[SourceImageForMeasurementGroup(film.sop_class_uid, film.sop_uid)],
    )


def _evidence(result: DicomResult) -> "list[QualitativeEvaluation]":
    """Return the zones where the network looked: not the site of the finding, which a heatmap does not know."""
    from highdicom.sr import QualitativeEvaluation

    evidence = result.explanation.evidence
    places = [zone.split() for zone in evidence.zones] if evidence else []
    return [QualitativeEvaluation(EVIDENCE[side], ZONES[third]) for side, third in places]


def _comment(group: "MeasurementsAndQualitativeEvaluations", sentences: list[str]) -> None:
    from highdicom.sr import RelationshipTypeValues, TextContentItem

    group[0].ContentSequence.extend(
        TextContentItem(codes.DCM.Comment, sentence, RelationshipTypeValues.CONTAINS) for sentence in sentences
    )


def _illustrate(group: "MeasurementsAndQualitativeEvaluations", picture: ImageReference) -> None:
    """Point to the picture with the heatmap; the template may be extended, PS3.16, TID 1501."""
    from highdicom.sr import ImageContentItem, RelationshipTypeValues

    group[0].ContentSequence.append(
        ImageContentItem(
            codes.DCM.IllustrationOfROI,
            picture.sop_class_uid,
            picture.sop_uid,
            relationship_type=RelationshipTypeValues.CONTAINS,
        )
    )
