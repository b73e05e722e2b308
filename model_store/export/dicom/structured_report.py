"""What did the model say, for programs? A DICOM Structured Report by templates TID 1500 and 1410, PS3.16, annex A."""

from typing import TYPE_CHECKING

from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code
from pydicom.uid import ComputedRadiographyImageStorage, generate_uid

from model_store.export.dicom.deidentify import REQUIRED, ImageReference, Origin, complete
from model_store.export.dicom.regions import in_pixels, regions_of
from model_store.export.dicom.result import DicomResult
from model_store.export.wording.map_sentences import map_caption
from model_store.export.wording.sentences import RESEARCH_USE, SIDE_NOT_STATED
from model_store.film.header.sides import UNSTATED, USUAL
from model_store.film.kind.own_results import PROGRAM

if TYPE_CHECKING:
    from highdicom.sc import SCImage
    from highdicom.sr import (
        EnhancedSR,
        ImageRegion,
        Measurement,
        MeasurementReport,
        PlanarROIMeasurementsAndQualitativeEvaluations,
        QualitativeEvaluation,
    )

SERIES_NUMBER = 9002

SCHEME = "99XRAYREADER"
"""Designator of this program's own codes; "99" begins private ones, PS3.16, chapter 8."""

PLAIN_CHEST_FILM = Code("399208008", "SCT", "Plain X-ray of chest")
PNEUMONIA = Code("233604007", "SCT", "Pneumonia")
ANSWERS = {
    "suspected": Code("415684004", "SCT", "Suspected"),
    "not suspected": Code("428263003", "SCT", "Not suspected"),
    "not sure": codes.SCT.Indeterminate,
}
OPERATING_POINT = Code("operating-point", SCHEME, "Operating point")
RULE_OUT_POINT = Code("rule-out-point", SCHEME, "Rule-out point")
RULE_IN_POINT = Code("rule-in-point", SCHEME, "Rule-in point")
DECISION = Code("decision", SCHEME, "Decision at the operating point")
ANSWER = Code("answer", SCHEME, "Decision by the rule-out and the rule-in point")
"""Of a version with three points, in place of the decision at one: a report holds no two verdicts."""

ZONES = {
    "upper": codes.SCT.UpperZoneOfLung,
    "middle": codes.SCT.MiddleZoneOfLung,
    "lower": codes.SCT.LowerZoneOfLung,
}
"""Where the evidence may lie: zones of a film, which are no lobes; PS3.16, CID 6171."""

EVIDENCE = {
    side: Code(f"heatmap-{side}", SCHEME, f"Zone of the {side} lung that holds the evidence of the heatmap")
    for side in USUAL
} | {
    side: Code(f"at-{side.replace(' ', '-')}", SCHEME, f"Zone at {side}, evidence of the heatmap, {SIDE_NOT_STATED}")
    for side in UNSTATED
}
"""By the patient's side; without one where it is not stated."""


def build_structured_report(result: DicomResult, origin: Origin, capture: "SCImage") -> "EnhancedSR":
    """Make the Structured Report of a result.

    Args:
        result: what was found.
        origin: the patient and study that it goes to, and the film.
        capture: the Secondary Capture of the same result, which shows the film too. The report is about that where the
            film itself could not be found: it is no DICOM film, or its UIDs are replaced.
    """
    from highdicom.coding_schemes import CodingSchemeIdentificationItem
    from highdicom.sr import EnhancedSR

    picture = ImageReference(capture.SOPClassUID, capture.SeriesInstanceUID, capture.SOPInstanceUID)
    film = origin.film[0] if origin.film else picture
    report = EnhancedSR(
        evidence=[_reference(origin.study_uid, image) for image in (picture, film)],
        content=_content(result, picture, origin),
        is_complete=True,
        content_qualification="RESEARCH",
        coding_schemes=[CodingSchemeIdentificationItem(SCHEME, f"Codes of {PROGRAM}")],
        **result.alone_in_a_series(SERIES_NUMBER),
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


def _content(result: DicomResult, picture: ImageReference, origin: Origin) -> "MeasurementReport":
    from highdicom.sr import (
        DeviceObserverIdentifyingAttributes,
        MeasurementReport,
        ObservationContext,
        ObserverContext,
    )

    weights = result.reading.weights_sha256
    group, *others = _groups(result, _image_regions(result, picture, origin))
    caption = map_caption(result.explanation, folded=result.folded)
    _comment(group, [RESEARCH_USE, *result.statements, caption, result.read_from(origin)])
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
        imaging_measurements=[group, *others],
        title=codes.DCM.ImagingMeasurementReport,
    )


