"""What does the header of this film's file say? A fold-out beside the film, without anything that names the patient."""

import streamlit as st

from model_store.film.header.header import Header, age_in_words
from model_store.film.radiograph import Radiograph
from xray_ui.basics import text as basics_text

TITLE = "Header of the file"
LEFT_OUT = "Name, number and dates of the patient are not shown."
NOT_GIVEN = "not given"
UNCLEAR = "given, but unclear"

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
_PLACES = ("picture right", "bottom")
_DIRECTIONS = {
    "L": "the patient's left",
    "R": "the patient's right",
    "A": "front",
    "P": "back",
    "H": "head",
    "F": "feet",
}
_SEXES = {"F": "female", "M": "male", "O": "other"}


def show(radiograph: Radiograph) -> None:
    """Show what matters of the header; nothing for a file without one."""
    if radiograph.header is None:
        return
    with st.expander(TITLE), st.container(key="header"):
        lines = "\n".join(
            f"| {name} | {basics_text.literal(value)} |"
            for name, value in rows(radiograph.header, radiograph.transfer_syntax or "")
        )
        st.markdown(f"| Header | |\n|---|---|\n{lines}")
        st.caption(LEFT_OUT)


def rows(header: Header, transfer_syntax: str) -> list[tuple[str, str]]:
    """List what matters of a header, each with its name.

    Args:
        header: of the file.
        transfer_syntax: the name of how it stores its pixels.
    """
    modality = _MODALITIES.get(header.modality, header.modality)

    def said(value: str, attribute: str) -> str:
        return value or (UNCLEAR if attribute in header.unclear else NOT_GIVEN)

    return [
        ("Modality", f"copy, {modality}".removesuffix(", ") if header.secondary else said(modality, "modality")),
        ("Body part", said((header.body_part or header.described_part).lower(), "body_part")),
        ("View", said(_VIEWS.get(header.view, header.view), "view")),
        ("Age", said(_age(header), "age_years")),
        ("Sex", said(_SEXES.get(header.sex, ""), "sex")),
        ("Orientation", said(_orientation(header), "orientation")),
        ("Pixel", said(_spacing(header), "spacing")),
        ("Windows", said(_windows(header), "windows")),
        ("Greys", f"{header.photometric}, {header.bits} bits"),
        ("Stored as", transfer_syntax),
    ]


def _orientation(header: Header) -> str:
    return ", ".join(f"{place} is {_DIRECTIONS[to]}" for place, to in zip(_PLACES, header.orientation, strict=False))


def _windows(header: Header) -> str:
    offered = list(header.windows) + ([f"others {UNCLEAR}"] if header.windows and "windows" in header.unclear else [])
    unfit = [f"left out: {name}" for name in header.unfit_windows]
    return ", ".join([*offered, *unfit])


def _age(header: Header) -> str:
    known = "" if header.age_years is None else age_in_words(header.age_years)
    if not header.age_stated:
        return known
    unclear = f'unclear, "{header.age_stated}"'
    return f"{known} by the dates, but stated as {unclear}" if known else unclear


def _spacing(header: Header) -> str:
    if header.spacing is None:
        return ""
    height, width = header.spacing
    return f"{height:.3f} x {width:.3f} mm ({header.spacing_kind})"
