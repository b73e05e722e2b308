"""Does a decoding process keep its limits, is what it says checked, and does its end become a sentence?"""

import hashlib
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from model_store.decoding import decoder
from model_store.decoding.decoder import Decoder
from model_store.film.load import load_radiograph
from model_store.film.refusals import UnreadableImage
from tests.doubles.decoders.hostile_decoder import FORBIDDEN, SECONDS
from tests.doubles.decoders.lying_decoder import LIES
from tests.doubles.films import phantom
from tests.doubles.films.picture_files import SMALL

FILM = phantom.png(SMALL)


@pytest.fixture(name="honest", scope="module")
def honest_decoder():
    decoding = Decoder()
    yield decoding
    decoding.close()


@pytest.fixture(name="start")
def start_of_decoders(monkeypatch):
    started = []

    def start(module):
        monkeypatch.setattr(decoder, "CHILD", module)
        started.append(Decoder())
        return started[-1]

    yield start
    for decoding in started:
        decoding.close()


@pytest.fixture(name="hostile")
def hostile_decoder(start):
    return start("tests.doubles.decoders.hostile_decoder")


@pytest.fixture(name="lying")
def lying_decoder(start):
    return start("tests.doubles.decoders.lying_decoder")


def refusal(decoding, data):
    with pytest.raises(UnreadableImage, match=r"^This [^\n]*[;,] [^\n]*please [^\n]*\.$") as refused:
        decoding.decode(data)
    return refused.value


KINDS = (phantom.png, phantom.png_16_bit, phantom.png_colour, phantom.jpeg, phantom.jpeg_rotated)


@pytest.mark.parametrize("kind", KINDS)
def test_a_film_is_what_it_is_without_the_process(honest, kind):
    data = kind(SMALL)
    film, expected = honest.decode(data), load_radiograph(data)
    assert film.pixels.dtype == expected.pixels.dtype
    assert np.array_equal(film.pixels, expected.pixels)
    assert not film.pixels.flags.writeable
    assert (film.identity, film.source_format, film.colour) == (
        expected.identity,
        expected.source_format,
        expected.colour,
    )


@pytest.mark.parametrize("data", [b"", b"text", FILM[:900], b"GIF8"])
def test_a_refusal_is_what_it_is_without_the_process(honest, data):
    with pytest.raises(UnreadableImage, match="please") as expected:
        load_radiograph(data)
    refused = refusal(honest, data)
    assert (str(refused), refused.name) == (str(expected.value), expected.value.name)
    assert honest.is_alive


def test_a_file_that_is_too_large_is_not_sent_whole(honest, monkeypatch):
    monkeypatch.setattr(decoder, "MAX_BYTES", 899)
    assert refusal(honest, FILM).name == "damaged"  # which its first 900 bytes are; the process has its own limit


@pytest.mark.parametrize("act", ["hang", "loop"])
def test_what_takes_too_long_is_ended(hostile, monkeypatch, act):
    hostile.decode(FILM)
    monkeypatch.setattr(decoder, "SECONDS", 0.5)
    started = time.monotonic()
    refused = refusal(hostile, act.encode())
    assert time.monotonic() - started < 5
    assert refused.name == "too slow"
    assert "needs more than 0.5 seconds to decode" in str(refused)
    assert not hostile.is_alive


@pytest.mark.parametrize(("megabytes", "seconds"), [(0, 5), (10, 5), (30, 15), (100, 20)])
def test_a_film_has_five_seconds_and_a_large_one_more(megabytes, seconds):
    """A damaged JPEG 2000 film of usual size can keep its decoder busy for any time."""
    assert decoder.seconds_for(megabytes * 1_000_000) == seconds


def test_a_process_that_nobody_ends_ends_by_itself(start, monkeypatch):
    """An app that was killed kills no decoder any more; then the limit of the system has to."""
    monkeypatch.setitem(decoder._SET, SECONDS, "0")
    decoding = start("tests.doubles.decoders.hostile_decoder")
    decoding.decode(FILM)
    monkeypatch.setattr(decoder, "SECONDS", 60)
    started = time.monotonic()
    refused = refusal(decoding, b"loop")
    assert time.monotonic() - started < 50, "the app has ended it"
    assert refused.name == "too slow"
    assert decoding._process.returncode == -signal.SIGXCPU


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the limits of another process")
def test_each_file_has_the_time_of_the_processor_anew(honest):
    honest.decode(FILM)
    before, most = resource.prlimit(honest._process.pid, resource.RLIMIT_CPU)
    assert decoder.SECONDS < before <= _processor_seconds(honest) + decoder.SECONDS + 1
    assert most == resource.getrlimit(resource.RLIMIT_CPU)[1], "else it could not be raised for the next file"


