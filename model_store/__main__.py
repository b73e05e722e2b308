"""`python -m model_store`: read radiographs without a screen; list, activate, roll back, export, import versions."""

import argparse
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from model_store.basics.errors import ModelCorrupted, UserError
from model_store.basics.terminal import only_own_lines
from model_store.disk.weights import verify_weights
from model_store.trainings.request import account
from model_store.versions.activation.activation import Activation, remove_version
from model_store.versions.activation.proof import PASSED
from model_store.versions.bundled import (
    BUNDLED,
    BUNDLED_FOLDER,
    BUNDLED_SHA256,
    LUNGS_SHA256,
    MIRRORING_SHA256,
    PRESENTATION_SHA256,
    lungs_file,
    mirroring_file,
    presentation_file,
)
from model_store.versions.registry import WEIGHTS, Registry
from model_store.versions.transfer.transfer import export_version, import_version

STOPPED_STATUS, CLOSED_STATUS = 128 + signal.SIGINT, 128 + getattr(signal, "SIGPIPE", 13)
"""As a shell gives them for a program that these signals end."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return 0, or another status with one sentence on standard error.

    2: something that the user can mend; 130: stopped by the user; 141: nobody reads the lines any more (no sentence).
    """
    options = _parser().parse_args(arguments)
    try:
        status: int = options.command(options)
        print(end="", flush=True)  # Here, where it can be said that it failed, and not when the process ends.
    except BrokenPipeError:  # Whoever read the lines has enough of them, as `head` does; there is nothing to say.
        _print_no_more()
        return CLOSED_STATUS
    except KeyboardInterrupt:
        _complain("stopped.")
        return STOPPED_STATUS
    except (UserError, OSError) as error:
        _complain(str(error))
        try:
            sys.stdout.flush()
        except OSError:
            _print_no_more()
        return 2
    return status


def _print_no_more() -> None:
    """Let go of lines that cannot be printed, which would fail once more, with a traceback, when the process ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _read(options: argparse.Namespace) -> int:
    from model_store.batch import answer_all, answer_films, frontal_films, table_in
    from model_store.decoding import pool
    from model_store.export.page.template import read_template
    from model_store.export.written import Output
    from model_store.sources.films import left_out_sentence
    from model_store.versions.loading import load_classifier

    output = Output(options.heatmaps, options.overlays, options.dicom, options.pdf, keep_patient=options.keep_patient)
    if options.pdf and (problem := read_template().problem):
        _complain(problem)
    if options.version is None:
        active = Activation().active(verify=True)
        version = active.version
        if active.problem:
            _complain(active.problem)
    else:
        version = Registry().version(options.version)
    pool.start()
    classifier = load_classifier(version, against_gate=Activation().against_gate(version))
    if options.study:
        films, left_out = frontal_films(options.paths)
        if left_out:
            _complain(left_out_sentence(left_out))
        answers = answer_films(films, classifier, output)
    else:
        answers = answer_all(options.paths, classifier, output)
    with table_in(options.csv) as kept:
        for answer in answers:
            print(answer.as_json() if options.json else answer.as_line(), flush=True)
            kept(answer)
    return 0


def _verify(options: argparse.Namespace) -> int:
    expected = {
        BUNDLED_FOLDER / WEIGHTS: BUNDLED_SHA256,
        lungs_file(BUNDLED_FOLDER): LUNGS_SHA256,
        presentation_file(BUNDLED_FOLDER): PRESENTATION_SHA256,
        mirroring_file(BUNDLED_FOLDER): MIRRORING_SHA256,
    }
    for path, sha256 in expected.items():
        try:
            verify_weights(path, sha256=sha256)
        except ModelCorrupted as error:
            raise ModelCorrupted(
                f"{path.name} is missing or is not the file that this program was released with."
            ) from error
        print(f"{path.name}: {sha256} as released")
    Registry().version(BUNDLED)
    return 0


def _list(options: argparse.Namespace) -> int:
    activation = Activation()
    try:
        active = activation.active()
        reading, problem = active.version.name, active.problem
    except ModelCorrupted as error:
        reading, problem = None, str(error)
    if problem:
        _complain(problem)
    for name in activation.registry.names():
        row = {"name": name, "active": name == reading, **_described(name, activation)}
        print(json.dumps(row) if options.json else _line(row))
    return 0


def _described(name: str, activation: Activation) -> dict[str, Any]:
    try:
        version = activation.registry.version(name)
    except ModelCorrupted as error:
        return {"problem": str(error)}
    card = version.card
    return {
        "version": card.version,
        "identity": card.identity,
        "weights_sha256": card.weights_sha256,
        "operating_point": card.operating_point,
        "gate": activation.gate_state(version),
        **{key: getattr(card.record, key) for key in ("created", "by", "run", "note")},
        "problem": None,
    }


def _line(row: dict[str, Any]) -> str:
    begin = f"{'*' if row['active'] else ' '} {row['name']}: "
    if row["problem"]:
        return _plain(f"{begin}cannot be used: {row['problem']}")
    parts = [
        f"{row['version']}, weights {row['weights_sha256'][:12]}, operating point {row['operating_point']:.3f}",
        f"gate {row['gate']}{' (activated against it)' if row['active'] and row['gate'] != PASSED else ''}",
        *(f"{word} {row[word]}" for word in ("created", "by", "run") if row[word]),
    ]
    return _plain(begin + ", ".join(parts))


def _activate(options: argparse.Namespace) -> int:
    Activation().activate(options.name, by=options.by or _user(), reason=options.reason)
    print(f"{options.name} is active")
    return 0


def _roll_back(options: argparse.Namespace) -> int:
    print(f"{Activation().roll_back(by=options.by or _user())} is active")
    return 0


def _export(options: argparse.Namespace) -> int:
    version = Registry().version(options.name)
    export_version(version, options.file)
    print(f"{options.name}: exported, weights {version.card.weights_sha256[:12]}")
    return 0


def _import(options: argparse.Namespace) -> int:
    version = import_version(options.file, Registry(), name=options.name)
    print(f"{version.name}: imported, weights {version.card.weights_sha256[:12]}; it is not active yet")
    return 0


def _remove(options: argparse.Namespace) -> int:
    remove_version(options.name)
    print(f"{options.name}: removed")
    return 0


def _complain(sentence: str) -> None:
    print(_plain(f"model_store: {sentence}"), file=sys.stderr)


def _plain(line: str) -> str:
    """Return a line that moves no cursor and breaks no line, whatever an imported card says."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in line)


