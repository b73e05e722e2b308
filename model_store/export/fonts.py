"""With which letters is a text drawn, whatever language it is in? Noto's, by what each of its fonts holds."""

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path

NO_LETTER = "(?)"
"""What stands for a character that no font has, where others would draw a box."""

_JOINERS = "\u200c\u200d\u200e\u200f"
"""Not to be seen and needed all the same: what joins and parts letters, and says which way a neutral one runs."""

_SELECTORS = "\ufe0e\ufe0f"

_JAPANESE, _KOREAN, _CHINESE = range(3)
"""Numbers of the faces in the collection: each writes the signs that they share in its own way."""

_EAST_ASIAN = re.compile("[\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff]")


@dataclass(frozen=True)
class Face:
    """A font.

    Attributes:
        name: by which it is told from the others.
        path: of its file.
        number: of it in a collection.
    """

    name: str
    path: Path
    number: int = 0


@cache
def faces() -> tuple[Face, ...]:
    """Return all fonts, the one for Latin, Greek and Cyrillic first and the largest last."""
    scripts = sorted(
        path for path in _folder("manimgx_fonts").glob("Noto*.ttf") if not path.name.startswith(("NotoSans-", "NotoE"))
    )
    emoji = _folder("manimgx_fonts") / "NotoEmoji[wght].ttf"
    east = _folder("noto_cjk_sans_otc") / "NotoSansCJK-Regular.ttc"
    first = [path for path in scripts if path.name.startswith("NotoSans[")]
    others = [path for path in scripts if path not in first]
    named = [Face(path.name.split("[")[0], path) for path in (*first, *others, emoji)]
    return (*named, Face("NotoSansCJK", east, _CHINESE))


def _folder(package: str) -> Path:
    """Return the folder of a package that holds nothing but fonts, without running anything of it."""
    found = find_spec(package)
    if found is None or found.origin is None:
        raise ModuleNotFoundError(f"The fonts of {package} are not installed.", name=package)
    return Path(found.origin).parent


@cache
def _letters(face: Face) -> frozenset[int]:
    from fontTools.ttLib import TTFont

    with TTFont(face.path, lazy=True, fontNumber=face.number) as font:
        return frozenset(font.getBestCmap())


def faces_of(text: str) -> list[Face]:
    """Return the fonts with which a text is drawn, those of its first letters first; for "" none.

    Args:
        text: as `drawable` returns it.
    """
    missing, needed = {ord(letter) for letter in text} - {ord("\n")}, []
    for face in faces():
        if missing and (found := missing & _letters(face)):
            needed.append(replace(face, number=_east_asian(text)) if face == faces()[-1] else face)
            missing -= found
    return needed


def east_asian_face(text: str) -> Face | None:
    """Return the font of a text with Chinese, Japanese or Korean letters, which has Latin ones too; None for others."""
    return replace(faces()[-1], number=_east_asian(text)) if _EAST_ASIAN.search(text) else None


def _east_asian(text: str) -> int:
    if re.search("[\u3040-\u30ff]", text):
        return _JAPANESE
    return _KOREAN if re.search("[\u1100-\u11ff\uac00-\ud7a3]", text) else _CHINESE


def drawable(text: str) -> tuple[str, bool]:
    """Return a text as it can be drawn, and whether some of it cannot.

    Args:
        text: of any length and language; its lines stay.

    Returns:
        It in composed letters, without marks that are not to be seen, and with `NO_LETTER` for what no font has.
    """
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))
    plain = "".join(letter for letter in composed if _is_to_be_drawn(letter))
    missing = {ord(letter) for letter in plain} - {ord("\n")}
    for face in faces():
        if missing:
            missing -= _letters(face)
    return "".join(NO_LETTER if ord(letter) in missing else letter for letter in plain), bool(missing)


def _is_to_be_drawn(letter: str) -> bool:
    if letter in _SELECTORS:
        return False
    return letter == "\n" or letter in _JOINERS or unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Zl", "Zp")


def runs_leftwards(text: str) -> bool:
    """Return whether a line is of Arabic, Hebrew or another script from right to left, by its first strong letter."""
    ways = (unicodedata.bidirectional(letter) for letter in text)
    return next((way for way in ways if way in ("L", "R", "AL")), "L") != "L"
