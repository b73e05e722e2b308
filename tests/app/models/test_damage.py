"""An active version that is damaged or missing is replaced by the bundled one, in red, on every page."""

import pytest

from model_store.basics.errors import ModelCorrupted
from model_store.versions.activation.activation import Activation
from tests.doubles.app_driver import FIRST, fake_reads, labels, page, plain, press, start, upload, wait_until_loaded  # noqa: F401
from tests.doubles.trainings.run_doubles import add_version
from xray_ui.models import activation
from xray_ui.readers import in_use

REASON = "for the clinic's own films"


def activate(home, name: str) -> None:
    Activation(home).activate(name, by="elsewhere", reason=REASON)


def fails_for(name: str, error: Exception, reads):
    def load(version):
        if version.card.version == name:
            raise error
        return reads.of(version)

    return load


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ModelCorrupted("The weights file weights.safetensors is not the one its card names."), "is not the one"),
        (RuntimeError("/home/ward/secret"), "Something went wrong here (error "),
    ],
)
def test_an_active_version_that_fails_to_load_is_replaced_by_the_bundled_one_in_red(
    reads, xray_home, monkeypatch, error, said
):
    monkeypatch.setattr(in_use, "load_reader", fails_for("spring", error, reads))
    add_version(xray_home, "spring")
    activate(xray_home, "spring")
    app = start()
    wait_until_loaded()
    for name in ("reading", "retrain", "models"):
        app = page(app, name)
        (banner,) = app.error
        shown = banner.value.replace("\\", "")
        assert "The active version spring cannot be used; films are read by the bundled version." in shown
        assert said in shown
        assert "secret" not in shown
    app = upload(page(app, "reading"), ("first.png", FIRST))
    assert reads.read_by == ["kermany-6"]
    assert "| Model version | kermany-6 |" in plain(app)


def test_an_active_version_that_loads_and_cannot_read_is_replaced_too(reads, xray_home, monkeypatch):
    class Numberless:
        def read(self, radiograph, *, overruled=None):
            raise ModelCorrupted("Version spring answers with no number, so it cannot be used.")

    monkeypatch.setattr(
        in_use, "load_reader", lambda version: Numberless() if version.card.version == "spring" else reads.of(version)
    )
    add_version(xray_home, "spring")
    activate(xray_home, "spring")
    app = start()
    wait_until_loaded()
    upload(app, ("first.png", FIRST))
    app = app.run()
    wait_until_loaded()
    app = app.run()
    (banner,) = app.error
    assert "by the bundled version. Version spring answers with no number" in banner.value.replace("\\", "")
    assert reads.read_by == ["kermany-6"]
    assert "| Model version | kermany-6 |" in plain(app)


def test_damaged_pointer_or_missing_version_is_a_red_banner_and_heals(reads, xray_home):
    version = add_version(xray_home, "spring")
    activate(xray_home, "spring")
    version.folder.rename(version.folder.with_name(".away"))
    app = start()
    assert "The active version spring is not there any more" in app.error[0].value
    version.folder.with_name(".away").rename(version.folder)
    app = app.run()
    assert not app.error, "the files are back, without a word in active.json"
    (xray_home / "active.json").write_text("{")
    app = app.run()
    assert "names the active version is damaged" in app.error[0].value
    app = page(app, "models")
    assert not app.exception
    app = press(app, "Roll back to bundled")
    assert not app.error
    assert Activation(xray_home).active_name() == "bundled"


def test_a_version_whose_files_were_made_whole_is_tried_again(reads, xray_home, monkeypatch):
    monkeypatch.setattr(in_use, "load_reader", fails_for("spring", ModelCorrupted("Damaged."), reads))
    add_version(xray_home, "spring")
    activate(xray_home, "spring")
    app = start()
    assert "cannot be used" in app.error[0].value
    app = press(page(app, "models"), "Roll back to bundled")
    monkeypatch.setattr(in_use, "load_reader", reads.of)
    app = press(
        next(b for b in app.main.selectbox if b.label == "Version").set_value("spring").run(), "Activate spring"
    )
    app.text_area(key=activation.REASON).set_value(REASON)
    app = press(app, "Activate")
    wait_until_loaded()
    assert not app.run().error
    assert in_use.in_use().version.name == "spring"
    assert "Activate spring" not in labels(app)
