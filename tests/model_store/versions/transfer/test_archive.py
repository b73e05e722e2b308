"""Is an archive refused that holds anything but the three members, stored one behind the other?"""

import os
import stat
import struct
import warnings
import zipfile

import pytest

from model_store.versions.card_file import CARD
from model_store.versions.learned_from import LEARNED_FROM
from model_store.versions.registry import WEIGHTS
from model_store.versions.transfer import archive as transfer_archive
from model_store.versions.transfer.archive import (
    LIMITS,
    UnusableFile,
    open_archive,
    read_member,
    save_member,
    write_archive,
)
from tests.doubles.faults import names_in
from tests.doubles.version_files import members, pack

END = 22
PLAIN = "it is no ZIP archive as export writes it"
OTHERS = "it has to hold weights, card and at most a list of images, each once and nothing else"
NOT_PLAIN = "a member is compressed, encrypted, a link, or carries something extra"
APART = "its members do not lie one behind the other"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "f"


def read_all(path):
    with open_archive(path) as archive:
        content = {name: read_member(archive, name) for name in LIMITS}
        for name in archive.namelist():
            save_member(archive, name, path.with_name("saved"))
            assert path.with_name("saved").read_bytes() == content[name]
    return {name: data for name, data in content.items() if data}


def assert_refused(path, why):
    with pytest.raises(UnusableFile, match=f"This file cannot be imported: ({why})"):
        read_all(path)


def info(name, **attributes):
    made = zipfile.ZipInfo(name)
    for key, value in attributes.items():
        setattr(made, key, value)
    return made


def end_record(data):
    """Return number of members, length and place of the directory."""
    return struct.unpack("<H2L", data[-12:-2])


def test_what_was_written_is_read(path, tmp_path):
    (tmp_path / "w").write_bytes(b"tensors" * 1000)
    write_archive(path, weights=tmp_path / "w", card=b"{}", images=b"list")
    assert read_all(path) == {CARD: b"{}", LEARNED_FROM: b"list", WEIGHTS: b"tensors" * 1000}
    write_archive(path, weights=tmp_path / "w", card=b"{}", images=b"")
    assert read_all(path) == {CARD: b"{}", WEIGHTS: b"tensors" * 1000}


@pytest.mark.parametrize("order", [(WEIGHTS, CARD), (CARD, WEIGHTS, LEARNED_FROM), (LEARNED_FROM, WEIGHTS, CARD)])
def test_any_order_will_do(path, order):
    made = members()
    assert read_all(pack(path, {name: made[name] for name in order})) == {name: made[name] for name in order}


@pytest.mark.parametrize(
    "name",
    [
        *(
            "readme.txt",
            "../card.json",
            "/etc/passwd",
            "a/card.json",
            "card.json/",
            "CARD.JSON",
            "card.json\0",
            "",
            ".",
        ),
        *("..\\card.json", "C:\\card.json", "folder/", "weights.safetensors.py", "x.pkl"),
    ],
)
def test_another_member(path, tmp_path, name):
    made, stand_in = members(), "n" * len(name)  # `zipfile` would not write every name.
    for content in (made | {stand_in: b"x"}, {CARD: made[CARD], WEIGHTS: made[WEIGHTS], stand_in: b"x"}):
        data = pack(path, content).read_bytes()
        path.write_bytes(data.replace(stand_in.encode(), name.encode()) if name else data)
        assert_refused(path, f"{OTHERS}|{PLAIN}")
        assert names_in(tmp_path) == ["f"], "nothing is extracted"


@pytest.mark.parametrize("missing", [CARD, WEIGHTS])
def test_a_missing_member(path, missing):
    assert_refused(pack(path, {name: data for name, data in members().items() if name != missing}), OTHERS)


def test_a_member_twice(path):
    made = members(images=b"")
    with warnings.catch_warnings(), zipfile.ZipFile(path, "w") as archive:
        warnings.simplefilter("ignore")
        for name, data in [*made.items(), (CARD, b"{}")]:
            archive.writestr(zipfile.ZipInfo(name), data)
    assert_refused(path, OTHERS)


@pytest.mark.parametrize(
    "member",
    [
        info(CARD, compress_type=zipfile.ZIP_DEFLATED),
        info(CARD, compress_type=zipfile.ZIP_BZIP2),
        info(CARD, compress_type=zipfile.ZIP_LZMA),
        info(CARD, external_attr=(stat.S_IFLNK | 0o777) << 16),
        info(CARD, external_attr=stat.S_IFDIR << 16),
        info(CARD, external_attr=stat.S_IFIFO << 16),
    ],
    ids=["deflated", "bzip2", "lzma", "link", "folder", "pipe"],
)
def test_a_member_that_is_no_plain_file(path, member):
    made = members()
    assert_refused(pack(path, {member: made[CARD]} | {n: d for n, d in made.items() if n != CARD}), NOT_PLAIN)


