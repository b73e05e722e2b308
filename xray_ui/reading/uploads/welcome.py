"""What is on the first page? Below the drop area: films to try with one click, and what the program is for."""

import streamlit as st

from model_store.export.wording.sentences import RESEARCH_USE
from xray_ui.basics import text as basics_text
from xray_ui.reading import wording
from xray_ui.reading.uploads import chosen
from xray_ui.reading.uploads.samples import SAMPLES

_THREE = 480
"""Pixels that the pictures of the samples may take beside each other; on a phone as many as there are."""


def show(*, preparing: bool) -> None:
    """Show what a reader without a film can do.

    Args:
        preparing: whether the version in use is still loading.
    """
    with st.container(key="welcome"):
        st.warning(RESEARCH_USE, icon=":material/info:")
        if preparing:
            st.info(wording.WAITING, icon=":material/hourglass_top:")
        st.header(wording.SAMPLES, anchor=False)
        with st.container(horizontal=True, key="samples", width=_THREE):
            for number, sample in enumerate(SAMPLES):
                with st.container(gap="xsmall"):
                    st.image(str(sample.path), width="stretch", alt=f"Radiograph: {sample.name}")
                    st.button(
                        sample.name, key=f"sample-{number}", on_click=chosen.try_sample, args=(number,), width="stretch"
                    )
        st.caption(basics_text.literal(wording.SAMPLES_FROM))


def sample_notice() -> None:
    """Say whose film a sample is, and offer the way back to the first page."""
    with st.container(horizontal=True, vertical_alignment="center", key="sample_notice"):
        st.caption(basics_text.literal(wording.SAMPLES_FROM))
        st.button(wording.CLOSE_SAMPLES, on_click=chosen.close_samples, icon=":material/close:")
