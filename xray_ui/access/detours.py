"""Does a request come straight from a page of this program? Or from a page elsewhere, or through a proxy?"""

from collections.abc import Iterable
from urllib.parse import urlsplit

_USUAL_PORTS = {"http": 80, "https": 443}
"""Ports that an address need not name, RFC 9110."""

_OF_PROXIES = frozenset(
    {
        *("forwarded", "via", "client-ip", "x-client-ip", "x-cluster-client-ip", "x-real-ip", "x-real-port"),
        *("x-original-host", "x-original-url", "x-proxyuser-ip", "true-client-ip", "cdn-loop"),
        *("cf-connecting-ip", "fastly-client-ip", "fly-client-ip", "x-amzn-trace-id", "x-azure-clientip"),
    }
)
"""Headers of proxies: RFC 7239 and RFC 9110, and those that servers and services have of their own."""

_OF_PROXIES_BEGIN = ("x-forwarded", "x-original-forwarded", "x-envoy-")


def is_own_page(origin: str | None, host: str | None) -> bool:
    """Return whether a request comes from a page of this program, or from no page at all.

    A page elsewhere, on another port of this machine too, is another program's: in the browser of somebody who is let
    in, it could act in that person's name.

    Args:
        origin: as a browser says from which page it asks (RFC 6454), as "http://localhost:8501"; None where it is not
            said.
        host: what was asked, as "localhost:8501".
    """
    if origin is None:
        return True
    try:
        page, asked = urlsplit(origin), urlsplit(f"//{host or ''}")
        usual = _USUAL_PORTS[page.scheme]
        places = [(each.hostname, each.port or usual, each.username) for each in (page, asked)]
    except (KeyError, ValueError):  # As "null", which a page says that hides where it is from.
        return False
    return places[0] == places[1] and bool(page.hostname)


def proxies_among(headers: Iterable[str]) -> list[str]:
    """Return the names of headers by which a proxy says that it passes on what somebody else asks.

    Args:
        headers: the names of all headers of a request.
    """
    return [name for name in headers if name.casefold() in _OF_PROXIES or name.casefold().startswith(_OF_PROXIES_BEGIN)]
