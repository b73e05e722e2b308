"""`python -m training`: describe a data set, train, evaluate. `--help` of each command says the rest."""

import argparse
import getpass
import json
import os
import sys
from datetime import datetime
from pathlib import Path

from model_store.activation import ActivationDamaged
from model_store.home import xray_home
from model_store.registry import BUNDLED, BUNDLED_FOLDER, ModelNotFound, Registry, UnusableName
from model_store.runs import RunAlreadyActive, RunNotFound, RunStore
from model_store.weights import ModelCorrupted
from training.begin import as_decided, new_run, schedule, take_up
from training.config import PRECISIONS, PRESETS, FitConfig, configure
from training.dataset import CLASSES, LEFT_OUT, TEST_SPLIT, DatasetError
from training.download import DownloadFailed
from training.initial import WeightsUnavailable
from training.plan import TrainingPlan
from training.progress import RunCancelled
from training.session import CANCELLED_STATUS, only_training, session, yield_to_others

EXPECTED_ERRORS = (
    ActivationDamaged,
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
    """Run one command; return 0, or another status with one sentence on standard error.

    2: something that the user can mend; 3: another training is under way; 130: cancelled.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # TensorFlow's notes on missing accelerators help nobody here.
    options = _parser().parse_args(arguments)
    try:
        options.command(options)
    except RunAlreadyActive as error:
        return _say(error, 3)
    except EXPECTED_ERRORS as error:
        return _say(error, 2)
    except (RunCancelled, KeyboardInterrupt):
        return _say("stopped; go on with --resume and the run's id.", CANCELLED_STATUS)
    return 0


def _say(sentence: object, status: int) -> int:
    print(f"training: {sentence}", file=sys.stderr)
    return status


def _describe(options: argparse.Namespace) -> None:
    from training.describe import as_table, describe, draw_montage

    description = describe(options.data)
    print(json.dumps(description, indent=2) if options.json else as_table(description))
    if options.montage:
        draw_montage(options.data, options.montage)


def _download(options: argparse.Namespace) -> None:
    from training.download import download

    print(download(options.to))


def _examine(options: argparse.Namespace) -> None:
    store = RunStore(xray_home(), "examinations")
    run = new_run(store, options.run_id or _new_id("examination"))
    plan = _plan(options)
    with session(run, plan.as_json()) as progress:
        yield_to_others(options.threads, background=options.background)
        from training.examine import examine

        result = examine(plan, run, home=xray_home(), progress=progress)
    print(json.dumps(result, indent=2))


def _fit(options: argparse.Namespace) -> None:
    home, run_id = xray_home(), options.run_id or _new_id(options.preset)
    if not options.resume:
        Registry(home).check_name(run_id)
    with only_training(home):
        if options.resume:
            run, plan = take_up(options.resume, home, data=options.data)
        else:
            plan = _plan(options)
            run = schedule(plan, run_id, home)
        print(f"run {run.id}: {run.path}", file=sys.stderr)
        with session(run, plan.as_json() | as_decided(run)) as progress:
            yield_to_others(options.threads, background=options.background)
            from training.fit import fit

            version = fit(plan, run, home=home, progress=progress)
    judge = f"python -m training evaluate --data {plan.data} --version {version.card.version}"
    print(f"version {version.card.version} registered; judge it with: {judge}")


def _new_id(kind: str) -> str:
    return f"{kind}-{datetime.now():%Y%m%d-%H%M%S-%f}"


def _plan(options: argparse.Namespace) -> TrainingPlan:
    if options.data is None:
        raise DatasetError("There are no images to train on; name their folder with --data.")
    reference = os.environ.get("CHEST_XRAY_DATA")
    return TrainingPlan(
        data=options.data,
        config=_config(options),
        labels=options.labels,
        classes=dict(options.classes),
        compare=options.compare,
        reference=Path(reference) if reference else None,
        note=options.note,
        by=options.by or getpass.getuser(),
    )


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
    store = RunStore(xray_home())
    with only_training(xray_home()):
        run = store.get(options.resume) if options.resume else new_run(store, _new_id("lungs"))
        print(f"run {run.id}: {run.path}", file=sys.stderr)
        with session(run, {"data": str(options.data.resolve()), "preset": "lungs"}) as progress:
            from training.lungs import fit_lungs

            card = fit_lungs(
                *(options.data, options.masks, run, options.out or run.path),
                epochs=options.epochs,
                seed=options.seed,
                progress=progress,
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

    examine = commands.add_parser("examine", help="what a training on these images would be, before it is begun")
    examine.add_argument("--data", type=Path, required=True, help="a data folder, or a ZIP file of one")
    _add_recipe(examine)
    examine.set_defaults(command=_examine)

    fit = commands.add_parser("fit", help="train a version")
    fit.add_argument("--data", type=Path, help="a data folder")
    fit.add_argument("--resume", metavar="ID", help="go on with this run, with its own data and configuration")
    _add_recipe(fit)
    fit.set_defaults(command=_fit)

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


def _add_recipe(command: argparse.ArgumentParser) -> None:
    """Add what `fit` and `examine` both need to know of a training."""
    command.add_argument("--labels", type=Path, metavar="CSV", help="file with the columns image, label[, patient]")
    command.add_argument(
        "--class",
        dest="classes", type=_meaning, action="append", default=[], metavar="NAME=CLASS",
        help="what another class name means: NORMAL, PNEUMONIA, or - to leave it out",
    )  # fmt: skip
    command.add_argument("--preset", choices=sorted(PRESETS), default="head")
    command.add_argument("--init", metavar="random|imagenet|VERSION", help="where the weights come from")
    command.add_argument("--epochs", type=_positive)
    command.add_argument("--seed", type=int)
    command.add_argument("--precision", choices=PRECISIONS, help="arithmetic of the training step")
    command.add_argument("--steps-per-epoch", type=_positive, metavar="N")
    command.add_argument("--validation-steps", type=_positive, metavar="N")
    command.add_argument("--run-id", metavar="ID", help="name of the run and of its version")
    command.add_argument("--note", default="", help="what you want to remember of it")
    command.add_argument("--by", metavar="NAME", help="who asks for it; the account's name by default")
    command.add_argument("--compare", action="store_true", help="hold films out and compare with the active version")
    command.add_argument("--threads", type=_positive, metavar="N", help="threads of one operation at most")
    command.add_argument("--background", action="store_true", help="take only the processor time that others leave")


def _meaning(text: str) -> tuple[str, str]:
    name, _, meaning = text.rpartition("=")
    if not name or meaning not in (*CLASSES, LEFT_OUT):
        raise argparse.ArgumentTypeError(f"expected NAME=NORMAL, NAME=PNEUMONIA or NAME=-, received {text!r}")
    return name, meaning


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number from 1 up, received {text!r}")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
