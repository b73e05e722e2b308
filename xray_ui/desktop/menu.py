"""How does a desktop know the program? By an entry in its menu and an icon, both in the person's own folders.

The entry is a file of the Desktop Entry Specification 1.5 (freedesktop.org), the icon lies where the Icon Theme
Specification looks for it; GNOME, KDE, Xfce and others read both.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from model_store.basics.errors import UserError
from xray_ui.basics.page_names import TITLE
from xray_ui.desktop.browsers import APP_CLASS
from xray_ui.desktop.program import CHECKOUT
from xray_ui.frame import style

_ICON_SIZES = (64, 256)


class NoMenu(UserError, OSError):
    """This system has no such menu; the message is one sentence."""


def add(environment: Mapping[str, str] = os.environ) -> Path:
    """Write the entry and its icons; returns the entry's file.

    Args:
        environment: variables of the process, which may say where the person's folders are.

    Raises:
        NoMenu: the system is none whose desktops read such entries.
        OSError: the files cannot be written.
    """
    if sys.platform in ("win32", "darwin"):
        raise NoMenu(
            "Entries in the menu are made on Linux alone; please make a shortcut to the command by which it starts."
        )
    entry, icons = _files(environment)
    for size, path in icons.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        style.icon(size).save(path, "PNG")
    entry.parent.mkdir(parents=True, exist_ok=True)
    entry.write_text(_entry(), encoding="utf-8")
    _tell_desktop(entry.parent)
    return entry


def remove(environment: Mapping[str, str] = os.environ) -> Path:
    """Take the entry and its icons away, where they are there; returns the entry's file."""
    entry, icons = _files(environment)
    for path in (entry, *icons.values()):
        path.unlink(missing_ok=True)
    _tell_desktop(entry.parent)
    return entry


def _files(environment: Mapping[str, str]) -> tuple[Path, dict[int, Path]]:
    data = Path(environment.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    icons = {size: data / "icons" / "hicolor" / f"{size}x{size}" / "apps" / f"{APP_CLASS}.png" for size in _ICON_SIZES}
    return data / "applications" / f"{APP_CLASS}.desktop", icons


def _entry() -> str:
    lines = {
        "Type": "Application",
        "Name": TITLE,
        "Comment": "Probability of pneumonia on children's chest radiographs; research use only",
        "Exec": f"{_quoted(sys.executable)} -m xray_ui",
        "Path": str(CHECKOUT).replace("\\", "\\\\"),
        "Icon": APP_CLASS,
        "Terminal": "false",
        "Categories": "Science;MedicalSoftware;",
        "StartupNotify": "true",
        "StartupWMClass": APP_CLASS,
    }
    return "[Desktop Entry]\n" + "".join(f"{key}={value}\n" for key, value in lines.items())


def _quoted(word: str) -> str:
    """Return a word as the key Exec has it: quoted, with its own escapes, and those of every value around them."""
    escaped = "".join(f"\\{letter}" if letter in '"`$\\' else letter for letter in word).replace("%", "%%")
    return f'"{escaped}"'.replace("\\", "\\\\")


def _tell_desktop(folder: Path) -> None:
    """Have the desktop look, where it has a command for that; it looks by itself after a while."""
    if command := shutil.which("update-desktop-database"):
        subprocess.run([command, str(folder)], check=False, capture_output=True)
