"""Are the names in a ZIP read as they were written, whatever system packed it?"""

import io
import struct
import zlib
from dataclasses import dataclass
from unicodedata import normalize

import pytest

from model_store.sources.zips import UnusableArchive, checked_members, opened, unpacked


@dataclass(frozen=True)
class Packed:
    """A file of a ZIP: the bytes of its name, whether they are said to be UTF-8, and its extra field."""

    name: bytes
    flag: int = 0
    extra: bytes = b""


def archive(*files):
    """A ZIP as its bytes, each file with its own name as content."""
    places, directory = io.BytesIO(), b""
    for file in files:
        # The same twenty-two bytes stand in both headers: version, flag, method, time, date, checksum, sizes, lengths.
        common = struct.pack(
            "<5H3L2H",
            *(20, file.flag, 0, 0, 33, zlib.crc32(file.name), len(file.name), len(file.name)),
            *(len(file.name), len(file.extra)),
        )
        directory += b"PK\1\2\x14\0" + common + struct.pack("<3H2L", 0, 0, 0, 0, places.tell()) + file.name + file.extra
        places.write(b"PK\3\4" + common + file.name + file.extra + file.name)
    start = places.tell()
    places.write(directory + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, len(files), len(files), len(directory), start, 0))
    return places.getvalue()


def names_in(*files):
    data = archive(*files)
    with opened(io.BytesIO(data)) as packed:
        members = checked_members(packed, len(data))
        assert [unpacked(packed, member, 999) for member in members] == [file.name for file in files]
        return [member.filename for member in members]


def written(page, *names):
    return names_in(*(Packed(name.encode(page)) for name in names))


@pytest.mark.parametrize(
    ("page", "names"),
    [
        ("gbk", ["胸片/正常/1.png", "胸片/肺炎/2.png"]),
        ("gbk", ["健康/1.png", "病毒性肺炎/1.png"]),
        ("cp932", ["胸部X線/正常/能1.png", "胸部X線/肺炎/表2.png"]),
        ("cp932", ["十/ソ.png", "噂/予.png"]),
        ("cp932", ["ノーマル/1.png", "はいえん/2.png"]),
        ("cp950", ["胸部/正常/功1.png", "胸部/肺炎/許2.png"]),
        ("cp949", ["흉부/정상/1.png", "흉부/폐렴/2.png"]),
        ("cp866", ["Норма/1.png", "ПНЕВМОНИЯ/2.png"]),
        ("cp1251", ["Норма/1.png", "ПНЕВМОНИЯ/2.png"]),
        ("cp850", ["Lungenentzündung/1.png", "unauffällig/2.png"]),
        ("cp850", ["Santé/à voir/1.png", "pneumonie/à voir/2.png"]),
        ("cp850", ["Sín hallazgos/niño.png", "Não/pulmão.png"]),
        ("cp437", ["Neumonía/niño.png"]),
        ("cp1252", ["Neumonía/1.png", "sín hallazgos/2.png"]),
        ("cp852", ["zdravý/1.png", "zápal plic/tříletý.png"]),
        ("cp857", ["zatürre/1.png", "sağlıklı/2.png"]),  # noqa: RUF001
        ("cp737", ["Πνευμονία/1.png", "φυσιολογικό/2.png"]),
    ],
)
def test_names_of_the_usual_code_pages(page, names):
    assert written(page, *names) == names


def test_utf_8_without_the_flag_as_finder_writes_it():
    names = [normalize("NFD", "Tórax/niño.png"), "胸/1.png", "plain.png"]
    assert written("utf-8", *names) == names


def test_a_name_in_utf_8_among_others():
    assert names_in(Packed("胸/1.png".encode()), Packed("Lungenentzündung.png".encode("cp850"))) == [
        "胸/1.png",
        "Lungenentzündung.png",
    ]


def test_a_name_that_says_it_is_utf_8_is_no_other():
    assert names_in(Packed("é/1.png".encode(), flag=0x800), Packed("能.png".encode("cp932"))) == ["é/1.png", "能.png"]


@pytest.mark.parametrize("page", ["cp932", "cp950"])
def test_backslashes_of_windows_part_folders_and_second_bytes_do_not(page):
    names = {"cp932": ["胸部\\表\\1.png", "胸部\\能\\1.png"], "cp950": ["胸部\\功\\1.png", "胸部\\許\\1.png"]}[page]
    assert written(page, *names) == [name.replace("\\", "/") for name in names]


def test_the_extra_field_for_a_name():
    raw = b"p\x88uc.png"
    field = struct.pack("<BL", 1, zlib.crc32(raw)) + "płuc.png".encode()
    extra = struct.pack("<HH", 0x7075, len(field)) + field
    assert names_in(Packed(raw, extra=struct.pack("<HH", 7, 0) + extra)) == ["płuc.png"]
    other = struct.pack("<HH", 0x7075, len(field)) + struct.pack("<BL", 1, 7) + field[5:]  # Of another name.
    assert names_in(Packed(raw, extra=other)) != ["płuc.png"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("é\0.png".encode("cp850"), "control characters"),
        ("能/../../1.png".encode("cp932"), "outside of its folder"),
        ("能\\..\\..\\1.png".encode("cp932"), "outside of its folder"),
        ("能".encode("cp932") * 100, "too long"),
    ],
)
def test_names_that_are_refused_as_they_are_read(name, said):
    with pytest.raises(UnusableArchive, match=said):
        names_in(Packed(name))


def test_a_name_is_as_long_as_it_is_read():
    name = "能" * 78 + ".png"  # 238 bytes in UTF-8, far more as letters of IBM's first page.
    assert written("cp932", name) == [name]


def test_one_name_written_twice():
    with pytest.raises(UnusableArchive, match="occurs twice"):
        names_in(Packed("胸/能.png".encode("cp932")), Packed("胸/能.png".encode(), flag=0x800))


def test_every_name_is_read_as_something():
    rare = bytes(range(0x80, 0x100, 3)) + b".png"
    (name,) = names_in(Packed(rare))
    assert name.endswith(".png")
