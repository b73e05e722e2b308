"""The real server, reached by somebody who is not let in: what is shown, and is one byte of an upload taken?"""

import socket

import pytest

from tests.browser.bare_session import bare_session
from tests.browser.server import running_app
from xray_ui import access
from xray_ui.roles import OPEN_VARIABLE

FILM = b"\x89PNG" * 5000
UPLOAD = "Radiographs, folders or ZIP files"
SECRETS = """
[auth]
redirect_uri = "http://localhost:{port}/oauth2callback"
cookie_secret = "0123456789abcdef0123456789abcdef"
client_id = "x"
client_secret = "y"
server_metadata_url = "http://127.0.0.1:1/"
"""


@pytest.fixture
def app(tmp_path):
    """Run the app with other settings than those of the program."""

    def run(*options, **settings):
        return running_app(tmp_path / "home", tmp_path / "app.log", options=options, settings=settings)

    return run


@pytest.fixture(scope="module")
def loopback(tmp_path_factory):
    folder = tmp_path_factory.mktemp("app")
    with running_app(folder / "home", folder / "app.log") as address:
        yield address


def assert_shut(session, sentence):
    """Nothing is taken before the page was drawn for the first time, and nothing after it."""
    assert session.put(FILM) in (400, 413)
    shown = session.draw()
    assert sentence in shown
    assert UPLOAD not in shown
    assert session.put(FILM) == 400


@pytest.mark.parametrize(
    ("options", "settings"),
    [
        (["--server.address", "0.0.0.0"], {}),
        (["--server.address", "::"], {}),
        (["--server.address="], {}),
        ([], {"STREAMLIT_SERVER_ADDRESS": "0.0.0.0"}),
    ],
)
def test_an_open_address_is_refused(app, options, settings):
    if "::" in options and not _has_ipv6():
        pytest.skip("this machine has no IPv6")
    with app(*options, **settings) as address, bare_session(address) as session:
        assert_shut(session, access.ADDRESS_REFUSED)


def test_an_open_address_is_let_where_somebody_says_so(app):
    with app("--server.address", "0.0.0.0", **{OPEN_VARIABLE: "1"}) as address, bare_session(address) as session:
        assert UPLOAD in session.draw()
        assert session.put(FILM) == 204


@pytest.mark.parametrize("address", ["localhost", "127.0.0.1"])
def test_the_own_machine_is_let_in(loopback, address):
    with bare_session(loopback, host=address) as session:
        assert UPLOAD in session.draw()
        assert session.put(FILM) == 204


@pytest.mark.parametrize(
    "detour",
    [
        {"host": "reader.clinic.example"},
        {"host": "localhost.evil.example"},
        {"headers": {"X-Forwarded-For": "10.2.3.4"}},
    ],
)
def test_a_detour_to_the_own_machine_is_refused(loopback, detour):
    """A page elsewhere whose name was made to point to this machine, or a proxy on it, is no way round."""
    with bare_session(loopback) as invited, bare_session(loopback, **detour) as session:
        invited.draw()  # So that the server takes uploads at all.
        assert_shut(session, access.ADDRESS_REFUSED)
        assert invited.put(FILM) == 204


def test_without_a_login_nothing_is_taken(app, tmp_path):
    secrets = tmp_path / "secrets.toml"
    secrets.write_text(SECRETS)
    with app(STREAMLIT_SECRETS_FILES=str(secrets)) as address, bare_session(address) as session:
        assert_shut(session, "og in")
        secrets.write_text("")  # As for a moment while somebody saves it.
        session.wait_for(access.SECRETS_UNREADABLE)
        assert session.put(FILM) == 400


def _has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::", 0))
    except OSError:
        return False
    return True
