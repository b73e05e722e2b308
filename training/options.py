"""What can `python -m training` be told? The commands, their options, and the plan that follows from them."""

import argparse
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

from model_store.trainings.folder_names import TEST_SPLIT
from model_store.trainings.request import account
from model_store.versions.bundled import BUNDLED
from training.data.labelled import CLASSES, LEFT_OUT, SPLIT_MEANINGS, DatasetError
from training.run.plan import TrainingPlan
from training.run.recipes import PRECISIONS, PRESETS, configure

_Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of `python -m training`; the command's name is in `command`."""
    parser = argparse.ArgumentParser(prog="python -m training", description="Describe a data set, train, evaluate.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="command")
    data = argparse.ArgumentParser(add_help=False)
    data.add_argument("--data", type=Path, required=True, help="folder of class folders, or of a labels.csv")

    _add_data(commands, data)
    _add_networks(commands, data)
    _add_trainings(commands)
    _add_judging(commands, data)
    return parser


def plan_of(options: argparse.Namespace) -> TrainingPlan:
    """Return what the options of `fit` or `examine` ask for; raises DatasetError where they name no data."""
    if options.data is None:
        raise DatasetError("There are no images to train on; name their folder with --data.")
    reference = os.environ.get("CHEST_XRAY_DATA")
    return TrainingPlan(
        data=options.data,
        config=configure(
            options.preset,
            epochs=options.epochs,
            init=options.init,
            seed=options.seed,
            precision=options.precision,
            steps_per_epoch=options.steps_per_epoch,
            validation_steps=options.validation_steps,
        ),
        labels=options.labels,
        classes=dict(options.classes),
        splits=dict(options.splits),
        compare=options.compare,
        reference=Path(reference) if reference else None,
        note=options.note,
        by=options.by or account(),
    )


def _add_data(commands: _Commands, data: argparse.ArgumentParser) -> None:
    """Add what fetches and describes films."""
    describe = commands.add_parser("describe", parents=[data], help="what a data set holds")
    describe.add_argument("--json", action="store_true", help="print JSON instead of a table")
    describe.add_argument("--montage", type=Path, metavar="FILE.png", help="draw example images of each class")

    download = commands.add_parser("download", help="fetch the Kaggle set (needs the package kagglehub)")
    download.add_argument("--to", type=Path, required=True, metavar="DIR")


def _add_networks(commands: _Commands, data: argparse.ArgumentParser) -> None:
    """Add what trains the networks around the classifier."""
    lungs = commands.add_parser("lungs", parents=[data], help="train the lung network on human outlines")
    lungs.add_argument("--masks", type=Path, required=True, help="folder with <class>/<name>.png")
    presentation = commands.add_parser(
        "presentation", parents=[data], help="train the network that tells which way up a film is, and what is no film"
    )
    presentation.add_argument("--others", type=Path, metavar="DIR", help="pictures that are no chest radiographs")
    mirroring = commands.add_parser(
        "mirroring", parents=[data], help="train the network that tells a mirrored film by heart and arch"
    )
    for command, epochs in ((lungs, 24), (presentation, 30), (mirroring, 12)):
        command.add_argument("--out", type=Path, help="folder for the weights and their card; default: the run's")
        command.add_argument("--epochs", type=_positive, default=epochs)
        command.add_argument("--seed", type=int, default=1)
        command.add_argument("--resume", metavar="ID", help="go on with this run")


def _add_trainings(commands: _Commands) -> None:
    """Add what looks at a training of a version beforehand, and begins it."""
    examine = commands.add_parser("examine", help="what a training on these images would be, before it is begun")
    examine.add_argument("--data", type=Path, required=True, help="a data folder, or a ZIP file of one")
    _add_recipe(examine)

    fit = commands.add_parser("fit", help="train a version")
    fit.add_argument("--data", type=Path, help="a data folder")
    fit.add_argument("--resume", metavar="ID", help="go on with this run, with its own data and configuration")
    _add_recipe(fit)


def _add_judging(commands: _Commands, data: argparse.ArgumentParser) -> None:
    """Add what fits, judges and releases versions that are there."""
    recalibrate = commands.add_parser(
        "recalibrate", parents=[data], help="fit a version's limits anew, as after a change of the lung network"
    )
    recalibrate.add_argument("--version", default=BUNDLED)
    recalibrate.add_argument("--name", required=True, help="of the new version, which has the same weights")
    recalibrate.add_argument("--maps-only", action="store_true", help="fit heatmaps alone; it answers as before")

    gate = commands.add_parser("gate", parents=[data], help="show the gate validation films, turned ones, and no films")
    gate.add_argument("--version", default=BUNDLED)
    gate.add_argument("--others", type=Path, metavar="DIR", help="pictures that are no chest radiographs")

    maps = commands.add_parser("maps", parents=[data], help="compare heatmaps, and test them with random weights")
    maps.add_argument("--version", default=BUNDLED)

    evaluate = commands.add_parser("evaluate", parents=[data], help="judge a version on a split")
    evaluate.add_argument("--split", default=TEST_SPLIT)
    evaluate.add_argument("--version", default=BUNDLED)
    evaluate.add_argument("--json", type=Path, metavar="FILE", help="write the report as JSON")
    evaluate.add_argument("--figures", type=Path, metavar="DIR", help="draw the curves and the confusion matrix")

    release = commands.add_parser("release", help="make a judged version the bundled one (for maintainers)")
    release.add_argument("--version", required=True)

    commands.add_parser(
        "relist", parents=[data], help="know the bundled version's films by what they show (for maintainers)"
    )


def _add_recipe(command: argparse.ArgumentParser) -> None:
    """Add what `fit` and `examine` both need to know of a training."""
    command.add_argument(
        "--labels", type=Path, metavar="CSV", help="file with the columns image, label[, patient][, split]"
    )
    command.add_argument(
        "--class",
        dest="classes", type=_class_meaning, action="append", default=[], metavar="NAME=CLASS",
        help="what another class name means: NORMAL, PNEUMONIA, or - to leave it out",
    )  # fmt: skip
    command.add_argument(
        "--split",
        dest="splits", type=_split_meaning, action="append", default=[], metavar="NAME=USE",
        help="what a folder is for whose name is not known: train, test (only to judge on), or - to leave it out",
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


def _class_meaning(text: str) -> tuple[str, str]:
    return _meaning(text, (*CLASSES, LEFT_OUT))


def _split_meaning(text: str) -> tuple[str, str]:
    return _meaning(text, SPLIT_MEANINGS)


def _meaning(text: str, meanings: Sequence[str]) -> tuple[str, str]:
    name, _, meaning = text.rpartition("=")
    if not name or meaning not in meanings:
        *most, last = [f"NAME={each}" for each in meanings]
        raise argparse.ArgumentTypeError(f"expected {', '.join(most)} or {last}, received {text!r}")
    return name, meaning


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number from 1 up, received {text!r}")
    return int(text)
