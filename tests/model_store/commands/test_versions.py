"""What the commands about versions print, and how they end: list, activate, rollback, export, import, remove."""

import getpass
import json
import os
import shutil
import subprocess
import sys

import pytest
from safetensors.numpy import save

from model_store.__main__ import main
from model_store.versions import registry as registry_module
from model_store.versions.activation.activation import Activation
from model_store.versions.activation.active_file import ACTIVE
from model_store.versions.bundled import BUNDLED, BUNDLED_FOLDER, BUNDLED_SHA256
from model_store.versions.card_file import CARD, read_card
from model_store.versions.registry import Registry
from tests.doubles.cards import SHARED_CARD
from tests.doubles.version_files import TENSORS, members, pack, small_network  # noqa: F401

REASON = "it was asked for in this test"
KEYS = [
    "name",
    "active",
    "version",
    "identity",
    "weights_sha256",
    "operating_point",
    "gate",
    "created",
    "by",
    "run",
    "note",
    "problem",
]


@pytest.fixture
def registry(xray_home, tmp_path):
    """The versions v1 and v2."""
    registry = Registry(xray_home)
    (tmp_path / "w").write_bytes(save(TENSORS))
    about = {"created": "2026-11-23T05:04:49+00:00", "by": "anna", "run": "v1", "note": "hers"}
    registry.register("v1", tmp_path / "w", SHARED_CARD | about)
    registry.register("v2", tmp_path / "w", SHARED_CARD)
    return registry


@pytest.fixture
def run(registry, capsys):
    """Return a function that runs a command and returns its status, its lines and its errors."""

    def command(*arguments):
        status = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return status, captured.out.splitlines(), captured.err

    return command


class TestList:
    def test_every_version_on_a_line(self, run, registry):
        status, lines, errors = run("list")
        assert (status, errors) == (0, "")
        bundled = read_card(BUNDLED_FOLDER)
        sha256 = registry.version("v1").card.weights_sha256[:12]
        assert lines == [
            f"* bundled: {bundled.version}, weights {BUNDLED_SHA256[:12]}, operating point "
            f"{bundled.operating_point:.3f}, gate passed, created {bundled.content['created']}",
            f"  v1: v1, weights {sha256}, operating point 0.400, gate not compared, created "
            "2026-11-23T05:04:49+00:00, by anna, run v1",
            f"  v2: v2, weights {sha256}, operating point 0.400, gate not compared",
        ]

    def test_the_star_is_at_the_active_one(self, run):
        run("activate", "v2", "--reason", REASON)
        assert [line[:4] for line in run("list")[1]] == ["  bu", "  v1", "* v2"]

    def test_as_json(self, run, registry):
        status, lines, errors = run("list", "--json")
        rows = [json.loads(line) for line in lines]
        assert (status, errors) == (0, "")
        assert [list(row) for row in rows] == [KEYS] * 3
        assert [row["active"] for row in rows] == [True, False, False]
        assert rows[1] == {
            **{"name": "v1", "active": False, "version": "v1", "operating_point": 0.4, "gate": "not compared"},
            **{"created": "2026-11-23T05:04:49+00:00", "by": "anna", "run": "v1", "note": "hers", "problem": None},
            "identity": registry.version("v1").card.identity,
            "weights_sha256": registry.version("v1").card.weights_sha256,
        }

    def test_a_damaged_version_does_not_hide_the_others(self, run, registry):
        (registry.folder / "v1" / CARD).write_text("{")
        assert run("list")[1][1] == "  v1: cannot be used: The card of version v1 is missing or damaged."
        assert run("list")[1][2].startswith("  v2: v2, ")
        row = json.loads(run("list", "--json")[1][1])
        assert row == {"name": "v1", "active": False, "problem": "The card of version v1 is missing or damaged."}

    def test_a_damaged_active_version_is_said_to_be(self, run, registry):
        run("activate", "v1", "--reason", REASON)
        registry.version("v1").weights.unlink()
        status, lines, errors = run("list")
        assert (status, lines[0][0], lines[1][0]) == (0, "*", " ")
        assert errors.startswith("model_store: The active version v1 is damaged, so films are read by the bundled")

    def test_without_the_bundled_version_the_others_are_listed(self, run, tmp_path, monkeypatch):
        monkeypatch.setattr(registry_module, "BUNDLED_FOLDER", tmp_path)
        status, lines, errors = run("list")
        assert (status, len(lines)) == (0, 3)
        assert "bundled: cannot be used" in lines[0]
        assert errors == (
            "model_store: The bundled version is damaged, so no film can be read; please install the program again.\n"
        )

    def test_a_card_from_elsewhere_moves_no_cursor(self, run, registry):
        registry.add_to_card("v1", {"by": "\x1b[2Jevil\n* v9: \u202e\ud800 Jürgen"})
        line = run("list")[1][1]
        assert line.endswith("by \\x1b[2Jevil\\n* v9: \\u202e\\ud800 Jürgen, run v1")


