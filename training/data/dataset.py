"""Which labelled radiographs are there? A folder of class folders, or one with a table of labels, becomes a list."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path
from types import MappingProxyType

from model_store.film.looks import looks_like_film
from model_store.trainings.data_folder import is_split, split_key
from training.data.label_table import TableRow, find_table, named_lines, read_table
from training.data.labelled import (
    CLASSES,
    LEFT_OUT,
    UNSPLIT,
    DatasetError,
    LabelledImage,
    class_key,
    labelled_image,
    meanings,
)

NO_CLASSES: Mapping[str, str] = MappingProxyType({})


def scan(
    data: Path,
    *,
    splits: AbstractSet[str] | None = None,
    exclude: AbstractSet[str] = frozenset(),
    classes: Mapping[str, str] = NO_CLASSES,
    labels: Path | None = None,
) -> list[LabelledImage]:
    """List the images of `data/<split>/<class>/`, of `data/<class>/`, or of a table of labels, sorted by path.

    Class folders with a name that nothing is known of are passed over; such a label in a table is an error. Symbolic
    links in folders are followed, for whoever names a folder made them (an unpacked ZIP holds none); those that a
    table names may not lead out of the data folder.

    Args:
        data: the data folder; split folders may have any name, class folders are NORMAL and PNEUMONIA in any case.
        splits: read only these, however their folders spell them; None for all.
        exclude: splits whose images are not opened.
        classes: what other names of class folders, or other labels of the table, mean: NORMAL, PNEUMONIA or "-".
        labels: CSV with the columns image, label and perhaps patient; by default labels.csv in the data folder is
            taken, and where there is none, the folders' names count.

    Raises:
        DatasetError: the folder is missing, a class is missing or empty, or the table is wrong.
    """
    images = list_images(data, splits=splits, exclude=exclude, classes=classes, labels=labels)
    found = {image.label for image in images}
    for label in CLASSES:
        if label not in found:
            where = f" in {', '.join(sorted(splits))}" if splits else ""
            raise DatasetError(
                f"No images of class {label} were found{where} below {data}; expected {data.name}/<split>/{label}/ or "
                f"{data.name}/{label}/ with at least one image."
            )
    return images


def list_images(
    data: Path,
    *,
    splits: AbstractSet[str] | None = None,
    exclude: AbstractSet[str] = frozenset(),
    classes: Mapping[str, str] = NO_CLASSES,
    labels: Path | None = None,
) -> list[LabelledImage]:
    """Do as `scan` does, but where a class has no images too."""
    unopened = {split_key(split) for split in exclude}
    wanted = None if splits is None else {split_key(split) for split in splits}

    def is_wanted(split: str) -> bool:
        key = split_key(split)
        return key not in unopened and (wanted is None or key in wanted)

    known = meanings(classes)
    table = _table_of(data, labels)
    if table:
        rows = [row for row in _known_rows(table, data, known) if is_wanted(row.split)]
        images = [labelled_image(r.path, split=r.split, label=r.label, patient=r.patient) for r in rows]
    else:
        folders = _class_folders(data, known, is_wanted)
        images = [
            labelled_image(path, split=split, label=label)
            for split, folder, label in folders
            for path in _files(folder)
        ]
    return sorted(images, key=lambda image: image.path)


def unknown_classes(data: Path, labels: Path | None, classes: Mapping[str, str]) -> list[str]:
    """Return the names of classes whose meaning nobody has said, sorted; it is asked, never guessed.

    Raises:
        DatasetError: the folder is missing or the table is wrong.
    """
    known = meanings(classes)
    return [name for name in images_by_name(data, labels, classes) if class_key(name) not in known]


def images_by_name(data: Path, labels: Path | None, classes: Mapping[str, str] = NO_CLASSES) -> dict[str, int]:
    """Count the images of each class folder's name, or of each label of the table, known or not, sorted by name.

    A folder that holds images is a class, one that holds only folders is a split. A folder with the name of a split,
    or with a known class in it, is a split whatever else it holds.

    Raises:
        DatasetError: the folder is missing or the table is wrong.
    """
    table = _table_of(data, labels)
    if table:
        names = [row.label for row in read_table(table, data)]
    else:
        folders = _folders_of_images(data, meanings(classes))
        names = [folder.name for folder in folders for path in _files(folder) if looks_like_film(path)]
    spelled: dict[str, str] = {}
    for name in names:
        spelled.setdefault(class_key(name), name)
    return dict(sorted(Counter(spelled[class_key(name)] for name in names).items()))


def first_films(data: Path, labels: Path | None, classes: Mapping[str, str] = NO_CLASSES) -> dict[str, Path]:
    """Return one film of each class folder's name, or of each label of the table, by its `class_key`.

    Raises:
        DatasetError: the folder is missing or the table is wrong.
    """
    table = _table_of(data, labels)
    if table:
        films = [(row.label, row.path) for row in reversed(read_table(table, data))]
        return {class_key(name): path for name, path in films}
    folders = {class_key(folder.name): folder for folder in _folders_of_images(data, meanings(classes))}
    firsts = {key: next(filter(looks_like_film, _files(folder)), None) for key, folder in folders.items()}
    return {key: path for key, path in firsts.items() if path}


def _table_of(data: Path, labels: Path | None) -> Path | None:
    if not data.is_dir():
        raise DatasetError(f"There is no folder {data}; expected one with the folders NORMAL and PNEUMONIA.")
    return find_table(data, labels)


def _known_rows(table: Path, data: Path, known: Mapping[str, str]) -> list[TableRow]:
    """Return one row an image, with what its label means; those left out are not among them."""
    rows: dict[Path, TableRow] = {}
    unknown, contradicting = [], []
    for row in read_table(table, data):
        if class_key(row.label) not in known:
            unknown.append(row.line)
            continue
        meant = TableRow(row.line, row.path, row.split, known[class_key(row.label)], row.patient)
        first = rows.setdefault(row.path.resolve(), meant)
        if (first.label, first.patient) != (meant.label, meant.patient):
            contradicting += [first.line, row.line]
    if unknown:
        raise DatasetError(f"{named_lines(table, unknown)}: the label is not known; say what it means.")
    if contradicting:
        lines = sorted(set(contradicting))
        raise DatasetError(
            f"{named_lines(table, lines)}: an image has two labels or two patients; keep one line of it."
        )
    return [row for row in rows.values() if row.label != LEFT_OUT]


def _class_folders(
    data: Path, known: Mapping[str, str], is_wanted: Callable[[str], bool]
) -> Iterator[tuple[str, Path, str]]:
    """Yield split, folder and class of each class folder that is wanted."""
    for child in _folders(data):
        if class_key(child.name) in known:
            places = [(UNSPLIT, child)] if is_wanted(UNSPLIT) else []
        else:
            places = [(child.name, folder) for folder in _folders(child)] if is_wanted(child.name) else []
        for split, folder in places:
            label = known.get(class_key(folder.name), LEFT_OUT)
            if label != LEFT_OUT:
                yield split, folder, label


def _folders_of_images(data: Path, known: Mapping[str, str]) -> Iterator[Path]:
    """Yield the folders that are classes, known or not."""
    for child in _folders(data):
        inner = [] if class_key(child.name) in known else _folders(child)
        classes = [folder for folder in inner if class_key(folder.name) in known or _holds_images(folder)]
        says_split = is_split(child.name) or any(class_key(folder.name) in known for folder in classes)
        if class_key(child.name) in known or (_holds_images(child) and not (classes and says_split)):
            yield child
        else:
            yield from classes


def _folders(folder: Path) -> list[Path]:
    return sorted(
        child
        for child in folder.iterdir()
        if child.is_dir() and not child.name.startswith(".") and child.name != "__MACOSX"
    )


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))


def _holds_images(folder: Path) -> bool:
    return any(looks_like_film(path) for path in _files(folder))
