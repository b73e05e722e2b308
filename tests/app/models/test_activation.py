"""Another version is activated by a person, with a reason where the gate was not passed; what was read stays."""

import pytest
from streamlit.testing.v1 import AppTest

from model_store.trainings import request
from model_store.versions.activation.activation import Activation
from model_store.versions.registry import Registry
from tests.doubles.app_driver import (
    FIRST,
    SECOND,
    add,
    fake_reads,  # noqa: F401
    page,
    plain,
    press,
    start,
    upload,
    wait_until_loaded,
    words,
)
from tests.doubles.trainings.run_doubles import add_version
from xray_ui.models import activation, wording
from xray_ui.readers import in_use
from xray_ui.retraining.run import progress

REASON = "for the clinic's own films"
CONFIRMING = ("refuse_activation", "confirm_activation")


def asked(choose: str) -> AppTest:
    """The page with the question whether a version is to be activated."""
    app = page(start(), "models")
    box = next(box for box in app.main.selectbox if box.label == "Version")
    app = press(box.set_value(choose).run(), f"Activate {choose}")
    assert not app.exception
    return app


def activate(home, name: str) -> None:
    Activation(home).activate(name, by="elsewhere", reason=REASON)


def test_a_version_that_passed_is_activated_after_a_question(reads, xray_home):
    add_version(xray_home, "spring", passed=True)
    app = asked("spring")
    assert "Films will be read by spring from now on" in plain(app)
    assert "now they are read by kermany-6 (bundled)" in plain(app)
    assert not app.main.text_area
    app.text_input(key=activation.BY).set_value("Dr. Weber")
    app = press(app, "Activate")
    assert not app.exception
    (entry,) = Activation(xray_home).log()
    assert (entry.version, entry.by, entry.reason, entry.gate) == ("spring", "Dr. Weber", None, "passed")
    assert "spring reads films from now on." in plain(app)
    assert "Films will be read by" not in plain(app)


def test_whoever_does_not_want_to_does_not(reads, xray_home):
    add_version(xray_home, "spring", passed=True)
    app = asked("spring")
    confirming = [button.label.replace("\\", "") for button in app.button if button.key in CONFIRMING]
    assert confirming == ["Keep kermany-6 (bundled)", "Activate"], "what changes nothing comes first"
    app = app.button(key="refuse_activation").click().run()
    assert not app.exception
    assert "Films will be read by" not in plain(app)
    assert Activation(xray_home).active_name() == "bundled"


def test_each_check_is_marked_met_or_not(reads, xray_home):
    add_version(xray_home, "spring", passed=False)
    checks = asked("spring").table[-1].value.to_dict("records")
    assert [tuple(value.replace("\\", "") for value in check.values()) for check in checks] == [
        ("AUROC", "Held-out films of this data", "met"),
        ("Sensitivity", "Held-out films of this data", "not met: too few films to tell"),
        ("Calibration error", "Held-out films of this data", "met"),
    ]


def test_to_be_compared_is_a_check_too(reads, xray_home):
    add_version(xray_home, "spring")
    (check,) = asked("spring").table[-1].value.to_dict("records")
    assert check == {"Check": "Compared with the present version", "Films": "none", "Result": "not met"}


@pytest.mark.parametrize(
    ("passed", "why"),
    [(False, "The new version does not pass the gate."), (None, "was not compared with the active one")],
)
def test_below_the_gate_a_reason_has_to_be_typed(reads, xray_home, monkeypatch, passed, why):
    monkeypatch.setattr(request, "account", lambda: "weber")
    add_version(xray_home, "spring", passed=passed)
    app = asked("spring")
    assert why in plain(app)
    for too_short in ("", "because", "  because   "):
        app.text_area(key=activation.REASON).set_value(too_short)
        app = press(app, "Activate")
        assert wording.REASON_MISSING in plain(app)
        assert Activation(xray_home).active_name() == "bundled"
    app.text_area(key=activation.REASON).set_value(REASON)
    app = press(app, "Activate")
    assert Activation(xray_home).active_name() == "spring"
    (entry,) = Activation(xray_home).log()
    assert (entry.by, entry.reason) == ("weber", REASON)
    assert entry.gate == ("not passed" if passed is False else "not compared")


def test_damaged_weights_are_not_activated(reads, xray_home):
    version = add_version(xray_home, "spring", passed=True)
    app = asked("spring")
    version.weights.write_bytes(b"other tensors")
    app = press(app, "Activate")
    assert "Version spring cannot be used" in plain(app)
    assert Activation(xray_home).active_name() == "bundled"


