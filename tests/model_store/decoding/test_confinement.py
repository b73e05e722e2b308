"""Does the kernel refuse a confined process what decoding does not need, whatever Python lets it ask?"""

import ctypes
import json
import os
import platform
import subprocess
import sys

import pytest

from model_store.decoding import confinement, decoder

SCRIPT = """
import ctypes, errno, json, os, sys, threading
from model_store.decoding import confinement

here, done = sys.argv[1], [getattr(confinement, name)() for name in sys.argv[2:]]
libc = ctypes.CDLL(None, use_errno=True)

def said(name, *arguments):
    # The C library's own functions, of which Python's audit hooks know nothing.
    ctypes.set_errno(0)
    return "done" if getattr(libc, name)(*arguments) != -1 else errno.errorcode[ctypes.get_errno()]

def forks():
    child = libc.fork()
    if child == 0:
        os._exit(0)
    if child > 0:
        os.waitpid(child, 0)
    return "done" if child > 0 else errno.errorcode[ctypes.get_errno()]

def starts_a_thread():
    thread = threading.Thread(target=lambda: None)
    thread.start()
    thread.join()
    return "done"

film, other, new, folder = (f"{here}/{name}".encode() for name in ("film", "other", "new", "folder"))
nowhere = ctypes.c_void_p(1)
print(json.dumps({
    "confined": done,
    "read": said("open", film, os.O_RDONLY),
    "list": said("open", here.encode(), os.O_RDONLY | os.O_DIRECTORY),
    "write": said("open", new, os.O_WRONLY | os.O_CREAT, 0o600),
    "rename": said("rename", film, new),
    "delete": said("unlink", other),
    "make a folder": said("mkdir", folder, 0o700),
    "run": said("execve", sys.executable.encode(), nowhere, None),
    "signal": said("kill", os.getppid(), 0),
    "protect": said("chmod", here.encode(), 0o700),
    "look at": said("access", here.encode(), os.F_OK),
    "connect": said("socket", 2, 1, 0),
    "duplicate": said("dup", 0),
    "limit another": said("prlimit", os.getppid(), 7, None, None),
    "start a process": forks(),
    "start a thread": starts_a_thread(),
    "limit itself": said("prlimit", 0, 7, None, None),
    "take memory": said("madvise", None, 0, 4),
    "trace": said("ptrace", 0, 0, 0, 0),  # Last, since a traced process stops at every signal.
}))
"""
PATHS = ("read", "list", "write", "rename", "delete", "make a folder", "run", "signal")
CALLS = (*PATHS, "protect", "look at", "connect", "trace", "duplicate", "limit another", "start a process")
NEEDED = ("limit itself", "take memory", "start a thread")


def done_by(tmp_path, *names):
    for name in ("film", "other"):
        (tmp_path / name).write_text("x")
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path), *names], capture_output=True, text=True, check=True, timeout=60
    )
    return json.loads(run.stdout)


def kernel_says(*call):
    return sys.platform == "linux" and ctypes.CDLL(None).syscall(*call) >= 0


needs_landlock = pytest.mark.skipif(not kernel_says(444, None, 0, 1), reason="the kernel has no Landlock")
needs_seccomp = pytest.mark.skipif(
    not os.path.exists("/proc/sys/kernel/seccomp") or platform.machine() not in confinement._MACHINES,  # noqa: PTH110
    reason="the system has no seccomp, or its numbers of calls are not known here",
)


def test_without_confinement_all_is_done(tmp_path):
    """Else the tests below would see nothing."""
    said = done_by(tmp_path)
    assert said.pop("run") == "EFAULT"  # It would be run, were its arguments not nowhere.
    assert said.pop("confined") == []
    assert set(said.values()) == {"done"}


@needs_landlock
def test_landlock_refuses_paths_and_signals(tmp_path):
    said = done_by(tmp_path, "shut_out_paths")
    assert said["confined"] == [True]
    assert {name: said[name] for name in PATHS} == dict.fromkeys(PATHS, "EACCES") | {"signal": "EPERM"}
    assert {said[name] for name in NEEDED} == {"done"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["film", "other"]


@needs_seccomp
def test_seccomp_refuses_every_call_but_a_few(tmp_path):
    said = done_by(tmp_path, "allow_few_calls")
    assert said["confined"] == [True]
    assert {name: said[name] for name in CALLS} == dict.fromkeys(CALLS, "EPERM")
    assert {said[name] for name in NEEDED} == {"done"}


@needs_landlock
@needs_seccomp
def test_a_decoder_is_under_both():
    script = "import os; from model_store.decoding import child; child._load_everything(); "
    script += "print(len(os.listdir('/proc/self/task'))); status = open('/proc/self/status'); child._lock(); "
    script += "print(*(line for line in status.read().splitlines() if line.startswith(('Seccomp:', 'NoNewPrivs:'))))"
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=os.environ | decoder._SET
    )
    # Both bind one thread, so there may be no other one.
    assert run.stdout.split() == ["1", "NoNewPrivs:", "1", "Seccomp:", "2"]


@pytest.mark.parametrize(("version", "paths", "tcp", "scopes"), [(1, 13, 0, 0), (4, 15, 2, 0), (7, 16, 2, 2)])
def test_all_that_a_kernel_knows_is_refused(version, paths, tcp, scopes):
    known = (confinement._PATHS, confinement._TCP, confinement._SCOPES)
    assert [confinement._all_of(each, version).bit_count() for each in known] == [paths, tcp, scopes]


@pytest.mark.parametrize("name", ["shut_out_paths", "allow_few_calls"])
def test_a_kernel_that_cannot_is_passed_over(monkeypatch, name):
    class Kernel:
        def __getattr__(self, name):
            return lambda *_: -1

    monkeypatch.setattr(confinement, "_libc", Kernel)
    assert getattr(confinement, name)() is False


def test_a_machine_whose_calls_are_not_known_is_passed_over(monkeypatch):
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    assert confinement.allow_few_calls() is False
