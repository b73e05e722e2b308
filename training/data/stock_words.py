"""What was decided about a data folder, and what in it is left out? Sentences for a person."""

from collections.abc import Iterable

from model_store.trainings.folder_names import TEST_SPLIT, TRAINING_SPLIT, class_key, is_split, split_key
from training.data.stock import Entry, Stock

_KINDS = {
    "masks": "masks, which are never films",
    "no class": "films that lie in no class folder",
    "two classes": "films that lie below folders of both classes",
    "unnamed": "films that the table does not name",
    "said": "films of folders or labels that were said to be left out",
    "other": "files that are no films",
    "no file": "links that lead nowhere, pipes and the like",
    "hidden": "hidden files and folders",
    "barred": "folders that may not be opened or were found twice",
}
"""What each kind of `Stock.left_out` is called."""

_SHOWN = 3


def layout_sentences(stock: Stock) -> list[str]:
    """Say what decides the labels, which folders are splits or patients, and what is left out, with the counts."""
    return [*_around(stock), *_labels(stock), *_splits(stock), *_within(stock.entries), *_left_out(stock)]


def disagreement(stock: Stock) -> list[str]:
    """Warn where the table and the folders say otherwise of films: of their class, or of whether they judge."""
    said = []
    beside, against = _beside_folders(stock) if stock.table else (0, 0)
    if against:
        said.append(
            f"The table and the class folders disagree on {against} of {beside} films, and the table decides; "
            "mend whichever is wrong."
        )
    if moved := sum(_judges(entry.split) != _judges(entry.place.split) for entry in stock.entries if _both(entry)):
        said.append(
            f"The table and the folders disagree on whether {moved} films judge, and the table decides; "
            "mend whichever is wrong."
        )
    return said


def _both(entry: Entry) -> bool:
    return bool(entry.split and is_split(entry.place.split))


def _judges(split: str) -> bool:
    return split_key(split) == TEST_SPLIT


def _around(stock: Stock) -> list[str]:
    around = stock.layout.wrappers
    return [f"The data lie in the folder '{'/'.join(around)}'."] if around else []


def _labels(stock: Stock) -> list[str]:
    said = []
    if stock.table:
        beside, against = _beside_folders(stock)
        folders = f", not the class folders: they say otherwise of {against} of {beside} films" if beside else ""
        said.append(f"The table {stock.table.name} says which class a film is of{folders}.")
    else:
        said.append("The names of folders say which class a film is of.")
    if stock.table_splits:
        said.append("Its column of splits says which films judge, not the names of folders.")
    if others := [path for path in stock.layout.tables if path != stock.table]:
        said.append(f"Tables called labels.csv that lie elsewhere and are not read: {len(others)}.")
    return said


def _beside_folders(stock: Stock) -> tuple[int, int]:
    """Count the films of a table that lie in class folders too, and those of another class by these."""
    told = [(entry, label) for entry in stock.entries if (label := stock.layout.class_of(entry.place.label))]
    return len(told), sum(label != stock.classes.get(class_key(entry.name)) for entry, label in told)


def _splits(stock: Stock) -> list[str]:
    names = {entry.split_name: split_key(stock.split_of(entry)) for entry in stock.entries if entry.split_name}
    learned = [name for name, key in names.items() if key in (TRAINING_SPLIT, "val")]
    judging = [name for name, key in names.items() if key == TEST_SPLIT]
    what = "split" if stock.table_splits else "folder"
    said = [f"Films are learned from in {_named(learned, what)}."] if learned else []
    return said + ([f"Films of the test split only judge, in {_named(judging, what)}."] if judging else [])


def _within(entries: list[Entry]) -> list[str]:
    patients = [entry.place.patient for entry in entries if entry.place.patient]
    groups = [entry.place.group for entry in entries if entry.place.group]
    said = [f"Films whose folder names their patient: {len(patients)}, in {_named(patients)}."] if patients else []
    if groups:
        said.append(f"Films that lie deeper in their class and belong to it: {len(groups)}, in {_named(groups)}.")
    return said


def _left_out(stock: Stock) -> list[str]:
    counts = [f"{_KINDS[kind]}: {count}" for kind in _KINDS if (count := stock.left_out[kind])]
    return [f"Left out are {'; '.join(counts)}."] if counts else []


def _named(names: Iterable[str], what: str = "folder") -> str:
    """Name a few: folder 'a', or folders 'a', 'b' and 3 more."""
    each = sorted(set(names))
    shown = [f"'{name}'" for name in each[:_SHOWN]]
    if len(each) > _SHOWN:
        shown.append(f"{len(each) - _SHOWN} more")
    return f"{what}{'s' if len(each) > 1 else ''} {' and '.join([', '.join(shown[:-1]), shown[-1]][len(shown) == 1 :])}"
