"""What does the screen say of a file's header? Its abbreviations in words, as plain text."""

from model_store.header import Header, age_in_words

TITLE = "Header of the file"
LEFT_OUT = "Name, number and dates of the patient are not shown."
NOT_GIVEN = "not given"

_MODALITIES = {
    "CR": "computed radiography (CR)",
    "DX": "digital radiography (DX)",
    "DR": "digital radiography (DR)",
    "RG": "radiographic imaging (RG)",
    "OT": "other (OT)",
}
_VIEWS = {
    "PA": "frontal, from behind (PA)",
    "AP": "frontal, from the front (AP)",
    "FRONTAL": "frontal",
    "LL": "left lateral (LL)",
    "RL": "right lateral (RL)",
    "LATERAL": "lateral",
    "OBLIQUE": "oblique",
}
_SEXES = {"F": "female", "M": "male", "O": "other"}


def rows(header: Header, transfer_syntax: str) -> list[tuple[str, str]]:
    """List what matters of a header, each with its name.

    Args:
        header: of the file.
        transfer_syntax: the name of how it stores its pixels.
    """
    modality = _MODALITIES.get(header.modality, header.modality)
    return [
        ("Modality", (f"copy, {modality}" if modality else "copy") if header.secondary else modality or NOT_GIVEN),
        ("Body part", header.body_part.lower() or NOT_GIVEN),
        ("View", _VIEWS.get(header.view, header.view) or NOT_GIVEN),
        ("Age", NOT_GIVEN if header.age_years is None else age_in_words(header.age_years)),
        ("Sex", _SEXES.get(header.sex, NOT_GIVEN)),
        ("Pixel", _spacing(header)),
        ("Windows", ", ".join(header.windows) or NOT_GIVEN),
        ("Greys", f"{header.photometric}, {header.bits} bits"),
        ("Stored as", transfer_syntax),
    ]


def _spacing(header: Header) -> str:
    if header.spacing is None:
        return NOT_GIVEN
    height, width = header.spacing
    return f"{height:.3f} x {width:.3f} mm ({header.spacing_kind})"
