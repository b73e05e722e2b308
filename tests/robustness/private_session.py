"""R19, R20: does a session leave anything of a patient on the disk, or send anything off the machine?

Both are looked for at once: strace notes what the app and the browser connect to, and what the app opens for writing,
and marks in a film's name, text and pixels are searched for in every place where something may be left.
"""

import io
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from tests.browser.server import CHROMIUM, CHROMIUM_FLAGS, running_app
from tests.phantom import Chest, chest_film
from tests.robustness.report import Result, command
from xray_ui.state import sha256_of

NAME = "Zebedee-Quillfeather"
"""Stands for a patient's name, in the file's name and in its text."""

_CALLS = "connect,sendto,sendmsg,openat,open,creat"
_ADDRESS = re.compile(r'(connect|sendto|sendmsg)\(.*?(?:inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)")')
_WRITTEN = re.compile(
    r'open(?:at)?\((?:AT_FDCWD[^,]*, )?"([^"]+)", [^)]*(?:O_WRONLY|O_RDWR|O_CREAT|O_TMPFILE)[^)]*\) = \d'
)
_PROBE = "2001:4860:4860::8888"
"""Chromium asks the system for a route to this address, by connecting a UDP socket; nothing is sent."""

_NO_NAMES = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
"""Keeps Chromium's own services from being looked up; what the page asks for is noted before it is looked up."""

_OWN = ("/dev/", "/proc/", "/sys/")
_READY_MS = 240_000


