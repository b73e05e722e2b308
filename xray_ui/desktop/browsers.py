"""Which browser can open a window of its own, without tabs and without traces? One of Chromium's family."""

import os
import shlex
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

VARIABLE = "XRAY_BROWSER"
"""Environment variable: the command of a browser of Chromium's family, with options of its own."""

APP_CLASS = "xray-reader"
"""By which a desktop knows the window as the program's, and gives it the program's icon (StartupWMClass)."""

_COMMANDS = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge"),
    *("microsoft-edge-stable", "brave-browser", "brave", "vivaldi"),
)
_OF_MAC = ("Google Chrome", "Chromium", "Microsoft Edge", "Brave Browser")
_OF_WINDOWS = (r"Google\Chrome\Application\chrome.exe", r"Microsoft\Edge\Application\msedge.exe")
_FOLDERS_OF_WINDOWS = ("ProgramFiles", "ProgramFiles(x86)", "LocalAppData")

_QUIET = (
    # Nothing of a film is kept on the disk, be it that the machine goes down before the profile is thrown away.
    "--incognito",
    "--start-maximized",
    "--no-first-run",
    "--no-default-browser-check",
    # What a browser asks its maker for by itself; the page asks nobody but the program.
    "--disable-background-networking",
    "--disable-breakpad",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-sync",
    "--disable-features=Translate,OptimizationHints,MediaRouter,AutofillServerCommunication",
    "--no-pings",
)


def find(environment: Mapping[str, str] = os.environ, system: str = sys.platform) -> list[str] | None:
    """Return the command of the first such browser that is there, as a list of words; None where there is none.

    Args:
        environment: variables of the process.
        system: as `sys.platform` names it.
    """
    if named := environment.get(VARIABLE):
        return shlex.split(named, posix=system != "win32")
    return next(([path] for path in _places(environment, system)), None)


def can_show(environment: Mapping[str, str] = os.environ, system: str = sys.platform) -> bool:
    """Return whether there is a screen to open a window on, or whoever named the browser knows."""
    has_screen = system in ("win32", "darwin") or any(environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
    return has_screen or VARIABLE in environment


def window_command(browser: list[str], address: str, profile: Path) -> list[str]:
    """Return the command that opens a page in a window of its own.

    Args:
        browser: the browser's command.
        address: of the page.
        profile: an empty folder, which is the browser's alone; without one, a browser that runs already would take
            the page over, and nobody could tell when its window is closed.
    """
    return [*browser, f"--app={address}", f"--user-data-dir={profile}", f"--class={APP_CLASS}", *_QUIET]


def _places(environment: Mapping[str, str], system: str) -> Iterator[str]:
    if system == "win32":
        folders = [Path(environment[name]) for name in _FOLDERS_OF_WINDOWS if environment.get(name)]
        yield from (str(folder / name) for name in _OF_WINDOWS for folder in folders if (folder / name).is_file())
    elif system == "darwin":
        programs = [Path("/Applications", f"{name}.app", "Contents", "MacOS", name) for name in _OF_MAC]
        yield from (str(program) for program in programs if program.is_file())
    search = environment.get("PATH")
    yield from (found for name in _COMMANDS if (found := shutil.which(name, path=search)))
