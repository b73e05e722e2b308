"""Who may do what, and on which address may the app listen? Decided from settings alone, without the screen."""

import ipaddress
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any
from urllib.parse import urlsplit

OPEN_VARIABLE = "XRAY_OPEN_TO_NETWORK"
"""Environment variable; "1" lets the app listen on the network without a login."""

SECRET_CHARACTERS = 32
"""How long the secret has to be by which the cookie of a login is signed."""

_PROVIDER = ("client_id", "client_secret", "server_metadata_url")

LOGIN_HOURS = 12
"""How long a login lasts; the browser's cookie would keep it for thirty days."""


class Role(Enum):
    """What somebody may do with the app."""

    READER = "reader"
    """Read films, and look at trainings and versions."""

    MAINTAINER = "maintainer"
    """The same, and train, activate, roll back, delete and import."""


class NotAllowed(PermissionError):
    """The role does not cover an action; the message is one sentence for the clinician."""


def is_loopback(address: str | None) -> bool:
    """Return whether a server's address can be reached from its own machine alone.

    Args:
        address: as `server.address` has it; None means every address of the machine.
    """
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address or "").is_loopback
    except ValueError:
        return False


def host_of(header: str) -> str:
    """Return the name of a host without its port; empty for what is none.

    Args:
        header: as a browser sends it, as "localhost:8501" or "[::1]:8501".
    """
    try:
        return urlsplit(f"//{header}").hostname or ""
    except ValueError:
        return ""


def may_be_open(
    address: str | None, reached: Sequence[str], environment: Mapping[str, str], *, has_login: bool
) -> bool:
    """Return whether films may be read here: on the own machine alone, behind a login, or where somebody says so.

    Args:
        address: where the server listens; None for everywhere.
        reached: by which name, and from which address, a browser reached it; what is not known is left out. A proxy,
            or a page elsewhere whose name was made to point here, lets others in although the server listens on
            loopback.
        environment: variables of the process.
        has_login: whether everybody has to log in.
    """
    return has_login or environment.get(OPEN_VARIABLE) == "1" or all(map(is_loopback, (address, *reached)))


def role_of(user: Mapping[str, Any], named: Mapping[str, Any]) -> Role | None:
    """Return the role of who is logged in, or None for who has none.

    Args:
        user: the claims of the identity provider. An address that the provider calls unverified says nothing.
        named: the lists `maintainers` and `readers`, of e-mail addresses or of the provider's own subjects (`sub`).
    """
    identities = {str(user["sub"])} if user.get("sub") else set()
    if address := _address(user):
        identities.add(address.casefold())
    for role in (Role.MAINTAINER, Role.READER):
        if identities & _listed(named.get(f"{role.value}s")):
            return role
    return None


def _listed(entries: object) -> set[str]:
    """Return the entries of a list, each as it stands and, for addresses, without regard to case."""
    if isinstance(entries, str) or not isinstance(entries, Sequence):
        return set()
    return {str(entry).casefold() if "@" in str(entry) else str(entry) for entry in entries}


def _address(user: Mapping[str, Any]) -> str:
    """Return the e-mail address, unless the provider says that it may be somebody else's."""
    is_doubtful = str(user.get("email_verified", True)).casefold() == "false"
    return "" if is_doubtful else str(user.get("email") or "").strip()


def shown_user(user: Mapping[str, Any]) -> str:
    """Return what somebody is called: the name, which many can choose freely, and what tells two of one name apart."""
    name, identity = str(user.get("name") or "").strip(), _address(user) or str(user.get("sub") or "")
    return f"{name} ({identity})" if name and identity else name or identity


def is_fresh(user: Mapping[str, Any], now: float) -> bool:
    """Return whether a login has not ended by itself.

    Args:
        user: the claims of the identity provider, with the time of the login, `iat`.
        now: seconds since 1970.
    """
    issued = user.get("iat")
    return isinstance(issued, int | float) and now - issued < LOGIN_HOURS * 3600


def providers(settings: Mapping[str, Any]) -> list[str | None]:
    """Return the names of the identity providers that can be chosen from; None is the only one, without a name.

    Args:
        settings: the section `auth` of the secrets.
    """
    if "client_id" in settings:
        return [None]
    return [name for name, value in settings.items() if isinstance(value, Mapping) and name != "client_kwargs"]


def missing_settings(settings: Mapping[str, Any]) -> list[str]:
    """Return what a login cannot do without and is not there, by name.

    Args:
        settings: the section `auth` of the secrets.
    """
    missing = [] if settings.get("redirect_uri") else ["redirect_uri"]
    if len(str(settings.get("cookie_secret", ""))) < SECRET_CHARACTERS:
        # Whoever guesses it can make a cookie that logs in as anybody.
        missing.append(f"cookie_secret of at least {SECRET_CHARACTERS} characters")
    chosen = providers(settings)
    for name in chosen:
        section = settings if name is None else settings[name]
        lacking = [key for key in _PROVIDER if not section.get(key)]
        missing += [key if name is None else f"{name}.{key}" for key in lacking]
    return missing if chosen else [*missing, *_PROVIDER]
