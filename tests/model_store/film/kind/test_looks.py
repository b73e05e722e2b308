"""Is a file taken for a film by its name, and else by its first bytes, and is nothing opened that could wait?"""

import os

import pytest

from model_store.film.kind.looks import looks_like_film
from tests.doubles.films.dicom_files import FILM, IMPLICIT, dataset_of, file_of, written


@pytest.mark.parametrize("name", ["a.png", "a.JPG", "a.jpeg", "a.dcm", "a.tif"])
def test_a_name_is_enough(tmp_path, name):
    assert looks_like_film(tmp_path / name), "it was opened"


@pytest.mark.parametrize("name", ["IM0001", "1.2.840.10008.5", "film.dat", "a.txt"])
def test_dicom_is_known_by_its_content(tmp_path, name):
    (tmp_path / name).write_bytes(written(FILM))
    assert looks_like_film(tmp_path / name)


def test_without_its_mark_too(tmp_path):
    (tmp_path / "a").write_bytes(file_of(dataset_of(FILM), IMPLICIT, meta=False))
    assert looks_like_film(tmp_path / "a")


@pytest.mark.parametrize("content", [b"", b"Dear colleague" * 50, b"\x7fELF" + bytes(300)])
def test_anything_else_is_no_film(tmp_path, content):
    (tmp_path / "a").write_bytes(content)
    assert not looks_like_film(tmp_path / "a")


def test_the_table_of_contents_of_a_disc_is_no_film(tmp_path):
    (tmp_path / "DICOMDIR").write_bytes(written(FILM))
    assert not looks_like_film(tmp_path / "DICOMDIR")


def test_a_pipe_a_folder_and_a_file_that_may_not_be_opened(tmp_path, monkeypatch):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "closed").write_bytes(written(FILM))
    monkeypatch.setattr("pathlib.Path.open", lambda *_: (_ for _ in ()).throw(PermissionError))
    assert not any(looks_like_film(tmp_path / name) for name in ("pipe", "closed", ".", "nowhere"))
