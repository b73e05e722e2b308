import os
import stat
import struct
import zipfile

import pytest

from model_store.sources import zips
from model_store.sources.zips import UnusableArchive
from training.data.archive import unpack


def member(name="a.png", *, mode=0, method=zipfile.ZIP_DEFLATED):
    info = zipfile.ZipInfo(name)
    info.external_attr, info.compress_type, info.create_system = mode << 16, method, 3
    return info


@pytest.fixture
def refused(tmp_path):
    """Pack members, each with its content, and see the ZIP refused with nothing left behind."""

    def see(match, *members, change=lambda content: content):
        path = tmp_path / "films.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for info, content in members:
                archive.writestr(info, content)
        path.write_bytes(change(path.read_bytes()))
        with pytest.raises(UnusableArchive, match=match):
            unpack(path, tmp_path / "data")
        assert [each.name for each in tmp_path.iterdir()] == ["films.zip"]

    return see


@pytest.mark.parametrize(
    "content", [b"", b"PK", b"no ZIP at all" * 9, b"PK\x03\x04" + bytes(90), b"PK\x05\x06" + bytes(9)]
)
def test_what_is_no_zip(refused, content):
    refused("This is not a ZIP file, or it is damaged; please pack the folder of films again", change=lambda _: content)


def test_a_program_with_a_zip_at_its_end(refused):
    refused("This is not a ZIP file", (member(), b"film"), change=lambda content: b"MZ program" + content)


def test_no_files(refused):
    refused("This ZIP holds no files; please pack the folder of films again")
    refused("This ZIP holds no files", (member("NORMAL/"), b""), (member("__MACOSX/a.png"), b"x"))


@pytest.mark.parametrize(
    "name",
    [
        "/etc/passwd",
        "../a.png",
        "a/../../b.png",
        "a/..",
        "C:/films/a.png",
        "c:a.png",
        "..\\a.png",
        "a\\..\\..\\b.png",
        "\\a.png",
        "\\\\host\\a",
        "C:\\films\\a.png",
        ".",
        "__MACOSX/../../a",
    ],
)
def test_names_that_lead_out_of_the_folder(refused, name):
    sentence = "A file in this ZIP would be written outside of its folder; please pack the folder of films again"
    refused(sentence, (member(), b"film"), (member(name), b"x"))


def test_folders_that_are_parted_by_backslashes(tmp_path):
    path = tmp_path / "films.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("NORMAL\\", "NORMAL\\a.png", "PNEUMONIA\\new\\b.png"):
            archive.writestr(member(name), "" if name.endswith("\\") else name)
    unpack(path, tmp_path / "data")
    found = {str(each.relative_to(tmp_path / "data")) for each in (tmp_path / "data").rglob("*") if each.is_file()}
    assert found == {"NORMAL/a.png", "PNEUMONIA/new/b.png"}


@pytest.mark.parametrize("character", ["\x00", "\n", "\x1b", "\x7f", "\x85"])
def test_names_with_control_characters(refused, character):
    # zipfile itself cuts a name at a NUL, so another letter stands for the character until the ZIP is written.
    refused(
        "A file name in this ZIP holds control characters; please rename the file and pack the films again",
        (member("a\u0101b.png"), b"film"),
        change=lambda content: content.replace("\u0101".encode(), character.encode().rjust(2, b"_")),
    )


@pytest.mark.parametrize("name", ["n" * 241 + "/a.png", "/".join(["folder"] * 150), "\u00e4" * 130])
def test_names_that_are_too_long(refused, name):
    refused("A file name in this ZIP is too long; please rename the file", (member(name), b"film"))


