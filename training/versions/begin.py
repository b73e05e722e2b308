"""How does a run come to be? It is written down whole before anything is trained, or taken up where it ended."""

import contextlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from model_store.trainings import cost
from model_store.trainings.cost import Stage
from model_store.trainings.folder import RunFolder, RunNotFound
from model_store.trainings.store import RunStore
from model_store.versions.activation.activation import Activation
from training.comparison.margins import Margins
from training.data.labelled import DatasetError
from training.run.plan import TrainingPlan

_DECIDED = ("created", "gate", "active")
"""What run.json keeps from the first start: decided before the training, it is not to follow its outcome."""


def schedule(plan: TrainingPlan, run_id: str, home: Path) -> RunFolder:
    """Write down a training before it begins: what it is told, and what its version will have to show.

    Args:
        plan: data and recipe.
        run_id: name of the run and of its version.
        home: the app's folder.

    Raises:
        RunNotFound: a run of that name is there.
    """
    run = new_run(RunStore(home), run_id)
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    decided = {"created": now, "gate": Margins().as_json(), "active": Activation(home).active().version.card.version}
    run.write_json("run", {"status": "scheduled", "heartbeat": now, "phase": "starting", **decided, **plan.as_json()})
    return run


def take_up(run_id: str, home: Path, *, data: Path | None = None) -> tuple[RunFolder, TrainingPlan]:
    """Return a run that was broken off, and what it was told.

    Args:
        run_id: name of the run.
        home: the app's folder.
        data: the data folder that is expected; None for whichever it was.

    Raises:
        RunNotFound: there is no such run, it cannot be read, or it has finished.
        DatasetError: it was begun on other data.
    """
    run = RunStore(home).get(run_id)
    try:
        begun = run.record()
        plan = TrainingPlan.from_json(run.read_json("run"))
    except (KeyError, TypeError, ValueError) as error:
        raise RunNotFound(f"What run {run_id} was told is missing or damaged; begin a new run.") from error
    if begun.status == "finished":
        raise RunNotFound(f"Run {run_id} has finished; there is nothing to go on with.")
    if data is not None and begun.data != str(data.resolve()):
        raise DatasetError(f"Run {run_id} was begun on {begun.data}; go on with the same --data.")
    return run, plan


def as_decided(run: RunFolder) -> dict[str, Any]:
    """Return what run.json keeps of the run's first start when it is taken up again."""
    content = run.read_json("run")
    return {key: content[key] for key in _DECIDED if key in content}


def expected(plan: TrainingPlan, home: Path, *, films: int = 0, held_out: int | None = None) -> list[Stage]:
    """Return the phases of a training, each with the time that it takes on this machine.

    Args:
        plan: data and recipe.
        home: the app's folder, for what is known of the machine, and prepared films.
        films: how many there are; 0 for about as many as files.
        held_out: how many of them are held out; None for about a fifth where versions are compared.
    """
    films = films or cost.files_in(plan.data)
    reference = plan.reference_size
    new = reference - min(max(cost.prepared_films(home) - films, 0), reference)
    held_out = 0 if not plan.compare else held_out
    config, pace = plan.config, cost.pace(home)
    return cost.training(films, config.preset, config.init, reference=reference, new=new, held_out=held_out, pace=pace)


def new_run(store: RunStore, run_id: str) -> RunFolder:
    """Make the folder of a run; raises RunNotFound where there is one of that name."""
    with contextlib.suppress(RunNotFound):
        old = store.get(run_id)
        if old.status().state == "failed" and not old.checkpoint.exists():
            store.remove(run_id)  # It never began; its name is free for the next try.
    run = RunFolder(store.folder / run_id)
    try:
        run.path.mkdir(parents=True)
    except FileExistsError as error:
        raise RunNotFound(f"There is a run {run_id} already; go on with --resume {run_id} or name another.") from error
    return run
