"""The real app behind a login at a real provider, in a real browser: nobody, a maintainer, a reader, a stranger."""

import secrets
from types import SimpleNamespace

import pytest

from tests.browser.pages import browser_page, upload, violations
from tests.browser.provider import CLIENT, CLIENT_SECRET, running_provider
from tests.browser.server import running_app
from tests.doubles.films import phantom
from tests.doubles.trainings.run_doubles import add_version
from xray_ui.access import idle, login
from xray_ui.models import wording as models_wording
from xray_ui.reading import wording as reading_wording

pytest.importorskip("authlib", reason="Authlib is not installed, without which Streamlit has no login")
pytest.importorskip("httpx", reason="httpx is not installed, without which Authlib asks no provider")

MAINTAINER = {"sub": "1", "name": "Anna Berg", "email": "berg@clinic.example", "email_verified": True}
READER = {"sub": "2", "email": "ward@clinic.example", "email_verified": True}
STRANGER = {"sub": "3", "name": "Anna Berg", "email": "berg@elsewhere.example", "email_verified": True}
TITLE = "h1"


class Clinic(SimpleNamespace):
    """The provider, the app, and the file of secrets between them."""

    def name(self, *, maintainers=(), readers=()):
        """Say who may do what; the app looks at the file by itself, so at no moment may half of it be there."""
        half = self.file.with_suffix(".half")
        half.write_text(
            f"""[auth]
redirect_uri = "http://127.0.0.1:{{port}}/oauth2callback"
cookie_secret = "{self.cookie_secret}"
client_id = "{CLIENT}"
client_secret = "{CLIENT_SECRET}"
server_metadata_url = "{self.provider.issuer}/.well-known/openid-configuration"
[roles]
maintainers = {list(maintainers)}
readers = {list(readers)}
"""
        )
        half.replace(self.file)


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clinic")
    add_version(folder / "home", "spring", passed=True)
    with running_provider() as provider:
        clinic = Clinic(file=folder / "secrets.toml", provider=provider, cookie_secret=secrets.token_urlsafe(32))
        clinic.name()
        settings = {"STREAMLIT_SECRETS_FILES": str(clinic.file)}
        with running_app(folder / "home", folder / "app.log", settings=settings) as clinic.address:
            yield clinic


@pytest.fixture
def clinic(running):
    running.name(maintainers=[MAINTAINER["email"]], readers=[READER["email"]])
    return running


@pytest.fixture
def page(clinic):
    with browser_page(clinic.address, shows=TITLE) as page:
        yield page


def log_in(page, clinic, user):
    clinic.provider.user = user
    button(page, "Log in").click()


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


def open_page(page, name):
    page.get_by_role("link", name=name, exact=True).click()
    page.get_by_role("heading", name=name, exact=True).first.wait_for()


def log_out(page):
    """Log out as a person can beside a film, too: there the sidebar is folded."""
    button(page, "Log out").wait_for(state="attached")
    page.wait_for_timeout(1000)  # Until the sidebar has folded itself.
    if page.locator('[data-testid="stSidebar"][data-collapsed="true"]').count():
        page.locator('[data-testid="stExpandSidebarButton"]').click()
    button(page, "Log out").click()


def films(page):
    return page.locator(".xv-frame, .st-key-facts, .js-plotly-plot")


def test_a_maintainer_reads_and_sees_what_can_be_done_until_the_log_out(page, clinic):
    button(page, "Log in").wait_for()
    assert page.locator('input[type="file"]').count() == 0, "nobody drops a film without a login"
    assert violations(page) == []
    log_in(page, clinic, MAINTAINER)
    page.get_by_text("Anna Berg (berg@clinic.example), maintainer").wait_for()
    upload(page, "child.png", phantom.png(phantom.Chest(seed=1)))
    assert violations(page) == []
    page.get_by_role("link", name="Retrain the model").wait_for()
    open_page(page, "Models")
    button(page, "Import").wait_for()
    assert page.get_by_text(login.MAINTAINERS_ONLY).count() == 0
    page.get_by_role("link", name="Read", exact=True).click()
    films(page).first.wait_for()
    before = clinic.provider.ended
    log_out(page)
    page.get_by_text(login.LOGIN_NEEDED).wait_for()
    assert films(page).count() == page.locator('input[type="file"]').count() == 0
    assert clinic.provider.ended == before + 1, "the provider has forgotten the login, too"
    assert [cookie["name"] for cookie in page.context.cookies() if "user" in cookie["name"]] == []
    page.go_back()
    page.wait_for_timeout(3000)
    assert films(page).count() == 0, "nor does the way back lead to the film"


def test_a_log_out_in_one_window_is_one_in_all(page, clinic):
    log_in(page, clinic, MAINTAINER)
    button(page, "Log out").wait_for()
    upload(page, "child.png", phantom.png(phantom.Chest(seed=4)))
    with page.expect_popup() as opened:
        page.evaluate("address => void window.open(address)", clinic.address)
    other = opened.value
    log_out(other)
    page.get_by_text(login.LOGIN_NEEDED).wait_for()  # Nobody has touched this window.
    other.get_by_text(login.LOGIN_NEEDED).wait_for()
    assert films(page).count() == page.locator('input[type="file"]').count() == 0
    log_in(page, clinic, MAINTAINER)
    button(page, "Log out").wait_for()