@pytest.mark.parametrize(
    ("one", "other"), [("a.png", "a.png"), ("a.png", "A.PNG"), ("x/\u00e4", "x/a\u0308"), ("a", "./a")]
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_names_that_occur_twice(refused, one, other):
    sentence = "A file name occurs twice in this ZIP; please rename one and pack the films again"
    refused(sentence, (member(one), b"film"), (member(other), b"other"))


@pytest.mark.parametrize("other", ["a/b.png", "A/", "a/b/c"])
def test_a_file_where_a_folder_is_needed(refused, other):
    sentence = "A name in this ZIP is that of a file and of a folder; please pack the films again"
    refused(sentence, (member("a"), b"film"), (member(other), b""))


def test_links(refused):
    sentence = "This ZIP holds a link instead of a file; please pack the files themselves"
    refused(sentence, (member(mode=stat.S_IFLNK | 0o777), b"/etc/passwd"))


@pytest.mark.parametrize("kind", [stat.S_IFIFO, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFSOCK, stat.S_IFDIR])
def test_devices_and_their_like(refused, kind):
    sentence = "This ZIP holds something that is neither a file nor a folder; please pack the films alone"
    refused(sentence, (member(mode=kind | 0o600), b""))


def with_flag(bit):
    """Set a flag of the one member, in its own header and in the table of contents."""

    def change(content):
        for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            at = content.index(mark) + offset
            flags = struct.unpack_from("<H", content, at)[0] | bit
            content = content[:at] + struct.pack("<H", flags) + content[at + 2 :]
        return content

    return change


@pytest.mark.parametrize("bit", [0x1, 0x40, 0x2000])
def test_an_encrypted_zip(refused, bit):
    sentence = "This ZIP is encrypted; please pack the films without a password"
    refused(sentence, (member(), b"film"), change=with_flag(bit))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_ways_to_pack(refused, method):
    sentence = r"This ZIP is packed in a way that is not read here; please pack the films as a usual ZIP \(deflate\)"
    refused(sentence, (member(method=method), b"film"))


@pytest.mark.parametrize(
    "name", ["b.zip", "b.ZIP", "b.tar", "b.tar.gz", "b.tgz", "b.7z", "b.rar", "b.tar.xz", "b.bz2", "b.7z.001"]
)
def test_an_archive_by_its_name(refused, name):
    sentence = "This ZIP holds another archive; please unpack that first and pack all films into one ZIP"
    refused(sentence, (member(), b"film"), (member(name), b"anything"))


def test_too_many_files(refused, monkeypatch):
    monkeypatch.setattr(zips, "MAX_MEMBERS", 2)
    films = [(member(f"{number}.png"), b"film") for number in range(3)]
    refused("This ZIP holds more than 2 files; please part it into several", *films)

    def says_one(content):
        return content[:-14] + struct.pack("<HH", 1, 1) + content[-10:]

    refused("This ZIP holds more than 2 files", *films, change=says_one)


@pytest.mark.parametrize("count", [65_535, 300_000])
def test_a_long_table_of_contents_is_refused_before_it_is_read(refused, monkeypatch, count):
    monkeypatch.setattr(zips, "MAX_MEMBERS", 60_000)
    monkeypatch.setattr("model_store.sources.zips.ZipFile", lambda path: pytest.fail("it was read"))

    def as_zip64(content):
        record = struct.pack("<4sQHHLLQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, 46 * count, 40)
        locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, 0, 1)
        return (
            content[:-22] + record + locator + struct.pack("<4sHHHHLLH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 40, 40, 0)
        )

    refused("This ZIP holds more than 60,000 files", (member(), b"film"), change=as_zip64)


def test_a_table_of_contents_that_is_longer_than_it_says(refused, monkeypatch):
    monkeypatch.setattr(zips, "MAX_DIRECTORY_BYTES", 100)
    refused("This ZIP holds more than 200,000 files", *[(member(f"{number}.png"), b"") for number in range(3)])


def test_too_large_a_file(refused, monkeypatch):
    monkeypatch.setattr(zips, "MAX_MEMBER_BYTES", 1_000_000)
    refused("A file in this ZIP has more than 1 MB; please pack the films alone", (member(), os.urandom(1_000_001)))


def test_too_much_in_all(refused, monkeypatch):
    monkeypatch.setattr(zips, "MAX_BYTES", 199)
    films = [(member(f"{number}.png"), os.urandom(100)) for number in range(2)]
    refused("Unpacked, this ZIP has more than 0 GB; please part it into several", *films)


def test_a_file_that_grows_as_no_film_does(refused):
    sentence = "A file in this ZIP grows to more than 200 times its size, as no film does; please pack the films alone"
    refused(sentence, (member(), bytes(1_000_001)), (member("b.png"), os.urandom(9000)))


def test_files_that_grow_as_no_films_do(refused):
    small = [(member(f"{number}.png"), bytes(900_000)) for number in range(9)]
    refused("This ZIP grows to more than 200 times its size, as no film does; please pack the films alone", *small)


def test_one_small_file_may_grow(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(member("blank.png"), bytes(900_000))
        archive.writestr(member("film.png"), os.urandom(9000))
    assert (unpack(tmp_path / "a.zip", tmp_path / "data") / "blank.png").stat().st_size == 900_000


def test_no_refusal_names_a_file(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(member("../Doe_Jane.png"), b"film")
    with pytest.raises(UnusableArchive) as refusal:
        unpack(tmp_path / "a.zip", tmp_path / "data")
    assert "Doe" not in str(refusal.value)
