"""The real server, when a result is saved: is a copy kept in the browser's own folder, with whatever it names?"""

import pytest
import requests
from streamlit.proto.BackMsg_pb2 import BackMsg

from tests.browser.bare_session import bare_session
from tests.browser.server import running_app

SCRIPT = """
import streamlit as st
from xray_ui.server import sessions as admitted

admitted.add()
st.download_button("Save", data=lambda: b"a film", file_name="film.zip", mime="application/zip")
"""


@pytest.fixture
def address(tmp_path):
    script = tmp_path / "app.py"
    script.write_text(SCRIPT)
    with running_app(tmp_path / "home", tmp_path / "app.log", script=script) as address:
        yield address


def saved(address: str) -> requests.Response:
    """Press the button; return what the browser then fetches."""
    request = BackMsg()
    asked = request.backend_operation_request
    with bare_session(address) as session:
        session.draw()
        asked.session_id = session.identity
        asked.deferred_file.file_id = session.offered
        session.send(request)
        while not (url := session.receive().backend_operation_response.deferred_file.url):
            pass
        return session.http.get(address + url)


def test_the_browser_keeps_no_copy_of_what_is_saved(address):
    answer = saved(address)
    assert answer.content == b"a film"
    assert "film.zip" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"
