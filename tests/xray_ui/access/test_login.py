"""Who is let in, and who may act? The app with and without a login, for nobody, a stranger, a reader, a maintainer."""

import threading
import time

import pytest
import streamlit as st
from streamlit import config
from streamlit.runtime.context import StreamlitHeaders
from streamlit.testing.v1 import AppTest

from model_store.versions.activation.activation import Activation
from model_store.versions.registry import Registry
from tests.doubles.app_driver import FIRST, ROOT, fake_reads, labels, page, plain, press, start, upload, words  # noqa: F401
from tests.doubles.trainings.run_doubles import add_version, write_run
from xray_ui.access import login
from xray_ui.reading import wording as reading_wording
from xray_ui.retraining import job

SECRET = "0123456789abcdef" * 2
PROVIDER = {"client_id": "x", "client_secret": "y", "server_metadata_url": "http://127.0.0.1:1/"}
SECRETS = {
    "auth": {"redirect_uri": "http://localhost:8501/oauth2callback", **PROVIDER, "cookie_secret": SECRET},
    "roles": {"maintainers": ["berg@clinic.example"], "readers": ["ward@clinic.example"]},
}
LOGGED_IN = {"is_logged_in": True, "iat": time.time(), "email_verified": True}
MAINTAINER = {**LOGGED_IN, "email": "berg@clinic.example", "name": "Anna Berg"}
READER = {**LOGGED_IN, "email": "ward@clinic.example"}
STRANGER = {**LOGGED_IN, "email": "someone@elsewhere.example"}


@pytest.fixture(autouse=True)
def own_address(monkeypatch):
    """The app listens on loopback, and there never was a login."""
    address = st.get_option("server.address")
    config.set_option("server.address", "127.0.0.1")
    monkeypatch.delenv("XRAY_OPEN_TO_NETWORK", raising=False)
    monkeypatch.setattr(login, "_LOGIN_SEEN", threading.Event())
    monkeypatch.setattr(login, "_ENDED", set())
    monkeypatch.setattr(login, "find_spec", lambda module: module)
    yield
    config.set_option("server.address", address)


def opened(user: dict | None = None, *, secrets: dict | None = SECRETS) -> AppTest:
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60)
    if secrets:
        app.secrets.update(secrets)
    app.user = user or {"is_logged_in": False}
    return app.run()


def assert_shut(app: AppTest, sentence: str) -> None:
    assert not app.exception
    assert plain(app).endswith(sentence) or sentence in plain(app)
    assert not app.file_uploader
    assert reading_wording.WELCOME not in plain(app)


def test_without_a_login_everything_is_as_it_was(reads):
    app = start()
    assert app.file_uploader
    assert "Log out" not in labels(app)
    assert login.MAINTAINERS_ONLY not in words(page(app, "models"))


@pytest.mark.parametrize("address", [None, "0.0.0.0", "192.168.1.20"])
def test_an_open_address_is_refused(reads, address):
    config.set_option("server.address", address)
    assert_shut(opened(secrets=None), login.ADDRESS_REFUSED)


@pytest.mark.parametrize("user", [None, MAINTAINER])
def test_a_page_elsewhere_is_refused_with_a_login_too(reads, monkeypatch, user):
    headers = StreamlitHeaders([("Host", "localhost:8501"), ("Origin", "http://localhost:9999")])
    monkeypatch.setattr(type(st.context), "headers", headers)
    assert_shut(opened(user, secrets=SECRETS if user else None), login.PAGE_REFUSED)


def test_what_a_proxy_says_is_a_detour(reads, monkeypatch):
    monkeypatch.setattr(type(st.context), "headers", StreamlitHeaders([("Host", "localhost"), ("Via", "1.1 proxy")]))
    assert_shut(opened(secrets=None), login.ADDRESS_REFUSED)
    assert opened(READER).file_uploader


def test_a_detour_to_the_own_machine_is_refused(reads, monkeypatch):
    monkeypatch.setattr(login, "_reached", lambda: ["reader.clinic.example"])
    assert_shut(opened(secrets=None), login.ADDRESS_REFUSED)


def test_an_open_address_is_let_where_somebody_says_so(reads, monkeypatch):
    config.set_option("server.address", None)
    monkeypatch.setenv("XRAY_OPEN_TO_NETWORK", "1")
    assert opened(secrets=None).file_uploader


def test_an_open_address_is_let_behind_a_login(reads):
    config.set_option("server.address", None)
    assert_shut(opened(), login.LOGIN_NEEDED)
    assert opened(READER).file_uploader


def test_nobody_gets_in_without_logging_in(reads):
    app = opened()
    assert_shut(app, login.LOGIN_NEEDED)
    assert labels(app) == ["Log in"]
    app = press(app, "Log in")
    assert not app.exception
    assert "The login could not be started (error " in plain(app), "there is no file of secrets here"


