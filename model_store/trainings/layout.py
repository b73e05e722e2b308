"""What do the folders of a data folder say of a film: class, split, patient? One decision for app, commands, ZIPs."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from model_store.trainings import folder_names as names

Parts = tuple[str, ...]
"""Names of folders, from the data folder down."""


@dataclass(frozen=True)
class Place:
    """What the folders above a file say of it.

    Attributes:
        label: name of the class folder; "" where it lies in none.
        split: name of the folder that says its split, known or not; "" for none.
        patient: name of its patient's folder; "" for none.
        group: name of a folder below the class that says none of these; "" for none.
        is_mask: whether it is a mask, and so no film.
        contradicts: whether it lies below folders of two classes.
    """

    label: str = ""
    split: str = ""
    patient: str = ""
    group: str = ""
    is_mask: bool = False
    contradicts: bool = False


@dataclass(frozen=True)
class Layout:
    """A data folder as it was found.

    Films may lie at any depth below a class folder, a split above or below it, and all of that in folders around it.

    Attributes:
        data: the folder.
        meaning: returns what a class name means; "" where nobody has said.
        files: all files that can be seen, but for those in closed folders.
        films: those that look like films.
        closed: folders that were not opened, as the test split of a training without a comparison.
        hidden: how many files and folders are hidden or the system's.
        barred: how many folders may not be opened, or were gone through already by another way.
    """

    data: Path
    meaning: Callable[[str], str]
    files: tuple[Path, ...]
    films: frozenset[Path]
    closed: tuple[Path, ...] = ()
    hidden: int = 0
    barred: int = 0

    def place(self, path: Path) -> Place:
        """Return what the folders above a file say of it."""
        if names.is_mask(path.stem):
            return Place(is_mask=True)
        parts = self._parts(path)
        if parts not in self._places:
            self._places[parts] = self._place(parts)
        return self._places[parts]

    def _place(self, parts: Parts) -> Place:
        if any(map(names.is_mask, parts)):
            return Place(is_mask=True)
        meanings = {self.class_of(part) for part in parts} - {""}
        if names.LEFT_OUT in meanings:
            return Place(next(part for part in parts if self.class_of(part) == names.LEFT_OUT))
        if len(meanings) > 1:
            return Place(contradicts=True)
        at = self._class_at(parts)
        split = self._split(parts, at)
        within = [part for part in parts[at + 1 :] if part != split and not self._is_plain(part)] if at >= 0 else []
        above = [part for part in parts[: max(at, 0)] if part != split]
        is_dated = any(map(names.is_date, within))  # Below a year lie months and days.
        may = [part for part in within if not (is_dated and part.isdigit() and len(part) < 3)]
        who = [*filter(names.names_patient, [*above, *within]), *filter(names.may_name_patient, may)]
        rest = [part for part in within if part not in who]
        label = self._class_name(parts[at]) if at >= 0 else ""
        return Place(label, split, who[0] if who else "", "" if who or not rest else rest[0])

    @cached_property
    def _places(self) -> dict[Parts, Place]:
        return {}

    def class_of(self, name: str) -> str:
        """Return what a folder's name means as a class, also where it names a split too: "NORMAL_test"."""
        return self.meaning(name) or self.meaning(names.without_split(name))

    @cached_property
    def wrappers(self) -> Parts:
        """The folders around the data: each is the only one with films, and its name says nothing."""
        chains = [path.relative_to(self.data).parts[:-1] for path in self.films if not self._is_mask(path)]
        chains += [(*path.relative_to(self.data).parts, "") for path in self.closed]
        found: Parts = ()
        while True:
            inside = {chain for chain in chains if len(chain) > len(found) and chain[: len(found)] == found}
            heads = {chain[len(found)] for chain in inside}
            if len(heads) != 1 or self._says_something(head := heads.pop(), inside, len(found) + 1):
                return found
            found = (*found, head)

    @property
    def root(self) -> Path:
        """The folder that holds the table, else the splits or classes."""
        return self.table.parent if self.table else self.data.joinpath(*self.wrappers)

    @cached_property
    def table(self) -> Path | None:
        """The labels.csv in the folder, or in one of those around the data; where it lies, it decides."""
        around = [self.data.joinpath(*self.wrappers[:depth]) for depth in range(len(self.wrappers) + 1)]
        tables = {path.parent: path for path in self.tables}
        return next((tables[folder] for folder in around if folder in tables), None)

    @property
    def tables(self) -> list[Path]:
        """All files that are called labels.csv."""
        return [path for path in self.files if path.name.lower() == names.TABLE_NAME]

    @property
    def begins_here(self) -> bool:
        """True where the folder itself holds a table, a class, or a split with a class."""
        if self.table and self.table.parent == self.data:
            return True
        chains = [chain for chain in self._chains if chain and not self.wrappers]
        return any(
            self.class_of(chain[0]) or (names.is_split(chain[0]) and any(map(self.class_of, chain))) for chain in chains
        )

    def _says_something(self, head: str, inside: set[Parts], depth: int) -> bool:
        if self.class_of(head):  # But "Pneumonia" may hold both classes.
            return len({self.class_of(part) for chain in inside for part in chain[depth:]} - {""}) < 2
        deeper = [part for chain in inside for part in chain[depth:]]
        if names.names_whole(head) and len({names.split_key(part) for part in deeper if names.is_split(part)}) > 1:
            return False
        if names.is_split(head) or names.parts_films(head):
            return True
        holds_films = any(len(chain) == depth for chain in inside)
        if not holds_films or any(self.class_of(part) or names.is_split(part) for part in deeper):
            return False
        return not any(path.parent.name == head for path in self.tables)

    def _is_mask(self, path: Path) -> bool:
        return names.is_mask(path.stem) or any(map(names.is_mask, path.relative_to(self.data).parts[:-1]))

    def _is_plain(self, name: str) -> bool:
        return names.is_split(name) or names.is_pictures(name)

    def _parts(self, path: Path) -> Parts:
        parts = path.relative_to(self.data).parts[:-1]
        around = len(self.wrappers)
        return parts[around:] if parts[:around] == self.wrappers else parts

    def _class_name(self, part: str) -> str:
        return names.without_split(part) if names.is_split(part) and not self.meaning(part) else part

    def _class_at(self, parts: Parts) -> int:
        """Return which of the folders is the class, also one of which nobody has said what it means; -1 for none."""
        known = [place for place, part in enumerate(parts) if self.class_of(part)]
        if known:
            return known[0]
        found = [
            place
            for place, part in enumerate(parts)
            if not (self._is_plain(part) or names.parts_films(part)) and parts[: place + 1] not in self._above_classes
        ]
        # Below a class lie folders of patients or parts of it; above it one whose inner folders are called as others'.
        if len(found) > 1 and parts[: found[0] + 1] in self._alike - self._chains:
            return found[1]
        if not found:  # "healthy_train" says a split and a class.
            found = [place for place, part in enumerate(parts) if names.is_split(part) and self._says_class(part)]
        return found[0] if found else -1

    def _says_class(self, part: str) -> bool:
        rest = names.without_split(part)
        return bool(rest) and not (names.is_pictures(rest) or names.orders_films(rest) or rest.isdigit())

    @cached_property
    def _alike(self) -> set[Parts]:
        """The folders that hold one of the same name as another folder does, which is no patient's and no date."""
        above: dict[tuple[int, str], set[Parts]] = defaultdict(set)
        for chain in self._chains:
            for depth, part in enumerate(chain):
                above[depth, part].add(chain[:depth])
        return {
            folder
            for (_, part), folders in above.items()
            if len(folders) > 1 and not (names.may_name_patient(part) or names.orders_films(part))
            for folder in folders
        }

    def _split(self, parts: Parts, at: int) -> str:
        """Return the name of a split: a known one, of several that of a test split, else one that has to be asked."""
        known = [part for part in parts if names.is_split(part)]
        tests = [part for part in known if names.split_key(part) == names.TEST_SPLIT]
        above = [part for part in parts[: max(at, 0)] if not (names.is_pictures(part) or names.names_patient(part))]
        # Below a class many a folder only orders its films. It may be a split where it is called as a part, or lies
        # beside splits, or in both classes.
        within = [
            part
            for depth, part in enumerate(parts)
            if depth != at and (names.parts_films(part) or (depth > at >= 0 and self._is_as_split(parts[: depth + 1])))
        ]
        return next(iter([*tests, *known, *above, *within]), "")

    @cached_property
    def _chains(self) -> set[Parts]:
        films = {self._parts(path) for path in self.films if not self._is_mask(path)}
        return films | {(*self._parts(path), path.name) for path in self.closed}

    @cached_property
    def _above_classes(self) -> set[Parts]:
        return {chain[:depth] for chain in self._chains for depth, part in enumerate(chain) if self.class_of(part)}

    def _is_as_split(self, folder: Parts) -> bool:
        name = folder[-1]
        if folder[:-1] in self._above_splits:
            return True
        is_other = self._is_plain(name) or names.may_name_patient(name) or names.orders_films(name)
        return not is_other and len(self._classes_above[name]) > 1

    @cached_property
    def _classes_above(self) -> dict[str, set[str]]:
        """By the name of each folder below classes, the classes."""
        found: dict[str, set[str]] = defaultdict(set)
        for chain in self._chains:
            labels = [self.class_of(part) for part in chain]
            for depth, part in enumerate(chain):
                found[part] |= set(filter(None, labels[:depth]))
        return found

    @cached_property
    def _above_splits(self) -> set[Parts]:
        return {chain[:depth] for chain in self._chains for depth, part in enumerate(chain) if names.is_split(part)}
