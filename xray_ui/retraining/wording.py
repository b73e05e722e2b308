"""What does the screen say of examinations, trainings, versions and their exchange? Plain text, no Markdown."""

from collections.abc import Mapping
from datetime import datetime

from model_store.trainings.status import RunStatus
from xray_ui.basics.text import duration, size

PRESETS = {"head": "Quick: the head", "finetune": "Deeper: last stage and head", "full": "Full: the whole network"}
MEANINGS = {
    "head": (
        "How it looks at a film stays as it is; only its last small step, which weighs what was seen into a "
        "probability, is learned anew. The first thing to try, and the one for few films."
    ),
    "finetune": (
        "Also the last of its stages of looking is learned anew: which shapes in the lungs count. For some hundred "
        "films of each class that look otherwise than those it knows."
    ),
    "full": (
        "Everything is learned anew, from edges and textures up. For thousands of films; of few it remembers each one "
        "and reads others worse."
    ),
}
STEPS = (
    "You choose films whose diagnosis is known; they are examined; the network learns from them; then the new version "
    "and the active one read the same films and are compared. Which version reads films does not change until "
    "somebody activates another."
)
EXAMINE_HELP = "Nothing is learned yet: first it is looked at whether these films will do, and how long it takes."
INIT_HELP = (
    "The version whose knowledge the new one starts with. ImageNet: a network that knows photographs. Random: one that "
    "knows nothing. Both are for everything learned anew."
)
PHASES = {
    "unpacking": "Unpacking the ZIP file",
    "looking for copies": "Looking for copies of the same film",
    "preparing films": "Outlining the lungs on each film",
    "measuring": "Measuring how fast this machine learns",
    "computing features": "Looking at the films with the network",
    "training": "Learning",
    "calibrating": "Fitting probability and operating points",
    "looking at normal films": "Looking at normal films",
    "looking at maps": "Looking at its heatmaps",
    "comparing": "Comparing with the active version",
    "registering": "Writing the new version down",
}
"""What the phases of a run are called, where not by their own names."""

INITS = {"bundled": "Bundled", "imagenet": "ImageNet", "random": "Random"}
STATES = {
    "scheduled": "about to begin",
    "running": "under way",
    "interrupted": "interrupted",
    "finished": "finished",
    "failed": "failed",
    "cancelled": "cancelled",
}
NO_ZIP = "Please choose a ZIP file first."
NO_FOLDER = "Please choose a data folder first."
NO_NAME = "Please give the new version a name."
RUN_EXISTS = "There is a run of this name already; please choose another name."
INTERRUPTED = (
    "The process that worked on this run is gone: the machine or the process went down. Resume goes on from its last "
    "checkpoint."
)
EXAMINATION_GONE = "The process that examined the films is gone; please examine them again."
FAILED = "This run failed, and nobody wrote down why; the log may tell."
KEEPS_CHECKPOINT = "It stops within ten seconds and keeps a checkpoint, from which Resume goes on."
PUT_ASIDE = (
    "This examination leaves the page, and films that were uploaded for it as a ZIP file are deleted. A folder of "
    "films stays as it is, and can be examined again."
)
DELETE_RUN = (
    "Its log, curves and comparison are deleted, and the films that were uploaded for it as a ZIP file. "
    "A version that it has made stays. This cannot be undone."
)
CANCELLED = "This run was cancelled. Resume goes on from its last checkpoint."
EXAMINATION_CANCELLED = "The examination was cancelled."
CANCELLING = "It is being cancelled; that takes up to ten seconds."
NOT_YET_KNOWN = "The trainer is starting; nothing is known of this run yet."
DAMAGED_RUN = "What is known of this run is damaged; it can only be deleted."
DAMAGED_EXAMINATION = "The result of this examination is damaged; please examine the films again."
NO_RUNS = "Nothing has been trained here yet. Begin with New training."
UNKNOWN_CLASSES = "What do these names mean? Nothing is guessed; every name needs an answer."
CLASS_CHOICES = {"NORMAL": "NORMAL", "PNEUMONIA": "PNEUMONIA", "-": "Leave out"}
UNKNOWN_SPLITS = "What are the films in these folders for? Nothing is guessed; every folder needs an answer."
SPLIT_CHOICES = {"train": "Learn from them", "test": "Only judge on them", "-": "Leave out"}
CHOOSE = "Choose..."
EXAMINE_AGAIN_FIRST = "Please say what every name means first."
NO_PROBLEMS = "Nothing speaks against this training."


def no_folders(root: str) -> str:
    """Say where data folders are looked for, as none was found."""
    return (
        f"No data folder was found in {root}. Put a folder there that holds the folders NORMAL and PNEUMONIA, or a "
        "labels.csv; or upload a ZIP file."
    )


def asked_for(name: str, preset: str, init: str, source: str) -> str:
    """Say in one line which training was asked for."""
    return f"{name}: {PRESETS.get(preset, preset)}, begun from {init}, on {source}."


