"""How far can the result of this one film be trusted? One line, from the check of the film, the answer and the map."""

from model_store.reading.results import Reading

_DOUBTS = {
    "mirrored": "it is not sure which side of the film is which",
    "lungs cut off": "a part of the lungs is not on the picture",
    "small": "the picture has few pixels",
    "underexposed": "much of the lungs is plain white",
    "overexposed": "much of the lungs is plain black",
    "low contrast": "the film has hardly any contrast",
    "blurred": "the film is blurred",
    "writing or devices": "writing or devices lie over the lungs",
    "outline unsure": "the outline of the lungs is unsure",
    "unusual": "the film is unlike most that the model knows",
    "unchecked": "it is not known which films this version knows",
    "age": "the model does not know this age",
    "age unclear": "the age is unclear",
    "unprocessed": "the film is stored as the detector saw it",
    "outside the lungs": "the network looked beside the lungs",
    "window does not fit": "a window of the file does not fit the film",
    "view contradicted": "the header contradicts itself about the view",
    "body part contradicted": "the header contradicts itself about the part of the body",
    "orientation contradicted": "the header does not fit how the film lies",
    "without bones": "a program has changed what the film shows",
}
"""What a warning of the film check means for a result, by the name of its reason, to stand after "since"."""

OTHER_DOUBT = "the check of this film warns"
UNDECIDED = "the probability is neither low nor high enough to decide"
AGAINST_THE_CHECK = "the check of this film would not have it read"
AGAINST_THE_GATE = "this version was taken into use without having passed the comparison with the one before"
AGE_CONDITION = ", if the child is 1 to 5 years old"


def trust_sentence(reading: Reading, overruled: frozenset[str] = frozenset(), *, guide: str = "") -> str:
    """Say how far the result of a film can be trusted.

    Args:
        reading: the result.
        overruled: names of the warnings that the reader has overruled, which count no more.
        guide: how far the version's heatmap is a guide, as `claims.guide` says it; "" where no map is shown.
    """
    heatmap = f" {guide}" if guide else ""
    if reading.overruled is not None or reading.against_gate:
        against = [AGAINST_THE_CHECK] if reading.overruled is not None else []
        against += [AGAINST_THE_GATE] if reading.against_gate else []
        return f"Trust it little, since {_listed(against)}.{heatmap}"
    doubts = [
        _DOUBTS.get(reason.name, OTHER_DOUBT) for reason in reading.quality.warnings if reason.name not in overruled
    ]
    doubts += [UNDECIDED] if reading.prediction.answer == "not sure" else []
    if doubts:
        return f"Trust it less than the test figures say, since {_listed(list(dict.fromkeys(doubts)))}.{heatmap}"
    condition = "" if reading.is_age_stated else AGE_CONDITION
    return f"Trust it as far as the test figures say{condition}: nothing unusual was found on this film.{heatmap}"


def _listed(parts: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))
