"""Which films were handed over, and which one is open? In the memory of the session only."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NoReturn, cast

import streamlit as st

from model_store.film.header.header import StudyImage
from model_store.sources.studies import Place
from model_store.versions.registry import Version
from xray_ui.basics import text as basics_text
from xray_ui.basics.guard import guarded
from xray_ui.reading.uploads import contents
from xray_ui.reading.uploads.examples import Example, configured_folder, list_examples
from xray_ui.reading.uploads.samples import SAMPLES
from xray_ui.reading.uploads.upload import FROM_FILES as FROM_FILES
from xray_ui.reading.uploads.upload import OPENED as OPENED
from xray_ui.reading.uploads.upload import SAMPLED as SAMPLED
from xray_ui.reading.uploads.upload import SOURCE as SOURCE

FILM, ORDER = "film", "order_of_films"
REVEALED = "revealed_labels"
FROM_EXAMPLES = "Examples"


@dataclass(frozen=True)
class Film:
    """A film that can be chosen.

    Attributes:
        key: what identifies it in the list of the session.
        name: what it is called on the screen, as plain text.
        read_bytes: returns the file's bytes; raises UnreadableImage where they cannot be had.
        label: the data set's label of an example, else None.
        place: where it belongs among the films of its study.
        image: what its header says of its patient and study, as hashes; None for no DICOM.
    """

    key: str
    name: str
    read_bytes: Callable[[], bytes]
    label: str | None = None
    place: Place = field(default_factory=Place)
    image: StudyImage | None = None


@dataclass(frozen=True)
class OpenedFilm:
    """A film of a comparison that is looked at again.

    Attributes:
        path: where it lies.
        sha256: what its bytes have to be.
        label: what the data set calls it.
        run: the run whose versions were compared.
        version: the version to read it with; None for the one in use.
    """

    path: Path
    sha256: str
    label: str
    run: str
    version: Version | None

    def as_film(self) -> Film:
        """Return the film as it can be shown; its label is known from the comparison already."""
        return Film(f"opened {self.sha256}", basics_text.shown_name(self.path.name), self.path.read_bytes, self.label)


@st.cache_resource(max_entries=2, show_spinner=False)
def _examples(folder: str) -> list[Example]:
    return list_examples(Path(folder))


def examples() -> list[Example]:
    """Return the examples that the environment offers; none without it."""
    folder = configured_folder()
    return _examples(str(folder)) if folder else []


def take_uploads() -> bool:
    """Turn to the first film of a new upload, or to the frontal one of its study; keep the present film otherwise.

    Returns:
        Whether several films came at once, each alone or the one of its study that is looked at first.
    """
    new = contents.take()
    if not new:
        return False
    return turn_to(new)


def turn_to(sources: set[str]) -> bool:
    """Turn to the first film of what was handed over; returns whether there are several, as `take_uploads` does.

    Args:
        sources: identities of the files and folders.
    """
    close_film()
    close_samples()
    st.session_state[SOURCE] = FROM_FILES
    mine = [film for film in films() if contents.source_of(film.key) in sources]
    if mine:
        st.session_state[FILM] = next((film for film in mine if film.place.is_chosen), mine[0]).key
    return sum(film.place.is_chosen for film in mine) > 1


def films() -> list[Film]:
    """Return the films that can be stepped through: the uploads, or the samples or examples where these were chosen."""
    if st.session_state.get(SAMPLED):
        return [
            Film(f"sample {i}", sample.name, sample.path.read_bytes, sample.label) for i, sample in enumerate(SAMPLES)
        ]
    if not are_own():
        return [
            Film(f"example {i}", f"Example {i + 1}", example.path.read_bytes, example.label)
            for i, example in enumerate(examples())
        ]
    return _in_order(
        [
            Film(film.key, basics_text.shown_name(film.name), contents.reader_of(film), place=place, image=film.image)
            for film, place in contents.films()
        ]
    )


def _in_order(films: list[Film]) -> list[Film]:
    """Sort films as the worklist did from which one was opened, each with the rest of its study; others come after."""
    rank = {key: place for place, key in enumerate(st.session_state.get(ORDER, ()))}
    of_study = {film.place.study: rank[film.key] for film in films if film.place.study and film.key in rank}
    return sorted(films, key=lambda film: rank.get(film.key, of_study.get(film.place.study, len(rank))))


def turn_page(page: str) -> NoReturn:
    """Turn to another page from within a run; the uploads stay listed there.

    Args:
        page: its script, as `page_names` has it.
    """
    contents.hold()
    st.switch_page(page)


def are_own() -> bool:
    """Return whether the films that can be stepped through are those that were handed over, no samples or examples."""
    return st.session_state.get(SOURCE) != FROM_EXAMPLES and not st.session_state.get(SAMPLED)


@guarded()
def turn_to_source() -> None:
    """Turn to one's own films or to the examples, from whatever else is looked at."""
    close_film()
    close_samples()


@guarded()
def try_sample(number: int) -> None:
    """Turn to a film that comes with the program, counted from 0."""
    close_film()
    st.session_state[SAMPLED], st.session_state[FILM] = True, f"sample {number}"


@guarded()
def close_samples() -> None:
    """Turn back to one's own films, or to the first page where there are none."""
    st.session_state.pop(SAMPLED, None)


@guarded()
def step(offset: int, keys: list[str]) -> None:
    """Turn to the film that lies `offset` places on in the list."""
    position = keys.index(st.session_state[FILM]) + offset
    st.session_state[FILM] = keys[min(max(position, 0), len(keys) - 1)]


def open_film(film: OpenedFilm) -> None:
    """Turn to a film of a comparison; it stays until it is closed or another film is uploaded."""
    st.session_state[OPENED] = film
    reveal_label(film.as_film().key)


def opened_film() -> OpenedFilm | None:
    """Return the film of a comparison that is looked at, or None."""
    return cast("OpenedFilm | None", st.session_state.get(OPENED))


def read_opened_as_usual() -> None:
    """Let the version in use read the film of a comparison."""
    if film := opened_film():
        st.session_state[OPENED] = replace(film, version=None)


@guarded()
def close_film() -> None:
    """Turn back from a film of a comparison to the session's own films."""
    st.session_state.pop(OPENED, None)


@guarded()
def reveal_label(key: str) -> None:
    """Show the label of an example from now on."""
    st.session_state.setdefault(REVEALED, set()).add(key)


def is_revealed(key: str) -> bool:
    """Return whether the reader has asked for the label of this example."""
    return key in st.session_state.get(REVEALED, set())
