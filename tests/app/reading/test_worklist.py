"""The worklist as a page: several films land there, are read, sorted, filtered and saved, and each can be opened."""

import csv
import io
import json
from pathlib import Path

import pytest

from model_store.export import table as table_export
from tests.doubles.app_driver import (  # noqa: F401
    FIRST,
    SECOND,
    THIRD,
    add,
    charts,
    drop,
    fake_classifier,
    fake_reads,
    is_at_the_worklist,
    labels,
    listed_files,
    listing,
    page,
    plain,
    press,
    start,
    wait_until_all_are_read,
    words,
)
from tests.doubles.fakes import sample_card, sample_version
from tests.doubles.films import phantom
from tests.doubles.films.study_files import film, packed
from xray_ui.access import idle
from xray_ui.readers import in_use
from xray_ui.reading.uploads import chosen, contents
from xray_ui.reading.worklist import panel, wording

THREE = (("a.png", FIRST), ("b.png", SECOND), ("c.jpg", THIRD))


def table(app) -> list[dict]:
    """What the browser draws of the rows."""
    (drawn,) = [each for each in charts(app) if '"rows"' in each]
    return json.loads(drawn)["rows"]


def settled(app):
    """The page once all films are read."""
    wait_until_all_are_read(app)
    return app.run()


def test_several_films_land_on_the_worklist_and_are_all_read(classifier):
    classifier.probabilities = []
    app = settled(drop(start(), *THREE))
    assert not app.exception
    assert is_at_the_worklist(app)
    rows = table(app)
    assert {row["name"] for row in rows} == {"a.png", "b.png", "c.jpg"}
    assert len(classifier.read_images) == 3
    numbers = [int(row["probability"].split()[-2]) for row in rows]
    assert numbers == sorted(numbers, reverse=True)
    assert all(row["picture"].startswith("data:image/jpeg;base64,") for row in rows)
    assert wording.CANCEL not in labels(app)


def test_a_single_film_lands_on_the_reading_page_as_before(classifier):
    app = drop(start(), ("a.png", FIRST))
    assert not is_at_the_worklist(app)
    assert "probability of pneumonia" in words(app)


def test_one_study_lands_on_the_reading_page_and_is_one_row(classifier):
    lateral, frontal = film("LL", chest=phantom.Chest(320, 256, seed=5)), film("PA", chest=phantom.Chest(320, 256))
    app = drop(start(), ("IM1", lateral), ("IM2", frontal))
    assert not is_at_the_worklist(app)
    app = settled(page(app, "worklist"))
    (row,) = table(app)
    assert (row["name"], row["view"], row["notes"]) == ("IM2", "PA", "image 2 of 2 of its study")
    assert len(classifier.read_images) == 1, "the lateral view waits until somebody asks for it"


def test_two_studies_in_a_zip_land_on_the_worklist(classifier):
    files = {
        f"{study}/{view}": film(view, study=f"1.2.{study}", chest=phantom.Chest(320, 256, seed=study))
        for study in (1, 2)
        for view in ("LL", "PA")
    }
    app = settled(drop(start(), ("disc.zip", packed(files))))
    assert is_at_the_worklist(app)
    assert [row["view"] for row in table(app)] == ["PA", "PA"]


def test_the_page_of_a_film_shows_what_its_row_says(classifier):
    app = settled(drop(start(), *THREE))
    rows = {row["key"]: row for row in table(app)}
    for key, row in rows.items():
        app = page(app, "reading")
        app.session_state[chosen.FILM] = key
        app = app.run()
        assert row["name"] in "".join(charts(app))
        assert f"{row['probability'].split()[-2]} %" in plain(app)
    assert len(classifier.read_images) == 3, "what was read in the background is not read again"


def test_a_film_that_is_corrected_on_its_page_changes_its_row(classifier):
    app = settled(drop(start(), *THREE))
    (first,) = [row for row in table(app) if row["name"] == "a.png"]
    sha256 = app.session_state[panel.READ_ALL].hashes[first["key"]]
    identity = next(case.film for case, _ in app.session_state["records_of_films"] if case.film.sha256 == sha256)
    app.session_state["corrected_films"][sha256] = identity._replace(is_mirrored=True)
    app = settled(app.run())
    (mirrored,) = [row for row in table(app) if row["name"] == "a.png"]
    assert mirrored["notes"] == "mirrored"
    assert classifier.read_films[-1].is_mirrored


