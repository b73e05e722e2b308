"""Are all films read in the background, once each, into the memory of their session, and may that be ended?"""

import time
import tracemalloc
from types import SimpleNamespace

import pytest
import streamlit as st

from model_store.basics.errors import ModelCorrupted
from model_store.film.load import load_radiograph
from model_store.film.refusals import UnreadableImage
from model_store.versions.activation.activation import Active
from tests.doubles.app_driver import FIRST, SECOND, THIRD
from tests.doubles.fakes import FakeClassifier, sample_card, sample_version
from tests.doubles.films import phantom
from xray_ui.readers import in_use
from xray_ui.reading.case import outcomes, overruling
from xray_ui.reading.case.case import case_of
from xray_ui.reading.film import corrections
from xray_ui.reading.uploads.chosen import Film
from xray_ui.reading.worklist import read_all, wording
from xray_ui.reading.worklist.read_all import ReadAll
from xray_ui.server import work

FILMS = {"a": FIRST, "b": SECOND, "c": THIRD}


@pytest.fixture(autouse=True)
def state(monkeypatch):
    kept: dict[str, object] = {}
    monkeypatch.setattr(st, "session_state", kept)
    monkeypatch.setattr(work, "get_script_run_ctx", lambda: SimpleNamespace(session_id="one"))
    # Decoded here, and not in processes of their own, which are tested elsewhere.
    monkeypatch.setattr(read_all, "decode", lambda data, window=0: load_radiograph(data))
    return kept


@pytest.fixture
def active(monkeypatch):
    """The version in use, which a test may change."""
    now = SimpleNamespace(version=sample_version())
    monkeypatch.setattr(in_use, "in_use", lambda: Active(now.version, None))
    return now


@pytest.fixture
def fake(active, monkeypatch):
    classifier = FakeClassifier()
    ready = {"loading": SimpleNamespace(start=lambda: None, failed=False, reader=None)}

    def reader_of(version):
        return SimpleNamespace(start=lambda: None, failed=False, reader=classifier.of(version))

    monkeypatch.setattr(in_use, "background_reader", reader_of)
    classifier.ready = ready
    return classifier


@pytest.fixture
def reading():
    made = ReadAll(outcomes.memory(), corrections.corrected_films())
    yield made
    made.cancel()
    assert made.wait(20)


def of(name: str, data: bytes) -> Film:
    return Film(name, name, lambda: data)


def films() -> list[Film]:
    return [of(name, data) for name, data in FILMS.items()]


def test_every_film_is_read_once_and_its_result_is_the_pages(fake, active, reading):
    reading.begin(films())
    assert reading.wait(20)
    assert sorted(fake.read_images) == sorted(load_radiograph(data).sha256 for data in FILMS.values())
    for name, data in FILMS.items():
        image = load_radiograph(data)
        assert reading.hashes[name] == image.sha256
        result = outcomes.outcome(case_of(image.identity, active.version))
        assert result.sha256 == image.sha256
    assert (reading.progress().done, reading.progress().of) == (3, 3)
    reading.begin(films())
    assert reading.wait(20)
    assert len(fake.read_images) == 3, "what was read is not read again"


def test_what_the_page_has_read_is_not_read_again(fake, active, reading):
    outcomes.read(load_radiograph(FIRST), active.version, fake.of(active.version))
    reading.begin([of("a", FIRST)])
    assert reading.wait(20)
    assert len(fake.read_images) == 1
    assert reading.hashes["a"] == load_radiograph(FIRST).sha256


def test_a_film_is_read_as_it_is_corrected_and_for_the_reason_that_holds(fake, active, reading):
    turned = load_radiograph(FIRST).corrected(1, True)
    corrections.corrected_films()[turned.sha256] = turned.identity
    overruling.give_reason(case_of(turned.identity, active.version), "I see two lungs")
    reading.begin([of("a", FIRST)])
    assert reading.wait(20)
    assert fake.read_films == [turned.identity]
    assert fake.asked == ["I see two lungs"]


def test_one_that_cannot_be_read_stops_no_other(fake, reading):
    def gone() -> bytes:
        raise FileNotFoundError("/ward/Doe^Jane.dcm")

    def refused() -> bytes:
        raise UnreadableImage("It was taken away.", "missing")

    def broken() -> bytes:
        raise RuntimeError("Doe^Jane")

    others = [Film("gone", "gone", gone), Film("refused", "refused", refused), Film("broken", "broken", broken)]
    reading.begin([of("text", b"text"), *others, of("a", FIRST)])
    assert reading.wait(20)
    said = {key: row.refusals[0].sentence for key, row in reading.unreadable.items()}
    assert said["gone"] == wording.FILM_MISSING
    assert said["refused"] == "It was taken away."
    assert "is not a picture" in said["text"]
    assert "Something went wrong" in said["broken"]
    assert "Doe" not in str(said)
    assert reading.unreadable["text"].sha256
    assert list(reading.hashes) == ["a"]
    assert reading.progress().done == 5


