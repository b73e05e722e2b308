"""Does a version keep its weights and its past where its limits are fitted anew, and is an outdated one taken?"""

import json
import shutil

import pytest

from model_store.basics.errors import ModelCorrupted
from model_store.export.wording.claims import map_claims
from model_store.reading.card import familiarity_of
from model_store.versions.card_file import CARD
from model_store.versions.learned_from import LEARNED_FROM, knows_copies, list_sha256, write_list
from model_store.versions.registry import Registry
from tests.doubles.trainings.training_commands import home_of_its_own, training  # noqa: F401
from training.data.labelled import DatasetError
from training.versions import in_lung
from training.versions.recalibrate import recalibrate

KEPT = ("recipe", "training", "history", "data", "run", "by", "test_readings")


@pytest.fixture
def registry(home, tiny):
    """The versions of a home of the test's own: "first" alone, as it was trained on `tiny.data`."""
    shutil.copytree(tiny.home / "versions", home / "versions")
    return Registry(home)


def rewrite(version, **changes):
    file = version.folder / CARD
    file.write_text(json.dumps(json.loads(file.read_text()) | changes))


def test_the_weights_stay_and_the_limits_are_fitted_anew(registry, home, tiny):
    old = registry.version("first")
    rewrite(
        old,
        calibration={"knee": 0, "at_knee": 9, "below": 1, "above": 1},
        operating_point=0.999,
        familiarity=None,
        operating_points=None,
        conformal=None,
    )
    command = training("recalibrate", "--data", tiny.data, "--version", "first", "--name", "again")
    assert command.status == 0, command.err
    assert command.out == "version again registered, with the weights of first\n"
    new = registry.version("again")
    assert new.weights.read_bytes() == old.weights.read_bytes()
    assert new.card.weights_sha256 == old.card.weights_sha256
    # The same weights on the same films: what its training has fitted is found again.
    assert new.card.calibration.as_json() == pytest.approx(old.card.calibration.as_json(), rel=1e-3)
    assert new.card.operating_point == pytest.approx(old.card.operating_point, abs=1e-3)
    assert new.card.points.as_json() == pytest.approx(old.card.points.as_json(), abs=1e-3)
    assert new.card.conformal.as_json().keys() == old.card.conformal.as_json().keys()
    limits, before = familiarity_of(new.card), familiarity_of(old.card)
    assert limits.warn_above == pytest.approx(before.warn_above, rel=0.1)
    assert limits.channels == before.channels


def test_maps_alone_are_fitted_anew_and_it_answers_as_before(registry, home, tiny, monkeypatch):
    monkeypatch.setattr(in_lung, "LEAST_NORMAL_FILMS", 2)
    old = registry.version("first")
    rewrite(old, heatmap_full=99.0, operating_point=old.card.operating_point * 0.999, operating_points=None)
    old = registry.version("first")
    new = recalibrate("first", tiny.data, new_name="again", home=home, maps_only=True)
    assert new.card.calibration == old.card.calibration
    assert new.card.operating_point == old.card.operating_point
    for key in ("familiarity", "conformal", "validation"):
        assert new.card.content[key] == old.card.content[key]
    assert new.card.heatmap_baseline.shape == (8, 8)
    assert 0 < new.card.heatmap_full < 99
    assert new.card.identity != old.card.identity
    assert "test" not in new.card.content and "maps" not in new.card.content


def test_an_old_list_comes_to_know_what_its_films_show(registry, home, tiny):
    old = registry.version("first")
    whole = old.learned_from()
    assert knows_copies(whole)
    files = write_list(each.split()[0] for each in whole)
    (old.folder / LEARNED_FROM).write_bytes(files)
    rewrite(old, learned_from_sha256=list_sha256(files))
    assert not knows_copies(registry.version("first").learned_from())
    assert recalibrate("first", tiny.data, new_name="again", home=home).learned_from() == whole


def test_the_card_keeps_the_past(registry, home, tiny):
    old = registry.version("first")
    new = recalibrate("first", tiny.data, new_name="again", home=home)
    assert {key: new.card.content[key] for key in KEPT} == {key: old.card.content[key] for key in KEPT}
    assert new.card.content["test_readings"] == 2, "they were read for these weights"
    assert (new.card.content["recalibrated_from"], new.card.version) == ("first", "again")
    assert "test" not in new.card.content, "these figures are those of other limits"
    assert new.learned_from() == old.learned_from()
    assert registry.version("first").card == old.card


def test_an_outdated_version_is_recalibrated_but_not_read(registry, home, tiny):
    rewrite(registry.version("first"), lungs_sha256="0" * 64)
    with pytest.raises(ModelCorrupted, match="made for another lungs sha256"):
        registry.version("first")
    new = recalibrate("first", tiny.data, new_name="again", home=home)
    assert registry.version("again").card == new.card
    assert new.card.content["lungs_sha256"] != "0" * 64


def test_the_test_folder_is_not_opened(registry, tiny):
    command = training("recalibrate", "--data", tiny.data, "--version", "first", "--name", "again")
    assert command.status == 0
    assert any(path.startswith(str(tiny.data / "train")) for path in command.opened)
    assert [path for path in command.opened if path.startswith(str(tiny.data / "test"))] == []


def test_other_films_than_its_own(registry, home, tiny, tmp_path):
    shutil.copytree(tiny.data / "train", tmp_path / "half/train")
    for file in sorted((tmp_path / "half/train/NORMAL").glob("IM-*"))[:2]:
        file.unlink()
    with pytest.raises(DatasetError, match="not the films that version first learned from"):
        recalibrate("first", tmp_path / "half", new_name="again", home=home)
    assert "again" not in registry.names()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--version", "nobody", "--name", "again"), "There is no version 'nobody'"),
        (("--version", "first", "--name", "first"), "There is a version 'first' already"),
        (("--version", "first", "--name", "../again"), "cannot name a version"),
    ],
)
def test_the_command_with_names_that_cannot_be_used(registry, tiny, options, words):
    command = training("recalibrate", "--data", tiny.data, *options)
    assert command.status == 2
    assert words in command.err


def test_damaged_weights(registry, tiny):
    version = registry.version("first")
    version.weights.write_bytes(version.weights.read_bytes()[:-1] + b"?")
    command = training("recalibrate", "--data", tiny.data, "--version", "first", "--name", "again")
    assert command.status == 2
    assert "is not the one its card names" in command.err
    assert "again" not in registry.names()


def test_the_command_that_judges_the_gate_writes_into_the_card(registry, tiny):
    command = training("gate", "--data", tiny.data, "--version", "first")
    assert command.status == 0, command.err
    judged = registry.version("first").card.content["gate"]
    assert json.loads(command.out) == judged
    count = tiny.version.card.content["validation"]["n"]
    groups = ("upright", "turned by 90", "turned by 180", "turned by 270", "inverted")
    assert [judged[group]["n"] for group in groups] == [count] * 5
    assert [path for path in command.opened if path.startswith(str(tiny.data / "test"))] == []


def test_the_command_that_tests_the_maps_writes_into_the_card(registry, tiny):
    command = training("maps", "--data", tiny.data, "--version", "first")
    assert command.status == 0, command.err
    content = registry.version("first").card.content
    assert json.loads(command.out) == {key: content[key] for key in ("maps", "map_sanity")}
    assert content["maps"]["films"] > 0
    assert list(content["maps"]["methods"])[:2] == ["Grad-CAM", "Grad-CAM at post_relu"]
    assert map_claims(content["maps"])
    assert [path for path in command.opened if path.startswith(str(tiny.data / "test"))] == []
