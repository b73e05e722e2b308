"""What of a window comes back with its page? Also that its worklist was cancelled, but not what was reading it."""

import pytest
from streamlit.testing.v1 import AppTest

from xray_ui.frame import reloaded
from xray_ui.reading.case.outcomes import Memory
from xray_ui.reading.worklist.panel import READ_ALL
from xray_ui.reading.worklist.read_all import ReadAll
from xray_ui.server import reload


def page() -> None:
    from xray_ui.frame import reloaded

    reloaded.watch()


@pytest.mark.parametrize("cancelled", [True, False])
def test_a_worklist_that_was_cancelled_stays_so(monkeypatch, cancelled):
    before = ReadAll(Memory({}, {}, {}, {}), {})
    if cancelled:
        before.cancel()
    held = reload.Held({READ_ALL: before, "opacity": 40}, {})
    monkeypatch.setattr(reloaded.reload, "watch", lambda take: take(held))
    app = AppTest.from_function(page).run()
    assert not app.error
    assert not app.exception
    assert app.session_state["opacity"] == 40
    is_there = READ_ALL in app.session_state
    assert (is_there and app.session_state[READ_ALL].was_cancelled) == cancelled
    assert not is_there or app.session_state[READ_ALL] is not before
