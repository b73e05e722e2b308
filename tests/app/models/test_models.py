"""The page of all versions: the list, a whole card, export, import, deletion, and the log."""

import json
import logging
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from model_store.versions.activation.activation import Activation
from model_store.versions.activation.active_file import ACTIVE
from model_store.versions.registry import Registry
from tests.doubles.app_driver import (  # noqa: F401
    cells,
    charts,
    fake_reads,
    labels,
    page,
    plain,
    press,
    start,
    unfolded,
    words,
)
from tests.doubles.fakes import sample_card
from tests.doubles.trainings.run_doubles import add_version, write_run
from xray_ui.basics import text
from xray_ui.basics.errors import NotMade, without_details
from xray_ui.card import wording as card_wording
from xray_ui.models import export_version, import_version
from xray_ui.models import page as models_page
from xray_ui.models import wording as models_wording
from xray_ui.readers import in_use
from xray_ui.retraining.data import UnusableUpload


def opened(choose: str | None = None) -> AppTest:
    app = page(start(), "models")
    if choose:
        app = box(app).set_value(choose).run()
    assert not app.exception
    return app


def box(app: AppTest):
    return next(box for box in app.main.selectbox if box.label == "Version")


def rows(app: AppTest) -> list[list[str]]:
    """The list of versions."""
    versions = next(table.value for table in app.table if "State" in table.value.columns)
    return [[str(value).replace("\\", "") for value in row] for row in versions.values]


def test_every_version_is_listed_with_what_is_known_of_it(reads, xray_home):
    version = add_version(xray_home, "spring", passed=False)
    add_version(xray_home, "autumn", run="elsewhere")
    Activation(xray_home).activate("autumn", by="Dr. Weber", reason="for the clinic's own films")
    bundled, autumn, spring = rows(opened())
    assert bundled[:2] == ["kermany-6", "bundled"]
    assert bundled[5:6] == [Registry(xray_home).version("bundled").card.identity[:12]]
    assert autumn[:2] == ["autumn", "active, activated against its gate"]
    assert autumn[4] == "not compared"
    assert spring[:2] == ["spring", ""]
    assert spring[3:] == ["Dr. Weber", "not passed", version.card.identity[:12], "a _note_"]


def test_the_active_version_is_shown_first_and_any_can_be_chosen(reads, xray_home):
    add_version(xray_home, "spring")
    app = opened()
    assert box(app).options == ["kermany-6, bundled, active", "spring"]
    assert "Label of kermany-6" in plain(app)
    app = box(app).set_value("spring").run()
    assert "Label of spring" in plain(app)
    assert card_wording.VALIDATION_ONLY in words(app)


def test_the_page_opens_with_the_label_of_one_version(reads, xray_home):
    app = opened()
    assert [heading.value for heading in app.subheader] == [
        *("What it is for", "What it reads", "How well it reads", "What not to lean on"),
    ]
    figures = app.table[0].value
    assert [value.replace("\\", "") for value in figures["Value (95 % interval)"]] == [
        *("0.983 (0.974 to 0.991)", "0.969 (0.947 to 0.982)", "0.915 (0.872 to 0.944)", "0.042 (0.035 to 0.066)"),
    ]
    assert "Test films of chest_xray: 624 films, 62 % of them with pneumonia." in plain(app)
    assert "published down to AUROC 0.54" in plain(app)
    assert "Dice" not in plain(app), "two more limits are folded away"
    assert "Dice" in plain(unfolded(app))


def test_figures_of_different_films_never_stand_side_by_side(reads, xray_home):
    """Of versions that were judged on other films no figure stands in the list, nor beside the other's."""
    add_version(xray_home, "spring", passed=True)
    add_version(xray_home, "autumn")
    for name, films in (
        ("bundled", "Test films of chest_xray: 624 films"),
        ("spring", "Held-out films of this data, 200 in all, of which it refused 2"),
        ("autumn", "validation films. It was chosen on these films"),
    ):
        app = opened(name)
        assert films in plain(app)
        tables = [str(table.value) for table in app.table]
        assert sum("AUROC" in table for table in tables) == 1
        assert not any("0.9" in str(value) for row in rows(app) for value in row)


