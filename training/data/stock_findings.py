"""What was decided about a data folder, and what in it is left out?"""

from model_store.trainings.findings.record import Code, Finding, naming
from model_store.trainings.folder_names import TEST_SPLIT, TRAINING_SPLIT, class_key, is_split, split_key
from training.data.stock import Entry, Stock

_SHOWN = 3
"""Of a list of folders; the others are counted."""


def layout_findings(stock: Stock) -> list[Finding]:
    """Return what decides the labels, which folders are splits or patients, and what is left out, with the counts."""
    return [*_around(stock), *_labels(stock), *_splits(stock), *_within(stock.entries), *_left_out(stock)]


def disagreement(stock: Stock) -> list[Finding]:
    """Return where the table and the folders say otherwise of films: of their class, or of whether they judge."""
    found = []
    beside, against = _beside_folders(stock) if stock.table else (0, 0)
    if against:
        found.append(Finding(code=Code.TABLE_AGAINST_CLASSES, n=against, of=beside))
    if moved := sum(_judges(entry.split) != _judges(entry.place.split) for entry in stock.entries if _both(entry)):
        found.append(Finding(code=Code.TABLE_AGAINST_SPLITS, n=moved))
    return found


def _both(entry: Entry) -> bool:
    return bool(entry.split and is_split(entry.place.split))


def _judges(split: str) -> bool:
    return split_key(split) == TEST_SPLIT


def _around(stock: Stock) -> list[Finding]:
    around = stock.layout.wrappers
    return [Finding(code=Code.AROUND, name="/".join(around))] if around else []


def _labels(stock: Stock) -> list[Finding]:
    found = []
    if stock.table:
        beside, against = _beside_folders(stock)
        code = Code.TABLE_BEFORE_FOLDERS if beside else Code.TABLE_DECIDES
        found.append(Finding(code=code, name=stock.table.name, n=against, of=beside))
    else:
        found.append(Finding(code=Code.FOLDERS_DECIDE))
    if stock.table_splits:
        found.append(Finding(code=Code.COLUMN_OF_SPLITS))
    if others := [path for path in stock.layout.tables if path != stock.table]:
        found.append(Finding(code=Code.OTHER_TABLES, n=len(others)))
    return found


def _beside_folders(stock: Stock) -> tuple[int, int]:
    """Count the films of a table that lie in class folders too, and those of another class by these."""
    told = [(entry, label) for entry in stock.entries if (label := stock.layout.class_of(entry.place.label))]
    return len(told), sum(label != stock.classes.get(class_key(entry.name)) for entry, label in told)


def _splits(stock: Stock) -> list[Finding]:
    names = {entry.split_name: split_key(stock.split_of(entry)) for entry in stock.entries if entry.split_name}
    learned = [name for name, key in names.items() if key in (TRAINING_SPLIT, "val")]
    judging = [name for name, key in names.items() if key == TEST_SPLIT]
    of_table = stock.table_splits
    found = [_naming(Code.LEARNED_SPLITS if of_table else Code.LEARNED_FOLDERS, learned)] if learned else []
    return found + ([_naming(Code.TEST_SPLITS if of_table else Code.TEST_FOLDERS, judging)] if judging else [])


def _within(entries: list[Entry]) -> list[Finding]:
    patients = [entry.place.patient for entry in entries if entry.place.patient]
    groups = [entry.place.group for entry in entries if entry.place.group]
    found = [_naming(Code.PATIENT_FOLDERS, patients)] if patients else []
    return found + ([_naming(Code.DEEPER_FOLDERS, groups)] if groups else [])


def _left_out(stock: Stock) -> list[Finding]:
    counts = {kind: count for kind, count in stock.left_out.items() if count}
    return [Finding(code=Code.LEFT_OUT, counts=counts)] if counts else []


def _naming(code: Code, folders: list[str]) -> Finding:
    """Name a few of the folders of films, and count the films."""
    return naming(code, sorted(set(folders)), _SHOWN, n=len(folders))
