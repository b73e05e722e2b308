"""Is a version registered whole or not at all, never overwritten, and safe on the disk before it is listed?"""

import shutil
import threading

import pytest

from model_store.basics.errors import ModelCorrupted
from model_store.disk.weights import sha256_of
from model_store.disk.writing import DiskFull
from model_store.reading.decision.calibration import Calibration
from model_store.reading.network import TARGET_LAYER
from model_store.reading.preparation import PREPARATION
from model_store.versions import registry as registry_module
from model_store.versions.bundled import BUNDLED, LUNGS_SHA256
from model_store.versions.card_file import CARD
from model_store.versions.learned_from import LEARNED_FROM, list_sha256
from model_store.versions.registry import WEIGHTS, ModelNotFound, Registry, UnusableName
from tests.doubles.cards import SHARED_CARD
from tests.doubles.faults import Killed, each_failure, files_below, names_in, recorded_order

DIGESTS = ["f" * 64, "0" * 64, "F" * 16 + "0" * 48]


@pytest.fixture
def weights(tmp_path):
    path = tmp_path / "trained.safetensors"
    path.write_bytes(b"tensors of a version" * 100)
    return path


@pytest.fixture
def registry(xray_home):
    return Registry(xray_home)


class TestRegister:
    def test_a_version_is_listed_and_found(self, registry, weights):
        made = registry.register("run-1", weights, SHARED_CARD | {"note": "drawn"})
        assert registry.names() == [BUNDLED, "run-1"]
        found = registry.version("run-1")
        assert found == made
        assert found.weights.read_bytes() == weights.read_bytes()
        card = found.card
        assert (card.version, card.weights_sha256) == ("run-1", sha256_of(weights))
        assert (card.calibration, card.operating_point) == (Calibration.by_temperature(1.5), 0.4)
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
        with pytest.raises(ModelCorrupted, match=r"is missing or damaged|is damaged: (the|its entry operating_point) "):
            registry.register("run-1", weights, card)
        assert registry.names() == [BUNDLED]
        assert list(registry.folder.iterdir()) == []

    def test_missing_weights_leave_nothing(self, registry, tmp_path):
        with pytest.raises(FileNotFoundError):
            registry.register("run-1", tmp_path / "none", SHARED_CARD)
        assert not registry.folder.exists()

    def test_what_a_killed_process_leaves_is_not_listed(self, registry, weights):
        """Killed before the rename there is a folder whose name begins with a dot, whole though it is."""
        made = registry.register("run-1", weights, SHARED_CARD)
        shutil.copytree(made.folder, registry.folder / ".k2j3h4")
        (registry.folder / "without-card").mkdir()
        assert registry.names() == [BUNDLED, "run-1"]
        with pytest.raises(ModelNotFound, match=r"There is no version '\.k2j3h4'; there are bundled, run-1"):
            registry.version(".k2j3h4")


class TestListOfImages:
    def test_it_is_sorted_short_and_named_by_the_card(self, registry, weights):
        made = registry.register("run-1", weights, SHARED_CARD, learned_from=DIGESTS)
        content = b"0000000000000000\nffffffffffffffff\n"
        assert (made.folder / LEARNED_FROM).read_bytes() == content
        assert made.card.content["learned_from_sha256"] == list_sha256(content)

    def test_without_images_there_is_no_list_and_the_card_names_none(self, registry, weights):
        made = registry.register("run-1", weights, SHARED_CARD | {"learned_from_sha256": "of another version"})
        assert not (made.folder / LEARNED_FROM).exists()
        assert "learned_from_sha256" not in made.card.content

    def test_something_that_is_no_digest(self, registry, weights):
        with pytest.raises(ValueError, match=r"'person1\.png' is no SHA-256 of an image"):
            registry.register("run-1", weights, SHARED_CARD, learned_from=["person1.png"])
        assert not registry.folder.exists()