def test_the_whole_card_is_drawn(reads, xray_home):
    add_version(xray_home, "spring", test=sample_card()["test"])
    app = opened("spring")
    assert charts(app) == [], "what is folded is not drawn"
    app = unfolded(app)
    assert not app.error
    assert len(charts(app)) == 5
    assert text.MISSING_PART not in words(app)
    assert "0.975 to 0.992" in "".join(charts(app))
    assert "Made by" in cells(app)


def test_a_card_without_most_parts_says_what_is_missing(reads, xray_home):
    emptied = dict.fromkeys(sample_card(), None) | {"temperature": 1.3, "operating_point": 0.4}
    add_version(xray_home, "spring", **emptied)
    app = unfolded(opened("spring"))
    assert not app.error
    assert text.MISSING_PART in words(app)


def test_a_version_leads_to_its_run_while_that_is_there(reads, xray_home):
    add_version(xray_home, "spring")
    assert not opened("spring").main.get("page_link")
    write_run(xray_home, "spring", "finished")
    (link,) = opened("spring").main.get("page_link")
    assert link.proto.label == "Made by run spring"
    assert link.proto.query_string == "run=spring"


def test_a_version_with_a_damaged_card_is_listed_and_can_be_deleted(reads, xray_home):
    version = add_version(xray_home, "spring")
    (version.folder / "card.json").write_text("{")
    app = opened("spring")
    assert rows(app)[1][:2] == ["spring", "damaged"]
    assert "card of version spring is missing or damaged" in plain(app)
    assert not app.main.download_button
    press(app, "Yes, delete it")
    assert not version.folder.exists()


def test_a_version_is_deleted_after_a_question(reads, xray_home):
    version = add_version(xray_home, "spring")
    app = opened("spring")
    assert "Version spring is deleted with its weights and its card." in words(app)
    app = press(app, "Yes, delete it")
    assert not app.exception
    assert not version.folder.exists()
    assert box(app).options == ["kermany-6, bundled, active"]


def test_neither_the_active_nor_the_bundled_version_can_be_deleted(reads, xray_home):
    add_version(xray_home, "spring")
    Activation(xray_home).activate("spring", by="", reason="for the clinic's own films")
    app = opened()
    assert "Yes, delete it" not in labels(app)
    assert "Yes, delete it" not in labels(box(app).set_value("bundled").run())


def test_a_version_that_was_activated_meanwhile_is_not_deleted(reads, xray_home):
    version = add_version(xray_home, "spring")
    app = opened("spring")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(models_page, "_active_name", lambda: "bundled")
        Activation(xray_home).activate("spring", by="", reason="for the clinic's own films")
        app = press(app, "Yes, delete it")
    assert "Version spring is active" in plain(app)
    assert version.folder.exists()


def test_an_export_is_made_when_it_is_asked_for(reads, xray_home, monkeypatch):
    made = []

    def export(version, path):
        made.append(version.name)
        path.write_bytes(b"one file")

    monkeypatch.setattr(export_version, "export_version", export)
    spring = add_version(xray_home, "spring")
    app = opened("spring")
    assert [button.label for button in app.main.download_button] == ["Export"]
    assert made == []
    assert export_version.export_file(spring) == b"one file"
    assert made == ["spring"]
    assert list((xray_home / "uploads").iterdir()) == []


def test_an_export_that_fails_is_a_number_in_the_log(reads, xray_home, caplog):
    spring = add_version(xray_home, "spring")
    spring.weights.unlink()
    with caplog.at_level(logging.ERROR), pytest.raises(NotMade, match=r"^error [0-9A-F]{6}$"):
        without_details(lambda: export_version.export_file(spring))()
    assert "ModelCorrupted" in caplog.text
    assert str(xray_home) not in caplog.text


