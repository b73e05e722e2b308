"""The real server, reached by somebody who is not let in: what is shown, and is one byte of an upload taken?"""

import socket

import pytest

from tests.browser.bare_session import bare_session
from tests.browser.server import running_app
from xray_ui.access import login
from xray_ui.access.roles import OPEN_VARIABLE

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
        assert_shut(session, login.ADDRESS_REFUSED)


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
        *({"headers": {name: "10.2.3.4"}} for name in ("X-Real-IP", "X-Forwarded-Host", "Via")),
        {"headers": {"Forwarded": "for=127.0.0.1"}},
    ],
)
def test_a_detour_to_the_own_machine_is_refused(loopback, detour):
    """A page elsewhere whose name was made to point to this machine, or a proxy on it, is no way round."""
    with bare_session(loopback) as invited, bare_session(loopback, **detour) as session:
        invited.draw()  # So that the server takes uploads at all.
        assert_shut(session, login.ADDRESS_REFUSED)
        assert invited.put(FILM) == 204


@pytest.mark.parametrize("origin", ["http://localhost:{other}", "http://127.0.0.1:{other}", "http://localhost:{port}"])
def test_a_page_on_another_port_of_this_machine_is_refused(loopback, origin):
    """The server by itself lets all of this machine in; such a page rolled the active version back."""
    port = int(loopback.rpartition(":")[2])
    said = {"Origin": origin.format(port=port, other=port + 1)}
    with bare_session(loopback) as invited, bare_session(loopback, headers=said) as session:
        invited.draw()
        assert_shut(session, login.PAGE_REFUSED)
        assert invited.put(FILM) == 204


def test_a_page_on_another_port_is_refused_where_everybody_may_come_in(app):
    with app("--server.address", "0.0.0.0", **{OPEN_VARIABLE: "1"}) as address:
        with bare_session(address, headers={"Origin": "http://localhost:1"}) as session:
            assert_shut(session, login.PAGE_REFUSED)
        with bare_session(address, headers={"Origin": address}) as session:
            assert UPLOAD in session.draw()


def test_without_a_login_nothing_is_taken(app, tmp_path):
    secrets = tmp_path / "secrets.toml"
    secrets.write_text(SECRETS)
    with app(STREAMLIT_SECRETS_FILES=str(secrets)) as address, bare_session(address) as session:
        assert_shut(session, "og in")
        secrets.write_text("")  # As for a moment while somebody saves it.
        session.wait_for(login.SECRETS_UNREADABLE)
        assert session.put(FILM) == 400


def _has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::", 0))
    except OSError:
        return False
    return True