def test_filters_narrow_the_table_and_what_is_saved(classifier, monkeypatch):
    classifier.probabilities = [0.9, 0.2, 0.6]
    saved = []
    monkeypatch.setattr(table_export, "to_csv", lambda rows, made=table_export.to_csv: saved.append(made(rows)))
    monkeypatch.setattr(panel, "without_details", lambda make: make() or b"table")
    app = settled(drop(start(), *THREE))
    assert f"2 suspected, 1 not suspected.\n{wording.KEYS}" in plain(app)
    app.session_state[panel.VERDICTS] = ["suspected"]
    app = app.run()
    assert [row["verdict"] for row in table(app)] == ["suspected", "suspected"]
    rows = list(csv.DictReader(io.StringIO(saved[-1].decode("utf-8-sig"), newline="")))
    assert [(row["name"], float(row["probability"])) for row in rows] == [("a.png", 0.9), ("c.jpg", 0.6)]
    assert {row["version"] for row in rows} == {"kermany-1"}
    app.session_state[panel.SEARCH] = "no such film"
    app = app.run()
    assert wording.NOTHING_FITS in plain(app)


def test_the_row_that_was_opened_is_marked_on_coming_back(classifier, monkeypatch):
    app = settled(drop(start(), *THREE))
    rows, listed = table(app), listed_files(app)
    with monkeypatch.context() as patch:
        patch.setattr(panel.table, "show", lambda *_, at: (rows[2]["key"], 0))
        app = app.run()
    assert not is_at_the_worklist(app)
    app = listing(app, listed)
    assert rows[2]["name"] in "".join(charts(app))
    stepped = app.selectbox(key=chosen.FILM).options
    assert [name.split(": ")[-1] for name in stepped] == [row["name"] for row in rows], "in the order of the list"
    assert f"{rows[2]['probability'].split()[-2]} %" in plain(app)
    app = page(app, "worklist")
    (drawn,) = [json.loads(each) for each in charts(app) if '"rows"' in each]
    assert drawn["at"] == rows[2]["key"]


def test_what_the_browser_says_is_no_film_opens_nothing(classifier, monkeypatch):
    app = settled(drop(start(), *THREE))
    monkeypatch.setattr(panel.table, "show", lambda rows, at: ("../../etc/passwd", 0))
    app = app.run()
    assert not app.exception
    assert is_at_the_worklist(app)


def test_many_films_stand_on_several_pages_and_the_keys_lead_on(classifier, monkeypatch):
    monkeypatch.setattr(panel, "ROWS", 2)
    app = settled(drop(start(), *THREE))
    assert len(table(app)) == 2
    assert "1 to 2 of 3" in plain(app)
    first = [row["key"] for row in table(app)]
    app = press(app, "Next page")
    (last,) = table(app)
    assert last["key"] not in first
    assert "3 to 3 of 3" in plain(app)


def test_cancel_leaves_the_rest_and_resume_reads_it(classifier):
    classifier.gate.clear()
    app = drop(start(), *THREE)
    assert "0 of 3 films read" in "".join(str(each.proto) for each in app.get("progress"))
    app = press(app, wording.CANCEL)
    classifier.gate.set()
    app = settled(app)
    unread = [row for row in table(app) if row["verdict"] == "waiting"]
    assert len(unread) == 2
    assert wording.cancelled(2) in plain(app)
    app = settled(press(app, wording.RESUME))
    assert [row for row in table(app) if row["verdict"] == "waiting"] == []
    assert len(classifier.read_images) == 3


def test_rows_of_another_version_are_marked_and_read_again_when_asked(classifier, monkeypatch):
    app = settled(drop(start(), *THREE))
    other = sample_version(sample_card() | {"version": "kermany-2"})
    monkeypatch.setattr(in_use, "active", lambda: in_use.Active(other, None))
    app = settled(app.run())
    assert {tuple(row["marks"]) for row in table(app)} == {("read by kermany-1",)}
    assert "3 films were read by another version than kermany-2" in plain(app)
    assert len(classifier.read_images) == 3
    in_use.background_reader(other).start()
    assert in_use.background_reader(other).wait(10)
    app = settled(press(app, "Read these 3 again with kermany-2"))
    assert {tuple(row["marks"]) for row in table(app)} == {()}
    assert classifier.read_by[-3:] == ["kermany-2"] * 3
    assert "another version" not in plain(app)


def test_a_screen_that_is_cleared_ends_the_reading_and_keeps_nothing(classifier):
    classifier.gate.clear()
    app = drop(start(), *THREE)
    reading = app.session_state[panel.READ_ALL]
    app.session_state[idle.CLEARED] = 15.0
    app = app.run()
    classifier.gate.set()
    assert reading.wait(20)
    assert repr(app.session_state) == repr({idle.CLEARED: 15.0})
    assert len(classifier.read_images) <= 1


