import errno
import io
import os
import stat
import unicodedata
import zipfile
from pathlib import Path

import pytest

from model_store.disk.writing import DiskFull
from model_store.sources.zips import UnusableArchive
from training.data.archive import unpack
from training.data.dataset import scan
from training.run.progress import Progress, RunCancelled

FILMS = {
    f"chest/{split}/{label}/{split}.png": os.urandom(90)
    for split in ("train", "test")
    for label in ("NORMAL", "PNEUMONIA")
}


def packed(path, files, compression=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


@pytest.fixture
def archive(tmp_path):
    """A ZIP as the public set's: one folder that says nothing round the splits, and what operating systems add."""
    added = (
        "__MACOSX/chest/._a.png",
        "chest/.DS_Store",
        "chest/train/Thumbs.db",
        "chest/desktop.ini",
        "__MACOSX/x.zip",
    )
    return packed(tmp_path / "films.zip", FILMS | dict.fromkeys(added, b"other"))


def left_behind(tmp_path):
    """What there is beside the ZIP."""
    return sorted(path.name for path in tmp_path.iterdir() if path.suffix != ".zip")


def files_below(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_films_come_out_as_they_went_in(archive, tmp_path):
    data = unpack(archive, tmp_path / "examination/data")
    assert data == tmp_path / "examination/data"
    assert files_below(tmp_path / "examination/data") == FILMS
    assert [path.name for path in (tmp_path / "examination").iterdir()] == ["data"]


def test_access_is_for_the_owner_alone(archive, tmp_path):
    unpack(archive, tmp_path / "data")
    modes = {
        (path.is_dir(), stat.S_IMODE(path.stat().st_mode))
        for path in [tmp_path / "data", *(tmp_path / "data").rglob("*")]
    }
    assert modes == {(True, 0o700), (False, 0o600)}


def test_how_far_it_is(archive, tmp_path):
    progress = Progress()
    unpack(archive, tmp_path / "data", progress=progress)
    said = progress.snapshot()
    assert (said["phase"], said["step"], said["steps"]) == ("unpacking", 4, 4)


def test_a_folder_that_is_there_is_left_alone(archive, tmp_path):
    (tmp_path / "data").mkdir()
    with pytest.raises(FileExistsError, match=r"There is a folder .*data already"):
        unpack(archive, tmp_path / "data")
    assert files_below(tmp_path / "data") == {}


class StopsAtTheThird(Progress):
    def advance(self, *, share=None):
        super().advance(share=share)
        if self.snapshot()["step"] == 2:
            self.stop()


def test_nothing_is_left_where_it_was_cancelled(archive, tmp_path):
    with pytest.raises(RunCancelled):
        unpack(archive, tmp_path / "data", progress=StopsAtTheThird())
    assert left_behind(tmp_path) == []


def test_no_room(archive, tmp_path, monkeypatch):
    monkeypatch.setattr("model_store.disk.writing.free_bytes", lambda folder: 10)
    with pytest.raises(DiskFull, match=r"The disk is full: 1 MB are needed, 0 MB are free"):
        unpack(archive, tmp_path / "data")
    assert left_behind(tmp_path) == []


def test_a_disk_that_fills_up_on_the_way(archive, tmp_path, monkeypatch):
    whole = Path.touch

    def touch(path, **options):
        if path.parent.name == "PNEUMONIA":
            raise OSError(errno.ENOSPC, "No space left on device")
        whole(path, **options)

    monkeypatch.setattr(Path, "touch", touch)
    with pytest.raises(DiskFull, match="The disk is full"):
        unpack(archive, tmp_path / "data")
    assert left_behind(tmp_path) == []


def damaged(path, old, new):
    """Change bytes of a ZIP, wherever they occur."""
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new))
    return path


def refused(archive, tmp_path, match):
    with pytest.raises(UnusableArchive, match=match):
        unpack(archive, tmp_path / "data")
    assert left_behind(tmp_path) == []


def test_a_wrong_checksum(tmp_path):
    archive = packed(tmp_path / "a.zip", {"a.png": b"first", "b.png": b"pixels"}, zipfile.ZIP_STORED)
    refused(damaged(archive, b"pixels", b"pixelz"), tmp_path, "A file in this ZIP is damaged; please pack the folder")


def test_a_packed_file_that_is_cut(tmp_path):
    content = os.urandom(500)
    archive = packed(tmp_path / "a.zip", {"a.png": content})
    middle = archive.read_bytes()[40:45]
    refused(damaged(archive, middle, b"\xff" * 5), tmp_path, "A file in this ZIP is damaged")


def test_a_table_of_contents_that_is_damaged(tmp_path):
    archive = packed(tmp_path / "a.zip", {"a.png": b"pixels"})
    refused(damaged(archive, b"PK\x01\x02", b"PK\x01\x03"), tmp_path, "This is not a ZIP file, or it is damaged")


@pytest.mark.parametrize(
    ("declared", "sentence"),
    [
        (9, "A file in this ZIP has another size than the ZIP says; please pack the folder"),
        (5, "A file in this ZIP is damaged"),
    ],
)
def test_a_size_that_is_not_the_files(tmp_path, declared, sentence):
    archive = packed(tmp_path / "a.zip", {"a.png": b"1234567"})
    refused(damaged(archive, b"\x07\0\0\0", bytes([declared, 0, 0, 0])), tmp_path, sentence)


def tar():
    import tarfile

    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a.png"))
    return file.getvalue()


@pytest.mark.parametrize(
    "start",
    [
        b"PK\x03\x04 docx",
        b"PK\x05\x06" + bytes(18),
        b"\x1f\x8b\x08",
        b"7z\xbc\xaf\x27\x1c",
        b"Rar!\x1a\x07\x01",
        b"BZh9",
        b"\xfd7zXZ\x00",
        tar(),
    ],
    ids=["zip", "empty zip", "gzip", "7z", "rar", "bzip2", "xz", "tar"],
)
def test_an_archive_under_another_name(tmp_path, start):
    archive = packed(tmp_path / "a.zip", {"a.png": b"film", "b.png": start}, zipfile.ZIP_STORED)
    refused(
        archive, tmp_path, "This ZIP holds another archive; please unpack that first and pack all films into one ZIP"
    )


def test_there_is_no_such_zip(tmp_path):
    refused(tmp_path / "nowhere.zip", tmp_path, "There is no such ZIP file; please choose it again")


def test_a_table_names_films_whose_accents_stand_apart_in_the_zip(tmp_path):
    apart = {unicodedata.normalize("NFD", f"Tórax/imágenes/niñ{end}.png"): end.encode() for end in "oa"}
    table = "image,label\nimágenes/niño.png,NORMAL\nimágenes/niña.png,PNEUMONIA\n"
    data = unpack(
        packed(tmp_path / "films.zip", apart | {unicodedata.normalize("NFD", "Tórax/labels.csv"): table.encode()}),
        tmp_path / "data",
    )
    assert [(image.path.read_bytes(), image.label) for image in scan(data)] == [(b"a", "PNEUMONIA"), (b"o", "NORMAL")]
