"""In which letters are the names in a ZIP written? Many programs do not say; UTF-8 first, then the usual code pages."""

import re
import struct
import zlib
from collections.abc import Callable, Sequence
from itertools import pairwise
from zipfile import ZipInfo

_SAYS_UTF_8, _UNICODE_PATH = 0x800, 0x7075
_FIELD = struct.Struct("<HH")
_CYRILLIC = frozenset("абвгдеёжзийклмнопрстуфхцчшщъыьэюя")
_GREEK = frozenset("αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋ")
_WESTERN = frozenset("äöüßàâçèéêëîïôùûáíóúñìòãõåæø")
_CENTRAL = frozenset("áéíóúýąćęłńśźżčďěňřšťůžäöüőűôĺľŕăâîșțţş")
_TURKISH = frozenset("çğıöşüâîû")


def decode_names(members: Sequence[ZipInfo]) -> None:
    """Give the members of a ZIP the names that they had, where it does not say in which letters these are written.

    A name that is UTF-8 is taken for that, as Finder writes it; all others are of one system, so of one code page:
    that in which most of what is not ASCII is what words are made of. `zipfile` has read them by IBM's first one.
    """
    undecided: list[tuple[ZipInfo, bytes]] = []
    for member in filter(is_undecoded, members):
        name = member.orig_filename.encode("cp437")  # It stays, as it is what the file is opened by.
        if said := _said_beside(member.extra, name) or (name.decode() if _is_in(name, "utf-8") else ""):
            member.filename = said
        else:
            undecided.append((member, name))
    if undecided:
        names = sorted({name for _, name in undecided})
        page = max(_PAGES, key=lambda page: _likeness(names, page))
        for member, name in undecided:
            member.filename = name.decode(page)


def is_undecoded(member: ZipInfo) -> bool:
    """Return whether a ZIP does not say in which letters a name of it is written that is not ASCII."""
    return not member.flag_bits & _SAYS_UTF_8 and not member.orig_filename.isascii()


def _said_beside(extra: bytes, name: bytes) -> str:
    """Return what the extra field for it gives as the name in UTF-8 (PKWARE's APPNOTE 4.6.9), "" for no such field."""
    while len(extra) >= _FIELD.size:
        kind, length = _FIELD.unpack_from(extra)
        field, extra = extra[_FIELD.size : _FIELD.size + length], extra[_FIELD.size + length :]
        if kind == _UNICODE_PATH and field[:5] == struct.pack("<BL", 1, zlib.crc32(name)):
            return field[5:].decode() if _is_in(field[5:], "utf-8") else ""
    return ""


def _likeness(names: Sequence[bytes], page: str) -> float:
    """Return the part of what is not ASCII, 0..1, that is usual in a code page; -1 where a name cannot be in it."""
    if not all(_is_in(name, page) for name in names):
        return -1.0
    usual, total = 0, 0
    for word in re.findall(r"[^\x00-\x40\x5b-\x60\x7b-\x7f]+", "\n".join(name.decode(page) for name in names)):
        for character in word:
            weight = len(character.encode(page))
            total += 0 if character.isascii() else weight
            usual += weight if not character.isascii() and _PAGES[page](character, word) else 0
    return usual / total if total else 0.0


def _is_in(name: bytes, page: str) -> bool:
    try:
        name.decode(page)
    except UnicodeError:
        return False
    return True


def _rows(page: str, standard: str, first: int, last: int, *, also: str = "") -> Callable[[str, str], bool]:
    """Say of a character whether its code lies where a national standard has the frequent ones.

    Where half of it would be a letter of ASCII among others, that letter is likelier to belong to these.
    """

    def is_usual(character: str, word: str) -> bool:
        try:
            code = character.encode(standard)
        except UnicodeError:
            return False
        if any(each.isascii() for each in word) and character.encode(page)[-1:].isalpha():
            return False
        return len(code) == 2 and (first <= code[0] <= last or bool(also and re.match(also, character)))

    return is_usual


def _letters(letters: frozenset[str], *, among_ascii: bool) -> Callable[[str, str], bool]:
    """Say of a character whether it is a letter of a language, in a word that could be of it.

    Languages in Latin letters have most of them in ASCII, those in other letters have none of them there, which a
    letter that stands alone does not tell: it may be an "à".
    """

    def is_usual(character: str, word: str) -> bool:
        if character.lower() not in letters or any(one.islower() and other.isupper() for one, other in pairwise(word)):
            return False
        plain = sum(each.isascii() for each in word)
        return 2 * plain >= len(word) if among_ascii else plain == 0 and len(word) > 1

    return is_usual


_PAGES: dict[str, Callable[[str, str], bool]] = {
    "cp949": _rows(
        "cp949", "euc_kr", 0xB0, 0xC8
    ),  # Hangul; before Chinese, some of whose names would be Hangul as well.
    "cp932": _rows("cp932", "euc_jp", 0xB0, 0xCF, also="[\u3040-\u30ff々]"),
    "gbk": _rows("gbk", "gb2312", 0xB0, 0xD7),
    "cp950": _rows("cp950", "big5", 0xA4, 0xC6),
    "cp866": _letters(_CYRILLIC, among_ascii=False),
    "cp1251": _letters(_CYRILLIC, among_ascii=False),
    "cp737": _letters(_GREEK, among_ascii=False),
    "cp1253": _letters(_GREEK, among_ascii=False),
    "cp850": _letters(_WESTERN, among_ascii=True),
    "cp1252": _letters(_WESTERN, among_ascii=True),
    "cp852": _letters(_CENTRAL, among_ascii=True),
    "cp1250": _letters(_CENTRAL, among_ascii=True),
    "cp857": _letters(_TURKISH, among_ascii=True),
    "cp1254": _letters(_TURKISH, among_ascii=True),
    "cp437": lambda character, word: False,  # Every name can be in it: so `zipfile` has it.
}
"""The usual code pages by their order, the first of the likeliest counts: what is usual in each of them."""
