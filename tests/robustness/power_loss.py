"""R12: is everything on the disk before it counts? The order of system calls: file, its name, the folder's entry."""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from model_store.__main__ import main
from tests.robustness.activating_killed import REASON, two_versions
from tests.robustness.commands import command_of
from tests.robustness.disk import Step, watched_disk
from tests.robustness.processes import ROOT, environment
from tests.robustness.report import Result, command

_TRACED = "write,pwrite64,copy_file_range,sendfile,fsync,fdatasync,rename,renameat,renameat2"
_CALL = re.compile(r'(?P<name>\w+)\((?:AT_FDCWD<[^>]*>, )?(?:\d+<(?P<path>[^>]*)>|"(?P<source>[^"]*)")(?P<rest>.*)')
_TARGET = re.compile(r'"([^"]*)"')
_REFUSED = re.compile(r"= -1 E")


def recorded(folder: Path) -> Result:
    """Check activating, rolling back and registering by what this process asks of the system."""
    return _each_change(folder, _record, Result("R12", "order of calls, as Python makes them"))


def traced(folder: Path) -> Result:
    """Check the same commands by what strace sees of them."""
    result = Result("R12", "order of system calls under strace")
    if not shutil.which("strace"):
        result.skipped = "strace is not installed (apt-get install strace)"
        return result
    return _each_change(folder, _trace, result)


def _each_change(folder: Path, follow: Callable[[Path, Sequence[str]], list[Step]], result: Result) -> Result:
    home = folder / "home"
    two_versions(home)
    export = folder / "bundled.zip"
    command_of(main, home)("export", "bundled", export)
    changes = {
        "activate": (("activate", "b", "--reason", REASON), home / "active.json"),
        "roll back": (("rollback",), home / "active.json"),
        "register": (("import", str(export), "--name", "new"), home / "versions/new"),
    }
    for name, (arguments, target) in changes.items():
        with result.trial(name):
            steps = follow(home, arguments)
            result.figures[name] = len(steps)
            assert_lasting(steps, target)
    return result


def assert_lasting(steps: Sequence[Step], target: Path) -> None:
    """Raise AssertionError where a power loss could leave a name without its content, or lose the name afterwards.

    Args:
        steps: what was done, in order; of kind "write", "fsync" and "rename".
        target: the file or folder that appeared by a rename.
    """
    moves = [number for number, step in enumerate(steps) if (step.kind, step.path) == ("rename", str(target))]
    assert moves, f"{target.name} was not put in its place by a rename"
    moved, source = moves[-1], steps[moves[-1]].source
    assert Path(source).parent == target.parent, "it was moved from another folder, perhaps from another disk"
    inside = [step for step in steps[:moved] if step.path == source or step.path.startswith(f"{source}/")]
    for path in {step.path for step in inside if step.kind == "write"}:
        of_it = [step.kind for step in inside if step.path == path]
        assert of_it[-1] == "fsync", f"{Path(path).name} is not on the disk before {target.name} is renamed"
    if target.is_dir():
        assert inside[-1] == Step("fsync", source), "the folder's entries are not on the disk before it is renamed"
    after = [(step.kind, step.path) for step in steps[moved + 1 :]]
    assert ("fsync", str(target.parent)) in after, "the new name is not brought to the disk"
    assert not [path for kind, path in after if kind == "write" and path.startswith(str(target))], "it grew afterwards"


def _record(home: Path, arguments: Sequence[str]) -> list[Step]:
    steps: list[Step] = []

    def note(moment: str, step: Step) -> None:
        if moment == "after" and step.kind in ("write", "fsync", "rename"):
            steps.append(step)

    with watched_disk(home, note):
        ended = command_of(main, home)(*arguments)
    assert ended.status == 0, ended.sentence
    return steps


def _trace(home: Path, arguments: Sequence[str]) -> list[Step]:
    log = home.parent / "strace.txt"
    strace = ["strace", "-f", "-y", "-e", f"trace={_TRACED}", "-o", str(log)]
    model_store = [sys.executable, "-m", "model_store", *arguments]
    ended = subprocess.run(strace + model_store, cwd=ROOT, env=environment(home), capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    calls = (_CALL.search(line) for line in log.read_text(errors="replace").splitlines() if not _REFUSED.search(line))
    steps = [_step(call) for call in calls if call]
    return [step for step in steps if step.path.startswith(str(home))]


def _step(call: re.Match[str]) -> Step:
    name = call["name"]
    if name.startswith("rename"):
        return Step("rename", _TARGET.findall(call["rest"])[-1], call["source"])
    return Step("fsync" if name in ("fsync", "fdatasync") else "write", call["path"] or "")


def results(count: int | None = None) -> Iterator[Result]:
    """Yield both; there is nothing to count."""
    for number, check in enumerate((recorded, traced)):
        with tempfile.TemporaryDirectory() as folder:
            yield check(Path(folder) / str(number))


if __name__ == "__main__":
    command(results, unit="ignored")
