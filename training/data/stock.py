"""What lies in a data folder, under which names? Every file is a film of some name, or is counted as left out."""

from collections import Counter
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from model_store.trainings.folder_names import LEFT_OUT, class_key, is_split, split_key
from model_store.trainings.folder_walk import lay_out
from model_store.trainings.layout import Layout, Place
from training.data.label_table import read_table
from training.data.labelled import UNSPLIT, DatasetError, meanings, split_meanings

NOTHING_SAID: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Entry:
    """A file that is a film, as its folders or a table name it.

    Attributes:
        path: the file.
        name: of its class, as it is written.
        place: what its folders say.
        patient: as a table names the patient; "" for none.
        line: of the table; 0 for none.
        split: as a column of the table names it; "" for none, where the folders say it.
    """

    path: Path
    name: str
    place: Place
    patient: str = ""
    line: int = 0
    split: str = ""

    @property
    def split_name(self) -> str:
        """The name of the film's split, known or not: the table decides before the folders do; "" for none."""
        return self.split or self.place.split


@dataclass(frozen=True)
class Stock:
    """All that lies in a data folder.

    Attributes:
        layout: what the folders say.
        table: the table of labels; None where folders name the classes.
        classes: what names of classes mean, by their key.
        splits: what names of splits were said to mean, by their key.
        entries: the films, those too whose class or split is not known.
        left_out: how many of what kind are not used, by its key in `training.data.stock_findings`.
    """

    layout: Layout
    table: Path | None
    classes: Mapping[str, str]
    splits: Mapping[str, str]
    entries: list[Entry]
    left_out: Counter[str] = field(default_factory=Counter)

    def split_of(self, entry: Entry) -> str:
        """Return a film's split: as the table or its folder calls it, or what that was said to mean."""
        return self.splits.get(split_key(entry.split_name), entry.split_name) or UNSPLIT

    @property
    def table_splits(self) -> bool:
        """True where a column of the table says which part films are of."""
        return any(entry.split for entry in self.entries)

    def unknown_classes(self) -> list[str]:
        """Return the names of classes whose meaning nobody has said, sorted; it is asked, never guessed."""
        return [name for name in self.films_by_name() if class_key(name) not in self.classes]

    def without(self, unknown: list[str]) -> "Stock":
        """Return the stock without the films of classes that nobody has explained."""
        keys = {class_key(name) for name in unknown}
        return replace(self, entries=[entry for entry in self.entries if class_key(entry.name) not in keys])

    def unknown_splits(self) -> dict[str, int]:
        """Count the films of splits of which nobody has said whether they are learned from, by name, sorted."""
        asked = [entry.split_name for entry in self.entries if self.is_unknown(entry.split_name)]
        return _counted(asked, split_key)

    def is_unknown(self, split: str) -> bool:
        """Return whether nobody has said what a split's name means."""
        return bool(split) and not is_split(split) and split_key(split) not in self.splits

    def first_films(self) -> dict[str, Path]:
        """Return one film of each class's name, by its `class_key`."""
        return {class_key(entry.name): entry.path for entry in reversed(self.entries)}

    def films_by_name(self) -> dict[str, int]:
        """Count the films of each class's name, known or not, sorted by name."""
        films = self.layout.films
        return _counted([entry.name for entry in self.entries if self.table or entry.path in films], class_key)


def take_stock(
    data: Path,
    *,
    labels: Path | None = None,
    classes: Mapping[str, str] = NOTHING_SAID,
    splits: Mapping[str, str] = NOTHING_SAID,
    closed: AbstractSet[str] = frozenset(),
) -> Stock:
    """Go through a data folder, or through a table of its films.

    Args:
        data: the folder.
        labels: a table that was chosen; else a labels.csv in the folder is taken, also beside class folders.
        classes: what other names of classes mean: NORMAL, PNEUMONIA, or "-" for left out.
        splits: what names of splits that are not known mean: "train", "test", or "-".
        closed: keys of splits whose folders are not opened.

    Raises:
        DatasetError: the folder is missing, or the table or what was said cannot be used.
    """
    if not data.is_dir():
        raise DatasetError(f"There is no folder {data}; expected one with the folders NORMAL and PNEUMONIA.")
    known, said = meanings(classes), split_meanings(splits)

    def is_closed(name: str) -> bool:
        return split_key(said.get(split_key(name), name)) in closed

    layout = lay_out(data, lambda name: known.get(class_key(name), ""), is_closed=is_closed)
    table = labels or layout.table
    stock = Stock(layout, table, known, said, [])
    entries = _in_table(table, stock) if table else _in_folders(stock)
    for entry in entries:
        if LEFT_OUT in (known.get(class_key(entry.name)), stock.split_of(entry)):
            stock.left_out["said"] += 1
        else:
            stock.entries.append(entry)
    stock.left_out.update(hidden=layout.hidden, barred=layout.barred)
    return stock


def _in_table(table: Path, stock: Stock) -> list[Entry]:
    layout = stock.layout
    rows = [
        Entry(row.path, row.label, layout.place(row.path), row.patient, row.line, row.split)
        for row in read_table(table, layout.data)
    ]
    named = {entry.path for entry in rows} | {table}
    for path in layout.files:
        if path not in named:
            stock.left_out[_kind(path, layout, "unnamed")] += 1
    masks = {entry.path for entry in rows if entry.place.is_mask}
    stock.left_out["masks"] += len(masks)
    return [entry for entry in rows if entry.path not in masks]


def _in_folders(stock: Stock) -> list[Entry]:
    layout, found = stock.layout, []
    classes = {class_key(layout.place(path).label) for path in layout.films} | set(stock.classes)
    for path in layout.files:
        place = layout.place(path)
        if place.label and class_key(place.label) in classes and path.is_file():  # To open a pipe could wait for ever.
            found.append(Entry(path, place.label, place))
        else:
            stock.left_out[_kind(path, layout, "two classes" if place.contradicts else "no class")] += 1
    return found


def _kind(path: Path, layout: Layout, film: str) -> str:
    if not path.is_file():  # Such a name may say film all the same.
        return "no file"
    if path not in layout.films:
        return "other"
    return "masks" if layout.place(path).is_mask else film


def _counted(found: list[str], key: Callable[[str], str]) -> dict[str, int]:
    """Count names by their key, each as it is spelled first, sorted by name."""
    spelled: dict[str, str] = {}
    for name in found:
        spelled.setdefault(key(name), name)
    return dict(sorted(Counter(spelled[key(name)] for name in found).items()))
