"""Are the pictures that lie on each other in the browser together what is saved?"""

import base64
from dataclasses import replace

import cv2
import numpy as np
import pytest

from model_store.export.picture import View, in_colour, panes, shrunk
from model_store.film.header.header import Header
from model_store.film.load import load_radiograph
from model_store.film.radiograph import Radiograph
from tests.doubles.fakes import sample_explanation
from tests.doubles.films import phantom
from xray_ui.reading.film import viewer

FILM = load_radiograph(phantom.png(phantom.Chest(width=320, height=256, seed=1)))
DEEP = replace(FILM, pixels=np.asarray(FILM.pixels, np.uint16) * 13 + 200, sha256="b")
VIEW = View(window=(40.0, 210.0))


def picture(source: str):
    data = np.frombuffer(base64.b64decode(source.removeprefix("data:image/png;base64,")), np.uint8)
    read = cv2.imdecode(data, cv2.IMREAD_UNCHANGED)
    return read if read.ndim == 2 else read[..., [2, 1, 0, 3][: read.shape[2]]]


@pytest.mark.parametrize("explanation", [sample_explanation(), sample_explanation(against=True)])
@pytest.mark.parametrize("layout", ["side by side", "overlay", "heatmap", "original"])
@pytest.mark.parametrize("invert", [False, True])
def test_film_and_map_on_each_other_are_what_is_saved(explanation, layout, invert):
    view = replace(VIEW, layout=layout, opacity=0.35, invert=invert, against=True)
    data = viewer.frames(FILM, explanation, view)
    saved = panes(shrunk(FILM.pixels), explanation, view)
    assert [pane["title"] for pane in data["panes"]] == [title for title, _ in saved]
    for pane, (_, wanted) in zip(data["panes"], saved, strict=True):
        seen = in_colour(picture(data["film"])).astype(np.float32)
        if pane["map"] and pane["film"]:
            laid = picture(data["map"]).astype(np.float32)
            seen += laid[..., 3:] / 255 * data["opacity"] / 100 * (laid[..., :3] - seen)
        elif pane["map"]:
            seen = picture(data["map"])
        assert np.abs(seen - in_colour(wanted)).max() <= 1


@pytest.mark.parametrize("film", [FILM, DEEP])
def test_any_window_can_be_made_of_the_greys_that_are_sent(film):
    data = viewer.frames(film, None, VIEW)
    low, high = data["greys"]["low"], data["greys"]["high"]
    greys = picture(data["greys"]["source"])
    step = (high - low) / 255
    assert np.abs(low + greys * step - shrunk(film.pixels)).max() <= step / 2 + 1e-6
    assert viewer.frames(FILM, None, View(window=(0, 255)))["greys"]["source"] == "", "it is the film that is shown"


def test_a_refused_film_is_one_picture_without_a_map():
    data = viewer.frames(FILM, None, VIEW)
    assert len(data["panes"]) == 1
    assert (data["map"], data["legend"], data["outlines"]) == ("", None, [])


def test_a_ruler_needs_a_spacing():
    header = Header(spacing=(0.2, 0.1), spacing_kind="imager pixel spacing")
    film = Radiograph(FILM.pixels, sha256="c", source_format="DICOM", header=header)
    assert viewer.frames(film, None, VIEW)["spacing"] == (0.2, 0.1, " at the detector")
    assert viewer.frames(FILM, None, VIEW)["spacing"] is None
