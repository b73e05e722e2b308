"""Is a version listed whole or not at all, never overwritten, and refused where its card cannot be trusted?"""

import json
import re
import shutil
from pathlib import Path

import pytest
from conftest import SHARED_CARD

from model_store import registry as registry_module
from model_store.home import xray_home as home_in_use
from model_store.lungs import LUNGS_SHA256
from model_store.network import TARGET_LAYER
from model_store.preprocessing import PREPARATION
from model_store.registry import (
    BUNDLED,
    BUNDLED_FOLDER,
    BUNDLED_SHA256,
    CARD,
    WEIGHTS,
    ModelNotFound,
    Registry,
    read_card,
)
from model_store.weights import ModelCorrupted, sha256_of


@pytest.fixture
def weights(tmp_path):
    path = tmp_path / "trained.safetensors"
    path.write_bytes(b"tensors of a version" * 100)
    return path


@pytest.fixture
def registry(xray_home):
    return Registry(xray_home)


def rewrite(card_file, **changes):
    card_file.write_text(json.dumps(json.loads(card_file.read_text()) | changes))


class TestRegister:
    def test_a_version_is_listed_and_found(self, registry, weights):
        made = registry.register("run-1", weights, SHARED_CARD | {"note": "drawn"})
        assert registry.names() == [BUNDLED, "run-1"]
        found = registry.version("run-1")
        assert found == made
        assert found.weights.read_bytes() == weights.read_bytes()
        card = found.card
        assert (card.version, card.weights_sha256) == ("run-1", sha256_of(weights))
        assert (card.temperature, card.operating_point) == (1.5, 0.4)
        assert card.content["note"] == "drawn"
        assert card.content["preparation"] == PREPARATION
        assert card.content["lungs_sha256"] == LUNGS_SHA256
        assert card.content["target_layer"] == TARGET_LAYER

    def test_nothing_else_is_left(self, registry, weights):
        registry.register("run-1", weights, SHARED_CARD)
        assert [path.name for path in registry.folder.iterdir()] == ["run-1"]
        assert sorted(path.name for path in (registry.folder / "run-1").iterdir()) == sorted([CARD, WEIGHTS])
        assert weights.is_file(), "the trained file is copied, not taken"

    def test_the_names_are_sorted_behind_the_bundled_one(self, registry, weights):
        for name in ("b", "c", "a"):
            registry.register(name, weights, SHARED_CARD)
        assert registry.names() == [BUNDLED, "a", "b", "c"]

    def test_without_a_folder_there_is_the_bundled_one(self, registry):
        assert registry.names() == [BUNDLED]
        assert not registry.folder.exists(), "looking creates nothing"

    def test_a_version_is_never_overwritten(self, registry, weights):
        first = registry.register("run-1", weights, SHARED_CARD)
        kept = {path.name: path.read_bytes() for path in first.folder.iterdir()}
        weights.write_bytes(b"others")
        with pytest.raises(ValueError, match="a version 'run-1' already; versions are never overwritten"):
            registry.register("run-1", weights, SHARED_CARD | {"temperature": 9})
        assert {path.name: path.read_bytes() for path in first.folder.iterdir()} == kept

    @pytest.mark.parametrize(
        "name",
        [
            *("", ".", "..", ".hidden", "../x", "a/b", "/etc/x", "a\\b", "C:\\x", "\\\\host\\s", "a\0b", "a b"),
            *("a\n", "a" * 65, "\u202eabc", "<img onerror=x>", "-a", "ä", BUNDLED),
        ],
    )
    def test_a_name_that_is_no_name_is_refused(self, registry, weights, name):
        with pytest.raises(ValueError, match="cannot name a version; use letters, digits, dots"):
            registry.register(name, weights, SHARED_CARD)
        assert registry.names() == [BUNDLED]
        assert not registry.folder.exists()

    @pytest.mark.parametrize("name", ["a", "A-1_b.2", "a" * 64, "2026-11-23"])
    def test_a_good_name_is_taken(self, registry, weights, name):
        assert registry.register(name, weights, SHARED_CARD).folder == registry.folder / name

    @pytest.mark.parametrize("key", ["version", "weights_sha256", "preparation", "lungs_sha256", "target_layer"])
    def test_a_card_cannot_claim_what_the_registry_knows(self, registry, weights, key):
        made = registry.register("run-1", weights, SHARED_CARD | {key: "claimed"})
        assert made.card.content[key] != "claimed"
        assert (made.card.version, made.card.weights_sha256) == ("run-1", sha256_of(weights))

    @pytest.mark.parametrize(
        "card", [{}, {"temperature": 1.0}, SHARED_CARD | {"temperature": 0}, SHARED_CARD | {"operating_point": 1.0}]
    )
    def test_a_card_that_cannot_be_used_is_not_listed(self, registry, weights, card):
        with pytest.raises(ModelCorrupted, match=r"is missing or damaged|no usable temperature or operating point"):
            registry.register("run-1", weights, card)
        assert registry.names() == [BUNDLED]
        assert list(registry.folder.iterdir()) == []

    def test_missing_weights_leave_nothing(self, registry, tmp_path):
        with pytest.raises(FileNotFoundError):
            registry.register("run-1", tmp_path / "none", SHARED_CARD)
        assert list(registry.folder.iterdir()) == []

    @pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
    @pytest.mark.parametrize("step", ["copyfile", "sha256_of", "write_atomically", "rename"])
    def test_a_failure_on_the_way_leaves_nothing(self, registry, weights, monkeypatch, step, error):
        def half(source, target, *rest):
            if step in ("copyfile", "write_atomically"):
                Path(target if step == "copyfile" else source).write_bytes(b"half")
            raise error

        with monkeypatch.context() as patch:
            if step == "copyfile":
                patch.setattr(shutil, "copyfile", half)
            elif step == "rename":
                patch.setattr(Path, "rename", half)
            else:
                patch.setattr(registry_module, step, lambda *given: half(given[0], None))
            with pytest.raises(type(error)):
                registry.register("run-1", weights, SHARED_CARD)
        assert registry.names() == [BUNDLED]
        assert list(registry.folder.iterdir()) == []
        assert registry.register("run-1", weights, SHARED_CARD).card.version == "run-1"

    def test_what_a_killed_process_leaves_is_not_listed(self, registry, weights):
        """Killed before the rename there is a folder whose name begins with a dot, whole though it is."""
        made = registry.register("run-1", weights, SHARED_CARD)
        shutil.copytree(made.folder, registry.folder / ".k2j3h4")
        (registry.folder / "without-card").mkdir()
        assert registry.names() == [BUNDLED, "run-1"]
        with pytest.raises(ModelNotFound, match=r"There is no version '\.k2j3h4'; there are bundled, run-1"):
            registry.version(".k2j3h4")


