"""What has to be asked of the films before a training? Names of classes and of splits that nobody has explained."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from model_store.trainings.request import TrainingRequest
from xray_ui.basics import text as basics_text
from xray_ui.basics.rows import part
from xray_ui.retraining import wording as retraining_wording
from xray_ui.retraining.examination import rows as examination_rows
from xray_ui.retraining.job import JobRefused

SAMPLE_WIDTH = 160
"""Pixels of the film beside the question what a class's name means."""


def ask(
    result: Mapping[str, Any], request: TrainingRequest, samples: Mapping[str, bytes]
) -> Callable[[], TrainingRequest]:
    """Ask what names mean.

    Args:
        result: of the examination.
        request: what was examined.
        samples: a PNG of one film of a class, by its name.

    Returns:
        What gives the request with the answers, or raises JobRefused where one is missing.
    """
    classes, splits = examination_rows.unknown_classes(result), examination_rows.unknown_splits(result)
    films = part(result, "images_by_name")
    if classes:
        st.subheader("Names of classes", anchor=False)
        st.text(retraining_wording.UNKNOWN_CLASSES)
    labels = _answers("class", {name: films.get(name) for name in classes}, retraining_wording.CLASS_CHOICES, samples)
    if splits:
        st.subheader("Names of folders", anchor=False)
        st.text(retraining_wording.UNKNOWN_SPLITS)
    uses = _answers("split", splits, retraining_wording.SPLIT_CHOICES, {})

    def with_answers() -> TrainingRequest:
        if len(labels) < len(classes) or len(uses) < len(splits):
            raise JobRefused(retraining_wording.EXAMINE_AGAIN_FIRST)
        return replace(request, classes={**request.classes, **labels}, splits={**request.splits, **uses})

    return with_answers


def _answers(
    kind: str, films: Mapping[str, object], choices: Mapping[str, str], samples: Mapping[str, bytes]
) -> dict[str, str]:
    given = {}
    for number, (name, count) in enumerate(films.items()):
        if name in samples:  # The name may be garbled, or say nothing.
            st.image(samples[name], width=SAMPLE_WIDTH)
        given[name] = st.selectbox(
            basics_text.literal(retraining_wording.class_name(basics_text.visible(name), count)),
            list(choices),
            index=None,
            format_func=choices.__getitem__,
            placeholder=retraining_wording.CHOOSE,
            key=f"{kind}-{number}-{name}",
            width=420,
        )
    return {name: meaning for name, meaning in given.items() if meaning}