@pytest.mark.parametrize("flag", [0x1, 0x8, 0x20, 0x40, 0x800, 0x2000])
def test_an_encrypted_or_otherwise_marked_member(path, flag):
    data = bytearray(pack(path, members()).read_bytes())
    _, _, place = end_record(data)
    struct.pack_into("<H", data, place + 8, flag)
    path.write_bytes(data)
    assert_refused(path, NOT_PLAIN)


def test_a_bomb_is_not_unpacked(path):
    pack(path, {info(WEIGHTS, compress_type=zipfile.ZIP_DEFLATED): bytes(50_000_000), CARD: b"{}"})
    assert path.stat().st_size < 100_000
    assert_refused(path, NOT_PLAIN)


@pytest.mark.parametrize("name", LIMITS)
def test_a_member_that_is_too_large(path, monkeypatch, name):
    made = members()
    monkeypatch.setitem(LIMITS, name, len(made[name]))
    assert read_all(pack(path, made)) == made
    monkeypatch.setitem(LIMITS, name, len(made[name]) - 1)
    with pytest.raises(UnusableFile, match="a member is larger than it may be"):
        read_all(path)


def test_a_file_that_is_too_large_is_not_looked_into(path, monkeypatch):
    with path.open("wb") as file:
        file.truncate(sum(LIMITS.values()) + 1000)
    monkeypatch.setattr(zipfile, "ZipFile", lambda *_: pytest.fail("it was looked into"))
    assert_refused(path, "it is larger than a version can be")


@pytest.mark.parametrize("attribute", [{"comment": b"x"}, {"extra": b"\x99\x99\0\0"}])
def test_a_member_with_something_extra(path, attribute):
    assert_refused(pack(path, {info(n, **attribute if n == CARD else {}): d for n, d in members().items()}), NOT_PLAIN)


@pytest.mark.parametrize("change", ["before", "behind", "comment", "gap", "zip64"])
def test_bytes_that_belong_to_no_member(path, change):
    data = pack(path, members()).read_bytes()
    count, length, place = end_record(data)
    end = data[-END:]
    zip64 = struct.pack("<4sLQL", b"PK\6\7", 0, 0, 1)
    path.write_bytes(
        {
            "before": b"#!/bin/sh\n" + data,
            "behind": data + b"more",
            "comment": data[:-2] + b"\1\0x",
            "gap": data[:place] + b"more" + data[place:-END] + end[:16] + struct.pack("<LH", place + 4, 0),
            "zip64": data[:-END] + zip64 + end[:12] + struct.pack("<2LH", length + len(zip64), place, 0),
        }[change]
    )
    assert count == 3
    assert_refused(path, APART if change == "gap" else PLAIN)


def test_members_that_share_their_bytes(path):
    """Two entries of the directory for one place is how bombs without compression are made."""
    data = bytearray(pack(path, members()).read_bytes())
    _, _, place = end_record(data)
    second = place + 46 + len(CARD)
    data[second + 42 : second + 46] = struct.pack("<L", 0)
    path.write_bytes(data)
    assert_refused(path, APART)


def test_a_damaged_byte_anywhere_is_refused_or_changes_nothing(path):
    made = members()
    whole = pack(path, made).read_bytes()
    refused = 0
    for place in range(len(whole)):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << (place % 8)
        path.write_bytes(damaged)
        try:
            assert read_all(path) == made
        except UnusableFile:
            refused += 1
    assert refused > sum(map(len, made.values())), "every byte of every member counts, and most round them"


def test_a_file_cut_anywhere_is_refused(path):
    whole = pack(path, members()).read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        assert_refused(path, PLAIN)


@pytest.mark.parametrize("kind", ["missing", "folder", "pipe", "long name"])
def test_what_is_no_file(path, kind):
    if kind == "folder":
        path.mkdir()
    if kind == "pipe":
        os.mkfifo(path)
    assert_refused(
        path.with_name("n" * 300) if kind == "long name" else path,
        "it is missing, or is no ordinary file|it may not be opened",
    )


def test_a_file_that_may_not_be_opened(path, monkeypatch):
    pack(path, members())
    monkeypatch.setattr(transfer_archive.Path, "open", lambda *_: (_ for _ in ()).throw(PermissionError("no")))
    assert_refused(path, "it may not be opened")