def test_a_page_that_is_loaded_anew_brings_back_what_this_login_read_and_no_other(page, clinic):
    log_in(page, clinic, MAINTAINER)
    button(page, "Log out").wait_for()
    short = upload(page, "child.png", phantom.png(phantom.Chest(seed=5)))
    page.reload()
    page.locator(".st-key-facts", has_text=short).wait_for(state="attached")
    page.context.clear_cookies()
    page.reload()
    page.get_by_text(login.LOGIN_NEEDED).wait_for()
    page.reload()
    page.get_by_text(login.LOGIN_NEEDED).wait_for()
    assert films(page).count() == 0
    for user, role in (
        (READER, "reader"),
        (MAINTAINER, "maintainer"),
    ):  # The second is another login of the same person.
        log_in(page, clinic, user)
        page.get_by_text(f"{user['email']}, {role}" if user is READER else "maintainer").first.wait_for()
        for _ in range(2):
            page.wait_for_timeout(3000)
            assert films(page).count() == page.get_by_text("still here").count() == 0
            page.reload()
            button(page, "Log out").wait_for()
        button(page, "Log out").click()
        page.get_by_text(login.LOGIN_NEEDED).wait_for()
        page.reload()
        page.get_by_text(login.LOGIN_NEEDED).wait_for()


def test_the_cookie_of_a_login_is_kept_from_scripts_and_from_other_sites(page, clinic):
    log_in(page, clinic, MAINTAINER)
    button(page, "Log out").wait_for()
    cookies = [cookie for cookie in page.context.cookies() if "user" in cookie["name"]]
    assert cookies
    assert {(cookie["httpOnly"], cookie["sameSite"]) for cookie in cookies} == {(True, "Lax")}
    assert "_streamlit_user" not in page.evaluate("document.cookie")
    forged = next(cookie for cookie in cookies if cookie["name"] == "_streamlit_user")
    page.context.add_cookies([forged | {"value": forged["value"][:-4] + "AAAA"}])
    page.reload()
    page.get_by_text(login.LOGIN_NEEDED).wait_for()


def test_a_screen_that_nobody_touches_is_logged_out(page, clinic):
    """As after a laptop has slept: by the clock of the browser more time is over than anybody may be away."""
    page.clock.install()
    log_in(page, clinic, MAINTAINER)
    button(page, "Log out").wait_for()
    page.get_by_role("heading", name=reading_wording.WELCOME).wait_for()
    page.wait_for_timeout(2000)  # Until what watches the screen is there.
    before = clinic.provider.ended
    page.clock.fast_forward(f"{idle.DEFAULT_MINUTES + 1:.0f}:00")
    page.get_by_text(login.LOGIN_NEEDED).wait_for()
    assert page.get_by_text("nobody has touched the screen for 15 minutes").is_visible()
    assert clinic.provider.ended == before + 1
    page.reload()
    page.get_by_text(login.LOGIN_NEEDED).wait_for()


def test_a_reader_reads_and_can_do_nothing_else(page, clinic):
    log_in(page, clinic, READER)
    page.get_by_text("ward@clinic.example, reader").wait_for()
    page.get_by_text(reading_wording.WELCOME.split(".")[0]).first.wait_for()
    assert page.get_by_role("link", name="Retrain the model").count() == 0
    upload(page, "child.png", phantom.png(phantom.Chest(seed=2)))
    open_page(page, "Models")
    page.get_by_text(login.MAINTAINERS_ONLY).first.wait_for()
    assert button(page, "Import").count() == button(page, "Delete").count() == 0
    assert page.get_by_role("button", name="Activate").count() == 0


def test_a_stranger_of_the_same_name_is_refused(page, clinic):
    log_in(page, clinic, STRANGER)
    sentence = login.NOT_NAMED.format(who="Anna Berg (berg@elsewhere.example)")
    page.get_by_text(sentence).wait_for()
    assert page.locator('input[type="file"]').count() == 0
    button(page, "Log out").click()
    page.get_by_text(login.LOGIN_NEEDED).wait_for()


def test_who_is_no_longer_named_can_no_longer_act_nor_read(page, clinic):
    log_in(page, clinic, MAINTAINER)
    button(page, "Log out").wait_for()
    upload(page, "child.png", phantom.png(phantom.Chest(seed=3)))
    open_page(page, "Models")
    button(page, "Import").click()
    act = button(page, "Import this file")
    act.wait_for()
    clinic.name(readers=[MAINTAINER["email"]])
    page.wait_for_timeout(2000)  # The app looks at the file by and by.
    act.click()
    page.get_by_text(login.MAINTAINERS_ONLY).first.wait_for()
    assert page.get_by_text(models_wording.NO_IMPORT_FILE).count() == 0
    clinic.name()
    page.wait_for_timeout(2000)
    page.get_by_role("link", name="Read", exact=True).click()
    page.get_by_text("you are not named").wait_for()
    assert films(page).count() == page.locator('input[type="file"]').count() == 0
