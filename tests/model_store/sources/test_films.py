import io
import struct
from types import SimpleNamespace

import pytest

from model_store.film.header.header import StudyImage
from model_store.film.refusals import MAX_BYTES, UnreadableImage
from model_store.sources import films, zips
from model_store.sources.films import Source, files_in, left_out_sentence, look_into
from tests.doubles.films import phantom
from tests.doubles.films.picture_files import png_of_size
from tests.doubles.films.study_files import CT, DIRECTORY, DOSE_REPORT, film, other, packed

PNG, JPEG = phantom.png(phantom.Chest(100, 90)), phantom.jpeg(phantom.Chest(100, 90))
PA, LATERAL, REPORT, DISC = film("PA"), film("LL"), other(DOSE_REPORT), other(DIRECTORY, modality="")
NO_FILMS = {
    "notes.txt": b"Dear colleague",
    "letter.pdf": b"%PDF-1.7 " + bytes(400),
    "viewer.exe": b"MZ" + bytes(400),
    "Thumbs.db": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(400),
    "._film.png": b"\0\x05\x16\x07" + bytes(200),
    ".DS_Store": b"\0\0\0\x01Bud1" + bytes(200),
    "empty": b"",
    "icon.png": png_of_size(32, 32),
}


def source(name, data):
    return Source(name, name, lambda: io.BytesIO(data))


def looked(**files):
    """The names of the films that are found in files handed over at once, and how many are left out."""
    found = look_into([source(name, data) for name, data in files.items()])
    return [film.name for each in found.values() for film in each.films], sum(each.left_out for each in found.values())


def said_of(data, name="films.zip"):
    """What is said of the one file that is found when this is handed over alone."""
    (found,) = look_into([source(name, data)]).values()
    (only,) = found.films
    assert (only.name, found.left_out) == (name, 0)
    with pytest.raises(UnreadableImage) as refusal:
        only.read_bytes()
    return str(refusal.value)


def test_films_are_known_by_their_content():
    names, left_out = looked(**{"a.txt": PNG, "b": JPEG, "c.jpg": PA, "d.png": PA[132:], "e.exe": LATERAL})
    assert (names, left_out) == (["a.txt", "b", "c.jpg", "d.png", "e.exe"], 0)


def test_what_is_no_film_is_left_out_and_counted():
    assert looked(a=PNG, **NO_FILMS) == (["a"], len(NO_FILMS))


def test_nothing_but_what_is_no_film():
    assert looked(**NO_FILMS) == ([], len(NO_FILMS))


@pytest.mark.parametrize("name", NO_FILMS)
def test_one_file_alone_is_never_left_out(name):
    (found,) = look_into([source(name, NO_FILMS[name])]).values()
    assert [film.read_bytes() for film in found.films] == [NO_FILMS[name]]
    assert found.left_out == 0


def test_other_objects_of_a_study_stay_reachable():
    names, left_out = looked(pa=PA, ct=other(CT, modality="CT"), report=REPORT, damaged=bytes(128) + b"DICM")
    assert (names, left_out) == (["pa", "ct", "report", "damaged"], 0)


def test_a_disc_has_its_films_in_dicom_and_its_viewer_has_pictures():
    assert looked(DICOMDIR=DISC, a=PA, b=REPORT, logo=PNG, help=JPEG) == (["a", "b"], 3)
    assert looked(a=PA, b=PNG) == (["a", "b"], 0)
    (found,) = look_into([source("disc.zip", packed({"DICOMDIR": DISC, "a": PA, "logo.png": PNG}))]).values()
    assert ([film.name for film in found.films], found.left_out) == (["disc.zip/a"], 2)


def test_pictures_beside_a_disc_are_films():
    disc = packed({"DICOMDIR": DISC, "a": PA, "logo.png": PNG})
    handed = [
        source("b.png", PNG),
        source("disc.zip", disc),
        source("cd/DICOMDIR", DISC),
        source("cd/viewer/c.png", PNG),
    ]
    found = look_into([*handed, source("ward/d.png", PNG)])
    assert [film.name for contents in found.values() for film in contents.films] == [
        "b.png",
        "disc.zip/a",
        "ward/d.png",
    ]
    assert sum(contents.left_out for contents in found.values()) == 4