def test_a_film_of_those_that_is_refused_stands_below_with_its_reason(classifier):
    app = settled(drop(start(), *THREE, ("d.png", FIRST[:3000]), ("e.txt", b"text")))
    last = table(app)[-1]
    assert (last["name"], last["verdict"], last["probability"]) == ("d.png", "refused", "")
    assert "cut off at its end" in last["why"][0]
    assert "1 file was left out" in plain(app)


def test_names_that_are_code_are_shown_as_they_are(classifier):
    app = settled(drop(start(), ("<img src=x onerror=alert(1)>.png", FIRST), ("=1+1.png", SECOND)))
    assert {row["name"] for row in table(app)} == {"<img src=x onerror=alert(1)>.png", "=1+1.png"}


def test_examples_are_read_when_somebody_asks(classifier, monkeypatch, tmp_path):
    for label, data in (("NORMAL", FIRST), ("PNEUMONIA", SECOND)):
        (tmp_path / "test" / label).mkdir(parents=True)
        (tmp_path / "test" / label / "a.png").write_bytes(data)
    monkeypatch.setenv("CHEST_XRAY_DATA", str(tmp_path))
    app = start()
    app.session_state[chosen.SOURCE] = chosen.FROM_EXAMPLES
    app = page(app, "worklist")
    assert {row["verdict"] for row in table(app)} == {"waiting"}
    app = settled(press(app, wording.read_these(2)))
    assert {row["name"] for row in table(app)} == {"Example 1", "Example 2"}
    assert len(classifier.read_images) == 2
    assert "PNEUMONIA" not in plain(app) + json.dumps(table(app))


class TestFolder:
    @pytest.fixture
    def ward(self, monkeypatch, tmp_path) -> Path:
        monkeypatch.setenv("XRAY_DATA_ROOT", str(tmp_path / "root"))
        ward = tmp_path / "root" / "ward" / "morning"
        ward.mkdir(parents=True)
        (ward / "a.png").write_bytes(FIRST)
        (ward / "b.png").write_bytes(SECOND)
        (ward / "notes.txt").write_text("no film")
        (tmp_path / "elsewhere.png").write_bytes(THIRD)
        (ward / "link.png").symlink_to(tmp_path / "elsewhere.png")
        return ward

    def test_its_films_are_listed_and_read_where_they_lie(self, classifier, ward):
        app = page(start(), "worklist")
        box = app.selectbox(key="worklist_folder")
        assert box.options == ["root", "ward", "ward/morning"]
        app = box.select_index(1).run()
        app = settled(press(app, "Read its films"))
        assert not app.exception
        assert {row["name"] for row in table(app)} == {"a.png", "b.png"}
        assert len(classifier.read_images) == 2
        assert str(ward) not in plain(app) + json.dumps(table(app))

    def test_it_can_be_stepped_through_and_left(self, classifier, ward):
        app = page(start(), "worklist")
        app = app.selectbox(key="worklist_folder").select_index(1).run()
        app = settled(press(app, "Read its films"))
        app = page(app, "reading")
        assert "probability of pneumonia" in words(app)
        assert len(app.selectbox(key=chosen.FILM).options) == 2
        app = press(page(app, "worklist"), "Leave the folder")
        assert wording.EMPTY in plain(app)

    def test_a_file_that_was_written_anew_is_not_taken_for_the_film_before(self, classifier, ward):
        app = page(start(), "worklist")
        app = app.selectbox(key="worklist_folder").select_index(1).run()
        app = settled(press(app, "Read its films"))
        (ward / "a.png").write_bytes(THIRD + b"\0")
        (ward / "b.png").write_bytes(THIRD)
        app = page(app, "reading")
        assert contents._CHANGED in plain(app)
        assert "probability of pneumonia" not in words(app)

    def test_without_a_root_it_is_said(self, classifier, monkeypatch, tmp_path):
        monkeypatch.setenv("XRAY_DATA_ROOT", str(tmp_path / "none"))
        assert "XRAY_DATA_ROOT" in plain(page(start(), "worklist"))


def test_a_film_that_is_added_is_read_too(classifier):
    app = settled(drop(start(), *THREE[:2]))
    app = add(app, "c.jpg", THIRD)
    app = settled(page(app, "worklist"))
    assert {row["name"] for row in table(app)} == {"a.png", "b.png", "c.jpg"}
    assert len(classifier.read_images) == 3
