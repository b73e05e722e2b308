"""`python -m training`: describe a data set, train, evaluate. `--help` of each command says the rest."""

import argparse
import json
import shlex
import sys
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from model_store.basics.errors import UserError
from model_store.basics.terminal import only_own_lines
from model_store.disk.home import xray_home
from model_store.disk.writing import room_for
from model_store.trainings import cost
from model_store.trainings.findings.wording import in_words
from model_store.trainings.folder import RunAlreadyActive
from model_store.trainings.folder_names import TEST_SPLIT, split_key
from model_store.trainings.store import RunStore
from model_store.versions.bundled import BUNDLED, BUNDLED_FOLDER
from model_store.versions.loading import load_film_check
from model_store.versions.registry import Registry
from training.options import build_parser, plan_of
from training.run.progress import RunCancelled
from training.run.session import CANCELLED_STATUS, only_training, session, yield_to_others
from training.versions.begin import as_decided, expected, new_run, schedule, take_up

EXPECTED_ERRORS = (UserError, OSError)
"""What a user can mend; each carries a sentence, which is printed instead of a traceback."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return 0, or another status with one sentence on standard error.

    2: something that the user can mend; 3: another training is under way; 130: cancelled.
    """
    options = build_parser().parse_args(arguments)
    try:
        COMMANDS[options.command](options)
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
    from training.data.describe import as_table, describe, draw_montage

    description = describe(options.data)
    print(json.dumps(description, indent=2) if options.json else as_table(description))
    if options.montage:
        draw_montage(options.data, options.montage)


def _download(options: argparse.Namespace) -> None:
    from training.data.download import download

    print(download(options.to))


def _examine(options: argparse.Namespace) -> None:
    store = RunStore(xray_home(), "examinations")
    plan = plan_of(options)
    preset, home = plan.config.preset, xray_home()
    needed = cost.disk_needed(preset, 0)
    is_zip, films = plan.data.is_file(), cost.files_in(plan.data)
    stages = cost.examination(films, preset, is_zip=is_zip, pace=cost.pace(home))
    with room_for(home, needed, beforehand=False):
        run = new_run(store, options.run_id or _new_id("examination"))
        with session(run, plan.as_json(), bytes_needed=needed, stages=stages) as progress:
            yield_to_others(options.threads, background=options.background)
            from training.examination.examine import examine

            result = examine(plan, run, home=home, progress=progress)
        cost.keep_pace(home, progress.pace)
    print(json.dumps(in_words(result), indent=2))


def _fit(options: argparse.Namespace) -> None:
    home, run_id = xray_home(), options.run_id or _new_id(options.preset)
    if not options.resume:
        Registry(home).check_name(run_id)
    with room_for(home, cost.disk_needed(options.preset, 0), beforehand=False), only_training(home):
        if options.resume:
            run, plan = take_up(options.resume, home, data=options.data)
        else:
            plan = plan_of(options)
            run = schedule(plan, run_id, home)
        print(f"run {run.id}: {run.path}", file=sys.stderr)
        needed = cost.disk_needed(plan.config.preset, 0)
        content = plan.as_json() | as_decided(run)
        with session(run, content, bytes_needed=needed, stages=expected(plan, home)) as progress:
            yield_to_others(options.threads, background=options.background)
            from training.versions.fit import fit

            version = fit(plan, run, home=home, progress=progress)
        cost.keep_pace(home, progress.pace)
    name = version.card.version
    judge = [sys.executable, "-m", "training", "evaluate", "--data", str(plan.data), "--version", name]
    print(f"version {name} registered; judge it with: {shlex.join(judge)}")


def _new_id(kind: str) -> str:
    return f"{kind}-{datetime.now():%Y%m%d-%H%M%S-%f}"


def _lungs(options: argparse.Namespace) -> None:
    from training.networks.lungs.learner import fit_lungs

    _fit_network(options, partial(fit_lungs, options.data, options.masks))


def _presentation(options: argparse.Namespace) -> None:
    from training.networks.presentation.learner import fit_presentation

    _fit_network(options, partial(fit_presentation, options.data, options.others))


def _mirroring(options: argparse.Namespace) -> None:
    from training.networks.mirroring.learner import fit_mirroring

    _fit_network(options, partial(fit_mirroring, options.data))