def test_without_room_for_the_file_nothing_is_exported_and_the_bytes_are_named(reads, xray_home, monkeypatch):
    add_version(xray_home, "spring")
    monkeypatch.setattr("model_store.disk.writing.free_bytes", lambda folder: 1)
    app = opened("spring")
    assert "disk is full: 1 MB are needed" in plain(app)
    assert not app.main.download_button


def imported(data: bytes | None, name: str = "") -> AppTest:
    app = opened()
    if data is not None:
        app.main.file_uploader[0].set_value(("spring.zip", data, "application/zip"))
        app = app.run()
    app.text_input(key=import_version.NAME).set_value(name)
    return press(app, "Import this file")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (None, models_wording.NO_IMPORT_FILE),
        (b"Dear colleague", "cannot be imported"),
        (b"PK\x05\x06" + bytes(18), "cannot be imported"),
    ],
)
def test_anything_but_a_version_is_refused(reads, xray_home, data, sentence):
    app = imported(data)
    assert not app.exception
    assert sentence in plain(app)
    assert Registry(xray_home).names() == ["bundled"]


def test_an_imported_version_is_there_and_not_active(reads, xray_home, monkeypatch):
    taken = []

    def import_it(path: Path, registry: Registry, *, name: str | None):
        taken.append((path.read_bytes(), name))
        return add_version(xray_home, name or "spring")

    monkeypatch.setattr(import_version, "import_version", import_it)
    app = imported(b"one file", " autumn ")
    assert not app.exception
    assert taken == [(b"one file", "autumn")]
    assert "Version autumn was imported. It is not active." in plain(app)
    assert "Label of autumn" in plain(app)
    assert Activation(xray_home).active_name() == "bundled"
    assert list((xray_home / "uploads").iterdir()) == []


def test_an_export_can_be_imported_under_another_name(reads, xray_home):
    data = export_version.export_file(in_use.bundled_version())
    app = imported(data, "again")
    assert not app.exception
    assert not app.error
    names = Registry(xray_home).names()
    assert names == ["bundled", "again"]
    assert Registry(xray_home).version("again").card.weights_sha256.startswith("3b688481c19d")


def test_no_import_without_room(reads, xray_home, monkeypatch):
    monkeypatch.setattr("model_store.disk.writing.free_bytes", lambda folder: 1)
    app = imported(b"one file")
    assert ["disk is full" in error.value for error in app.error] == [True, True], "for the export and for the import"


def test_the_log_says_who_did_what_and_why(reads, xray_home):
    card = add_version(xray_home, "spring", operating_point=0.625).card
    assert models_wording.NO_LOG in words(opened())
    Activation(xray_home).activate("spring", by="Dr. *Weber*", reason="for the clinic's own films")
    Activation(xray_home).roll_back(by="Dr. Kaya")
    shown = cells(opened())
    for cell in ("rolled back", "activated", "Dr. *Weber*", "Dr. Kaya", "for the clinic's own films", "not compared"):
        assert cell in shown
    log = next(table.value for table in opened().table if "When" in table.value.columns)
    _, activated = log.to_dict("records")
    columns = ("Identity", "Weights", "Operating point", "Calibration")
    named = [activated[name].replace("\\", "") for name in columns]
    assert named == [card.identity[:12], card.weights_sha256[:12], "0.625", str(card.calibration)]


def test_a_log_of_an_older_program_is_shown(reads, xray_home):
    add_version(xray_home, "spring")
    Activation(xray_home).activate("spring", by="Dr. Weber", reason="for the clinic's own films")
    content = json.loads((xray_home / ACTIVE).read_text())
    for key in ("identity", "weights_sha256", "operating_point", "calibration"):
        del content["log"][0][key]
    (xray_home / ACTIVE).write_text(json.dumps(content))
    app = opened()
    assert not app.exception
    assert "Dr. Weber" in cells(app)


def test_the_refusal_of_an_upload_is_a_value_error():
    assert issubclass(UnusableUpload, ValueError)
