"""Do the instruments of R6 and R18 to R20 see what they are for? By hand, without the app."""

import zipfile
from types import SimpleNamespace

import pytest
from starlette.formparsers import MultiPartParser

from model_store.film.load import load_radiograph
from tests.doubles.app_driver import fake_classifier, fake_reads, start  # noqa: F401
from tests.robustness import memory_flat, own_image
from tests.robustness.marks import contents_of, hits, marked_films
from tests.robustness.private_session import Search, judge_connections, judge_disk, judge_saved
from tests.robustness.report import Result
from tests.robustness.traces import reached, written
from xray_ui.reading.case import shown as case_shown
from xray_ui.server import patches

FILMS = dict(zip(("PNG", "DICOM"), marked_films(1), strict=True))


def test_an_address_elsewhere_is_seen():
    lines = [
        '7 connect(3<TCP:[1]>, {sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr("8.8.8.8")}, 16) = 0',
        '7 sendto(3<UDP:[1]>, "x", 1, 0, {sa_family=AF_INET6, inet_pton(AF_INET6, "2001:db8::1", &sin6_addr)}, 28) = 1',
        '7 connect(3<UNIX:[1]>, {sa_family=AF_UNIX, sun_path="/run/x"}, 9) = 0',
        '7 connect(3<UDPv6:[1]>, {sa_family=AF_INET6, inet_pton(AF_INET6, "2001:4860:4860::8888", &x)}, 28) = 0',
        '7 connect(3<TCPv6:[1]>, {sa_family=AF_INET6, inet_pton(AF_INET6, "2001:4860:4860::8888", &x)}, 28) = 0',
    ]
    assert reached(lines) == ["8.8.8.8", "2001:db8::1", "2001:4860:4860::8888"]


def test_a_file_that_is_opened_for_writing_is_seen():
    lines = [
        '7 openat(AT_FDCWD, "/tmp", O_RDWR|O_EXCL|O_CLOEXEC|O_TMPFILE, 0600) = 9',
        '7 openat(AT_FDCWD</work>, "/tmp/a", O_WRONLY|O_CREAT, 0600) = 9</tmp/a>',
        '7 openat(AT_FDCWD, "/tmp/b", O_RDONLY|O_CLOEXEC) = 9',
        '7 openat(AT_FDCWD, "/tmp/c", O_WRONLY|O_CREAT, 0600) = -1 EACCES (Permission denied)',
        '7 openat(AT_FDCWD, "/dev/null", O_RDWR) = 9',
    ]
    assert written(lines) == {"/tmp", "/tmp/a"}


def test_a_mark_is_found_in_a_file_and_in_its_name(tmp_path):
    film = FILMS["PNG"]
    (tmp_path / "a").write_bytes(b"x" + film.picture[0] + b"y")
    (tmp_path / f"{film.file_name}.txt").touch()
    (tmp_path / "c").write_bytes(b"nothing")
    assert sorted(hits(tmp_path, film.marks)) == sorted([str(tmp_path / "a"), str(tmp_path / f"{film.file_name}.txt")])


@pytest.mark.parametrize("kind", FILMS)
def test_a_marked_film_is_larger_than_what_the_server_holds_in_memory_by_itself(kind):
    film = FILMS[kind]
    assert len(film.data) > 1 << 20
    assert not [mark for mark in film.identifiers if mark not in film.data]
    assert load_radiograph(film.data).pixels[0].tobytes()[:64] in film.picture


@pytest.fixture
def search(tmp_path) -> Search:
    trace = tmp_path / "app.strace"
    trace.write_text('1 connect(3<TCP:[1]>, {sa_family=AF_INET, inet_addr("127.0.0.1")}, 16) = 0\n')
    (tmp_path / "chosen").mkdir()
    return Search(tmp_path, trace)


def failures(judge, *arguments, **named) -> list[str]:
    result = Result("R0", "nothing")
    judge(result, *arguments, **named)
    return result.failures


def test_a_mark_may_lie_in_the_chosen_place_alone(search):
    (search.chosen / "saved").write_bytes(FILMS["DICOM"].data)
    assert failures(judge_disk, search, "now", FILMS["DICOM"].marks) == []
    (search.folder / "left").write_bytes(FILMS["DICOM"].data)
    in_folder, in_tmp = failures(judge_disk, search, "now", FILMS["DICOM"].marks)
    assert "left" in in_folder
    assert "left" in in_tmp


def test_a_temporary_file_that_is_gone_again_is_seen(search):
    with search.trace.open("a") as trace:
        trace.write('1 openat(AT_FDCWD, "/tmp/x1", O_RDWR|O_CREAT|O_EXCL, 0600) = 9\n')
    (failure,) = failures(judge_disk, search, "now", [b"a mark that is nowhere"])
    assert "/tmp/x1" in failure


def test_a_connection_elsewhere_fails(search):
    assert failures(judge_connections, {"app": search.trace}) == []
    with search.trace.open("a") as trace:
        trace.write('1 connect(3<TCP:[1]>, {sa_family=AF_INET, sin_addr=inet_addr("8.8.8.8")}, 16) = 0\n')
    assert failures(judge_connections, {"app": search.trace}) == ["app: it went to 8.8.8.8"]


def test_a_saved_file_holds_the_patient_where_that_was_asked_for(tmp_path):
    film, saved = FILMS["DICOM"], tmp_path / "saved.zip"
    with zipfile.ZipFile(saved, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("film", film.data)
        packed.writestr("noise", bytes(range(256)) * 8)
    assert any(film.identifiers[0] in content for content in contents_of(saved))
    assert failures(judge_saved, saved, film, names_patient=True) == []
    assert len(failures(judge_saved, saved, film, names_patient=False)) == 1


class Reader(SimpleNamespace):
    """A reader to whom the app shows what it is told to."""

    def read(self, name, data):
        pass


@pytest.mark.parametrize("wrong", [None, "results", "pictures", "names"])
def test_a_film_of_somebody_else_is_seen(wrong):
    film = own_image.film_of(0, 0)
    sha256 = case_shown.sha256_of(film)
    shown = {"results": [sha256[:12]], "pictures": [sha256], "names": ["a"]}
    reader = Reader(**shown | ({wrong: [*shown[wrong], "0" * 64]} if wrong else {}))
    if wrong is None:
        own_image.read_own(reader, "a", film)
    else:
        with pytest.raises(AssertionError, match="0" * 64):
            own_image.read_own(reader, "a", film)


def test_memory_that_grows_fails():
    assert failures(memory_flat.judge, 1000.0, 1049.0, most=50.0) == []
    assert failures(memory_flat.judge, 1000.0, 1051.0, most=50.0) == ["memory: it grew by 51 MB, more than 50"]


def test_an_upload_is_held_in_memory(classifier, monkeypatch):
    monkeypatch.setattr(MultiPartParser, "spool_max_size", 1)
    start()
    assert MultiPartParser.spool_max_size > patches.MAX_MEGABYTES << 20


def test_films_that_are_hardly_told_apart_are_other_files():
    large, palettes, headers = (
        [own_image.film_of(0, upload) for upload in range(kind, 16, own_image.KINDS)] for kind in (1, 2, 3)
    )
    for films in (large, palettes, headers):
        assert len(set(films)) == 4
        assert len({load_radiograph(film).sha256 for film in films}) == 4
    first, second = (load_radiograph(film).pixels for film in large[:2])
    assert 0 < (first != second).sum() <= 2 * own_image.OTHER_PIXELS
    assert len({load_radiograph(film).pixels.tobytes() for film in headers}) == 1
