"""What does the worklist say?"""

from collections.abc import Mapping

from model_store.export.table import RowVerdict
from model_store.sources.studies import Place

TITLE = "Worklist"

WAITING_VERDICT = "not read yet"

VERDICTS: dict[RowVerdict, str] = {
    "suspected": "Suspected",
    "not sure": "Not sure",
    "not suspected": "Not suspected",
    "refused": "Refused",
}

EMPTY = (
    "Drop films, folders or ZIP files on the upload field at the left; they are all read, and listed here by urgency."
)

KEYS = "J and K or the arrows move, Enter or a click opens a film."

NOTHING_FITS = "No film fits these filters."

NO_VERSION = "The model cannot be used, so no film is read."

FILM_MISSING = "This film is not there any more, or it cannot be opened."

AGAINST_THE_CHECK = "read against the check"
AGAINST_THE_GATE = "version activated against its gate"

CANCEL, RESUME = "Cancel", "Resume"

SAVE = "Save table (CSV)"

SAVE_HELP = (
    "All rows that the filters let through, on all pages. The table holds the files' names, the ages and the hashes of "
    "the films; give it only to those who may know whose films they are."
)

PREPARING = "Preparing the model; the films are read as soon as it is ready."

FOLDER_HELP = "Its films are read where they lie, with the folders below it; nothing is copied or written."


def summary(counts: Mapping[str, int]) -> str:
    """Say how many films there are of each answer.

    Args:
        counts: of those that there are, by verdict; those that wait under `WAITING_VERDICT`.
    """
    parts = [f"{count:,} {VERDICTS[verdict].lower()}" for verdict in VERDICTS if (count := counts.get(verdict, 0))]
    waiting = counts.get(WAITING_VERDICT, 0)
    return ", ".join([*parts, *([f"{waiting:,} {WAITING_VERDICT}"] if waiting else [])])


def read_these(count: int) -> str:
    """Offer to read films."""
    return "Read 1 film" if count == 1 else f"Read {count:,} films"


def read_again(name: str, count: int) -> str:
    """Offer to read films anew that another version has read."""
    return f"Read {'it' if count == 1 else f'these {count:,}'} again with {name}"


def read_by_another(count: int, present: str) -> str:
    """Say that rows are of another version than the one in use."""
    films = "1 film was" if count == 1 else f"{count:,} films were"
    return (
        f"{films} read by another version than {present}, which reads films now; each such row says by which. "
        "Probabilities of two versions are not to be compared."
    )


def progress(done: int, of: int, seconds_left: float | None) -> str:
    """Say how far the films are."""
    said = f"{done:,} of {of:,} films read"
    return f"{said}, {_left(seconds_left)} left" if seconds_left is not None and done < of else said


def _left(seconds: float) -> str:
    if seconds < 90:
        return f"about {max(round(seconds / 5) * 5, 5)} s"
    minutes = round(seconds / 60)
    return f"about {minutes} min" if minutes < 60 else f"about {minutes // 60} h {minutes % 60:02d} min"


def cancelled(count: int) -> str:
    """Say that reading was cancelled."""
    return f"Cancelled; {'1 film was' if count == 1 else f'{count:,} films were'} not read."


def page(first: int, last: int, of: int) -> str:
    """Say which rows are on the screen, counted from 1."""
    return f"{first:,} to {last:,} of {of:,}"


def of_study(place: Place) -> str:
    """Say which image of its study a film is; the others lie behind it on the reading page."""
    return f"image {place.image} of {place.of} of its study"


def left_out(most: int) -> str:
    """Say that a folder holds more than is taken."""
    return f"This folder holds more than {most:,} files; the first {most:,} were looked into."


def no_root(variable: str) -> str:
    """Say that there is no folder to choose from."""
    return f"There is no folder of films on this machine; whoever looks after this program can name one as {variable}."
