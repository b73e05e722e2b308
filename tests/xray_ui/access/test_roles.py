"""Who is a reader, who a maintainer, and where may the app listen? By hand, for every kind of setting."""

import math

import pytest

from xray_ui.access.roles import (
    LOGIN_HOURS,
    OPEN_VARIABLE,
    Role,
    host_of,
    is_fresh,
    is_loopback,
    may_be_open,
    means_login,
    missing_settings,
    only_issuer,
    providers,
    role_of,
    shown_user,
)

NAMED = {"maintainers": ["a.berg@clinic.example", "auth0|42"], "readers": ["Ward@Clinic.example"]}


@pytest.mark.parametrize(
    ("address", "is_own"),
    [
        *(("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("localhost", True)),
        *((None, False), ("", False), ("0.0.0.0", False), ("::", False), ("192.168.1.20", False)),
        *(("localhost.clinic.example", False), ("127.0.0.1.clinic.example", False), ("unix:///tmp/app", False)),
        *(("::ffff:0.0.0.0", False), ("127.1", False), ("0", False), (" 127.0.0.1", False), ("clinic-pc", False)),
    ],
)
def test_only_loopback_is_the_own_machine(address, is_own):
    assert is_loopback(address) is is_own
    assert may_be_open(address, [], {}, has_login=False) is is_own


@pytest.mark.parametrize(("value", "may"), [("1", True), ("0", False), ("", False), ("yes", False)])
def test_the_network_needs_a_login_or_a_word(value, may):
    assert may_be_open(None, ["10.0.0.7"], {OPEN_VARIABLE: value}, has_login=False) is may
    assert may_be_open(None, ["10.0.0.7"], {OPEN_VARIABLE: value}, has_login=True)


@pytest.mark.parametrize(
    ("reached", "may"),
    [
        *((["localhost"], True), (["127.0.0.1", "127.0.0.1"], True), (["::1"], True)),
        *((["reader.clinic.example"], False), ([""], False), (["localhost", "10.0.0.7"], False)),
    ],
)
def test_a_server_on_loopback_that_others_reach_by_a_detour_needs_one_as_well(reached, may):
    assert may_be_open("127.0.0.1", reached, {}, has_login=False) is may
    assert may_be_open("127.0.0.1", reached, {}, has_login=True)


@pytest.mark.parametrize(
    ("header", "host"),
    [
        *(
            ("localhost:8501", "localhost"),
            ("127.0.0.1", "127.0.0.1"),
            ("[::1]:8501", "::1"),
            ("LOCALHOST", "localhost"),
        ),
        *(("evil.example:8501", "evil.example"), ("localhost@evil.example", "evil.example"), ("[::1", ""), ("", "")),
    ],
)
def test_a_host_is_told_from_its_port(header, host):
    assert host_of(header) == host


@pytest.mark.parametrize(
    ("user", "role"),
    [
        ({"email": "A.Berg@clinic.example", "email_verified": True}, Role.MAINTAINER),
        ({"email": "a.berg@clinic.example", "email_verified": "true"}, Role.MAINTAINER),
        *(({"email": "a.berg@clinic.example", "email_verified": said}, None) for said in (None, "", 0, 1, "yes")),
        ({"email": "a.berg@clinic.example"}, None),
        ({"email": "ward@clinic.example", "email_verified": True}, Role.READER),
        ({"email": "a.berg@clinic.example", "email_verified": False}, None),
        ({"email": "a.berg@clinic.example", "email_verified": "false"}, None),
        ({"email": "a.berg@clinic.example", "email_verified": "False"}, None),
        ({"sub": "auth0|42", "email": "x@y.example"}, Role.MAINTAINER),
        ({"sub": "AUTH0|42"}, None),
        ({"sub": "a.berg@elsewhere.example", "name": "a.berg@clinic.example"}, None),
        ({"sub": "a.berg@clinic.example"}, None),
        ({"email": ""}, None),
        ({}, None),
    ],
)
def test_a_role_is_for_whom_the_settings_name(user, role):
    assert role_of(user, NAMED) is role


CLINIC, OTHER = "https://login.clinic.example", "https://login.elsewhere.example"


@pytest.mark.parametrize(
    ("issued_by", "subject", "only", "role"),
    [
        *((CLINIC, "42", CLINIC, Role.READER), (OTHER, "42", CLINIC, None), (CLINIC, "42", "", None)),
        *((CLINIC + "/", "42", CLINIC, Role.READER), ("", "42", CLINIC, None)),
        *(
            (OTHER, "7", CLINIC, Role.MAINTAINER),
            (OTHER, "7", "", Role.MAINTAINER),
            (OTHER + "/", "7", "", Role.MAINTAINER),
        ),
        *((CLINIC, "7", CLINIC, None), ("", f"{OTHER} 7", "", None), (OTHER, "x@y.example", "", Role.MAINTAINER)),
    ],
)
def test_a_subject_is_somebody_at_one_issuer_alone(issued_by, subject, only, role):
    named = {"maintainers": [f"{OTHER}/ 7", f"{OTHER} x@y.example"], "readers": ["42"]}
    assert role_of({"iss": issued_by, "sub": subject}, named, only) is role


@pytest.mark.parametrize(
    ("settings", "issuer"),
    [
        ({"client_id": "x", "server_metadata_url": f"{CLINIC}/.well-known/openid-configuration"}, CLINIC),
        ({"client_id": "x", "server_metadata_url": CLINIC}, ""),
        ({"okta": {"server_metadata_url": f"{CLINIC}//.well-known/openid-configuration"}}, CLINIC),
        ({"okta": {"server_metadata_url": f"{CLINIC}/.well-known/openid-configuration"}, "google": {}}, ""),
        ({}, ""),
    ],
)
def test_the_issuer_is_that_of_the_only_provider(settings, issuer):
    assert only_issuer(settings) == issuer


@pytest.mark.parametrize(
    ("secrets", "is_meant"),
    [
        *(({name: {}}, True) for name in ("auth", "Auth", " auth", "auht", "auths", "oauth", "role", "roels", "login")),
        ({"google": {"redirect_uri": "x"}}, True),
        ({"who": {"maintainers": ["a@b.example"]}}, True),
        *(({name: "x"}, False) for name in ("OPENAI_API_KEY", "connections", "password", "other")),
        ({"connections": {"url": "x", "password": "y"}}, False),
        ({}, False),
    ],
)
def test_settings_that_are_misspelt_are_still_meant(secrets, is_meant):
    assert means_login(secrets) is is_meant


def test_the_greater_role_counts():
    both = {"maintainers": ["a@b.example"], "readers": ["a@b.example"]}
    assert role_of({"email": "a@b.example", "email_verified": True}, both) is Role.MAINTAINER


@pytest.mark.parametrize("lists", [{}, {"maintainers": "a@b.example"}, {"maintainers": None}, {"readers": 3}])
def test_settings_that_are_no_lists_name_nobody(lists):
    assert role_of({"email": "a@b.example", "email_verified": True, "sub": "a"}, lists) is None


@pytest.mark.parametrize(
    ("user", "shown"),
    [
        ({"name": "Anna Berg", "email": "a@b.example", "email_verified": True, "sub": "7"}, "Anna Berg (a@b.example)"),
        ({"email": "a@b.example", "sub": "7"}, "7"),
        ({"email": "a@b.example"}, "a@b.example"),
        ({"name": " Anna ", "email": None}, "Anna"),
        ({"name": "Anna Berg (a@b.example)", "sub": "7"}, "Anna Berg (a@b.example) (7)"),
        ({"name": "Eve", "email": "a@b.example", "email_verified": False, "sub": "7"}, "Eve (7)"),
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


@pytest.mark.parametrize(
    ("user", "fresh"),
    [
        *(({"iat": 1000}, True), ({"iat": 999.0}, False), ({"iat": 2000}, True)),
        *(({"iat": 44_259}, True), ({"iat": 44_260}, False), ({"iat": 10**12}, False)),
        *(({"iat": math.inf}, False), ({"iat": math.nan}, False), ({"iat": -math.inf}, False)),
        *(({}, False), ({"iat": None}, False), ({"iat": "1000"}, False)),
    ],
)
def test_a_login_ends_by_itself(user, fresh):
    assert is_fresh(user, 999.5 + LOGIN_HOURS * 3600) is fresh


WHOLE = {
    "redirect_uri": "http://localhost:8501/oauth2callback",
    "cookie_secret": "0123456789abcdef" * 2,
    "client_id": "x",
    "client_secret": "y",
    "server_metadata_url": "https://login.clinic.example/",
}


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({}, []),
        ({"redirect_uri": ""}, ["redirect_uri"]),
        ({"cookie_secret": "xxx"}, ["cookie_secret of at least 32 characters"]),
        ({"client_secret": ""}, ["client_secret"]),
        ({"okta": {"client_id": "z"}}, []),
    ],
)
def test_what_a_login_lacks_is_named(changes, missing):
    assert missing_settings(WHOLE | changes) == missing


def test_what_a_named_provider_lacks_is_named():
    shared = {key: WHOLE[key] for key in ("redirect_uri", "cookie_secret")}
    assert missing_settings(shared) == ["client_id", "client_secret", "server_metadata_url"]
    okta = {key: WHOLE[key] for key in ("client_id", "client_secret")}
    assert missing_settings(shared | {"okta": okta}) == ["okta.server_metadata_url"]
