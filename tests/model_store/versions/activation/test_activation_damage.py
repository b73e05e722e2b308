"""What reads films when files are damaged, the disk is full, or the process is killed while the version changes?"""

import json
import os
import random
import shutil
import subprocess
import sys
import time

import pytest

from model_store.basics.errors import ModelCorrupted
from model_store.disk import weights as weights_module
from model_store.disk.writing import DiskFull
from model_store.versions import registry as registry_module
from model_store.versions.activation.activation import Activation
from model_store.versions.activation.active_file import ACTIVE
from model_store.versions.bundled import BUNDLED, BUNDLED_FOLDER
from model_store.versions.card_file import CARD, read_card
from tests.doubles.cards import SHARED_CARD
from tests.doubles.faults import FOLDER_SYNC, Killed, each_failure, files_below

REASON = "it was asked for in this test"
STANDS_IN = (
    f"so films are read by the bundled version {read_card(BUNDLED_FOLDER).version}; roll back or activate another "
    "version on the Models page."
)
CHANGES = {
    "activate": (lambda a: a.activate("v2", by="anna", reason=REASON), "v2"),
    "roll back": (lambda a: a.roll_back(by="anna"), BUNDLED),
}


@pytest.fixture
def activation(xray_home, tmp_path):
    """Versions v1 and v2, v1 active."""
    activation = Activation(xray_home)
    for name in ("v1", "v2"):
        (tmp_path / "weights").write_bytes(random.Random(name).randbytes(3000))
        activation.registry.register(name, tmp_path / "weights", SHARED_CARD)
    activation.activate("v1", by="anna", reason=REASON)
    return activation


def assert_refused(activation, name):
    """The version is neither read with nor activated, and nothing changes."""
    before = (activation.home / ACTIVE).read_bytes()
    with pytest.raises(ModelCorrupted, match=f"Version {name} cannot be used: The weights file weights.safetensors"):
        activation.activate(name, by="anna", reason=REASON)
    assert (activation.home / ACTIVE).read_bytes() == before


class TestWeights:
    @pytest.fixture(autouse=True)
    def unparsed(self, monkeypatch):
        for parser in ("load", "safe_open"):
            monkeypatch.setattr(weights_module, parser, lambda *_, **__: pytest.fail("the bytes reached a parser"))

    def test_a_flipped_bit_anywhere(self, activation):
        for name in ("v1", "v2"):
            path = activation.registry.version(name).weights
            whole = path.read_bytes()
            for place in [0, 1, *range(2, len(whole), 300), len(whole) - 1]:
                flipped = bytearray(whole)
                flipped[place] ^= 1 << (place % 8)
                path.write_bytes(flipped)
                if name == "v1":
                    active = activation.active(verify=True)
                    assert active.version.name == BUNDLED
                    assert active.problem == f"The active version v1 is damaged, {STANDS_IN}"
                else:
                    assert_refused(activation, "v2")
            path.write_bytes(whole)
        assert activation.active(verify=True).problem is None

    @pytest.mark.parametrize("damage", ["truncated", "empty", "longer", "swapped", "link", "folder", "missing", "pipe"])
    def test_another_file_in_its_place(self, activation, damage):
        for name, other in (("v1", "v2"), ("v2", "v1")):
            path = activation.registry.version(name).weights
            whole = path.read_bytes()
            path.rename(path.with_name("whole"))
            match damage:
                case "truncated" | "empty" | "longer":
                    path.write_bytes({"truncated": whole[:-1], "empty": b"", "longer": whole + b"\0"}[damage])
                case "swapped":
                    shutil.copy(activation.registry.version(other).weights, path)
                case "link":
                    path.symlink_to(path.with_name("whole"))
                case "folder":
                    path.mkdir()
                case "pipe":
                    os.mkfifo(path)
            if name == "v1":
                assert activation.active(verify=True).problem == f"The active version v1 is damaged, {STANDS_IN}"
                unverified = activation.active().problem is None
                assert unverified == (damage in ("truncated", "empty", "longer", "swapped"))
                shutil.rmtree(path) if damage == "folder" else path.unlink(missing_ok=True)
                path.with_name("whole").rename(path)
                assert activation.active(verify=True).problem is None
            else:
                assert_refused(activation, "v2")