def _processor_seconds(decoding):
    fields = Path(f"/proc/{decoding._process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.mark.skipif(sys.platform != "linux", reason="macOS does not limit memory")
@pytest.mark.parametrize("act", ["hoard", "hoard in passing"])
def test_what_takes_too_much_memory_is_ended(hostile, act):
    refused = refusal(hostile, act.encode())
    assert (refused.name, hostile.is_alive) == ("too much memory", False)
    assert "needs more than 3 GB of memory to decode" in str(refused)


def test_a_crash_is_a_sentence(hostile):
    refused = refusal(hostile, b"crash")
    assert (refused.name, hostile.is_alive) == ("undecodable", False)


def test_nothing_else_is_allowed(hostile):
    with pytest.raises(UnreadableImage) as said:
        hostile.decode(b"forbidden")
    assert str(said.value) == "[]"
    assert len(FORBIDDEN) > 10


def test_what_is_forbidden_is_possible_elsewhere():
    """Else the test above would see nothing."""
    given = "from tests.doubles.decoders.hostile_decoder import FORBIDDEN"
    script = f"{given}; FORBIDDEN['read a file'](); FORBIDDEN['duplicate its input']()"
    subprocess.run([sys.executable, "-c", script], check=True)


def test_no_secret_is_in_its_environment(monkeypatch, start):
    monkeypatch.setenv("A_SECRET", "x")
    with pytest.raises(UnreadableImage) as said:
        start("tests.doubles.decoders.hostile_decoder").decode(b"environment")
    assert "OPENBLAS_NUM_THREADS" in str(said.value)
    assert "SECRET" not in str(said.value)


def test_what_a_library_prints_is_no_answer(hostile):
    assert np.array_equal(hostile.decode(FILM).pixels, load_radiograph(FILM).pixels)
    assert refusal(hostile, b"print").name == "not a picture"


def test_an_honest_answer_is_taken(lying):
    film = lying.decode(b"no lie")
    assert (film.pixels.shape, film.pixels.dtype) == ((100, 120), np.uint16)
    assert film.sha256 == hashlib.sha256(b"no lie").hexdigest()


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_ends_the_process(lying, lie):
    refused = refusal(lying, lie.encode())
    assert (refused.name, lying.is_alive) == ("undecodable", False)


def test_pixels_that_never_come_are_not_waited_for(lying, monkeypatch):
    monkeypatch.setattr(decoder, "SECONDS", 1)
    refused = refusal(lying, b"more pixels than there are")
    assert (refused.name, lying.is_alive) == ("too slow", False)


def test_a_process_that_does_not_start(start):
    refused = refusal(start("model_store.no_such_module"), FILM)
    assert refused.name == "no decoder"
    assert "does not start; please start the app again" in str(refused)


def test_an_interrupted_answer_is_not_taken_for_the_next(monkeypatch, start):
    decoding = start(decoder.CHILD)
    monkeypatch.setattr(decoder, "receive", lambda stream: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        decoding.decode(FILM)
    assert not decoding.is_alive


ORPHANED = """
import os, sys
from model_store.decoding import decoder
decoder.CHILD = sys.argv[1]
made = decoder.Decoder()
try:
    made.decode(b"process")
except Exception as said:
    print(said, flush=True)
if sys.argv[2] == "killed":
    os.kill(os.getpid(), 9)
"""


@pytest.mark.parametrize("end", ["killed", "ended"])
def test_it_ends_with_the_app(request, end):
    done = subprocess.run(
        [sys.executable, "-c", ORPHANED, "tests.doubles.decoders.hostile_decoder", end],
        cwd=request.config.rootpath,
        capture_output=True,
        text=True,
    )
    process = int(done.stdout)
    until = time.monotonic() + 10
    while _runs(process) and time.monotonic() < until:
        time.sleep(0.05)
    assert not _runs(process)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{process}/stat")  # A process that has ended may wait for a parent to notice.
    return not (state.exists() and ") Z" in state.read_text())
