"""Where did a program connect to, and what did it open for writing? Read from what strace notes of it."""

import re
from pathlib import Path

_CALLS = "connect,sendto,sendmsg,openat,open,creat"
_ADDRESS = re.compile(r'(connect|sendto|sendmsg)\(.*?(?:inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)")')
_WRITTEN = re.compile(
    r'open(?:at)?\((?:AT_FDCWD[^,]*, )?"([^"]+)", [^)]*(?:O_WRONLY|O_RDWR|O_CREAT|O_TMPFILE)[^)]*\) = \d'
)
_PROBE = "2001:4860:4860::8888"
"""Chromium asks the system for a route to this address, by connecting a UDP socket; nothing is sent."""

_OWN_FILES = ("/dev/", "/proc/", "/sys/")


def under_strace(log: Path) -> list[str]:
    """Return the command that runs another one under strace, which notes what it opens and where it connects."""
    # Beside the process (-D), since strace takes no signal to end in its place.
    return ["strace", "-D", "-f", "-qq", "-yy", "-e", f"trace={_CALLS}", "-o", str(log)]


def lines_of(log: Path) -> list[str]:
    """Return what strace has noted until now."""
    return log.read_text(errors="replace").splitlines()


def reached(lines: list[str]) -> list[str]:
    """Return the internet addresses that lines of strace name, each as often as something was sent or connected."""
    seen = [(line, match) for line in lines if (match := _ADDRESS.search(line))]
    return [match[2] or match[3] for line, match in seen if not ("<UDP" in line and match[3] == _PROBE)]


def written(lines: list[str]) -> set[str]:
    """Return the files that lines of strace show opened for writing; a nameless one is its folder's name."""
    return {match[1] for line in lines if (match := _WRITTEN.search(line)) and not match[1].startswith(_OWN_FILES)}


def is_own(address: str) -> bool:
    """Return whether an address is this machine's own."""
    return address.startswith("127.") or address in ("::1", "::ffff:127.0.0.1")
