"""R7: does the same film get the same answer from the same version, however often and after however many restarts?"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from model_store.film.load import load_radiograph
from model_store.versions.bundled import BUNDLED
from model_store.versions.loading import load_classifier
from model_store.versions.registry import Registry
from tests.doubles.films.phantom import Chest, png
from tests.robustness.doomed import quietly
from tests.robustness.processes import ROOT, environment, run
from tests.robustness.report import Result, command

REPEATS, RESTARTS, FILMS = 100, 3, 5
SAME = 1e-6
"""Largest difference of a probability that counts as none."""

Answers = list[float]
"""Probabilities of the reference films, in their order."""


def reference_films() -> list[bytes]:
    """Return five drawn chests, each with more of an opacity than the one before."""
    return [png(Chest(seed=seed, opacity=seed / FILMS)) for seed in range(FILMS)]


def reference_probabilities(folder: Path, *, repeats: int = 1) -> list[Answers]:
    """Let the bundled version read the reference films by turns, so many times, in a fresh process.

    Args:
        folder: for what the process prints and answers.
        repeats: how often each film is read.
    """
    with tempfile.NamedTemporaryFile(dir=folder, suffix=".json") as answers:
        log = folder / "reading.txt"
        assert run(_read, Path(answers.name), repeats, log) == 0, f"it could not read: {log.read_text()[-500:]}"
        return [[float(each) for each in row] for row in json.loads(Path(answers.name).read_text())]


def largest_difference(answers: Sequence[Answers]) -> float:
    """Return by how much the probabilities of one film differ at most."""
    return max(max(of_one) - min(of_one) for of_one in zip(*answers, strict=True))


def repeated(folder: Path, *, repeats: int, restarts: int) -> Result:
    """Read the reference films again and again, and in further processes.

    Args:
        folder: for what the processes print.
        repeats: how often in the first process.
        restarts: how many further processes.
    """
    result = Result("R7", f"{repeats} repeats and {restarts} restarts")
    answers = reference_probabilities(folder, repeats=repeats)
    for number in range(restarts):
        with result.trial(f"restart {number + 1}"):
            answers += reference_probabilities(folder)
    _judge(result, answers, "repeats and restarts")
    assert len(answers) == repeats + restarts, "an answer is missing"
    result.count += repeats
    return result


def by_command(folder: Path, *, times: int) -> Result:
    """Let `python -m model_store read` read the reference films, and hold its answers against a classifier's."""
    result = Result("R7", "the command line, in new processes, and the classifier")
    answers = reference_probabilities(folder)
    paths = [folder / f"{number}.png" for number in range(FILMS)]
    for path, film in zip(paths, reference_films(), strict=True):
        path.write_bytes(film)
    for number in range(times):
        with result.trial(f"process {number + 1}"):
            answers.append(_by_command(paths, folder / "home"))
    _judge(result, answers, "command and classifier")
    return result


def _judge(result: Result, answers: Sequence[Answers], name: str) -> None:
    with result.trial(name):
        largest = largest_difference(answers)
        result.figures = {"largest difference": largest, "probabilities": [round(each, 4) for each in answers[0]]}
        assert largest <= SAME, f"a probability differs by {largest:.2g}"
        assert len(set(answers[0])) == FILMS, "the films are not told apart"


def _by_command(paths: Sequence[Path], home: Path) -> Answers:
    read = [sys.executable, "-m", "model_store", "read", "--json", *map(str, paths)]
    ended = subprocess.run(read, cwd=ROOT, env=environment(home), capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    return [float(json.loads(line)["probability"]) for line in ended.stdout.splitlines()]


def _read(answers: Path, repeats: int, log: Path) -> None:
    def read() -> None:
        classifier = load_classifier(Registry().version(BUNDLED))
        films = [load_radiograph(film) for film in reference_films()]
        rows = [[classifier.read(film).prediction.probability for film in films] for _ in range(repeats)]
        answers.write_text(json.dumps(rows))

    quietly(log, read)


def results(repeats: int | None = None) -> Iterator[Result]:
    """Yield the full counts."""
    with tempfile.TemporaryDirectory() as folder:
        yield repeated(Path(folder), repeats=repeats or REPEATS, restarts=RESTARTS)
        yield by_command(Path(folder), times=RESTARTS)


if __name__ == "__main__":
    command(results, unit="repeats")