@pytest.mark.parametrize(("gone", "named"), [({"authlib"}, "Authlib"), ({"authlib", "httpx"}, "Authlib and httpx")])
def test_what_is_not_installed_is_named(reads, monkeypatch, gone, named):
    monkeypatch.setattr(login, "find_spec", lambda module: None if module in gone else module)
    app = opened()
    assert_shut(app, login.PACKAGES_MISSING.format(missing=named))
    assert labels(app) == [], "a button that cannot work"


def test_a_login_does_not_last_for_ever(reads):
    assert_shut(opened(MAINTAINER | {"iat": time.time() - 13 * 3600}), login.LOGIN_NEEDED)
    assert_shut(opened(MAINTAINER | {"iat": time.time() + 3600}), login.LOGIN_NEEDED)
    assert_shut(opened({key: MAINTAINER[key] for key in MAINTAINER if key != "iat"}), login.LOGIN_NEEDED)


def test_an_address_that_was_not_verified_is_nobody_s(reads):
    app = opened({**MAINTAINER, "email_verified": None})
    assert_shut(app, login.NOT_NAMED.format(who="Anna Berg (berg@clinic.example)"))


def test_a_subject_of_another_issuer_is_somebody_else(reads):
    provider = PROVIDER | {"server_metadata_url": "https://login.clinic.example/.well-known/openid-configuration"}
    secrets = {"auth": SECRETS["auth"] | provider, "roles": {"readers": ["42"]}}
    user = LOGGED_IN | {"sub": "42", "iss": "https://login.clinic.example"}
    assert opened(user, secrets=secrets).file_uploader
    assert_shut(opened(user | {"iss": "https://login.elsewhere.example"}, secrets=secrets), "you are not named")


def test_each_provider_has_its_button(reads):
    auth = {key: SECRETS["auth"][key] for key in ("redirect_uri", "cookie_secret")} | {
        "google": PROVIDER,
        "okta": PROVIDER,
    }
    assert labels(opened(secrets=SECRETS | {"auth": auth})) == ["Log in with google", "Log in with okta"]


def test_whoever_has_no_role_is_told_so(reads):
    app = opened(STRANGER)
    assert_shut(app, login.NOT_NAMED.format(who="someone@elsewhere.example"))
    assert labels(app) == ["Log out"]


@pytest.mark.parametrize(
    "secrets",
    [
        *({"auth": {}}, {"auth": "google"}, {"roles": SECRETS["roles"]}, SECRETS | {"roles": "berg@clinic.example"}),
        SECRETS | {"auth": SECRETS["auth"] | {"cookie_secret": "xxx"}},
    ],
)
def test_a_login_that_is_half_set_up_lets_nobody_in(reads, secrets):
    assert_shut(opened(MAINTAINER, secrets=secrets), login.SECRETS_UNREADABLE)
    assert not login.may_maintain()


@pytest.mark.parametrize("name", ["Auth", "auht", "oauth", "auths"])
def test_a_section_that_is_misspelt_lets_nobody_in(reads, name):
    assert_shut(opened(MAINTAINER, secrets={name: SECRETS["auth"]}), login.SECRETS_UNREADABLE)


def test_secrets_of_something_else_are_no_login(reads):
    assert opened(secrets={"OPENAI_API_KEY": "x"}).file_uploader


@pytest.mark.parametrize("content", [None, "", "# nothing yet\n", "[auth\n", b"\xff\xfe", "[auth]\n"])
def test_a_file_of_secrets_without_a_whole_login_lets_nobody_in(reads, tmp_path, content):
    file, before = tmp_path / "secrets.toml", st.get_option("secrets.files")
    if content is None:
        file.symlink_to(tmp_path / "not mounted")
    else:
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    config.set_option("secrets.files", [str(file)])
    try:
        assert_shut(opened(secrets=None), login.SECRETS_UNREADABLE)
    finally:
        config.set_option("secrets.files", before)


def test_an_empty_file_for_all_programs_is_no_login(reads, tmp_path, monkeypatch):
    file, before = tmp_path / ".streamlit" / "secrets.toml", st.get_option("secrets.files")
    file.parent.mkdir()
    file.write_text("")
    monkeypatch.setenv("HOME", str(tmp_path))
    config.set_option("secrets.files", [str(file)])
    try:
        assert opened(secrets=None).file_uploader
    finally:
        config.set_option("secrets.files", before)


def test_a_login_does_not_go_away_with_its_settings(reads):
    assert opened(MAINTAINER).file_uploader
    assert_shut(opened(MAINTAINER, secrets=None), login.SECRETS_UNREADABLE)
    assert_shut(opened(MAINTAINER, secrets={"other": "x"}), login.SECRETS_UNREADABLE)