class TestVersion:
    @pytest.mark.parametrize("name", ["none", "../run-1", "run-1/../run-1", "versions/run-1", "", ".", "run-1\0"])
    def test_an_unknown_name(self, registry, weights, name):
        registry.register("run-1", weights, SHARED_CARD)
        with pytest.raises(
            ModelNotFound, match=f"There is no version {re.escape(repr(name))}; there are bundled, run-1"
        ):
            registry.version(name)

    @pytest.mark.parametrize(
        "content", [b"", b"{", b"[]", b"null", b"3", b'"text"', b"{}", b"\xff\xfe\x00", b'{"version": "run-1"}']
    )
    def test_a_damaged_card(self, registry, weights, content):
        made = registry.register("run-1", weights, SHARED_CARD)
        (made.folder / CARD).write_bytes(content)
        with pytest.raises(ModelCorrupted, match="card of version run-1 is missing or damaged"):
            registry.version("run-1")

    def test_a_card_cut_anywhere(self, registry, weights):
        made = registry.register("run-1", weights, SHARED_CARD)
        content = (made.folder / CARD).read_bytes().rstrip()
        for length in range(0, len(content), 7):
            (made.folder / CARD).write_bytes(content[:length])
            with pytest.raises(ModelCorrupted, match="missing or damaged"):
                registry.version("run-1")

    def test_a_missing_card(self, tmp_path):
        with pytest.raises(ModelCorrupted, match="is missing or damaged"):
            read_card(tmp_path)

    @pytest.mark.parametrize(
        ("key", "words"),
        [("preparation", "preparation"), ("lungs_sha256", "lungs sha256"), ("target_layer", "target layer")],
    )
    def test_a_version_made_for_another_preparation(self, registry, weights, key, words):
        made = registry.register("run-1", weights, SHARED_CARD)
        rewrite(made.folder / CARD, **{key: "other"})
        with pytest.raises(ModelCorrupted, match=f"Version run-1 was made for another {words}"):
            registry.version("run-1")

    @pytest.mark.parametrize(
        "change",
        [
            *({"temperature": value} for value in (0, -1, float("nan"))),
            *({"operating_point": value} for value in (0, 1, -0.1, 1.1, float("nan"))),
        ],
    )
    def test_a_temperature_or_operating_point_out_of_range(self, registry, weights, change):
        made = registry.register("run-1", weights, SHARED_CARD)
        rewrite(made.folder / CARD, **change)
        with pytest.raises(ModelCorrupted, match="run-1 holds no usable temperature or operating point"):
            registry.version("run-1")

    @pytest.mark.parametrize("change", [{"temperature": "warm"}, {"temperature": None}, {"operating_point": [0.5]}])
    def test_a_number_that_is_none(self, registry, weights, change):
        made = registry.register("run-1", weights, SHARED_CARD)
        rewrite(made.folder / CARD, **change)
        with pytest.raises(ModelCorrupted, match="run-1 is missing or damaged"):
            registry.version("run-1")


