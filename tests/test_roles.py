"""Who is a reader, who a maintainer, and where may the app listen? By hand, for every kind of setting."""

import pytest

from xray_ui.roles import OPEN_VARIABLE, Role, is_loopback, may_listen, providers, role_of, shown_user

NAMED = {"maintainers": ["a.berg@clinic.example", "auth0|42"], "readers": ["Ward@Clinic.example"]}


@pytest.mark.parametrize(
    ("address", "is_own"),
    [
        *(("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("localhost", True)),
        *((None, False), ("", False), ("0.0.0.0", False), ("::", False), ("192.168.1.20", False)),
        *(("localhost.clinic.example", False), ("127.0.0.1.clinic.example", False), ("unix:///tmp/app", False)),
    ],
)
def test_only_loopback_is_the_own_machine(address, is_own):
    assert is_loopback(address) is is_own
    assert may_listen(address, {}, has_login=False) is is_own


@pytest.mark.parametrize(("value", "may"), [("1", True), ("0", False), ("", False), ("yes", False)])
def test_the_network_needs_a_login_or_a_word(value, may):
    assert may_listen(None, {OPEN_VARIABLE: value}, has_login=False) is may
    assert may_listen(None, {OPEN_VARIABLE: value}, has_login=True)


@pytest.mark.parametrize(
    ("user", "role"),
    [
        ({"email": "A.Berg@clinic.example"}, Role.MAINTAINER),
        ({"email": "ward@clinic.example", "email_verified": True}, Role.READER),
        ({"email": "a.berg@clinic.example", "email_verified": False}, None),
        ({"email": "a.berg@clinic.example", "email_verified": "false"}, None),
        ({"sub": "auth0|42", "email": "x@y.example"}, Role.MAINTAINER),
        ({"sub": "AUTH0|42"}, None),
        ({"sub": "a.berg@elsewhere.example", "name": "a.berg@clinic.example"}, None),
        ({"email": ""}, None),
        ({}, None),
    ],
)
def test_a_role_is_for_whom_the_settings_name(user, role):
    assert role_of(user, NAMED) is role


def test_the_greater_role_counts():
    both = {"maintainers": ["a@b.example"], "readers": ["a@b.example"]}
    assert role_of({"email": "a@b.example"}, both) is Role.MAINTAINER


@pytest.mark.parametrize("lists", [{}, {"maintainers": "a@b.example"}, {"maintainers": None}, {"readers": 3}])
def test_settings_that_are_no_lists_name_nobody(lists):
    assert role_of({"email": "a@b.example", "sub": "a"}, lists) is None


@pytest.mark.parametrize(
    ("user", "shown"),
    [
        ({"name": "Anna Berg", "email": "a@b.example"}, "Anna Berg (a@b.example)"),
        ({"email": "a@b.example"}, "a@b.example"),
        ({"name": " Anna ", "email": None}, "Anna"),
        ({"sub": "auth0|42"}, "auth0|42"),
        ({}, ""),
    ],
)
def test_somebody_is_called_so_that_two_of_one_name_differ(user, shown):
    assert shown_user(user) == shown


@pytest.mark.parametrize(
    ("settings", "offered"),
    [
        ({"client_id": "x", "client_kwargs": {"prompt": "login"}}, [None]),
        ({"cookie_secret": "x", "google": {"client_id": "x"}, "okta": {"client_id": "y"}}, ["google", "okta"]),
        ({"cookie_secret": "x", "client_kwargs": {}}, []),
    ],
)
def test_each_provider_is_offered(settings, offered):
    assert providers(settings) == offered
