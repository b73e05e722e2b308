"""Do the instruments of R6, R19 and R20 see what they are for? By hand, without the app."""

from starlette.formparsers import MultiPartParser

from model_store.radiograph import load_radiograph
from tests.app_driver import fake_classifier, fake_reads, start  # noqa: F401
from tests.robustness import own_image
from tests.robustness.private_session import NAME, hits, marked_film, reached, written
from xray_ui import upload


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
    _, marks = marked_film()
    (tmp_path / "a").write_bytes(b"x" + marks[1] + b"y")
    (tmp_path / f"{NAME}.txt").touch()
    (tmp_path / "c").write_bytes(b"nothing")
    assert sorted(hits(tmp_path, marks)) == sorted([str(tmp_path / "a"), str(tmp_path / f"{NAME}.txt")])


def test_the_marked_film_is_larger_than_what_the_server_holds_in_memory_by_itself():
    data, marks = marked_film()
    assert len(data) > 1 << 20
    assert marks[0] in data
    assert load_radiograph(data).pixels[0].tobytes()[:64] == marks[1]


def test_an_upload_is_held_in_memory(classifier, monkeypatch):
    monkeypatch.setattr(MultiPartParser, "spool_max_size", 1)
    start()
    assert MultiPartParser.spool_max_size > upload.MAX_MEGABYTES << 20


def test_films_that_are_hardly_told_apart_are_other_files():
    large, palettes = ([own_image.film_of(0, upload) for upload in range(kind, 12, 3)] for kind in (1, 2))
    for films in (large, palettes):
        assert len(set(films)) == 4
        assert len({load_radiograph(film).sha256 for film in films}) == 4
    first, second = (load_radiograph(film).pixels for film in large[:2])
    assert 0 < (first != second).sum() <= 2 * own_image.OTHER_PIXELS
