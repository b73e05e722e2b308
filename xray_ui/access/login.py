"""Who is let in, and may act? Everybody on the own machine; with a login, whoever the secrets name.

Imported before the upload is on the screen, so this module imports nothing that takes time.
"""

import logging
import os
import threading
import time
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import streamlit as st

from xray_ui.access import idle
from xray_ui.access.detours import is_own_page, proxies_among
from xray_ui.access.roles import (
    LOGIN_HOURS,
    OPEN_VARIABLE,
    NotAllowed,
    Role,
    host_of,
    is_fresh,
    may_be_open,
    means_login,
    missing_settings,
    only_issuer,
    providers,
    role_of,
    shown_user,
)
from xray_ui.basics import page_names
from xray_ui.basics.errors import log_failure
from xray_ui.server import clear, sessions
from xray_ui.server.patches import ask_nobody_elsewhere

ADDRESS_REFUSED = (
    "This program can be reached over the network, where anybody could use it without a login, so no film is read. "
    "Please let it listen on 127.0.0.1 alone and open it as localhost, set up a login, or start it with "
    f"{OPEN_VARIABLE}=1 if everybody on this network may use it."
)
PAGE_REFUSED = (
    "This was opened by a page of another address than the program's own, so no film is read and nothing is changed. "
    "Please open the program's own address in a new window; where a proxy stands before it, whoever looks after it has "
    "to let that pass on the name by which people reach it (the header Host)."
)
SECRETS_UNREADABLE = (
    "The settings of the login cannot be read or are not complete, so nobody is let in. "
    "Please tell whoever looks after this program."
)
LOGIN_NEEDED = "Please log in to read films."
_LOGIN_ENDS = f"A login ends after {LOGIN_HOURS} hours."
_LOGIN_ENDS_IDLE = (
    f"A login ends after {LOGIN_HOURS} hours, and when nobody has touched the screen for {{idle}}; "
    "films, results and uploads are cleared then."
)
LOGIN_FAILED = (
    "The login could not be started (error {number}). Please tell whoever looks after this program: "
    "the settings of the login do not fit."
)
PACKAGES_MISSING = (
    "Nobody can log in, since something is not installed. Please tell whoever looks after this program: the login "
    "needs {missing}, to be installed where the program runs, which then has to be started again."
)
NOT_NAMED = (
    "You are logged in as {who}, but you are not named as a reader or maintainer of this program. "
    "Please ask whoever looks after it, then log out and in again."
)
MAINTAINERS_ONLY = "Training, activating, deleting and importing are for maintainers; you may look at everything here."
_NOT_ALLOWED = "Only a maintainer may do this, and you are not logged in as one. Nothing was changed."
_PACKAGES = {"Authlib": "authlib", "httpx": "httpx"}
"""What Streamlit's login needs and does not bring along, and as which modules."""

_LOGIN_SEEN = threading.Event()
"""Set once there were settings of a login: without them nobody is let in any more until the program starts anew. They
may be gone for a moment alone, while somebody saves them."""

_Login = tuple[str, str, float]
_ENDED: set[_Login] = set()
"""Logins that somebody has ended, and that have not ended by themselves yet: of those the server knows nothing in other
windows of the same browser, which would be open for hours, nor of a cookie that was copied."""

_LOG = logging.getLogger(__name__)


def admit() -> None:
    """Let the script go on for whoever may read films; for anybody else show one sentence and end it here."""
    ask_nobody_elsewhere()
    settings = _login_settings()
    if not _is_own_page():
        _turn_away(PAGE_REFUSED)
    elif settings is None:
        _turn_away(SECRETS_UNREADABLE)
    elif not _may_be_open(has_login=bool(settings)):
        _turn_away(ADDRESS_REFUSED)
    elif settings and not _is_logged_in():
        _offer_login(settings)
    elif settings and _role() is None:
        _turn_away(NOT_NAMED.format(who=shown_user(_user())), _log_out_button)
    else:
        sessions.add(_login(_user()) if settings else None)


def may_maintain() -> bool:
    """Return whether who looks at the screen may train, activate, roll back, delete and import."""
    settings = _login_settings()
    return settings is not None and (not settings or (_is_logged_in() and _role() is Role.MAINTAINER))


def require_maintainer() -> None:
    """Raise NotAllowed where `may_maintain` is false; to be called by the action itself, whatever was drawn."""
    if not may_maintain():
        raise NotAllowed(_NOT_ALLOWED)


def user_name() -> str:
    """Return the name of who is logged in, for the log; empty without a login."""
    return shown_user(_user()) if _is_logged_in() else ""