def test_a_version_deleted_meanwhile_is_a_sentence(reads, xray_home):
    add_version(xray_home, "spring", passed=True)
    app = asked("spring")
    folder = Registry(xray_home).version("spring").folder
    folder.rename(folder.with_name(".gone"))
    app = press(app, "Activate")
    assert not app.exception
    assert "There is no version 'spring'" in plain(app)


def test_rolling_back_is_one_click(reads, xray_home, monkeypatch):
    monkeypatch.setattr(request, "account", lambda: "weber")
    add_version(xray_home, "spring")
    app = page(start(), "models")
    assert next(button for button in app.button if button.label == "Roll back").disabled
    activate(xray_home, "spring")
    app = press(app.run(), "Roll back to bundled")
    assert not app.exception
    assert Activation(xray_home).active_name() == "bundled"
    assert Activation(xray_home).log()[-1].by == "weber"
    assert "kermany-6 (bundled) reads films from now on." in plain(app)


def test_a_result_on_the_screen_keeps_its_version_and_is_marked(reads, xray_home):
    add_version(xray_home, "spring", operating_point=0.98)
    reads.probabilities = [0.97]
    app = upload(start(), ("first.png", FIRST))
    activate(xray_home, "spring")
    app = app.run()
    wait_until_loaded()
    app = app.run()
    assert "Read by kermany-6 (bundled); the active version is now spring." in plain(app)
    assert "97 %" in plain(app)
    assert "Pneumonia suspected" in words(app)
    assert reads.read_by == ["kermany-6"]
    app = add(app, "second.png", SECOND)
    assert reads.read_by == ["kermany-6", "spring"], "a film that was not read yet is read by the active version"
    assert "Read by kermany-6" not in plain(app)
    app = press(app, "Previous")
    assert "Read by kermany-6 (bundled); the active version is now spring." in plain(app)
    reads.probabilities = [0.97]
    app = press(app, "Read again with spring")
    assert reads.read_by == ["kermany-6", "spring", "spring"]
    assert "Read by" not in plain(app)
    assert "Pneumonia not suspected" in words(app), "the new version has another operating point"


def test_a_result_that_was_read_again_is_kept_in_its_turn(reads, xray_home):
    add_version(xray_home, "spring")
    app = upload(start(), ("first.png", FIRST))
    activate(xray_home, "spring")
    app.run()
    wait_until_loaded()
    app = press(app.run(), "Read again with spring")
    Activation(xray_home).roll_back(by="")
    app = app.run()
    assert "Read by spring; the active version is now kermany-6 (bundled)." in plain(app)
    app = press(app, "Read again with kermany-6 (bundled)")
    assert reads.read_by == ["kermany-6", "spring"], "its first reading is still there"
    assert "Read by" not in plain(app)
    activate(xray_home, "spring")
    assert "Read by kermany-6 (bundled); the active version is now spring." in plain(app.run())


def test_an_open_session_sees_what_was_activated_elsewhere(reads, xray_home):
    """The watch runs the page anew as soon as what there is differs from what was shown."""
    add_version(xray_home, "spring")
    shown = progress.seen()
    assert progress.seen() == shown
    activate(xray_home, "spring")
    assert progress.seen() != shown


def test_what_is_active_is_not_read_anew_at_every_rerun_but_what_was_added_is_seen(reads, xray_home, monkeypatch):
    version = add_version(xray_home, "spring")
    activate(xray_home, "spring")
    assert "test" not in in_use.active().version.card.content
    monkeypatch.setattr(Activation, "active", lambda self: 1 / 0)
    assert in_use.active().version.name == "spring"
    monkeypatch.undo()
    monkeypatch.setenv("XRAY_HOME", str(xray_home))
    Registry(xray_home).add_to_card(version.name, {"test": {"auroc": 0.9}})
    assert in_use.active().version.card.content["test"] == {"auroc": 0.9}


def test_the_same_weights_under_two_names_are_two_readers(reads, xray_home):
    """An imported copy may have another temperature and operating point."""
    one = add_version(xray_home, "spring", temperature=1.0)
    weights = one.weights.read_bytes()
    (xray_home / "copy").write_bytes(weights)
    other = Registry(xray_home).register("copy", xray_home / "copy", dict(one.card.content) | {"temperature": 2.0})
    assert one.card.weights_sha256 == other.card.weights_sha256
    assert in_use.background_reader(one) is not in_use.background_reader(other)
    assert in_use.background_reader(one) is in_use.background_reader(one)
