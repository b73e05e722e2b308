"""Does the program start and read where Python has nothing that Unix alone has? As on Windows, hidden from it here."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser.bare_session import bare_session
from tests.browser.server import running_app
from tests.doubles.films import phantom
from xray_ui.reading import wording

TOP = Path(__file__).parents[2]
LACKING = {"PYTHONPATH": os.pathsep.join([str(TOP / "tests" / "doubles" / "other_system"), str(TOP)])}


def said_there(code: str, *arguments: object) -> object:
    """Run code in such a process and return what it prints, as JSON."""
    begin = "import json, sys\nfrom pathlib import Path\nassert sys.is_other_system\n"
    done = subprocess.run(
        [sys.executable, "-c", begin + code, *map(str, arguments)],
        cwd=TOP,
        env=os.environ | LACKING,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


IMPORTED = """
import importlib, pkgutil
names = []
for package in ("model_store", "training", "xray_ui"):
    for found in pkgutil.walk_packages(importlib.import_module(package).__path__, package + "."):
        if ".pages" not in found.name:  # A page is a script.
            importlib.import_module(found.name)
            names.append(found.name)
from model_store.decoding import child, memory_watch, messages
from model_store.disk import writing
from model_store.trainings import folder
hidden = [child.resource, memory_watch.resource, messages.fcntl, folder.fcntl]
print(json.dumps([len(names), hidden, writing._OPENS_FOLDERS]))
"""


def test_every_module_is_imported():
    count, hidden, opens_folders = said_there(IMPORTED)
    assert count > 200
    assert hidden == [None] * 4
    assert opens_folders is False


READ = """
import os
from model_store.decoding import pool
from model_store.versions.loading import load_classifier
from model_store.versions.registry import Registry
film = pool.decode(Path(sys.argv[1]).read_bytes())
decoder = pool._idle.get()
reading = load_classifier(Registry().version("bundled")).read(film)
print(json.dumps([film.sha256, decoder._process.pid != os.getpid(), decoder._memory is not None,
                  reading.prediction.probability]))
"""


def test_a_film_is_decoded_in_a_process_of_its_own_that_is_watched_and_read(tmp_path):
    data = phantom.png(phantom.Chest(seed=1))
    (tmp_path / "film.png").write_bytes(data)
    *facts, probability = said_there(READ, tmp_path / "film.png")
    assert facts == [hashlib.sha256(data).hexdigest(), True, True]
    assert 0 < probability < 1


ENDED = """
from model_store.decoding import decoder
from model_store.film.refusals import UnreadableImage
decoder.CHILD, decoder.GIGABYTES, decoder.SECONDS = "tests.doubles.decoders.hostile_decoder", 0.5, float(sys.argv[2])
film, said = Path(sys.argv[1]).read_bytes(), []
made = decoder.Decoder()
assert made.decode(film).pixels.any()
try:
    made.decode(sys.argv[3].encode())
except UnreadableImage as refusal:
    said = [refusal.name, str(refusal), made.is_alive]
print(json.dumps(said))
"""


@pytest.mark.parametrize(
    ("act", "seconds", "name", "limit"),
    [("fill", 60, "too much memory", "0.5 GB of memory"), ("loop", 1, "too slow", "1 seconds")],
)
def test_a_decoder_is_held_to_its_memory_and_its_time(tmp_path, act, seconds, name, limit):
    (tmp_path / "film.png").write_bytes(phantom.png(phantom.Chest(width=300, height=300)))
    called, sentence, is_alive = said_there(ENDED, tmp_path / "film.png", seconds, act)
    assert (called, is_alive) == (name, False)
    assert f"needs more than {limit} to decode" in sentence


ORPHANED = """
from model_store.decoding import child
from tests.doubles.decoders import hostile_decoder
child.load_radiograph = hostile_decoder.hostile(child.load_radiograph)
child.seconds_for = lambda length: 0.5
child.main()
"""


def test_a_decoder_that_has_lost_its_app_ends_by_the_clock():
    request = json.dumps({"number": 1, "question": "film", "options": {"window": 0}, "length": 4}).encode()
    with subprocess.Popen(
        [sys.executable, "-c", ORPHANED],
        cwd=TOP,
        env=os.environ | LACKING,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert json.loads(process.stdout.readline()) == {"ready": True}
        process.stdin.write(request + b"\nhang")
        process.stdin.flush()
        assert process.wait(60) == 1, "ended by itself, before the 100 seconds were over"


HELD = """
from model_store.trainings.folder import RunFolder
run = RunFolder(Path(sys.argv[1]))
print(json.dumps([run.is_held, run.is_held]))
"""

HOLDS = """
import sys
from pathlib import Path
from model_store.trainings.folder import RunFolder
from training.run import session
with session._held(RunFolder(Path(sys.argv[1]))):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_training_is_known_to_be_alive(tmp_path):
    assert said_there(HELD, tmp_path) == [None, None]
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(tmp_path)],
        cwd=TOP,
        env=os.environ | LACKING,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as holder:
        assert holder.stdout.readline() == b"held\n"
        assert said_there(HELD, tmp_path) == [True, True]
        holder.communicate()
    assert said_there(HELD, tmp_path) in ([False, False], [None, None])


def test_the_app_shows_its_page(tmp_path):
    with (
        running_app(tmp_path / "home", tmp_path / "log", settings=LACKING) as address,
        bare_session(address) as session,
    ):
        session.wait_for(wording.WELCOME)
