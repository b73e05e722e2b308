"""The comparison at the end of a run: the verdict, both columns, and films that either version reads again."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from model_store.versions.activation.activation import Activation
from model_store.versions.registry import Registry
from tests.doubles.app_driver import (
    FIRST,
    SECOND,
    cells,
    charts,
    fake_reads,  # noqa: F401
    labels,
    page,
    plain,
    press,
    start,
    upload,
    wait_until_loaded,
    words,
)
from tests.doubles.trainings.run_doubles import add_version, sample_comparison, write_run
from xray_ui.models import wording as models_wording
from xray_ui.readers import in_use
from xray_ui.reading import wording as reading_wording
from xray_ui.reading.uploads import chosen
from xray_ui.retraining.comparison import wording as comparison_wording


def finished(home: Path, *, passed: bool = True, films: int = 1) -> AppTest:
    """The page of a finished run with its comparison."""
    add_version(home, "spring", passed=passed)
    write_run(home, "spring", "finished").write_json(
        "comparison", sample_comparison(home, "spring", passed=passed, films=films)
    )
    app = page(start(), "retrain")
    assert not app.exception
    return app


def opened(app: AppTest, name: str) -> AppTest:
    """Open the first film on the list with a version, and wait until it is read."""
    app = press(app, f"Open with {name}")
    assert not app.exception
    assert app.session_state[chosen.OPENED]
    for version in (app.session_state[chosen.OPENED].version, in_use.in_use().version):
        in_use.background_reader(version).start()
        assert in_use.background_reader(version).wait(10)
    return page(app, "reading")


def test_passed_and_everything_that_was_found_is_shown(reads, xray_home):
    app = finished(xray_home)
    assert "The new version passes the gate." in app.success[0].value.replace("\\", "")
    shown, tables = plain(app), cells(app)
    assert "AUROC 0.985 against 0.981" in shown
    assert "Active version then: kermany-6 (weights 3b688481c19d). New version: spring (weights" in shown
    assert (
        "200 films of 150 patients: 80 normal, 120 pneumonia; the active version refused 0 and the new one 2, which "
        "count as decided wrongly by it." in shown
    )
    assert "Of these 624 films the active version learned from 12" in shown
    for cell in ("0.981 (0.955 to 0.995)", "0.985 (0.955 to 0.995)", "+0.004 (\u22120.012 to +0.020)", "0.620"):
        assert cell in tables
    for cell in ("not shown: too few films to tell", "within the limit", "\u22120.02 or better", "at most 0.1"):
        assert cell in tables
    assert len(charts(app)) == 3, "training curves and two confusion matrices"
    assert "At their balanced points they decide differently on 1 film" in shown
    assert "31 %, not suspected" in shown
    assert "62 %, suspected" in shown
    assert "child_0_*.png" in shown
    assert "Activate spring" in labels(app)


def test_not_passed_is_a_warning(reads, xray_home):
    app = finished(xray_home, passed=False)
    assert not app.success
    assert "does not pass the gate" in app.warning[0].value


def test_a_run_without_a_comparison_says_so_and_can_be_activated(reads, xray_home):
    add_version(xray_home, "spring")
    write_run(xray_home, "spring", "finished")
    app = page(start(), "retrain")
    assert comparison_wording.NOT_COMPARED in words(app)
    assert "Activate spring" in labels(app)


@pytest.mark.parametrize("content", ["{", "[3]", '{"sets": [3]}'])
def test_a_damaged_comparison_is_a_sentence(reads, xray_home, content):
    add_version(xray_home, "spring")
    (write_run(xray_home, "spring", "finished").path / "comparison.json").write_text(content)
    app = page(start(), "retrain")
    assert not app.exception
    assert len(app.error) == 1


@pytest.mark.parametrize("name", ["kermany-6", "spring"])
def test_a_film_is_opened_as_either_version_reads_it(reads, xray_home, name):
    app = opened(finished(xray_home), name)
    shown = plain(app)
    active = "the active one" if name == "kermany-6" else "not the active one"
    assert f"Read with version {name}" in shown
    assert f"which is {active}. Film of the comparison: child_0_*.png" in shown
    assert reads.read_by == [name]
    assert f"| Model version | {name} |" in shown
    assert "The data set's label of this film is NORMAL." in shown
    assert app.query_params == {}


def test_from_another_versions_reading_one_button_leads_back_to_the_active_one(reads, xray_home):
    app = opened(finished(xray_home), "spring")
    app = press(app, "Read with kermany-6 (bundled)")
    shown = plain(app)
    assert reads.read_by == ["spring", "kermany-6"]
    assert "| Model version | kermany-6 |" in shown
    assert "Read with version kermany-6 (bundled), which is the active one." in shown
    assert "Read with kermany-6 (bundled)" not in labels(app)


def test_a_film_of_a_comparison_is_closed_again(reads, xray_home):
    app = opened(finished(xray_home), "spring")
    assert "child_0_" in plain(app)
    app = press(app, "Close film")
    assert "child_0_" not in plain(app)
    assert reading_wording.WELCOME in words(app), "this session has no film of its own"


def test_an_upload_closes_the_film_of_a_comparison(reads, xray_home):
    app = opened(finished(xray_home), "spring")
    app = upload(app, ("mine.png", SECOND))
    assert "child_0_" not in plain(app)
    assert "| Model version | kermany-6 |" in plain(app)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda film: film.unlink(), reading_wording.FILM_MISSING),
        (lambda film: film.write_bytes(SECOND), reading_wording.FILM_CHANGED),
    ],
)
def test_a_film_that_is_not_the_one_compared_is_not_read(reads, xray_home, change, sentence):
    app = finished(xray_home)
    change(xray_home / "data" / "spring" / "NORMAL" / "child_0_*.png")
    app = opened(app, "spring")
    assert sentence in plain(app)
    assert charts(app) == []
    assert reads.read_by == []


@pytest.mark.parametrize("leave", ["gone", "other weights"])
def test_a_version_that_is_not_there_any_more_opens_nothing(reads, xray_home, leave):
    app = finished(xray_home)
    folder = Registry(xray_home).version("spring").folder
    folder.rename(folder.with_name("elsewhere"))
    if leave == "other weights":
        add_version(xray_home, "spring", weights_sha256="0" * 64)
        (folder / "card.json").write_text((folder / "card.json").read_text().replace(_hash(folder), "0" * 64))
    app = press(app, "Open with spring")
    assert "Version spring is not there any more" in plain(app)
    assert chosen.OPENED not in app.session_state


def _hash(folder: Path) -> str:
    return Registry(folder.parents[1]).version("spring").card.weights_sha256


def test_a_long_list_is_turned_over(reads, xray_home):
    app = finished(xray_home, films=11)
    assert "Films 1 to 8 of 11" in words(app)
    assert labels(app).count("Open with spring") == 8
    app = press(app, "Further films")
    assert "Films 9 to 11 of 11" in words(app)
    assert labels(app).count("Open with spring") == 3
    assert next(button for button in app.button if button.label == "Further films").disabled
    assert "Films 1 to 8 of 11" in words(press(app, "Earlier films"))


def test_a_version_is_activated_from_its_comparison(reads, xray_home):
    app = press(finished(xray_home), "Activate spring")
    app = press(app, "Activate")
    assert not app.exception
    assert Activation(xray_home).active_name() == "spring"
    assert "spring reads films from now on." in plain(app)
    assert models_wording.IS_ACTIVE in words(app)
    wait_until_loaded()
    app = upload(page(app, "reading"), ("mine.png", FIRST))
    assert reads.read_by == ["spring"]
