"""`python -m training`: describe a data set, train, evaluate. `--help` of each command says the rest."""

import argparse
import json
import os
import shutil
import sys
from datetime import datetime
from pathlib import Path

from model_store.home import xray_home
from model_store.registry import BUNDLED, BUNDLED_FOLDER, ModelNotFound, Registry, UnusableName
from model_store.runs import RunFolder, RunNotFound
from model_store.weights import ModelCorrupted
from training.config import PRECISIONS, PRESETS, FitConfig, configure
from training.dataset import TEST_SPLIT, DatasetError
from training.download import DownloadFailed
from training.initial import WeightsUnavailable

EXPECTED_ERRORS = (
    DatasetError,
    DownloadFailed,
    ModelCorrupted,
    ModelNotFound,
    RunNotFound,
    UnusableName,
    WeightsUnavailable,
    OSError,
)
"""What a user can mend; each carries a sentence, which is printed instead of a traceback."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return 0, or 2 with one sentence on standard error."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # TensorFlow's notes on missing accelerators help nobody here.
    options = _parser().parse_args(arguments)
    try:
        options.command(options)
    except EXPECTED_ERRORS as error:
        print(f"training: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("training: stopped; go on with --resume and the run's id.", file=sys.stderr)
        return 130
    return 0


def _describe(options: argparse.Namespace) -> None:
    from training.describe import as_table, describe, draw_montage

    description = describe(options.data)
    print(json.dumps(description, indent=2) if options.json else as_table(description))
    if options.montage:
        draw_montage(options.data, options.montage)


def _download(options: argparse.Namespace) -> None:
    from training.download import download

    print(download(options.to))


def _fit(options: argparse.Namespace) -> None:
    from training.fit import fit

    if options.resume:
        run = _run(options.resume)
        config = _config_of(run, options.data)
    else:
        run = _new_run(options.run_id or f"{options.preset}-{datetime.now():%Y%m%d-%H%M%S}")
        config = _config(options)
    print(f"run {run.path.name}: {run.path}", file=sys.stderr)
    try:
        version = fit(options.data, config, run, home=xray_home())
    except EXPECTED_ERRORS:
        if not run.checkpoint.exists():  # It never began; its name is free for the next try.
            shutil.rmtree(run.path)
        raise
    print(
        f"version {version.card.version} registered; judge it with: python -m training evaluate "
        f"--data {options.data} --version {version.card.version}"
    )


def _config_of(run: RunFolder, data: Path) -> FitConfig:
    """Return the configuration that a broken-off run began with; it goes on with the same data only."""
    begun = run.read_json("run")
    if begun["status"] == "finished":
        raise RunNotFound(f"Run {run.path.name} has finished; there is nothing to go on with.")
    if begun["data"] != str(data.resolve()):
        raise DatasetError(f"Run {run.path.name} was begun on {begun['data']}; go on with the same --data.")
    return FitConfig.from_json(begun)


def _config(options: argparse.Namespace) -> FitConfig:
    return configure(
        options.preset,
        epochs=options.epochs,
        init=options.init,
        seed=options.seed,
        precision=options.precision,
        steps_per_epoch=options.steps_per_epoch,
        validation_steps=options.validation_steps,
    )


def _lungs(options: argparse.Namespace) -> None:
    from training.lungs import fit_lungs

    run = _run(options.resume) if options.resume else _new_run(f"lungs-{datetime.now():%Y%m%d-%H%M%S}")
    print(f"run {run.path.name}: {run.path}", file=sys.stderr)
    card = fit_lungs(
        options.data, options.masks, run, options.out or run.path, epochs=options.epochs, seed=options.seed
    )
    print(json.dumps(card, indent=2))


def _evaluate(options: argparse.Namespace) -> None:
    from training.evaluate import evaluate
    from training.figures import draw_figures
    from training.report import as_text

    registry = Registry()
    report = evaluate(options.data, options.split, registry.version(options.version), home=xray_home())
    if options.version != BUNDLED and options.split == TEST_SPLIT:
        readings = registry.version(options.version).card.content.get("test_readings", 0) + 1
        registry.add_to_card(options.version, {"test": report, "test_readings": readings})
    print(as_text(report))
    if options.json:
        options.json.write_text(json.dumps(report, indent=2) + "\n")
    if options.figures:
        draw_figures(report, registry.version(options.version).card.content.get("history", []), options.figures)


def _release(options: argparse.Namespace) -> None:
    from training.release import readme_figures, release

    version = Registry().version(options.version)
    sha256 = release(version, BUNDLED_FOLDER)
    print(readme_figures(version.card.content))
    print(f"\nReleased; put these figures into README.md and set BUNDLED_SHA256 in model_store/registry.py to {sha256}")


def _runs_folder() -> Path:
    return xray_home() / "runs"


def _run(run_id: str) -> RunFolder:
    run = RunFolder(_runs_folder() / run_id)
    if not run.path.is_dir():
        raise RunNotFound(f"There is no run {run_id} in {_runs_folder()}.")
    return run


def _new_run(run_id: str) -> RunFolder:
    Registry().check_name(run_id)
    run = RunFolder(_runs_folder() / run_id)
    try:
        run.path.mkdir(parents=True)
    except FileExistsError as error:
        raise RunNotFound(f"There is a run {run_id} already; go on with --resume {run_id} or name another.") from error
    return run


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    data = argparse.ArgumentParser(add_help=False)
    data.add_argument("--data", type=Path, required=True, help="folder with <split>/<class>/ or <class>/")

    describe = commands.add_parser("describe", parents=[data], help="what a data set holds")
    describe.add_argument("--json", action="store_true", help="print JSON instead of a table")
    describe.add_argument("--montage", type=Path, metavar="FILE.png", help="draw example images of each class")
    describe.set_defaults(command=_describe)

    download = commands.add_parser("download", help="fetch the Kaggle set (needs the package kagglehub)")
    download.add_argument("--to", type=Path, required=True, metavar="DIR")
    download.set_defaults(command=_download)

    lungs = commands.add_parser("lungs", parents=[data], help="train the lung network on human outlines")
    lungs.add_argument("--masks", type=Path, required=True, help="folder with <class>/<name>.png")
    lungs.add_argument("--out", type=Path, help="folder for the weights and their card; default: the run's")
    lungs.add_argument("--epochs", type=_positive, default=14)
    lungs.add_argument("--seed", type=int, default=1)
    lungs.add_argument("--resume", metavar="ID", help="go on with this run")
    lungs.set_defaults(command=_lungs)

    _add_fit(commands.add_parser("fit", parents=[data], help="train a version"))

    evaluate = commands.add_parser("evaluate", parents=[data], help="judge a version on a split")
    evaluate.add_argument("--split", default=TEST_SPLIT)
    evaluate.add_argument("--version", default=BUNDLED)
    evaluate.add_argument("--json", type=Path, metavar="FILE", help="write the report as JSON")
    evaluate.add_argument("--figures", type=Path, metavar="DIR", help="draw the curves and the confusion matrix")
    evaluate.set_defaults(command=_evaluate)

    release = commands.add_parser("release", help="make a judged version the bundled one (for maintainers)")
    release.add_argument("--version", required=True)
    release.set_defaults(command=_release)
    return parser


def _add_fit(fit: argparse.ArgumentParser) -> None:
    fit.add_argument("--preset", choices=sorted(PRESETS), default="head")
    fit.add_argument("--init", metavar="random|imagenet|VERSION", help="where the weights come from")
    fit.add_argument("--epochs", type=_positive)
    fit.add_argument("--seed", type=int)
    fit.add_argument("--precision", choices=PRECISIONS, help="arithmetic of the training step")
    fit.add_argument("--steps-per-epoch", type=_positive, metavar="N")
    fit.add_argument("--validation-steps", type=_positive, metavar="N")
    fit.add_argument("--run-id", metavar="ID", help="name of the run and of its version")
    fit.add_argument("--resume", metavar="ID", help="go on with this run, with its own configuration")
    fit.set_defaults(command=_fit)


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number from 1 up, received {text!r}")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
