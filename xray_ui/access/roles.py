"""Who may do what, and on which address may the app listen? Decided from settings alone, without the screen."""

import ipaddress
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from enum import Enum
from typing import Any
from urllib.parse import urlsplit

from model_store.basics.errors import UserError

OPEN_VARIABLE = "XRAY_OPEN_TO_NETWORK"
"""Environment variable; "1" lets the app listen on the network without a login."""

SECRET_CHARACTERS = 32
"""How long the secret has to be by which the cookie of a login is signed."""

_PROVIDER = ("client_id", "client_secret", "server_metadata_url")

_OF_LOGIN = frozenset({"redirect_uri", "cookie_secret", "server_metadata_url", "maintainers", "readers"})
_SECTIONS = ("auth", "oauth", "oauth2", "oidc", "openid", "authentication", "login", "roles")
_ALIKE = 0.75
"""Share of letters that a misspelt word has in common with what was meant (difflib), as "auht" and "role" have."""

_METADATA = "/.well-known/openid-configuration"
"""What follows the issuer in the address of an identity provider's metadata (OpenID Connect Discovery 1.0, 4)."""

CLOCK_SECONDS = 60.0
"""How far the identity provider's clock may be ahead of this machine's."""

LOGIN_HOURS = 12
"""How long a login lasts; the browser's cookie would keep it for thirty days."""


class Role(Enum):
    """What somebody may do with the app."""

    READER = "reader"
    """Read films, and look at trainings and versions."""

    MAINTAINER = "maintainer"
    """The same, and train, activate, roll back, delete and import."""


class NotAllowed(UserError, PermissionError):
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
    address: str | None,
    reached: Sequence[str],
    environment: Mapping[str, str],
    *,
    has_login: bool,
    proxies: Sequence[str] = (),
) -> bool:
    """Return whether films may be read here: on the own machine alone, behind a login, or where somebody says so.

    Args:
        address: where the server listens; None for everywhere.
        reached: by which name, and from which address, a browser reached it; what is not known is left out. A proxy,
            or a page elsewhere whose name was made to point here, lets others in although the server listens on
            loopback.
        environment: variables of the process.
        has_login: whether everybody has to log in.
        proxies: headers by which a proxy says that it passes on what somebody else asks, whatever they hold.
    """
    is_own = not proxies and all(map(is_loopback, (address, *reached)))
    return has_login or environment.get(OPEN_VARIABLE) == "1" or is_own


def role_of(user: Mapping[str, Any], named: Mapping[str, Any], issuer: str = "") -> Role | None:
    """Return the role of who is logged in, or None for who has none.

    Args:
        user: the claims of the identity provider. An address counts where the provider says that it was verified.
        named: the lists `maintainers` and `readers`, of e-mail addresses or of the provider's own subjects (`sub`).
        issuer: of the one identity provider; "" where there are several or it is not known. A subject is somebody at
            one issuer alone (OpenID Connect Core 1.0, 2), so those of any other stand in the lists behind it, as
            "https://login.clinic.example 1234".
    """
    issued_by, subject = _issuer(user), str(user.get("sub") or "")
    identities = {f"{issued_by} {subject}"} if issued_by and subject else set()
    if subject and issued_by == issuer and not set("@ ") & set(subject):  # Those in the lists are something else.
        identities.add(subject)
    if address := _address(user):
        identities.add(address.casefold())
    for role, key in ((Role.MAINTAINER, "maintainers"), (Role.READER, "readers")):
        if identities & _listed(named.get(key)):
            return role
    return None


def only_issuer(settings: Mapping[str, Any]) -> str:
    """Return the issuer of the only identity provider, as the address of its metadata has it; "" for none or several.

    Args:
        settings: the section `auth` of the secrets.
    """
    offered = providers(settings)
    if len(offered) != 1:
        return ""
    section = settings if offered[0] is None else settings[offered[0]]
    address = str(section.get("server_metadata_url") or "")
    return address.removesuffix(_METADATA).rstrip("/") if address.endswith(_METADATA) else ""


def _issuer(user: Mapping[str, Any]) -> str:
    return str(user.get("iss") or "").rstrip("/")


def _listed(entries: object) -> set[str]:
    """Return the entries of a list, each as it stands and, for addresses, without regard to case."""
    if isinstance(entries, str) or not isinstance(entries, Sequence):
        return set()
    return {_as_listed(str(entry).strip()) for entry in entries}


def _as_listed(entry: str) -> str:
    issuer, _, subject = entry.partition(" ")
    if subject:
        return f"{issuer.rstrip('/')} {subject.strip()}"
    return entry.casefold() if "@" in entry else entry


def _address(user: Mapping[str, Any]) -> str:
    """Return the e-mail address where the provider says that it is this person's; some say so as text."""
    is_verified = str(user.get("email_verified")).casefold() == "true"
    return str(user.get("email") or "").strip() if is_verified else ""


def shown_user(user: Mapping[str, Any]) -> str:
    """Return what somebody is called: the name, which many can choose freely, and what tells two of one name apart."""
    name, identity = str(user.get("name") or "").strip(), _address(user) or str(user.get("sub") or "")
    identity = identity or str(user.get("email") or "").strip()  # Not verified, and better than nothing to go by.
    return f"{name} ({identity})" if name and identity else name or identity


def is_fresh(user: Mapping[str, Any], now: float) -> bool:
    """Return whether a login has not ended by itself.

    Args:
        user: the claims of the identity provider, with the time of the login, `iat`.
        now: seconds since 1970.
    """
    issued = user.get("iat")
    # Of a time that is to come, or that is no time, nobody could say when the login ends.
    return isinstance(issued, int | float) and -CLOCK_SECONDS <= now - issued < LOGIN_HOURS * 3600


def providers(settings: Mapping[str, Any]) -> list[str | None]:
    """Return the names of the identity providers that can be chosen from; None is the only one, without a name.

    Args:
        settings: the section `auth` of the secrets.
    """
    if "client_id" in settings:
        return [None]
    return [name for name, value in settings.items() if isinstance(value, Mapping) and name != "client_kwargs"]


def means_login(secrets: Mapping[str, Any]) -> bool:
    """Return whether secrets were meant to be the settings of a login, though a section is misspelt.

    Args:
        secrets: all of them.
    """
    names = [str(name).strip().casefold() for name in secrets]
    inside = {str(name) for value in secrets.values() if isinstance(value, Mapping) for name in value}
    return bool(inside & _OF_LOGIN) or any(get_close_matches(name, _SECTIONS, n=1, cutoff=_ALIKE) for name in names)


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
