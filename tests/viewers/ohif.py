"""Orthanc as archive and OHIF before it in Chromium, on this machine alone; skipped where one is missing."""

import base64
import contextlib
import json
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.browser.server import CHROMIUM, CHROMIUM_FLAGS, ROOT, free_port

VIEWER = ROOT / "node_modules/@ohif/app/dist"
"""Where `.ci/run` unpacks it."""

_PLUGINS = Path("/usr/share/orthanc/plugins")
_PARTS = ("libOrthancDicomWeb.so", "libServeFolders.so")
_FOLDER = "/ohif"
_FLAGS = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist"]
"""WebGL without a graphics card: OHIF draws no outlines without it."""

_SEEN = """localStorage.setItem('shownTours', '["basicViewerTour"]');
sessionStorage.setItem('investigationalUseDialog', 'hidden');"""
"""What OHIF tells whoever is new to it was seen."""

_PICTURE = "#viewerLayoutResizableViewportGridPanel canvas.cornerstone-canvas"
"""Not the thumbnail, which OHIF draws on a canvas of its own for a moment."""

_LAID = 60
"""How often the window is drawn anew, a second each, until the outlines stand on the film."""


def missing() -> str | None:
    """Say what has to be installed before they can be run; None where all is there."""
    needed = {
        "chromium": CHROMIUM,
        "orthanc": shutil.which("Orthanc"),
        "orthanc-dicomweb": (_PLUGINS / _PARTS[0]).exists(),
        "@ohif/app (npm, see .ci/run)": VIEWER.exists(),
    }
    absent = [name for name, found in needed.items() if not found]
    return f"not installed: {', '.join(absent)}" if absent else None


@contextlib.contextmanager
def archive(folder: Path) -> Iterator[str]:
    """Run an empty Orthanc that speaks DICOMweb and hands out the viewer's files; yields its address."""
    port = free_port()
    settings = {
        "StorageDirectory": str(folder),
        "IndexDirectory": str(folder),
        "HttpPort": port,
        "RemoteAccessAllowed": False,
        "AuthenticationEnabled": False,
        "DicomServerEnabled": False,
        "Plugins": [str(_PLUGINS / part) for part in _PARTS],
        "DicomWeb": {"Enable": True, "Root": "/dicom-web/"},
        "ServeFolders": {"Folders": {_FOLDER: str(VIEWER)}, "Extensions": {"wasm": "application/wasm"}},
    }
    (folder / "orthanc.json").write_text(json.dumps(settings))
    address, log = f"http://127.0.0.1:{port}", folder / "orthanc.log"
    with log.open("w") as output, subprocess.Popen(["Orthanc", "orthanc.json"], cwd=folder, stdout=output) as orthanc:
        try:
            for _ in range(1200):
                assert orthanc.poll() is None, log.read_text(errors="replace")[-500:]
                with contextlib.suppress(OSError), urllib.request.urlopen(f"{address}/system", timeout=2):
                    break
                time.sleep(0.05)
            yield address
        finally:
            orthanc.terminate()
            orthanc.wait(60)


def store(address: str, *objects: bytes) -> None:
    """Send objects to the archive."""
    for data in objects:
        with urllib.request.urlopen(urllib.request.Request(f"{address}/instances", data, method="POST")) as answer:
            assert json.load(answer)["Status"] == "Success"


@contextlib.contextmanager
def viewer(address: str) -> Iterator[Any]:
    """Yield a page of the browser in which addresses of the archive are those of the viewer."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    flags = [flag for flag in CHROMIUM_FLAGS if flag != "--disable-gpu"] + _FLAGS
    with playwright.sync_playwright() as browsers:
        browser = browsers.chromium.launch(executable_path=CHROMIUM, args=flags)
        page = browser.new_context(viewport={"width": 1280, "height": 800}, service_workers="block").new_page()
        page.set_default_timeout(120_000)
        page.elsewhere = []
        page.add_init_script(_SEEN)
        page.route("**/*", lambda route: _answer(route, address, page.elsewhere))
        yield page
        browser.close()


def _answer(route: Any, address: str, elsewhere: list[str]) -> None:
    url = route.request.url
    path = url.removeprefix(address).split("?")[0]
    if not url.startswith(address):
        elsewhere.append(url)
        route.abort()
    elif path.startswith("/dicom-web/"):
        route.continue_()
    elif path == "/app-config.js":
        route.fulfill(body=f"window.config = {json.dumps(_settings(address))}", content_type="text/javascript")
    else:
        name = path if (VIEWER / path.lstrip("/")).is_file() else "/index.html"
        route.continue_(url=f"{address}{_FOLDER}{name}")


def _settings(address: str) -> dict[str, Any]:
    source = {
        **{"friendlyName": "Orthanc", "name": "orthanc", "imageRendering": "wadors", "thumbnailRendering": "wadors"},
        **{"qidoRoot": f"{address}/dicom-web", "wadoRoot": f"{address}/dicom-web"},
    }
    module = "@ohif/extension-default.dataSourcesModule.dicomweb"
    return {
        **{"routerBasename": "/", "extensions": [], "modes": [], "showStudyList": True},
        **{"defaultDataSourceName": "dicomweb", "maxNumberOfWebWorkers": 1},
        "dataSources": [{"namespace": module, "sourceName": "dicomweb", "configuration": source}],
    }


def open_study(page: Any, address: str, study: str) -> None:
    """Open a study and wait for its first picture; its canvas is there, and black, a while before."""
    page.goto(f"{address}/viewer?StudyInstanceUIDs={study}")
    page.locator(_PICTURE).wait_for()
    for _ in range(_LAID):
        if shown(page).any():
            break
        page.wait_for_timeout(1000)


def shown(page: Any) -> NDArray[np.uint8]:
    """Return what the viewport shows without what is drawn on it, (height, width), uint8."""
    data = page.locator(_PICTURE).evaluate("canvas => canvas.toDataURL('image/png').split(',')[1]")
    return np.asarray(cv2.imdecode(np.frombuffer(base64.b64decode(data), np.uint8), cv2.IMREAD_GRAYSCALE))


def outlined_and_shown(page: Any) -> tuple[NDArray[np.bool_], NDArray[np.uint8]]:
    """Wait for outlines on the viewport; return what lies in them and what is shown, both (height, width).

    OHIF 3.12 lays the outlines of a report down after the picture was drawn, and shows them when it is drawn again.
    """
    lines = page.locator(".svg-layer polyline")
    for turn in range(_LAID):
        page.set_viewport_size({"width": 1280 - 20 * (turn % 2), "height": 800})
        page.wait_for_timeout(1000)
        if lines.count():
            break
    corners = lines.evaluate_all("all => all.map(each => [...each.points].map(point => [point.x, point.y]))")
    picture = shown(page)
    inside = np.zeros_like(picture)
    cv2.fillPoly(inside, [np.round(line).astype(np.int32) for line in map(np.array, corners)], 1)
    return inside > 0, picture