def test_a_reader_reads_and_looks_and_cannot_act(reads, xray_home):
    add_version(xray_home, "spring", passed=True)
    write_run(xray_home, "spring", "failed")
    app = upload(opened(READER), ("film.png", FIRST))
    assert "probability of pneumonia" in words(app)
    assert "ward@clinic.example, reader" in words(app)
    for name in ("models", "retrain", "new_training"):
        app = page(app, name)
        assert not app.sidebar.get("page_link")
        assert login.MAINTAINERS_ONLY in words(app)
        forbidden = {
            "Activate spring",
            "Roll back",
            "Import this file",
            "Yes, delete it",
            "Resume",
            "Examine the films",
        }
        assert not forbidden & set(labels(app))
    assert not [box for box in app.file_uploader if box.key not in ("uploads", "uploads_of_folders")]


def test_a_maintainer_acts_under_the_own_name(reads, xray_home):
    add_version(xray_home, "spring", passed=True)
    app = page(opened(MAINTAINER), "models")
    box = next(box for box in app.main.selectbox if box.label == "Version")
    app = press(press(box.set_value("spring").run(), "Activate spring"), "Activate")
    app = press(app, "Roll back to bundled")
    assert [entry.by for entry in Activation(xray_home).log()] == ["Anna Berg (berg@clinic.example)"] * 2
    assert not [field for field in app.text_input if field.label == "Your name"]


@pytest.mark.parametrize("act", ["activate", "roll back", "delete", "import", "resume", "delete run", "cancel"])
def test_a_button_that_was_drawn_for_a_maintainer_does_nothing_for_a_reader(reads, xray_home, monkeypatch, act):
    started = []
    monkeypatch.setattr(job, "resume", lambda run_id, home: started.append(run_id))
    add_version(xray_home, "spring", passed=True)
    Activation(xray_home).activate("spring", by="x")
    add_version(xray_home, "summer", passed=True)
    run = write_run(xray_home, "autumn", "running" if act == "cancel" else "failed")
    app = page(opened(MAINTAINER), "retrain" if act in ("resume", "delete run", "cancel") else "models")
    if act in ("activate", "delete"):
        box = next(box for box in app.main.selectbox if box.label == "Version")
        app = box.set_value("summer").run()
    if act == "activate":
        app = press(app, "Activate summer")
    drawn = {
        "activate": "Activate",
        "roll back": "Roll back to bundled",
        "import": "Import this file",
        "resume": "Resume",
        "cancel": "Yes, cancel it",
    }.get(act, "Yes, delete it")
    monkeypatch.setattr(login, "require_maintainer", _refuse)
    app = press(app, drawn)
    assert not app.exception
    assert "Only a maintainer may do this" in plain(app)
    assert (Activation(xray_home).active_name(), started) == ("spring", [])
    assert {"spring", "summer"} <= set(Registry(xray_home).names())
    assert run.path.is_dir()
    assert not run.cancel_requested


def _refuse():
    raise login.NotAllowed(login._NOT_ALLOWED)


@pytest.mark.parametrize(("user", "may"), [(MAINTAINER, True), (READER, False), (STRANGER, False), ({}, False)])
def test_only_a_maintainer_may_act(monkeypatch, user, may):
    monkeypatch.setattr(login, "_login_settings", lambda: SECRETS["auth"])
    monkeypatch.setattr(login, "_user", lambda: user)
    monkeypatch.setattr(st, "secrets", SECRETS)
    assert login.may_maintain() is may
    if may:
        login.require_maintainer()
    else:
        with pytest.raises(login.NotAllowed, match="Only a maintainer may do this"):
            login.require_maintainer()


def test_logging_out_forgets_the_films(reads, monkeypatch):
    gone = []
    monkeypatch.setattr(st, "logout", lambda: gone.append(dict(st.session_state)))
    app = upload(opened(READER), ("film.png", FIRST))
    assert "probability of pneumonia" in words(app)
    press(app, "Log out")
    assert gone == [{}]


def test_logging_out_ends_the_login_in_every_window(reads, monkeypatch):
    """The server knows of it in the one alone: the other would have been open for twelve hours more."""
    monkeypatch.setattr(st, "logout", lambda: None)
    window, other, elsewhere = opened(MAINTAINER), opened(MAINTAINER), opened(MAINTAINER | {"iat": time.time() - 60})
    press(window, "Log out")
    assert_shut(other.run(), login.LOGIN_NEEDED)
    assert_shut(opened(MAINTAINER), login.LOGIN_NEEDED)
    assert elsewhere.run().file_uploader, "another login of the same person"
    assert opened(MAINTAINER | {"iat": time.time()}).file_uploader, "a new login"
