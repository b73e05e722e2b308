"""`python -m model_store`: read radiographs without a screen, check the bundled weights, list the versions."""

import argparse
import os
import sys
from pathlib import Path

from model_store.lungs import LUNGS_SHA256, lungs_file
from model_store.registry import BUNDLED, BUNDLED_FOLDER, BUNDLED_SHA256, WEIGHTS, ModelNotFound, Registry
from model_store.weights import ModelCorrupted, sha256_of


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return 0, or another status with one sentence on standard error."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # TensorFlow's notes on missing accelerators help nobody here.
    options = _parser().parse_args(arguments)
    try:
        status: int = options.command(options)
    except (ModelCorrupted, ModelNotFound, OSError) as error:
        print(f"model_store: {error}", file=sys.stderr)
        return 2
    return status


def _read(options: argparse.Namespace) -> int:
    from model_store.batch import Output, answer_all
    from model_store.loading import load_classifier

    output = Output(heatmaps=options.heatmaps, overlays=options.overlays)
    classifier = load_classifier(Registry().version(options.version))
    for answer in answer_all(options.paths, classifier, output):
        print(answer.as_json() if options.json else answer.as_line(), flush=True)
    return 0


def _verify(options: argparse.Namespace) -> int:
    expected = {BUNDLED_FOLDER / WEIGHTS: BUNDLED_SHA256, lungs_file(BUNDLED_FOLDER): LUNGS_SHA256}
    for path, sha256 in expected.items():
        if not path.is_file() or sha256_of(path) != sha256:
            raise ModelCorrupted(f"{path.name} is missing or is not the file that this program was released with.")
        print(f"{path.name}: {sha256} as released")
    Registry().version(BUNDLED)
    return 0


def _list(options: argparse.Namespace) -> int:
    registry = Registry()
    for name in registry.names():
        try:
            card = registry.version(name).card
        except ModelCorrupted as error:
            print(f"{name}: cannot be used: {error}")
            continue
        print(f"{name}: {card.version}, weights {card.weights_sha256[:12]}, operating point {card.operating_point:.3f}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m model_store", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    read = commands.add_parser("read", help="read files and folders; one line for each file")
    read.add_argument("paths", type=Path, nargs="+", metavar="PATH")
    read.add_argument("--json", action="store_true", help="one JSON object a line on standard output")
    read.add_argument("--heatmaps", type=Path, metavar="DIR", help="write <sha256>.png: the map at the film's own size")
    read.add_argument("--overlays", type=Path, metavar="DIR", help="write <sha256>.png: the picture the screen shows")
    read.add_argument("--version", default=BUNDLED)
    read.set_defaults(command=_read)
    commands.add_parser("verify", help="check the bundled weights").set_defaults(command=_verify)
    commands.add_parser("list", help="list the versions").set_defaults(command=_list)
    return parser


if __name__ == "__main__":
    sys.exit(main())
