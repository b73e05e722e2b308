"""What the screen says where the answer does not hang on the lungs, or the map misses a test: beside it, and all."""

import pytest

from model_store.export.wording.map_sentences import MAP_CAPTION
from tests.doubles.app_driver import (  # noqa: F401
    FIRST,
    SECOND,
    add,
    cells,
    fake_classifier,
    fake_reads,
    page,
    plain,
    start,
    unfolded,
    upload,
    use_card,
)
from tests.doubles.fakes import sample_card
from tests.doubles.trainings.run_doubles import add_version
from xray_ui.reading.saving import panel as save_panel

CHEST = "Where the lungs are laid on the chest of a film of the other class, 70% of the decisions follow them."
MISSED = "A small finding may not be where the heatmap is hot."
EXCHANGE = {"auroc": 0.9, "auroc_ci": [0.85, 0.95], "follow": 0.7, "follow_ci": [0.6, 0.8], "wanted": {"auroc": 0.97}}
MAPS = {
    "films": 60,
    "normal_films": 58,
    "wanted": {"peak": 0.9, "disc_peak": 0.4},
    "failed": [MISSED],
    "sentences": [MISSED],
    "methods": {"Grad-CAM": {"peak": 0.975, "peak_ci": [0.95, 1.0], "drop": 0.5}, "Random": {"drop": 0.25}},
    "discs": {"Grad-CAM": {"peak": 0.21, "peak_ci": [0.1, 0.3]}},
}


def judged(*, exchange=EXCHANGE, maps=MAPS):
    card = sample_card()
    return card | {"test": card["test"] | {"controls": {"exchange": exchange}, "maps": maps}}


MISSING = judged(exchange=EXCHANGE | {"sentence": CHEST})


@pytest.fixture
def missing(classifier, monkeypatch):
    use_card(monkeypatch, MISSING)
    return classifier


def test_a_control_and_a_test_that_are_missed_stand_beside_the_map(missing):
    missing.probabilities = [0.84]
    app = upload(start(), ("child.png", FIRST))
    (warning,) = [each.value.replace("\\", "") for each in app.warning if "lungs are laid" in each.value]
    assert warning == CHEST
    (below,) = [said for each in app.caption if MAP_CAPTION in (said := each.value.replace("\\", ""))]
    assert below == f"{MAP_CAPTION} Its heatmap failed 1 of its 2 tests. {MISSED}"
    trust = next(each.value for each in app.text if "Trust it" in each.value)
    assert trust.endswith("Take the heatmap as a rough guide.")


def test_where_nothing_is_missed_nothing_is_said(classifier, monkeypatch):
    classifier.probabilities = [0.84]
    use_card(monkeypatch, judged(maps=MAPS | {"failed": [], "sentences": []}))
    app = upload(start(), ("child.png", FIRST))
    assert MISSED not in plain(app)
    assert not [warning for warning in app.warning if "lungs" in warning.value]
    assert "Its heatmap passed all 2 tests." in plain(app)


def test_an_empty_map_is_none_whose_tests_matter(missing):
    missing.empty = True
    app = upload(start(), ("child.png", FIRST))
    assert CHEST in plain(app), "the answer is given all the same"
    assert MISSED not in plain(app)


def test_the_saved_picture_says_it_too(missing, monkeypatch):
    written = []
    monkeypatch.setattr(save_panel, "render_sheet", lambda film, _, view, words: written.append(words))
    monkeypatch.setattr(save_panel, "to_png", lambda _: b"picture")
    monkeypatch.setattr(save_panel.st, "download_button", lambda label, data, **_: label == "Save picture" and data())
    missing.probabilities = [0.84, 0.1]
    app = upload(start(), ("child.png", FIRST))
    assert written[-1].findings[-2:] == [CHEST, MISSED]
    add(app, "normal.png", SECOND)
    assert CHEST in written[-1].findings
    assert MISSED not in written[-1].findings, "its map is folded away"


class TestTheCard:
    def test_all_of_it(self, reads, xray_home):
        add_version(xray_home, "spring", test=MISSING["test"], maps=MAPS | {"films": 42})
        app = page(start(), "models")
        app = next(box for box in app.main.selectbox if box.label == "Version").set_value("spring").run()
        app = unfolded(app)
        assert not app.exception
        assert not app.error
        shown, tables = plain(app), cells(app)
        for text in (CHEST, MISSED, "42 suspected films and 58 normal", "60 suspected films", "On validation films"):
            assert text in shown, text
        for text in ("Lungs on a chest of the other class", "at least 0.97", "0.975 (0.950 to 1.000)", "at least 0.4"):
            assert text in tables, text

    def test_of_the_bundled_version(self, reads, xray_home):
        app = unfolded(page(start(), "models"))
        assert not app.exception
        assert "Tests of its heatmap" in [fold.label for fold in app.main.expander]
        assert "Disc of a suspected lung" in str([list(table.value.columns) for table in app.table])