def _fit_network(options: argparse.Namespace, fit_network: Callable[..., dict[str, Any]]) -> None:
    """Train a network of the film check as a run, and print its card."""
    store = RunStore(xray_home())
    with only_training(xray_home()):
        run = store.get(options.resume) if options.resume else new_run(store, _new_id(options.command))
        print(f"run {run.id}: {run.path}", file=sys.stderr)
        with session(run, {"data": str(options.data.resolve()), "preset": options.command}) as progress:
            out = options.out or run.path
            card = fit_network(run, out, epochs=options.epochs, seed=options.seed, progress=progress)
    print(json.dumps(card, indent=2))


def _evaluate(options: argparse.Namespace) -> None:
    from training.evaluation.evaluate import evaluate
    from training.evaluation.figures import draw_figures
    from training.evaluation.report import as_text

    registry = Registry()
    report = evaluate(options.data, options.split, registry.version(options.version), home=xray_home())
    if options.version != BUNDLED and split_key(options.split) == TEST_SPLIT:
        registry.add_to_card(options.version, {"test": report}, counted="test_readings")
    print(as_text(report))
    if options.json:
        options.json.write_text(json.dumps(report, indent=2) + "\n")
    if options.figures:
        draw_figures(report, registry.version(options.version).card.content.get("history", []), options.figures)


def _recalibrate(options: argparse.Namespace) -> None:
    from training.versions.recalibrate import recalibrate

    version = recalibrate(
        options.version, options.data, new_name=options.name, home=xray_home(), maps_only=options.maps_only
    )
    print(f"version {version.card.version} registered, with the weights of {version.card.record.recalibrated_from}")


def _film_check(options: argparse.Namespace) -> None:
    from model_store.versions.loading import load_classifier
    from training.evaluation.film_check import judge_gate
    from training.prepared.own_films import own_parts

    registry, home = Registry(), xray_home()
    version = registry.version(options.version)
    films = own_parts(options.data, version.card, load_film_check(BUNDLED_FOLDER), home=home).validation
    result = judge_gate(load_classifier(version), films, options.others)
    if options.version != BUNDLED:
        registry.add_to_card(options.version, {"gate": result})
    print(json.dumps(result, indent=2))


def _maps(options: argparse.Namespace) -> None:
    from model_store.versions.loading import load_classifier
    from training.evaluation.evaluate import threshold_of
    from training.evaluation.maps.films import suspected_and_normal
    from training.evaluation.maps.map_tests import map_tests
    from training.evaluation.maps.sanity import randomised_maps
    from training.prepared.crops import prepare_crops
    from training.prepared.own_films import own_parts
    from training.run.recipes import FitConfig
    from training.statistics.metrics import as_json_values

    registry, home, film_check = Registry(), xray_home(), load_film_check(BUNDLED_FOLDER)
    version = registry.version(options.version)
    crops = prepare_crops(
        own_parts(options.data, version.card, film_check, home=home).validation, film_check, home / "cache"
    )
    network = load_classifier(version).network
    threshold, seed = threshold_of(version.card), FitConfig.from_json(version.card.record.recipe).seed
    suspected, _ = suspected_and_normal(network, crops, threshold=threshold, seed=seed)
    found = {
        "maps": map_tests(network, crops, threshold=threshold, baseline=version.card.heatmap_baseline, seed=seed),
        "map_sanity": randomised_maps(network, suspected),
    }
    if options.version != BUNDLED:
        registry.add_to_card(options.version, as_json_values(found))
    print(json.dumps(as_json_values(found), indent=2))


def _release(options: argparse.Namespace) -> None:
    from training.versions.release import readme_figures, release

    version = Registry().version(options.version)
    sha256 = release(version, BUNDLED_FOLDER)
    print(readme_figures(version.card.content))
    print("\nReleased; put these figures into README.md,")
    print(f"and set BUNDLED_SHA256 in model_store/versions/bundled.py to {sha256}")


def _relist(options: argparse.Namespace) -> None:
    from training.versions.release import relist

    films, known = relist(options.data, BUNDLED_FOLDER, home=xray_home())
    print(f"The bundled version learned from {films} films; of {known} of them copies that were saved anew are known.")


COMMANDS: dict[str, Callable[[argparse.Namespace], None]] = {
    "describe": _describe,
    "download": _download,
    "evaluate": _evaluate,
    "examine": _examine,
    "fit": _fit,
    "gate": _film_check,
    "lungs": _lungs,
    "maps": _maps,
    "mirroring": _mirroring,
    "presentation": _presentation,
    "recalibrate": _recalibrate,
    "release": _release,
    "relist": _relist,
}
"""What each command of `build_parser` does."""


if __name__ == "__main__":
    only_own_lines()
    sys.exit(main())