def _image_regions(result: DicomResult, picture: ImageReference, origin: Origin) -> "list[tuple[str, ImageRegion]]":
    """Return what the result is about and where that lies: on the film itself, or on the film in the picture."""
    from highdicom.sr import ImageRegion, SourceImageForRegion

    image, size, turn, is_mirrored = picture, result.film_size, 0, False
    if origin.film:
        (image, size), turn, is_mirrored = origin.film, result.reading.turn, result.reading.is_mirrored
    regions = []
    for name, line in regions_of(result.reading, result.explanation):
        # highdicom asks of the class whether images of it can have frames, and knows no retired ones.
        source = SourceImageForRegion(ComputedRadiographyImageStorage, image.sop_uid)
        region = ImageRegion("POLYLINE", in_pixels(line, size, turn, is_mirrored=is_mirrored), source)
        region.ContentSequence[0].ReferencedSOPSequence[0].ReferencedSOPClassUID = image.sop_class_uid
        regions.append((name, region))
    return regions


def _groups(
    result: DicomResult, regions: "list[tuple[str, ImageRegion]]"
) -> "list[PlanarROIMeasurementsAndQualitativeEvaluations]":
    """Return a group for each region; the figures, which are of the whole film, stand in the first."""
    from highdicom.sr import (
        AlgorithmIdentification,
        FindingSite,
        PlanarROIMeasurementsAndQualitativeEvaluations,
        TrackingIdentifier,
    )

    parameters = [
        f"weights SHA-256 {result.reading.weights_sha256}",
        *result.points(digits=6),
        f"calibration {result.calibration}",
        f"heatmap {result.explanation.method}",
    ]
    return [
        PlanarROIMeasurementsAndQualitativeEvaluations(
            tracking_identifier=TrackingIdentifier(uid=generate_uid(), identifier=name),
            referenced_region=region,
            finding_type=PNEUMONIA,
            algorithm_id=AlgorithmIdentification(PROGRAM, result.model_name, parameters, manufacturer=PROGRAM),
            finding_sites=[FindingSite(codes.SCT.Lung)],
            measurements=_figures(result) if number == 0 else None,
            qualitative_evaluations=_verdict(result) if number == 0 else None,
        )
        for number, (name, region) in enumerate(regions)
    ]


def _figures(result: DicomResult) -> "list[Measurement]":
    from highdicom.sr import Measurement

    prediction, one = result.reading.prediction, codes.UCUM.NoUnits
    points = prediction.points
    return [
        Measurement(codes.DCM.Probability, prediction.probability, one),
        Measurement(OPERATING_POINT, prediction.operating_point, one),
        *([Measurement(RULE_OUT_POINT, points.rule_out, one)] if points else []),
        *([Measurement(RULE_IN_POINT, points.rule_in, one)] if points else []),
    ]


def _verdict(result: DicomResult) -> "list[QualitativeEvaluation]":
    from highdicom.sr import QualitativeEvaluation

    prediction = result.reading.prediction
    decision = QualitativeEvaluation(ANSWER if prediction.points else DECISION, ANSWERS[prediction.answer])
    return [decision, *_evidence(result)]


def _evidence(result: DicomResult) -> "list[QualitativeEvaluation]":
    """Return the zones where the network looked: not the site of the finding, which a heatmap does not know."""
    from highdicom.sr import QualitativeEvaluation

    evidence = None if result.folded else result.explanation.evidence
    places = [zone.rsplit(maxsplit=1) for zone in evidence.zones] if evidence else []
    return [QualitativeEvaluation(EVIDENCE[side], ZONES[third]) for side, third in places]


def _comment(group: "PlanarROIMeasurementsAndQualitativeEvaluations", sentences: list[str]) -> None:
    from highdicom.sr import RelationshipTypeValues, TextContentItem

    group[0].ContentSequence.extend(
        TextContentItem(codes.DCM.Comment, sentence, RelationshipTypeValues.CONTAINS) for sentence in sentences
    )


def _illustrate(group: "PlanarROIMeasurementsAndQualitativeEvaluations", picture: ImageReference) -> None:
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