def test_cancelling_leaves_the_rest_and_resuming_reads_it(fake, reading):
    fake.gate.clear()
    many = [of(str(seed), phantom.png(phantom.Chest(width=320, height=256, seed=seed))) for seed in range(6)]
    reading.begin(many)
    reading.cancel()
    fake.gate.set()
    assert reading.wait(20)
    assert reading.was_cancelled
    assert len(fake.read_images) <= read_all.AT_ONCE
    reading.begin([film for film in many if film.key not in reading.hashes])
    assert reading.wait(20)
    assert not reading.was_cancelled
    assert len(fake.read_images) == len(set(fake.read_images)) == 6


def test_a_session_that_is_cleared_keeps_nothing_of_what_was_under_way(fake, reading, state):
    fake.gate.clear()
    reading.begin(films())
    time.sleep(0.1)
    work.end_all("one")
    state.clear()
    fake.gate.set()
    assert reading.wait(20)
    assert state == {}
    assert len(fake.read_images) <= read_all.AT_ONCE


def test_a_window_that_is_closed_ends_it_and_when_it_comes_back_it_goes_on(fake, reading, monkeypatch):
    monkeypatch.setattr(work, "_is_active", lambda session: False)
    reading.begin(films())
    assert reading.wait(20)
    assert fake.read_images == []
    assert not reading.was_cancelled
    monkeypatch.setattr(work, "_is_active", lambda session: True)
    reading.begin(films())
    assert reading.wait(20)
    assert len(fake.read_images) == 3


def test_films_after_an_activation_are_read_by_the_version_that_is_in_use_then(fake, active, reading, monkeypatch):
    other = sample_version(sample_card() | {"version": "kermany-2"})
    monkeypatch.setattr(read_all, "AT_ONCE", 1)

    def activate() -> bytes:
        active.version = other
        return SECOND

    reading.begin([of("a", FIRST), Film("b", "b", activate), of("c", THIRD)])
    assert reading.wait(20)
    assert fake.read_by == ["kermany-1", "kermany-1", "kermany-2"]


def test_without_a_version_that_reads_it_says_so_and_ends(fake, reading, monkeypatch):
    def none() -> Active:
        raise ModelCorrupted("Its card is damaged.")

    monkeypatch.setattr(in_use, "in_use", none)
    reading.begin(films())
    assert reading.wait(20)
    assert reading.problem == "Its card is damaged."
    assert (reading.hashes, reading.unreadable) == ({}, {})


def test_it_waits_for_a_model_that_is_not_there_yet(fake, active, reading, monkeypatch):
    loading = SimpleNamespace(start=lambda: None, failed=False, reader=None)
    monkeypatch.setattr(in_use, "background_reader", lambda version: loading)
    reading.begin(films())
    assert not reading.wait(0.3)
    loading.reader = fake.of(active.version)
    assert reading.wait(20)
    assert len(fake.read_images) == 3


def test_memory_is_flat_over_thousands_of_films(fake, active, reading, monkeypatch):
    """Each another file: whole results are kept of 256, and some kilobytes of each of the others."""
    image = load_radiograph(FIRST)
    monkeypatch.setattr(read_all, "sha256_of", lambda data: data.decode())
    monkeypatch.setattr(read_all, "decode", lambda data, window=0: _named(image, data.decode()))
    many = [of(f"film {number}", f"{number:064x}".encode()) for number in range(1300)]
    tracemalloc.start()
    try:
        reading.begin(many[:300])
        assert reading.wait(60)
        before, _ = tracemalloc.get_traced_memory()
        reading.begin(many[300:])
        assert reading.wait(120)
        after, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(fake.read_images) == 1300
    assert (after - before) / 1000 < 8_000, "bytes a film: 40 MB for 5,000"
    assert most - after < 5_000_000


def _named(image, sha256):
    from dataclasses import replace

    return replace(image, sha256=sha256)


def test_the_time_left_follows_from_what_was_read(reading, monkeypatch):
    now = [100.0]
    monkeypatch.setattr(read_all.time, "monotonic", lambda: now[0])
    reading._of, reading._done, reading._began = 12, 1, 100.0
    assert reading.progress().seconds_left is None
    now[0], reading._done = 104.0, 4
    assert reading.progress().seconds_left == pytest.approx(8.0)