class TestActivate:
    def test_there_and_back(self, run, xray_home):
        assert run("activate", "v1", "--reason", REASON, "--by", "anna") == (0, ["v1 is active"], "")
        assert run("activate", "bundled") == (0, ["bundled is active"], "")
        assert run("rollback", "--by", "ben") == (0, ["v1 is active"], "")
        log = Activation(xray_home).log()
        assert [entry.by for entry in log] == ["anna", getpass.getuser(), "ben"]
        assert [entry.reason for entry in log] == [REASON, None, None]

    def test_a_user_whom_the_system_does_not_know(self, run, xray_home, monkeypatch):
        monkeypatch.setattr(getpass, "getuser", lambda: (_ for _ in ()).throw(KeyError("uid not found")))
        run("activate", "v1", "--reason", REASON)
        assert Activation(xray_home).log()[0].by == "unknown"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["activate", "none"], "There is no version 'none'; there are bundled, v1, v2."),
        (["activate", "v1"], "Version v1 was not compared with the version that is active now; to activate it all"),
        (["activate", "v1", "--reason", "short"], "Version v1 was not compared"),
        (["rollback"], "There is no version to go back to: the active version is the first one."),
        (["export", "none", "f"], "There is no version 'none'"),
        (["export", "v1", "none/f"], "No file can be written to none/f; please name a file in a folder that is there."),
        (["import", "none"], "This file cannot be imported: it is missing, or is no ordinary file."),
        (["remove", "bundled"], "The bundled version comes with the program and cannot be removed."),
        (["remove", "none"], "There is no version 'none'"),
    ],
)
def test_what_cannot_be_is_one_sentence(run, xray_home, arguments, sentence):
    status, lines, errors = run(*arguments)
    assert (status, lines) == (2, [])
    assert errors.startswith(f"model_store: {sentence}")
    assert errors.count("\n") == 1
    assert Activation(xray_home).log() == []


class TestOtherEnds:
    def test_the_active_version_is_not_removed(self, run, registry):
        run("activate", "v1", "--reason", REASON)
        status, _, errors = run("remove", "v1")
        assert (status, errors.split(";")[0]) == (2, "model_store: Version v1 is active")
        assert "v1" in registry.names()

    def test_a_damaged_version_is_not_activated(self, run, registry):
        registry.version("v1").weights.write_bytes(b"")
        status, _, errors = run("activate", "v1", "--reason", REASON)
        assert status == 2
        assert errors.startswith("model_store: Version v1 cannot be used: The weights file weights.safetensors is not")

    def test_a_damaged_pointer(self, run, xray_home):
        (xray_home / ACTIVE).write_text("{")
        assert run("remove", "v1")[2].startswith(
            "model_store: The file active.json, which names the active version, is"
        )
        assert run("rollback") == (0, ["bundled is active"], "")

    def test_a_full_disk_says_what_is_needed(self, run, xray_home, monkeypatch):
        usage = shutil.disk_usage("/")._replace(free=10)
        monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
        status, _, errors = run("activate", "v1", "--reason", REASON)
        assert status == 2
        assert (
            errors == "model_store: The disk is full: 1 MB are needed, 0 MB are free; please make room and try again.\n"
        )


class TestTransfer:
    def test_there_and_back(self, run, registry, tmp_path, small_network):  # noqa: F811
        sha256 = registry.version("v1").card.weights_sha256[:12]
        assert run("export", "v1", tmp_path / "f") == (0, [f"v1: exported, weights {sha256}"], "")
        assert run("remove", "v1") == (0, ["v1: removed"], "")
        said = f"imported, weights {sha256}; it is not active yet"
        assert run("import", tmp_path / "f") == (0, [f"v1: {said}"], "")
        assert run("import", tmp_path / "f", "--name", "v3") == (0, [f"v3: {said}"], "")
        assert registry.names() == [BUNDLED, "v1", "v2", "v3"]

    @pytest.mark.parametrize("name", ["v1", "../x", ""])
    def test_a_name_that_cannot_be(self, run, registry, tmp_path, name):
        path = pack(tmp_path / "f", members())
        status, _, errors = run("import", path, "--name", name)
        assert status == 2
        assert repr(name) in errors
        assert registry.names() == [BUNDLED, "v1", "v2"]


def test_four_processes_at_once(registry, xray_home, request):
    """In processes of their own the commands wait for each other, and none needs TensorFlow."""
    command = [sys.executable, "-X", "importtime", "-m", "model_store", "activate", "--reason", REASON, "--by"]
    environment = os.environ | {"XRAY_HOME": str(xray_home)}
    processes = [
        subprocess.Popen(
            [*command, str(n), ("v1", "v2")[n % 2]],
            cwd=request.config.rootpath,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for n in range(4)
    ]
    for process in processes:
        out, errors = process.communicate()
        assert (process.returncode, out) in [(0, "v1 is active\n"), (0, "v2 is active\n")]
        assert "tensorflow" not in errors
    log = Activation(xray_home).log()
    assert {entry.version for entry in log} == {"v1", "v2"}
    assert [entry.before for entry in log] == [BUNDLED, *(entry.version for entry in log[:-1])]
