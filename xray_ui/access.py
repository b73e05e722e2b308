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
from streamlit import net_util

from xray_ui import admitted, idle, upload
from xray_ui.errors import log_failure
from xray_ui.roles import (
    LOGIN_HOURS,
    OPEN_VARIABLE,
    NotAllowed,
    Role,
    host_of,
    is_fresh,
    may_be_open,
    missing_settings,
    providers,
    role_of,
    shown_user,
)

ADDRESS_REFUSED = (
    "This program can be reached over the network, where anybody could use it without a login, so no film is read. "
    "Please let it listen on 127.0.0.1 alone and open it as localhost, set up a login, or start it with "
    f"{OPEN_VARIABLE}=1 if everybody on this network may use it."
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
    _ask_nobody_elsewhere()
    settings = _login_settings()
    if settings is None:
        _turn_away(SECRETS_UNREADABLE)
    elif not may_be_open(st.get_option("server.address"), _reached(), os.environ, has_login=bool(settings)):
        _turn_away(ADDRESS_REFUSED)
    elif settings and not _is_logged_in():
        _offer_login(settings)
    elif settings and _role() is None:
        _turn_away(NOT_NAMED.format(who=shown_user(_user())), _log_out_button)
    else:
        admitted.add()


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


def _ask_nobody_elsewhere() -> None:
    """Let the server refuse pages elsewhere by itself.

    To be sure that a page is not of this machine, it would ask a host on the internet for its own address, and nobody
    would be served meanwhile.
    """
    net_util.get_internal_ip = net_util.get_external_ip = lambda: None


def _user() -> Mapping[str, Any]:
    return st.user.to_dict()


def _is_logged_in() -> bool:
    user = _user()
    return user.get("is_logged_in") is True and is_fresh(user, time.time()) and _login(user) not in _ENDED


def _login(user: Mapping[str, Any]) -> _Login:
    """Return what tells one login from any other, of the same person too: who it is by whose word, and since when."""
    return str(user.get("iss")), str(user.get("sub") or user.get("email")), float(user.get("iat") or 0)


def _role() -> Role | None:
    return role_of(_user(), st.secrets.get("roles", {}))


def _reached() -> list[str]:
    """Return by which name and from which address the browser reached the server, as far as this is known."""
    host, address = st.context.headers.get("Host"), st.context.ip_address
    return ([host_of(host)] if host else []) + ([address] if isinstance(address, str) else [])


def _login_settings() -> Mapping[str, Any] | None:
    """Return how people log in; empty where nobody has to, and None where that cannot be known."""
    secrets = _secrets()
    if secrets is None or not {"auth", "roles"} & set(secrets):
        return {} if secrets is not None and not _LOGIN_SEEN.is_set() else None
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
        return None if any(Path(path).exists() for path in st.get_option("secrets.files")) else {}


def _turn_away(sentence: str, *below: Callable[[], None]) -> None:
    admitted.remove()
    with st.container(key="shut"):
        st.title(upload.TITLE, anchor=False)
        st.text(sentence)
        for show in below:
            show()
    idle.clear_session()
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
        _end(_login(_user()))
        admitted.remove()
        idle.clear_session()
        st.logout()


def _end(login: _Login) -> None:
    now = time.time()
    _ENDED.difference_update([ended for ended in tuple(_ENDED) if not is_fresh({"iat": ended[2]}, now)])
    _ENDED.add(login)
