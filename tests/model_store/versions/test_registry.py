"""Is a version refused where its card cannot be trusted, and does it say from which images it learned?"""

import hashlib
import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from model_store.basics.errors import ModelCorrupted
from model_store.disk.home import xray_home as home_in_use
from model_store.disk.weights import sha256_of
from model_store.reading.decision.conformal import ConformalLimits
from model_store.reading.decision.operating_points import OperatingPoints
from model_store.versions import registry as registry_module
from model_store.versions.bundled import BUNDLED, BUNDLED_FOLDER, BUNDLED_SHA256
from model_store.versions.card_file import CARD, read_card
from model_store.versions.learned_from import LEARNED_FROM
from model_store.versions.registry import WEIGHTS, ModelNotFound, Registry
from tests.doubles.cards import SHARED_CARD

DIGESTS = [hashlib.sha256(bytes([n])).hexdigest() for n in range(3)]


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

    @pytest.mark.parametrize("key", ["preparation", "lungs_sha256", "target_layer"])
    def test_it_is_found_where_an_outdated_one_will_do(self, registry, weights, key):
        made = registry.register("run-1", weights, SHARED_CARD)
        rewrite(made.folder / CARD, **{key: "other"})
        found = registry.version("run-1", outdated=True)
        assert (found.folder, found.card.content[key]) == (made.folder, "other")

    def test_an_outdated_card_is_damaged_or_not_as_any_other(self, registry, weights):
        made = registry.register("run-1", weights, SHARED_CARD)
        rewrite(made.folder / CARD, preparation="other", temperature=0)
        with pytest.raises(ModelCorrupted, match="the temperature is not above 0"):
            registry.version("run-1", outdated=True)

    @pytest.mark.parametrize(
        "change",
        [
            *({"temperature": value} for value in (0, -1, float("nan"), 0.04, 21, "warm", None, 10**400)),
            {"calibration": 2.0},
            {"calibration": {"knee": 0, "at_knee": 0, "below": 1}},
            {"calibration": {"knee": 0, "at_knee": 0, "below": 1, "above": 0}},
        ],
    )
    def test_a_calibration_by_which_no_probability_follows(self, registry, weights, change):
        made = registry.register("run-1", weights, SHARED_CARD)
        rewrite(made.folder / CARD, **change)
        with pytest.raises(ModelCorrupted, match=r"The card of version run-1 is damaged: .* (calibration|temperature)"):
            registry.version("run-1")

    @pytest.mark.parametrize("value", [0, 1, -0.1, 1.1, float("nan")])
    def test_an_operating_point_out_of_range(self, registry, weights, value):
        made = registry.register("run-1", weights, SHARED_CARD)
        rewrite(made.folder / CARD, operating_point=value)
        with pytest.raises(ModelCorrupted, match="run-1 is damaged: its entry operating_point cannot be used"):
            registry.version("run-1")

    @pytest.mark.parametrize("value", [[0.5], "high", None, 10**400])
    def test_a_number_that_is_none(self, registry, weights, value):
        made = registry.register("run-1", weights, SHARED_CARD)
        rewrite(made.folder / CARD, operating_point=value)
        with pytest.raises(ModelCorrupted, match="run-1 is missing or damaged"):
            registry.version("run-1")

    @pytest.mark.parametrize(
        ("change", "entry"),
        [
            ({"operating_points": {"rule_out": 0.5, "balanced": 0.4, "rule_in": 0.9}}, "operating_points"),
            ({"operating_points": [0.1, 0.4, 0.9]}, "operating_points"),
            ({"operating_points": {"rule_out": 0.1, "balanced": 0.5, "rule_in": 0.9}}, "operating_points"),
            ({"conformal": {"alpha": 2, "thresholds": {"NORMAL": 0.5, "PNEUMONIA": 0.5}}}, "conformal"),
            ({"conformal": "sure"}, "conformal"),
        ],
    )
    def test_operating_points_or_limits_by_which_nobody_could_decide(self, registry, weights, change, entry):
        made = registry.register("run-1", weights, SHARED_CARD)
        rewrite(made.folder / CARD, **change)
        with pytest.raises(ModelCorrupted, match=f"version run-1 is damaged: its entry {entry} cannot be used"):
            registry.version("run-1")

    def test_a_card_with_and_without_three_points(self, registry, weights):
        made = registry.register("run-1", weights, SHARED_CARD)
        assert (made.card.points, made.card.conformal) == (None, None)
        points = {"rule_out": 0.1, "balanced": 0.4, "rule_in": 0.9}
        rewrite(made.folder / CARD, operating_points=points, conformal=ConformalLimits(0.05, 0.7, 0.2).as_json())
        card = registry.version("run-1").card
        assert (card.points, card.conformal) == (OperatingPoints(0.1, 0.4, 0.9), ConformalLimits(0.05, 0.7, 0.2))

    def test_a_link_to_a_folder_is_no_version(self, registry, weights, tmp_path):
        made = registry.register("run-1", weights, SHARED_CARD)
        made.folder.rename(tmp_path / "elsewhere")
        (registry.folder / "run-1").symlink_to(tmp_path / "elsewhere")
        assert registry.names() == [BUNDLED]
        with pytest.raises(ModelNotFound, match="There is no version 'run-1'"):
            registry.version("run-1")

    def test_its_name_is_that_of_its_folder(self, registry, weights):
        assert registry.register("run-1", weights, SHARED_CARD).name == "run-1"
        assert registry.version(BUNDLED).name == BUNDLED
        assert registry.version(BUNDLED).card.version != BUNDLED

    def test_the_weights_are_verified_on_request(self, registry, weights):
        made = registry.register("run-1", weights, SHARED_CARD)
        made.verify()
        made.weights.write_bytes(weights.read_bytes()[:-1] + b"X")
        assert registry.version("run-1") == made, "a version is looked up without hashing its weights"
        with pytest.raises(ModelCorrupted, match=r"weights\.safetensors is not the one its card names"):
            made.verify()