def show_user() -> None:
    """Say who is logged in, and offer to log out; nothing without a login."""
    role = _role() if _is_logged_in() else None
    if role:
        st.text(f"{user_name()}, {role.value}")
        _log_out_button()


def _user() -> Mapping[str, Any]:
    return st.user.to_dict()


def _is_logged_in() -> bool:
    user = _user()
    return user.get("is_logged_in") is True and is_fresh(user, time.time()) and _login(user) not in _ENDED


def _login(user: Mapping[str, Any]) -> _Login:
    """Return what tells one login from any other, of the same person too: who it is by whose word, and since when."""
    return str(user.get("iss")), str(user.get("sub") or user.get("email")), float(user.get("iat") or 0)


def _role() -> Role | None:
    return role_of(_user(), st.secrets.get("roles", {}), only_issuer(_login_settings() or {}))


def _may_be_open(*, has_login: bool) -> bool:
    address, proxies = st.get_option("server.address"), proxies_among(st.context.headers)
    return may_be_open(address, _reached(), os.environ, has_login=has_login, proxies=proxies)


def _is_own_page() -> bool:
    """Return whether the page that asks is the program's own; asked before anything else, login or not."""
    headers = st.context.headers
    hosts = headers.get_all("Host")
    return all(is_own_page(origin, hosts[0] if len(hosts) == 1 else None) for origin in headers.get_all("Origin"))


def _reached() -> list[str]:
    """Return by which name and from which address the browser reached the server, as far as this is known."""
    host, address = st.context.headers.get("Host"), st.context.ip_address
    return ([host_of(host)] if host else []) + ([address] if isinstance(address, str) else [])


def _login_settings() -> Mapping[str, Any] | None:
    """Return how people log in; empty where nobody has to, and None where that cannot be known."""
    secrets = _secrets()
    if secrets is None:
        return None
    if not {"auth", "roles"} & set(secrets):
        is_meant = _LOGIN_SEEN.is_set() or means_login(secrets) or any(map(os.path.lexists, _own_files()))
        return None if is_meant else {}
    _LOGIN_SEEN.set()
    settings, roles = secrets.get("auth"), secrets.get("roles", {})
    if not (isinstance(settings, Mapping) and isinstance(roles, Mapping)):
        return None
    if missing := missing_settings(settings):
        _LOG.error("the section auth of the secrets lacks: %s", ", ".join(missing))
        return None
    return settings


def _secrets() -> Mapping[str, Any] | None:
    """Return the secrets; empty where there are none, and None where they cannot be read."""
    try:
        return st.secrets.to_dict()
    except (OSError, ValueError):
        return None if any(map(os.path.lexists, st.get_option("secrets.files"))) else {}


def _own_files() -> list[str]:
    """Return where secrets of this program alone may lie: whoever makes one of them means a login, be it empty."""
    of_all_programs = Path(os.path.expanduser("~/.streamlit"))  # noqa: PTH111 - there may be no home
    return [path for path in st.get_option("secrets.files") if Path(path).parent != of_all_programs]


def _turn_away(sentence: str, *below: Callable[[], None]) -> None:
    sessions.remove()
    with st.container(key="shut"):
        st.title(page_names.TITLE, anchor=False)
        st.text(sentence)
        for show in below:
            show()
    clear.clear_session()
    st.stop()


def _offer_login(settings: Mapping[str, Any]) -> None:
    if missing := [package for package, module in _PACKAGES.items() if find_spec(module) is None]:
        _turn_away(PACKAGES_MISSING.format(missing=" and ".join(missing)))
    ends = _LOGIN_ENDS_IDLE.format(idle=idle.shown_minutes(after)) if (after := idle.minutes()) else _LOGIN_ENDS
    _turn_away(f"{LOGIN_NEEDED}\n{ends}", *(lambda name=name: _login_button(name) for name in providers(settings)))


def _login_button(provider: str | None) -> None:
    label = f"Log in with {provider}" if provider else "Log in"
    if st.button(label, key=f"log-in-{provider}", type="primary", icon=":material/login:"):
        try:
            st.login(provider)
        except Exception as error:  # What is missing is for the log of who set it up, not for who logs in.
            st.error(LOGIN_FAILED.format(number=log_failure(_LOG, error)))


def _log_out_button() -> None:
    if st.button("Log out", key="log_out", icon=":material/logout:"):
        login = _login(_user())
        _end(login)
        sessions.remove()
        clear.clear_session()
        sessions.end(login)
        st.logout()


def _end(login: _Login) -> None:
    now = time.time()
    _ENDED.difference_update([ended for ended in tuple(_ENDED) if not is_fresh({"iat": ended[2]}, now)])
    _ENDED.add(login)