def _user() -> str:
    return account() or "unknown"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m model_store", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    read = commands.add_parser("read", help="read files, folders and ZIPs; one line for each file")
    read.add_argument("paths", type=Path, nargs="+", metavar="PATH")
    read.add_argument("--json", action="store_true", help="one JSON object a line on standard output")
    read.add_argument("--csv", type=Path, metavar="FILE", help="write a table of all, the most urgent first")
    read.add_argument("--heatmaps", type=Path, metavar="DIR", help="write <sha256>.png: the map at the film's own size")
    read.add_argument("--overlays", type=Path, metavar="DIR", help="write <sha256>.png: film, map and result in words")
    read.add_argument("--study", action="store_true", help="of each study the frontal image alone, and films alone")
    read.add_argument("--dicom", type=Path, metavar="DIR", help="write <sha256>-picture.dcm and -report.dcm")
    read.add_argument("--pdf", type=Path, metavar="DIR", help="write <sha256>.pdf: the page to hand on")
    read.add_argument(
        "--keep-patient",
        action="store_true",
        help="with --dicom: to the film's own patient and study, and <sha256>-outlines.dcm for the film itself; "
        "with --pdf: the patient is named",
    )
    read.add_argument("--version", help="its name; the active version by default")
    read.set_defaults(command=_read)
    commands.add_parser("verify", help="check the bundled weights").set_defaults(command=_verify)
    _add_version_commands(commands)
    return parser


def _add_version_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    listing = commands.add_parser("list", help="list the versions; a star marks the active one")
    listing.add_argument("--json", action="store_true", help="one JSON object a line")
    listing.set_defaults(command=_list)
    activate = commands.add_parser("activate", help="let a version read films")
    activate.add_argument("--reason", help="needed where the version did not pass the comparison with the active one")
    rollback = commands.add_parser("rollback", help="let the version before the active one read films again")
    for command in (activate, rollback):
        command.add_argument("--by", help="who does it, for the log; the user of this process by default")
    export = commands.add_parser("export", help="write a version to one file")
    taken = commands.add_parser("import", help="add a version from such a file; it is not activated")
    taken.add_argument("file", type=Path, metavar="FILE")
    taken.add_argument("--name", help="its name here; the one in its card by default")
    remove = commands.add_parser("remove", help="delete a version that is neither active nor bundled")
    for command in (activate, export, remove):
        command.add_argument("name", metavar="NAME")
    export.add_argument("file", type=Path, metavar="FILE")
    actions = {activate: _activate, rollback: _roll_back, export: _export, taken: _import, remove: _remove}
    for command, action in actions.items():
        command.set_defaults(command=action)


if __name__ == "__main__":
    only_own_lines()
    sys.exit(main())
