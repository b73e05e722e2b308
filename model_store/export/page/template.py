"""What does the clinic want at the head of a page? Lines and a logo, which a template file of its own names."""

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from model_store.disk.home import NoHome, xray_home

VARIABLE, FILE = "XRAY_PAGE", "page.toml"
"""What names the template file, and what it is called in `XRAY_HOME` where nothing else is named."""

MOST_LINES, LONGEST_LINE = 4, 90
"""Of a head, so that it stays one."""

MAX_LOGO_BYTES, MAX_LOGO_SIDE = 5_000_000, 4000


class _Unusable(ValueError):
    """The message says what is wrong, to go on a sentence."""


@dataclass(frozen=True, eq=False)
class Template:
    """What stands at the head of a page.

    Attributes:
        lines: of text, the first one larger; none without a template.
        logo: in RGB on white; None for none.
        problem: why a template that is there is not used, as a sentence; "" where nothing is wrong.
    """

    lines: tuple[str, ...] = ()
    logo: Image.Image | None = None
    problem: str = ""


def read_template() -> Template:
    """Return the clinic's template; an empty one where there is none, or with what is wrong where it cannot be used."""
    try:
        path = Path(named) if (named := os.environ.get(VARIABLE)) else xray_home() / FILE
    except NoHome:
        return Template()
    if not named and not path.exists():
        return Template()
    try:
        return _read(path)
    except _Unusable as error:
        why = str(error)
    except OSError:
        why = "the file cannot be opened"
    except ValueError:  # TOML that is none, or text that is no UTF-8.
        why = "it is not written as TOML in UTF-8"
    return Template(problem=f"The template of the page cannot be used, so the page is made without it: {why}.")


def _read(path: Path) -> Template:
    content = tomllib.loads(path.read_text("utf-8"))
    if others := sorted(content.keys() - {"header", "logo"}):
        raise _Unusable(f"it may have the entries header and logo, and has {others[0]!a}")
    lines, logo = content.get("header", []), content.get("logo")
    if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
        raise _Unusable("its header is no list of lines")
    if len(lines) > MOST_LINES or any(len(line) > LONGEST_LINE for line in lines):
        raise _Unusable(f"its header has more than {MOST_LINES} lines, or one of more than {LONGEST_LINE} characters")
    if logo is not None and not isinstance(logo, str):
        raise _Unusable("its logo is no name of a file")
    return Template(tuple(" ".join(line.split()) for line in lines), _logo(path.parent / logo) if logo else None)


def _logo(path: Path) -> Image.Image:
    try:
        if path.stat().st_size > MAX_LOGO_BYTES:
            raise _Unusable(f"its logo is larger than {MAX_LOGO_BYTES // 1_000_000} MB")
        with Image.open(path, formats=("PNG", "JPEG")) as picture:
            if max(picture.size) > MAX_LOGO_SIDE:
                raise _Unusable(f"its logo has a side of more than {MAX_LOGO_SIDE} pixels")
            seen = picture.convert("RGBA")
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:  # Pillow's errors of what is no picture.
        raise _Unusable("its logo is no PNG or JPEG file that can be opened") from error
    paper = Image.new("RGBA", seen.size, "white")
    return Image.alpha_composite(paper, seen).convert("RGB")
