"""Which labelled radiographs are there? A folder of class folders, or one with a table of labels, becomes a list."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path

from model_store.trainings.folder_names import class_key, split_key
from training.data.label_table import named_lines
from training.data.labelled import CLASSES, DatasetError, LabelledImage, labelled_image
from training.data.stock import NOTHING_SAID, Entry, Stock, take_stock


def scan(
    data: Path,
    *,
    splits: AbstractSet[str] | None = None,
    exclude: AbstractSet[str] = frozenset(),
    classes: Mapping[str, str] = NOTHING_SAID,
    said: Mapping[str, str] = NOTHING_SAID,
    labels: Path | None = None,
) -> list[LabelledImage]:
    """List the images of a data folder, as `model_store.trainings.layout` tells them, or of a table of labels.

    Class folders with a name that nothing is known of are passed over; such a label in a table is an error, and so is
    a split of which nobody has said whether it is learned from. Symbolic links in folders are followed; those that a
    table names may not lead out of the data folder.

    Args:
        data: the data folder; class folders are NORMAL and PNEUMONIA in any case.
        splits: read only these, however their folders spell them; None for all.
        exclude: splits whose images are not opened.
        classes: what other names of class folders, or other labels of the table, mean: NORMAL, PNEUMONIA or "-".
        said: what names of splits that are not known mean: "train", "test" or "-".
        labels: CSV with the columns image, label and perhaps patient and split; by default labels.csv in the data
            folder is taken, and where there is none, the folders' names count.

    Returns:
        The images, sorted by path.

    Raises:
        DatasetError: the folder is missing, a class is missing or empty, a split is not known, or the table is wrong.
    """
    closed = {split_key(split) for split in exclude}
    stock = take_stock(data, labels=labels, classes=classes, splits=said, closed=closed)
    return usable(stock, splits=splits, exclude=exclude)


def usable(
    stock: Stock, *, splits: AbstractSet[str] | None = None, exclude: AbstractSet[str] = frozenset()
) -> list[LabelledImage]:
    """List the images of a stock where nothing has to be asked; arguments and errors as those of `scan`."""
    if splits is None and (unknown := list(stock.unknown_splits())):
        what = "split" if stock.table_splits else "folder"
        raise DatasetError(
            f"The {what} '{unknown[0]}' is no split that is known; call it train or test, or say what its films are "
            f"for, as with --split '{unknown[0]}=train' (or test, to judge on them alone, or - to leave them out)."
        )
    return both_classes(listed(stock, splits=splits, exclude=exclude), stock.layout.data, splits)


def both_classes(
    images: list[LabelledImage], data: Path, splits: AbstractSet[str] | None = None
) -> list[LabelledImage]:
    """Return the images; raises DatasetError where a class has none."""
    found = {image.label for image in images}
    for label in CLASSES:
        if label not in found:
            where = f" in {', '.join(sorted(splits))}" if splits else ""
            raise DatasetError(
                f"No images of class {label} were found{where} below {data}; expected {data.name}/<split>/{label}/ or "
                f"{data.name}/{label}/ with at least one image."
            )
    return images


def listed(
    stock: Stock, *, splits: AbstractSet[str] | None = None, exclude: AbstractSet[str] = frozenset()
) -> list[LabelledImage]:
    """List the images of a stock whose class is known, sorted by path, whatever their split."""
    unopened = {split_key(split) for split in exclude}
    wanted = None if splits is None else {split_key(split) for split in splits}

    def is_wanted(entry: Entry) -> bool:
        keys = {split_key(stock.split_of(entry)), split_key(entry.split_name)}
        return keys.isdisjoint(unopened) and (wanted is None or not keys.isdisjoint(wanted))

    entries = _known_rows(stock) if stock.table else stock.entries
    images = [_image(entry, stock) for entry in entries if class_key(entry.name) in stock.classes and is_wanted(entry)]
    return sorted(images, key=lambda image: image.path)


def _image(entry: Entry, stock: Stock) -> LabelledImage:
    label, split = stock.classes[class_key(entry.name)], stock.split_of(entry)
    return labelled_image(entry.path, split=split, label=label, patient=entry.patient, folder=entry.place.patient)


def _known_rows(stock: Stock) -> list[Entry]:
    """Return one row of the table an image; those left out are not among them."""
    assert stock.table is not None
    rows: dict[Path, Entry] = {}
    unknown, contradicting = [], []
    for row in stock.entries:
        if class_key(row.name) not in stock.classes:
            unknown.append(row.line)
            continue
        first = rows.setdefault(row.path.resolve(), row)
        said, other = ((stock.classes[class_key(each.name)], each.patient, each.split) for each in (first, row))
        if said != other:
            contradicting += [first.line, row.line]
    if unknown:
        raise DatasetError(f"{named_lines(stock.table, unknown)}: the label is not known; say what it means.")
    if contradicting:
        lines = sorted(set(contradicting))
        raise DatasetError(
            f"{named_lines(stock.table, lines)}: an image has two labels, patients or splits; keep one line of it."
        )
    return list(rows.values())