def test_what_is_known_of_a_study_comes_along():
    (found,) = look_into([source("a.zip", packed({"a": PA, "b": PNG, "c": LATERAL}))]).values()
    first, second, third = (film.image for film in found.films)
    assert second is None
    assert first.study == third.study
    assert (first.header.view, third.header.view) == ("PA", "LL")


def test_films_of_a_zip_are_those_that_were_packed():
    files = {"a.png": PNG, "deep/er/b": PA, "notes.txt": b"text", "__MACOSX/a.png": PNG}
    (found,) = look_into([source("films.zip", packed(files))]).values()
    assert found.left_out == 1
    assert {film.name: film.read_bytes() for film in found.films} == {
        "films.zip/a.png": PNG,
        "films.zip/deep/er/b": PA,
    }
    assert [film.key for film in found.films] == ["films.zip/0", "films.zip/1"]


def test_a_zip_whose_folders_are_parted_by_backslashes():
    (found,) = look_into([source("disc.zip", packed({"DICOM\\1\\IM1": PA, "DICOM\\DICOMDIR": DISC}))]).values()
    assert [(film.name, film.read_bytes()) for film in found.films] == [("disc.zip/DICOM/1/IM1", PA)]


def test_every_file_of_a_zip_is_answered_for_where_that_is_asked():
    files = {"a.png": PNG, "notes.txt": b"text"}
    assert [film.name for film in files_in(source("x", packed(files)))] == ["x/a.png", "x/notes.txt"]
    assert [film.name for film in files_in(source("x", b"text"))] == ["x"]


def test_a_film_of_a_zip_is_unpacked_when_it_is_looked_at(monkeypatch):
    large = film("PA", chest=phantom.Chest(1400, 1100))
    unpacked, sizes = films.unpacked, []
    monkeypatch.setattr(films, "unpacked", lambda *given: sizes.append(len(unpacked(*given))) or unpacked(*given))
    (found,) = look_into([source("films.zip", packed({"a": large, "b": large}))]).values()
    assert sizes == [films.HEADER_BYTES] * 2
    assert found.films[1].read_bytes() == large
    assert sizes[2:] == [len(large)]


def test_no_film_is_larger_than_what_is_read(monkeypatch):
    monkeypatch.setattr(films, "MAX_BYTES", len(PNG) - 2)
    (found,) = look_into([source("films.zip", packed({"a": PNG}))]).values()
    assert found.films[0].read_bytes() == PNG[:-1]
    (found,) = look_into([source("film", PNG)]).values()
    assert found.films[0].read_bytes() == PNG[:-1]
    assert MAX_BYTES == 100_000_000


@pytest.mark.parametrize("files", [{"a.txt": b"text"}, {"icon.png": png_of_size(16, 16), "b": b""}])
def test_a_zip_without_films(files):
    assert said_of(packed(files)) == films.NO_FILMS
    assert looked(a=PNG, b=packed(files)) == (["a"], len(files))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (packed({"a": PNG})[:-30], "This is not a ZIP file, or it is damaged"),
        (packed({"../a": PNG}), "would be written outside of its folder"),
        (packed({"a": PNG, "b.zip": b"x"}), "This ZIP holds another archive"),
        (packed({"a": bytes(2_000_000)}), "grows to more than 200 times its size"),
        (packed({}), "This ZIP holds no files"),
    ],
)
def test_a_zip_that_cannot_be_used_says_so_also_among_others(data, sentence):
    assert sentence in said_of(data)
    assert looked(a=PNG, b=data) == (["a", "b"], 0)


def test_archives_of_a_discs_viewer_are_left_out():
    files = {
        "DISC/DICOMDIR": DISC,
        "DISC/1/IM1": PA,
        "DISC/weasis/base.jar.xz": b"\xfd7zXZ\0",
        "DISC/jre.zip": b"PK\3\4",
    }
    (found,) = look_into([source("x", packed(files))]).values()
    assert ([film.name for film in found.films], found.left_out) == (["x/DISC/1/IM1"], 3)


