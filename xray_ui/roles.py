"""Who may do what, and on which address may the app listen? Decided from settings alone, without the screen."""

import ipaddress
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any

OPEN_VARIABLE = "XRAY_OPEN_TO_NETWORK"
"""Environment variable; "1" lets the app listen on the network without a login."""


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


def may_listen(address: str | None, environment: Mapping[str, str], *, has_login: bool) -> bool:
    """Return whether films may be read under this address: on the own machine, behind a login, or where it is wanted.

    Args:
        address: where the server listens; None for everywhere.
        environment: variables of the process.
        has_login: whether everybody has to log in.
    """
    return is_loopback(address) or has_login or environment.get(OPEN_VARIABLE) == "1"


def role_of(user: Mapping[str, Any], named: Mapping[str, Any]) -> Role | None:
    """Return the role of who is logged in, or None for who has none.

    Args:
        user: the claims of the identity provider. An address that the provider calls unverified says nothing.
        named: the lists `maintainers` and `readers`, of e-mail addresses or of the provider's own subjects (`sub`).
    """
    identities = {str(user["sub"])} if user.get("sub") else set()
    if user.get("email") and user.get("email_verified") not in (False, "false"):
        identities.add(str(user["email"]).casefold())
    for role in (Role.MAINTAINER, Role.READER):
        if identities & _listed(named.get(f"{role.value}s")):
            return role
    return None


def _listed(entries: object) -> set[str]:
    """Return the entries of a list, each as it stands and, for addresses, without regard to case."""
    if isinstance(entries, str) or not isinstance(entries, Sequence):
        return set()
    return {str(entry).casefold() if "@" in str(entry) else str(entry) for entry in entries}


def shown_user(user: Mapping[str, Any]) -> str:
    """Return what somebody is called: the name, and the address that tells two of one name apart."""
    name, address = (str(user.get(claim) or "").strip() for claim in ("name", "email"))
    if name and address:
        return f"{name} ({address})"
    return name or address or str(user.get("sub") or "")


def providers(settings: Mapping[str, Any]) -> list[str | None]:
    """Return the names of the identity providers that can be chosen from; None is the only one, without a name.

    Args:
        settings: the section `auth` of the secrets.
    """
    if "client_id" in settings:
        return [None]
    return [name for name, value in settings.items() if isinstance(value, Mapping) and name != "client_kwargs"]
