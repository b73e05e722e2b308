"""Is what the browser sends taken where it makes sense, and left where it does not?"""

from types import SimpleNamespace

import numpy as np
import pytest

from model_store.film.radiograph import Radiograph
from xray_ui.reading.film import view

FILM = Radiograph(np.arange(64 * 64, dtype=np.uint16).reshape(64, 64), sha256="a", source_format="PNG")
OTHER = Radiograph(FILM.pixels, sha256="b", source_format="PNG")


@pytest.fixture
def state(monkeypatch):
    """The session."""
    state = {"colour_map": "inferno", "crop": False, "against": False}
    monkeypatch.setattr(view, "st", SimpleNamespace(session_state=state))
    return state


def test_what_is_chosen_is_shown(state):
    sent = {"layout": "overlay", "opacity": 35, "invert": True, "lungs": True, "window": [100, 300.5]}
    view.take(sent, FILM)
    shown = view.chosen_view(FILM)
    assert (shown.layout, shown.opacity, shown.invert, shown.lungs) == ("overlay", 0.35, True, True)
    assert shown.window == (100, 300.5)


def test_a_window_is_one_films_and_none_is_the_films_own(state):
    view.take({"window": [100, 300]}, FILM)
    own = view.chosen_view(OTHER).window
    assert own == (
        pytest.approx(np.percentile(FILM.pixels[::4, ::4], 1)),
        pytest.approx(np.percentile(FILM.pixels[::4, ::4], 99)),
    )
    view.take({"opacity": 10}, FILM)
    assert view.chosen_view(FILM).window == (100, 300), "what is not sent stays"
    view.take({"window": None}, FILM)
    assert view.chosen_view(FILM).window == own


@pytest.mark.parametrize(
    "sent",
    [
        *(None, [], {}, {"layout": "mosaic"}, {"opacity": 101}, {"opacity": -1}, {"opacity": "9"}, {"invert": 1}),
        *({"window": [300, 100]}, {"window": [5, 5]}, {"window": [float("nan"), 5]}, {"window": [0, 1e9]}),
    ],
)
def test_what_makes_no_sense_is_left(state, sent):
    before = view.chosen_view(FILM)
    view.take(sent, FILM)
    assert view.chosen_view(FILM) == before
