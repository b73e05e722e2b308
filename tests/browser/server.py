"""The real app in a process of its own, and the flags with which Chromium looks at it."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "streamlit_app.py"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--headless",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@contextlib.contextmanager
def running_app(
    home: Path,
    log: Path,
    *,
    settings: Mapping[str, str] | None = None,
    prefix: Sequence[str] = (),
    script: Path = SCRIPT,
    options: Sequence[str] = (),
) -> Iterator[str]:
    """Run the app on a free port and yield its address as soon as its server answers; it is ended afterwards.

    Args:
        home: its `XRAY_HOME`.
        log: file for what it prints.
        settings: more of its environment.
        prefix: a command that runs the app, such as strace.
        script: what is run; by default the app itself.
        options: more of Streamlit's own options.
    """
    port = free_port()
    command = [*prefix, sys.executable, "-m", "streamlit", "run", str(script)]
    command += ["--server.port", str(port), "--server.headless", "true", *options]
    environment = os.environ | {"XRAY_HOME": str(home)} | dict(settings or {})
    with (
        log.open("w") as output,
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output) as app,
    ):
        try:
            _wait_until_up(f"http://127.0.0.1:{port}/_stcore/health", app, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            app.terminate()
            app.wait(60)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait_until_up(url: str, app: "subprocess.Popen[bytes]", log: Path) -> None:
    for _ in range(9000):
        assert app.poll() is None, f"the app ended: {log.read_text(errors='replace')[-500:]}"
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=2) as answer:
            if answer.status == 200:
                return
        time.sleep(0.02)
    raise AssertionError("the app did not start within three minutes")