def marked_film() -> tuple[bytes, list[bytes]]:
    """Return a film of more than a megabyte, and its marks as bytes: text, a row of pixels, part of the file."""
    film = chest_film(Chest(1400, 1100, seed=9))
    noise = np.random.default_rng(19).integers(0, 256, film.shape, np.uint8)
    film[:] = np.clip(film.astype(int) + noise // 6, 0, 255)
    row = film[0].tobytes()[:64]
    info = PngInfo()
    info.add_text("PatientName", f"text {NAME}")
    exif = Image.Exif()
    exif[0x010E] = f"exif {NAME}"  # ImageDescription
    file = io.BytesIO()
    Image.fromarray(film).save(file, "PNG", pnginfo=info, exif=exif)
    data = file.getvalue()
    return data, [NAME.encode(), row, data[len(data) // 2 :][:64]]


def private_session(folder: Path) -> Iterator[Result]:
    """Read a marked film in the real app with a real browser, both under strace; yield R19 and R20."""
    on_disk = Result("R19", "marks of a patient after a film was uploaded and read")
    outside = Result("R20", "connections of the app and the browser during a session")
    if not (CHROMIUM and shutil.which("strace")):
        on_disk.skipped = outside.skipped = "needs Chromium and strace (apt-get install chromium strace)"
        yield from (on_disk, outside)
        return
    data, marks = marked_film()
    home, log, traces = (
        folder / "home",
        folder / "app.log",
        {name: folder / f"{name}.strace" for name in ("app", "web")},
    )
    started = _now(folder)
    with running_app(home, log, prefix=_strace(traces["app"])) as address:
        before, asked = _read_in_browser(address, folder, traces, data)
        _judge_disk(on_disk, folder, log, traces["app"], before, marks, started)
    for name, trace in traces.items():
        with outside.trial(name):
            found = reached(_lines(trace))
            outside.figures[f"connections of the {name}"] = len(found)
            assert found or name == "app", "strace saw no connection, not even that to the app"
            elsewhere = sorted({address for address in found if not _is_own(address)})
            assert not elsewhere, f"it went to {', '.join(elsewhere)}"
    with outside.trial("page"):
        outside.figures["requests of the page"] = len(asked)
        elsewhere = sorted({url for url in asked if not url.startswith((address, "data:", "blob:"))})
        assert asked, "no request was seen"
        assert not elsewhere, f"it asked for {', '.join(elsewhere)}"
    yield from (on_disk, outside)


def reached(lines: list[str]) -> list[str]:
    """Return the internet addresses that lines of strace name, each as often as something was sent or connected."""
    seen = [(line, match) for line in lines if (match := _ADDRESS.search(line))]
    return [match[2] or match[3] for line, match in seen if not ("<UDP" in line and match[3] == _PROBE)]


def written(lines: list[str]) -> set[str]:
    """Return the files that lines of strace show opened for writing; a nameless one is its folder's name."""
    return {match[1] for line in lines if (match := _WRITTEN.search(line)) and not match[1].startswith(_OWN)}


def hits(root: Path, marks: list[bytes], *, since: float = 0.0) -> list[str]:
    """Return the files below a folder that hold a mark, or have one in their name.

    Args:
        root: the folder.
        marks: what is looked for.
        since: files that were last written before are left out, in seconds since 1970.
    """
    found = []
    for parent, _, names in os.walk(root):
        for path in (Path(parent) / name for name in names):
            content = _content(path, since)
            if any(mark in content or mark in str(path).encode() for mark in marks):
                found.append(str(path))
    return found


def _content(path: Path, since: float) -> bytes:
    try:
        status = path.lstat()
        return path.read_bytes() if stat.S_ISREG(status.st_mode) and status.st_mtime >= since else b""
    except OSError:
        return b""  # Gone meanwhile.


def _judge_disk(
    result: Result, folder: Path, log: Path, trace: Path, before: int, marks: list[bytes], since: float
) -> None:
    places = {
        "home": folder / "home",
        "log": log.parent,
        "cache": Path.home() / ".cache",
        "tmp": Path(tempfile.gettempdir()),
    }
    for name, place in places.items():
        with result.trial(name):
            found = [path for path in hits(place, marks, since=since) if not path.endswith(".strace")]
            assert not found, f"a mark is in {', '.join(found)}"
    with result.trial("files opened for writing"):
        opened = written(_lines(trace)[before:])
        result.figures["opened for writing"] = sorted({path for path in opened if not path.startswith(str(folder))})
        temporary = [path for path in opened if path.startswith(tempfile.gettempdir()) and str(folder) not in path]
        assert not temporary, f"written to {', '.join(sorted(temporary))} while the film was there"


def _read_in_browser(address: str, folder: Path, traces: dict[str, Path], data: bytes) -> tuple[int, list[str]]:
    """Read a film; return how many calls of the app were noted before it was uploaded, and what the page asked for."""
    asked: list[str] = []
    from playwright.sync_api import sync_playwright

    traced = folder / "chromium"
    traced.write_text(f'#!/bin/sh\nexec {" ".join(_strace(traces["web"]))} {CHROMIUM} "$@"\n')
    traced.chmod(0o700)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=traced, args=[*CHROMIUM_FLAGS, _NO_NAMES], timeout=120_000)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.on("request", lambda request: asked.append(request.url))
        page.goto(address, timeout=120_000)
        page.locator('input[type="file"]').first.wait_for(state="attached", timeout=120_000)
        page.get_by_text("Ready", exact=True).wait_for(timeout=_READY_MS)
        before = len(_lines(traces["app"]))
        file = {"name": f"{NAME}.png", "mimeType": "image/png", "buffer": data}
        page.set_input_files('input[type="file"]', [file], timeout=120_000)
        page.get_by_text(sha256_of(data)[:12]).first.wait_for(timeout=_READY_MS)
        page.wait_for_timeout(2000)
        browser.close()
    return before, asked


def _strace(log: Path) -> list[str]:
    # Beside the process (-D), since strace takes no signal to end in its place.
    return ["strace", "-D", "-f", "-qq", "-yy", "-e", f"trace={_CALLS}", "-o", str(log)]


def _lines(trace: Path) -> list[str]:
    return trace.read_text(errors="replace").splitlines()


def _is_own(address: str) -> bool:
    return address.startswith("127.") or address in ("::1", "::ffff:127.0.0.1")


def _now(folder: Path) -> float:
    """Return the time by the clock of the disk."""
    marker = folder / "started"
    marker.touch()
    return marker.stat().st_mtime


def results(count: int | None = None) -> Iterator[Result]:
    """Yield both; there is nothing to count."""
    with tempfile.TemporaryDirectory() as folder:
        yield from private_session(Path(folder))


if __name__ == "__main__":
    command(results, unit="ignored")