class TestPointerAndCard:
    @pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"stack": []}', b"\xff"])
    def test_a_damaged_pointer(self, activation, content):
        (activation.home / ACTIVE).write_bytes(content)
        active = activation.active()
        assert active.version.name == BUNDLED
        assert active.problem == f"The file that names the active version is damaged, {STANDS_IN}"
        assert (activation.previous_name(), activation.log()) == (BUNDLED, [])

    @pytest.mark.parametrize("way", ["roll back", "activate v2", "activate bundled"])
    def test_out_of_a_damaged_pointer(self, activation, way):
        (activation.home / ACTIVE).write_bytes(b"{torn")
        if way == "roll back":
            assert activation.roll_back(by="anna") == BUNDLED
        else:
            activation.activate(way.split()[1], by="anna", reason=REASON)
        assert activation.active().problem is None
        assert [entry.before for entry in activation.log()] == [BUNDLED]
        assert (activation.home / f"{ACTIVE}.damaged").read_bytes() == b"{torn"

    def test_a_damaged_card(self, activation):
        (activation.registry.folder / "v1" / CARD).write_text("{")
        assert activation.active().problem == f"The active version v1 is damaged, {STANDS_IN}"

    @pytest.mark.parametrize("name", ["gone", "../xray-home", "", "a\0b"])
    def test_a_version_that_is_not_there(self, activation, name):
        (activation.home / ACTIVE).write_text(json.dumps({"stack": [BUNDLED, name], "log": []}))
        assert activation.active().problem == f"The active version {name} is not there any more, {STANDS_IN}"
        assert activation.roll_back(by="anna") == BUNDLED

    @pytest.mark.parametrize("what", ["card", "weights", "hash"])
    def test_without_the_bundled_version_nothing_reads(self, activation, tmp_path, monkeypatch, what):
        broken = tmp_path / "bundled"
        broken.mkdir()
        shutil.copy(BUNDLED_FOLDER / CARD, broken / CARD)
        if what == "card":
            (broken / CARD).write_text("{")
        if what == "hash":
            (broken / "weights.safetensors").write_bytes(b"other")
        monkeypatch.setattr(registry_module, "BUNDLED_FOLDER", broken)
        assert activation.active(verify=True).version.name == "v1", "it is not needed"
        assert activation.gate_state(activation.registry.version("v2")) == "not compared"
        (activation.home / ACTIVE).unlink()
        with pytest.raises(ModelCorrupted, match="bundled version is damaged, so no film can be read; please install"):
            activation.active(verify=True)
        assert activation.gate_state(activation.registry.version("v2")) == "not compared"


class TestOnTheWay:
    @pytest.mark.parametrize("change", CHANGES)
    def test_killed_at_any_step_the_old_version_is_active_or_the_new(self, activation, change):
        operation, new = CHANGES[change]
        before, seen = (activation.home / ACTIVE).read_bytes(), []
        for _ in each_failure(lambda: operation(activation), Killed):
            active = Activation(activation.home).active(verify=True)
            assert active.problem is None
            seen.append((active.version.name, len(activation.log())))
            (activation.home / ACTIVE).write_bytes(before)
        assert seen == [("v1", 1)] * seen.count(("v1", 1)) + [(new, 2)] * seen.count((new, 2))
        assert min(seen.count(("v1", 1)), seen.count((new, 2))) > 0

    @pytest.mark.parametrize("change", CHANGES)
    def test_a_full_disk_at_any_step_changes_nothing(self, activation, change):
        operation, new = CHANGES[change]
        before, failed = files_below(activation.home), []
        for steps in each_failure(lambda: operation(activation)):
            failed.append(steps.failed)
            if steps.failed == FOLDER_SYNC:  # The name is changed already, and only a power cut could undo it.
                assert steps.raised is None
                assert activation.active_name() == new
                (activation.home / ACTIVE).write_bytes(before[ACTIVE])
                continue
            assert isinstance(steps.raised, DiskFull)
            assert files_below(activation.home) == before
        assert failed == ["open", "write", "fsync", "replace", FOLDER_SYNC]
        assert activation.active_name() == new

    def test_killed_in_earnest(self, activation, request):
        """A process that does nothing but activate and roll back is killed at random moments."""
        program = (
            "import sys\nfrom pathlib import Path\nfrom model_store.versions.activation.activation import Activation\n"
            f"a = Activation(Path(sys.argv[1]))\nprint('ready', flush=True)\n"
            f"while True:\n    a.activate('v2', by='anna', reason='{REASON}')\n    a.roll_back(by='anna')\n"
        )
        moments = random.Random(3)
        for _ in range(5):
            command = [sys.executable, "-c", program, activation.home]
            with subprocess.Popen(command, cwd=request.config.rootpath, stdout=subprocess.PIPE) as process:
                process.stdout.readline()
                time.sleep(moments.uniform(0, 0.05))
                process.kill()
            active = activation.active(verify=True)
            log = activation.log()
            assert active.problem is None
            assert active.version.name == log[-1].version
            assert [entry.before for entry in log[1:]] == [entry.version for entry in log[:-1]]
            if active.version.name == "v2":
                assert activation.roll_back(by="anna") == "v1"