def test_an_archive_that_only_its_content_tells_is_left_out():
    (found,) = look_into([source("x", packed({"a": PNG, "b.dat": packed({"c": PNG})}))]).values()
    assert ([film.name for film in found.films], found.left_out) == (["x/a"], 1)


@pytest.mark.parametrize("mark", ["[Content_Types].xml", "META-INF/MANIFEST.MF", "mimetype"])
def test_an_office_file_or_a_program_is_not_looked_into(mark):
    data = packed({mark: b"x", "media/a.png": PNG})
    assert looked(a=PNG, b=data) == (["a"], 1)
    (found,) = look_into([source("x", data)]).values()
    assert [film.read_bytes() for film in found.films] == [data]


def test_too_many_files(monkeypatch):
    monkeypatch.setattr(films, "MAX_FILES", 2)
    assert (
        said_of(packed(dict.fromkeys("abc", PNG))) == "This ZIP holds more than 2 files; please part it into several."
    )


def test_a_table_of_contents_that_would_hold_up_all_readers_is_not_read(monkeypatch):
    monkeypatch.setattr(films, "MAX_FILES", 2)
    with_folders = packed(dict.fromkeys("ab", PNG) | {f"{number}/": b"" for number in range(6)})
    (found,) = look_into([source("x", with_folders)]).values()
    assert len(found.films) == 2
    monkeypatch.setattr(zips, "ZipFile", lambda file: pytest.fail("it was read"))
    assert said_of(packed(dict.fromkeys("abcdefghi", PNG))).startswith("This ZIP holds more than 2 files")


def test_a_damaged_film_does_not_keep_the_others_from_being_read():
    data = bytearray(packed({"a": PNG, "b": PNG}))
    name_length, extra_length = struct.unpack_from("<HH", data, 26)
    data[30 + name_length + extra_length] = 0x07  # A kind of block that deflate does not have.
    (found,) = look_into([source("x", bytes(data))]).values()
    damaged, whole = found.films
    with pytest.raises(UnreadableImage, match="A file in this ZIP is damaged"):
        damaged.read_bytes()
    assert whole.read_bytes() == PNG


def test_a_file_that_is_not_there_says_so_also_among_others():
    def lost():
        raise FileNotFoundError(2, "No such file")

    found = look_into([Source("a", "a", lost), source("b", PNG)])
    with pytest.raises(UnreadableImage, match="This file is missing or may not be opened"):
        found["a"].films[0].read_bytes()


@pytest.mark.parametrize(("count", "sentence"), [(1, "1 file was left out:"), (3, "3 files were left out:")])
def test_what_is_said_of_files_that_are_no_films(count, sentence):
    assert left_out_sentence(count).startswith(sentence)


def test_the_headers_of_a_zip_take_a_minute_together(monkeypatch):
    """Each may take its time; the films are found all the same, each for itself."""
    now, asked = [0.0], []

    def slow(start):
        asked.append(start)
        now[0] += 4.9
        return StudyImage(study="one")

    monkeypatch.setattr(films, "study_image", slow)
    monkeypatch.setattr(films, "time", SimpleNamespace(monotonic=lambda: now[0]))
    (found,) = look_into([source("films.zip", packed({str(number): PA for number in range(40)}))]).values()
    assert len(found.films) == 40
    assert 50 < now[0] <= 60
    assert [film.image.study for film in found.films] == ["one"] * len(asked) + [""] * (40 - len(asked))


def test_work_that_nobody_waits_for_ends_before_the_next_file():
    class Closed(BaseException):
        pass

    def may_be_stopped():
        looks.append(1)
        if len(looks) > 3:
            raise Closed

    looks = []
    with pytest.raises(Closed):
        look_into(
            [source("films.zip", packed({str(number): PA for number in range(9)}))], may_be_stopped=may_be_stopped
        )
    assert len(looks) == 4