class TestAddToCard:
    def test_figures_are_added_and_the_rest_is_kept(self, registry, weights):
        before = registry.register("run-1", weights, SHARED_CARD | {"note": "drawn"})
        registry.add_to_card("run-1", {"test": {"auroc": 0.5}})
        after = registry.version("run-1")
        assert after.card.content == before.card.content | {"test": {"auroc": 0.5}}
        assert after.weights.read_bytes() == weights.read_bytes()
        assert sorted(path.name for path in after.folder.iterdir()) == sorted([CARD, WEIGHTS])

    def test_the_bundled_card_is_never_rewritten(self, registry, tmp_path, monkeypatch):
        folder = tmp_path / "bundled"
        folder.mkdir()
        (folder / CARD).write_text("kept")
        monkeypatch.setattr(registry_module, "BUNDLED_FOLDER", folder)
        with pytest.raises(ValueError, match="bundled version's card is never rewritten"):
            registry.add_to_card(BUNDLED, {"test": 1})
        assert [path.name for path in folder.iterdir()] == [CARD]
        assert (folder / CARD).read_text() == "kept"

    def test_a_failure_leaves_the_old_card(self, registry, weights, monkeypatch):
        registry.register("run-1", weights, SHARED_CARD)
        with monkeypatch.context() as patch, pytest.raises(OSError, match="full"):
            patch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError("full")))
            registry.add_to_card("run-1", {"test": 1})
        assert "test" not in registry.version("run-1").card.content


class TestBundled:
    def test_the_pinned_hash_is_the_file_s(self):
        assert re.fullmatch("[0-9a-f]{64}", BUNDLED_SHA256)
        assert sha256_of(BUNDLED_FOLDER / WEIGHTS) == BUNDLED_SHA256

    def test_it_is_small_enough(self):
        assert (BUNDLED_FOLDER / WEIGHTS).stat().st_size < 48_000_000

    def test_its_card_can_be_used(self, registry):
        version = registry.version(BUNDLED)
        assert version.folder == BUNDLED_FOLDER
        assert version.card.weights_sha256 == BUNDLED_SHA256

    def test_a_card_of_other_weights_is_refused(self, registry, weights, monkeypatch):
        other = registry.register("run-1", weights, SHARED_CARD)
        monkeypatch.setattr(registry_module, "BUNDLED_FOLDER", other.folder)
        with pytest.raises(ModelCorrupted, match="names other weights than the program expects"):
            registry.version(BUNDLED)


class TestHome:
    def test_the_variable_names_it(self, xray_home):
        assert home_in_use() == xray_home
        assert Registry().folder == xray_home / "versions"

    def test_a_tilde_is_the_user_s_folder(self, monkeypatch):
        monkeypatch.setenv("XRAY_HOME", "~/films")
        assert home_in_use() == Path.home() / "films"

    @pytest.mark.parametrize("value", [None, ""])
    def test_without_it_the_user_s_data_folder_is_taken(self, monkeypatch, value):
        monkeypatch.delenv("XRAY_HOME")
        if value is not None:
            monkeypatch.setenv("XRAY_HOME", value)
        assert home_in_use().name == "xray-reader"
        assert home_in_use().is_relative_to(Path.home())