def class_name(name: str, films: object) -> str:
    """Name a class or a folder whose meaning is asked, with the number of its films."""
    return f"{name} ({films} films)" if isinstance(films, int) else name


def zip_help() -> str:
    """Say what a ZIP file has to hold."""
    return (
        "The folders NORMAL and PNEUMONIA, or a labels.csv, with or without folders for splits and patients. "
        "The films, PNG, JPEG or DICOM, are unpacked on this computer with all that they hold, in DICOM the patient's "
        "name too, and stay there until the training's run is deleted."
    )


def under_way(run_id: str, since: datetime | None) -> str:
    """Say that a training is under way, and since when."""
    begun = f" since {since.astimezone():%Y-%m-%d %H:%M}" if since else ""
    return f"{run_id} is being trained{begun}. The next training can begin when it has ended."


def phase(status: RunStatus) -> str:
    """Say what a run is doing, epochs counted from 1."""
    name = PHASES.get(status.phase, status.phase[:1].upper() + status.phase[1:])
    epoch, epochs = (status.record.epoch, status.record.epochs) if status.record else (None, None)
    if status.phase == "training" and epoch is not None and epochs is not None:
        return f"{name}, round {epoch + 1} of at most {epochs}"
    return name


def time_left(status: RunStatus) -> str:
    """Say how long all of it still takes, or else the phase; empty where neither is known."""
    if status.record and status.record.left_seconds is not None:
        return f"{duration(status.record.left_seconds)} left"
    eta = status.eta_seconds
    return "" if eta is None else f"{duration(eta)} left in this phase"


def figures(status: RunStatus) -> str:
    """Say the newest figures of a training in one line; empty before there are any."""
    names = {"loss": "loss", "val_loss": "validation loss", "val_auroc": "validation AUROC"}
    metrics = status.record.metrics if status.record else {}
    return ", ".join(f"{name} {value:.3f}" for key, name in names.items() if (value := metrics.get(key)) is not None)


def estimate(found: object) -> str:
    """Say how long the training will take on this machine."""
    if not isinstance(found, Mapping) or not isinstance(found.get("seconds"), int | float):
        return "not known"
    steps = found.get("measured_steps")
    measured = f", measured on {steps} steps" if isinstance(steps, int) else ""
    return f"{duration(found['seconds'])} on this machine{measured}"


def disk(found: object) -> str:
    """Say how much room the training needs and how much is free."""
    if not isinstance(found, Mapping) or not all(isinstance(found.get(k), int | float) for k in ("needed", "free")):
        return "not known"
    return f"{size(found['needed'])} needed, {size(found['free'])} free"


def cost(seconds: float, room: float, films: str, *, is_measured: bool) -> str:
    """Say what a training costs, before its films were examined.

    Args:
        seconds: that it takes.
        room: bytes of disk.
        films: for which this is said.
        is_measured: whether this machine has shown how long it takes.
    """
    where = "On this machine" if is_measured else "On a computer with two cores (this one is not measured yet)"
    return f"**{where} {duration(seconds)} and {size(room)} of disk for {films}.**"


def starting(what: str, seconds: float | None) -> str:
    """Say at the first second that a training or an examination starts, and how long it will take where known."""
    return f"Starting the {what}" + (f", {duration(seconds)} left" if seconds is not None else "")


def verdict(problems: list[str], warnings: list[str], facts: str, *, asks: bool) -> str:
    """Say in one sentence whether a training can be started, what forbids it, or what to look at first.

    Args:
        problems: what forbids it.
        warnings: what should be known.
        facts: what it costs; "" where that is not known.
        asks: whether names have to be explained first, which are then the problem.
    """
    if asks:
        return "The training cannot be started yet: some names have to be explained first."
    if problems:
        return f"The training cannot be started: {_count(len(problems), 'thing forbids', 'things forbid')} it."
    look = f"; {_count(len(warnings), 'point', 'points')} to look at first" if warnings else ""
    return f"The training can be started{f': {facts}' if facts else ''}{look}."


def _count(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}"


def gate(margins: object) -> str:
    """Say what a new version will have to show; written down before it is trained."""
    if not isinstance(margins, Mapping):
        return "No gate is set."
    names = {"auroc": "AUROC", "sensitivity": "sensitivity", "specificity": "specificity"}
    not_worse = [f"{name} by more than {margins[key]:g}" for key, name in names.items() if key in margins]
    limit = (
        f", and its calibration error may be at most {margins['ece']:g}, or on few films what chance gives a perfectly "
        "calibrated version in 99 of 100 cases"
        if "ece" in margins
        else ""
    )
    return (
        "The gate, set before the training: compared with the active version on the same films, the new one may not "
        f"be worse in {', '.join(not_worse)} (lower end of the 95 % interval of the difference){limit}."
    )