class TestLearnedFrom:
    def test_the_list_is_read_shortened(self, registry, weights):
        made = registry.register("run-1", weights, SHARED_CARD, learned_from=DIGESTS)
        assert made.knows_its_images
        assert made.learned_from() == {digest[:16] for digest in DIGESTS}

    def test_without_a_list_nothing_is_known(self, registry, weights):
        made = registry.register("run-1", weights, SHARED_CARD)
        assert not made.knows_its_images
        assert made.learned_from() == frozenset()

    @pytest.mark.parametrize("content", [b"", b"\n", b"x" * 16 + b"\n", b"0" * 16, b"\xff", b"0" * 15 + b"\n"])
    def test_a_damaged_list(self, registry, weights, content):
        made = registry.register("run-1", weights, SHARED_CARD, learned_from=DIGESTS)
        (made.folder / LEARNED_FROM).write_bytes(content)
        assert registry.version("run-1") == made, "the list is not touched by looking the version up"
        with pytest.raises(ModelCorrupted, match="list of images of version run-1 is missing or damaged"):
            made.learned_from()

    def test_another_list(self, registry, weights):
        made = registry.register("run-1", weights, SHARED_CARD, learned_from=DIGESTS)
        kept = (made.folder / LEARNED_FROM).read_bytes().splitlines(keepends=True)
        (made.folder / LEARNED_FROM).write_bytes(b"".join(kept[1:]))
        with pytest.raises(ModelCorrupted, match="list of images of version run-1 is not the one its card names"):
            made.learned_from()

    def test_a_list_that_was_deleted(self, registry, weights):
        made = registry.register("run-1", weights, SHARED_CARD, learned_from=DIGESTS)
        (made.folder / LEARNED_FROM).unlink()
        assert not made.knows_its_images
        with pytest.raises(ModelCorrupted, match="list of images of version run-1 is missing or damaged"):
            made.learned_from()

    def test_a_card_that_names_no_list_leaves_it_unchecked(self, registry, weights):
        made = registry.register("run-1", weights, SHARED_CARD)
        (made.folder / LEARNED_FROM).write_text(f"{DIGESTS[0][:16]}\n")
        assert made.learned_from() == {DIGESTS[0][:16]}

    def test_the_bundled_version_knows_its_images(self, registry):
        assert registry.version(BUNDLED).knows_its_images
        assert len(registry.version(BUNDLED).learned_from()) > 4000


class TestAddToCard:
    def test_figures_are_added_and_the_rest_is_kept(self, registry, weights):
        before = registry.register("run-1", weights, SHARED_CARD | {"note": "drawn"})
        registry.add_to_card("run-1", {"test": {"auroc": 0.5}})
        after = registry.version("run-1")
        assert after.card.content == before.card.content | {"test": {"auroc": 0.5}}
        assert after.weights.read_bytes() == weights.read_bytes()
        assert sorted(path.name for path in after.folder.iterdir()) == sorted([CARD, WEIGHTS])

    def test_of_many_who_add_at_once_nothing_is_lost_and_nobody_fails(self, registry, weights):
        registry.register("run-1", weights, SHARED_CARD)

        def add(number):
            registry.add_to_card("run-1", {f"figure {number}": number}, counted="test_readings")

        with ThreadPoolExecutor(8) as at_once:
            list(at_once.map(add, range(40)))
        content = registry.version("run-1").card.content
        assert content["test_readings"] == SHARED_CARD.get("test_readings", 0) + 40
        assert all(content[f"figure {number}"] == number for number in range(40))
        assert registry.names() == [BUNDLED, "run-1"]

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