class TestFailures:
    def test_a_full_disk_at_any_step_leaves_nothing(self, registry, weights):
        registry.folder.mkdir(parents=True)
        steps = []
        for failure in each_failure(lambda: registry.register("run-1", weights, SHARED_CARD, learned_from=DIGESTS)):
            assert isinstance(failure.raised, DiskFull)
            assert str(failure.raised).startswith("The disk is full: 1 MB are needed, ")
            assert registry.names() == [BUNDLED]
            assert names_in(registry.folder) == []
            steps.append(failure.failed)
        assert {"mkdir", "copyfile", "fsync", "write", "rename"} < set(steps)
        assert registry.version("run-1").learned_from() == {"0" * 16, "f" * 16}

    def test_killed_at_any_step_it_is_listed_whole_or_not_at_all(self, registry, weights):
        """What the killed processes left half written hinders none of the next ones."""
        registry.folder.mkdir(parents=True)
        names, listed = iter(range(200)), []
        for _ in each_failure(lambda: registry.register(f"run-{next(names)}", weights, SHARED_CARD), Killed):
            name = f"run-{len(listed)}"
            listed.append(name in registry.names())
            if listed[-1]:
                registry.version(name).verify()
        assert listed == sorted(listed), "it is listed from one step on"
        assert set(listed) == {True, False}

    def test_before_anything_is_written_the_room_is_looked_at(self, registry, weights, monkeypatch):
        monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10**9, 10**9, 1000))
        with pytest.raises(DiskFull, match=r"1 MB are needed, 0 MB are free"):
            registry.register("run-1", weights, SHARED_CARD)
        assert not registry.folder.exists()

    def test_an_interrupted_registration_leaves_nothing(self, registry, weights, monkeypatch):
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(registry_module, "sha256_of", lambda path: (_ for _ in ()).throw(KeyboardInterrupt))
            registry.register("run-1", weights, SHARED_CARD)
        assert list(registry.folder.iterdir()) == []

    def test_a_full_disk_leaves_the_old_card(self, registry, weights):
        registry.register("run-1", weights, SHARED_CARD)
        before = files_below(registry.folder)
        for failure in each_failure(lambda: registry.add_to_card("run-1", {"test": 1})):
            if failure.failed != "fsync of a folder":
                assert isinstance(failure.raised, DiskFull)
                left = files_below(registry.folder)
                left.pop(".run-1.lock", None)
                assert left == before
        assert registry.version("run-1").card.content["test"] == 1


class TestOrder:
    def test_the_files_are_on_the_disk_before_the_name_and_the_name_before_the_end(self, registry, weights):
        registry.folder.mkdir(parents=True)
        with recorded_order(registry.folder) as done:
            registry.register("run-1", weights, SHARED_CARD, learned_from=DIGESTS)
        hidden = next(step for step in done if step.startswith("sync .") and not step.endswith(".part"))
        assert done == [
            f"sync {WEIGHTS}",
            *(f"sync .{LEARNED_FROM}.part", f"name {LEARNED_FROM}", hidden),
            *(f"sync .{CARD}.part", f"name {CARD}", hidden),
            *("name run-1", "sync versions"),
        ]

    def test_of_many_at_once_one_gets_the_name(self, registry, tmp_path):
        ends = []

        def register(n):
            weights = tmp_path / f"w{n}"
            weights.write_bytes(bytes([n]) * 1000)
            try:
                ends.append(registry.register("run-1", weights, SHARED_CARD).card.weights_sha256)
            except UnusableName as error:
                ends.append(str(error))

        threads = [threading.Thread(target=register, args=(n,)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        refused = [end for end in ends if end == "There is a version 'run-1' already; versions are never overwritten."]
        assert (len(ends), len(refused)) == (8, 7)
        assert registry.version("run-1").card.weights_sha256 in ends
        assert names_in(registry.folder) == ["run-1"]
        registry.version("run-1").verify()

    def test_the_rename_itself_never_overwrites(self, registry, weights, monkeypatch):
        registry.register("run-1", weights, SHARED_CARD)
        before = files_below(registry.folder)
        monkeypatch.setattr(registry, "check_name", lambda name: None)
        with pytest.raises(UnusableName, match="a version 'run-1' already"):
            registry.register("run-1", weights, SHARED_CARD)
        assert files_below(registry.folder) == before
