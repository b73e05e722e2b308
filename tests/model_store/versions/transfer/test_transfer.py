"""Does a version arrive as it left, and is one that was tampered with refused without a trace?"""

from datetime import datetime

import numpy as np
import pytest
from safetensors.numpy import save

from model_store.basics.errors import ModelCorrupted
from model_store.disk import weights
from model_store.disk.writing import DiskFull
from model_store.versions.bundled import BUNDLED, BUNDLED_SHA256
from model_store.versions.card_file import CARD
from model_store.versions.learned_from import LEARNED_FROM, read_list
from model_store.versions.registry import WEIGHTS, Registry, UnusableName
from model_store.versions.transfer import transfer
from model_store.versions.transfer.archive import UnusableFile
from model_store.versions.transfer.transfer import export_version, import_version, network_layout
from tests.doubles.cards import SHARED_CARD
from tests.doubles.faults import each_failure, files_below, names_in
from tests.doubles.version_files import IMAGES, LAYOUT, TENSORS, members, pack, small_network  # noqa: F401


@pytest.fixture
def registry(xray_home):
    return Registry(xray_home)


@pytest.fixture
def version(registry, tmp_path):
    """Return the version "v1" of the small network, compared with another."""
    (tmp_path / "w").write_bytes(save(TENSORS))
    card = SHARED_CARD | {"note": "drawn", "comparison": {"passed": True}}
    return registry.register("v1", tmp_path / "w", card, learned_from=read_list(IMAGES))


@pytest.fixture
def elsewhere(tmp_path, small_network):  # noqa: F811
    """Return the registry of another machine."""
    return Registry(tmp_path / "elsewhere")


def assert_refused(path, registry, match):
    with pytest.raises(UnusableFile, match=match):
        import_version(path, registry)
    assert registry.names() == [BUNDLED]
    assert not registry.folder.exists() or names_in(registry.folder) == []


class TestThereAndBack:
    def test_a_version_arrives_as_it_left(self, version, elsewhere, tmp_path):
        export_version(version, tmp_path / "v1.xray")
        arrived = import_version(tmp_path / "v1.xray", elsewhere)
        assert (arrived.name, elsewhere.names()) == ("v1", [BUNDLED, "v1"])
        arrived.verify()
        assert arrived.weights.read_bytes() == version.weights.read_bytes()
        assert arrived.learned_from() == version.learned_from()
        content = dict(arrived.card.content)
        assert datetime.fromisoformat(content.pop("imported")).tzinfo is not None
        assert content == {key: value for key, value in version.card.content.items() if key != "comparison"}

    def test_one_without_a_list_of_images(self, registry, elsewhere, tmp_path):
        (tmp_path / "w").write_bytes(save(TENSORS))
        export_version(registry.register("v1", tmp_path / "w", SHARED_CARD), tmp_path / "f")
        assert not import_version(tmp_path / "f", elsewhere).knows_its_images

    def test_the_same_version_gives_the_same_bytes(self, version, tmp_path):
        for name in ("a", "b"):
            export_version(version, tmp_path / name)
        assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()

    def test_another_name_on_request(self, version, elsewhere, tmp_path):
        export_version(version, tmp_path / "f")
        assert import_version(tmp_path / "f", elsewhere, name="from-anna").card.version == "from-anna"

    @pytest.mark.parametrize(("name", "match"), [(None, "a version 'v1' already"), ("../x", "cannot name a version")])
    def test_a_name_that_cannot_be(self, version, registry, elsewhere, tmp_path, name, match):
        export_version(version, tmp_path / "f")
        before = files_below(registry.folder)
        with pytest.raises(UnusableName, match=match):
            import_version(tmp_path / "f", registry, name=name)
        assert files_below(registry.folder) == before

    def test_a_name_in_the_card_that_leads_elsewhere(self, elsewhere, tmp_path):
        with pytest.raises(UnusableName, match="cannot name a version"):
            import_version(pack(tmp_path / "f", members(version="../../x")), elsewhere)

    def test_the_bundled_version(self, registry, tmp_path):
        """With the real tensors."""
        bundled = registry.version(BUNDLED)
        export_version(bundled, tmp_path / "f")
        arrived = import_version(tmp_path / "f", registry)
        assert arrived.name == arrived.card.version == bundled.card.version
        assert arrived.card.weights_sha256 == BUNDLED_SHA256
        assert arrived.learned_from() == bundled.learned_from()
        arrived.verify()
        assert len(network_layout()) == 282
        assert network_layout()["logit/kernel"] == ("F16", (128, 1))


class TestExport:
    def test_a_file_that_is_there_is_replaced_whole(self, version, tmp_path):
        (tmp_path / "f").write_bytes(b"older")
        export_version(version, tmp_path / "f")
        assert (tmp_path / "f").read_bytes().startswith(b"PK\3\4")

    @pytest.mark.parametrize("place", ["", "none/f", "w/f"])
    def test_a_place_that_takes_no_file(self, version, tmp_path, place):
        with pytest.raises(UnusableFile, match=r"No file can be written to .*; please name a file in a folder"):
            export_version(version, tmp_path / place)

    @pytest.mark.parametrize("part", [WEIGHTS, LEARNED_FROM])
    def test_a_damaged_version_does_not_leave(self, version, tmp_path, part):
        (version.folder / part).write_bytes((version.folder / part).read_bytes()[:-17])
        with pytest.raises(ModelCorrupted, match="is not the one its card names"):
            export_version(version, tmp_path / "f")
        assert not (tmp_path / "f").exists()

    def test_a_full_disk_leaves_the_older_file(self, version, tmp_path):
        target = tmp_path / "out"
        target.mkdir()
        (target / "f").write_bytes(b"older")
        for steps in each_failure(lambda: export_version(version, target / "f")):
            assert isinstance(steps.raised, DiskFull)
            if steps.failed != "fsync of a folder":
                assert files_below(target) == {"f": b"older"}
        assert files_below(target)["f"].startswith(b"PK\3\4")


class TestImport:
    def test_a_full_disk_at_any_step_leaves_nothing(self, elsewhere, tmp_path):
        path = pack(tmp_path / "f", members())
        elsewhere.folder.mkdir(parents=True)
        failed = []
        for steps in each_failure(lambda: import_version(path, elsewhere)):
            if steps.raised is None:  # Only the copy that was checked could not be deleted; it is hidden.
                break
            failed.append(steps.failed)
            assert isinstance(steps.raised, DiskFull)
            assert names_in(elsewhere.folder) == []
        assert {"mkdir", "open", "write", "copyfile", "rename"} < set(failed)
        elsewhere.version("v1").verify()

    def test_the_hash_comes_before_the_parser(self, elsewhere, tmp_path, monkeypatch):
        monkeypatch.setattr(weights, "safe_open", lambda *_: pytest.fail("the bytes reached the parser"))
        path = pack(tmp_path / "f", members(weights_sha256="0" * 64))
        assert_refused(path, elsewhere, "weights.safetensors is not the one its card names")

    @pytest.mark.parametrize(
        "tensors",
        [
            {"dense/kernel": TENSORS["dense/kernel"]},
            TENSORS | {"more": np.zeros(1, np.float32)},
            TENSORS | {"dense/kernel": np.ones((2, 3), np.float16)},
            TENSORS | {"dense/kernel": np.ones((3, 2), np.float32)},
            TENSORS | {"norm/moving_mean": np.zeros(4, np.int32)},
        ],
    )
    def test_tensors_that_do_not_fit(self, elsewhere, tmp_path, tensors):
        assert_refused(pack(tmp_path / "f", members(tensors=tensors)), elsewhere, "tensors do not fit the network")

    @pytest.mark.parametrize("value", [np.inf, np.nan])
    def test_tensors_that_are_no_numbers(self, elsewhere, tmp_path, value):
        tensors = TENSORS | {"norm/moving_mean": np.array([0, 0, 0, value], np.float32)}
        assert_refused(pack(tmp_path / "f", members(tensors=tensors)), elsewhere, "hold infinite values")

    @pytest.mark.parametrize(
        ("data", "match"),
        [
            (b"no tensors", "holds no tensors"),
            (save(TENSORS)[:-1], "holds no tensors"),
            (save(TENSORS) + b"more", "holds no tensors"),
            (save(TENSORS, metadata={"code": "x"}), "holds text beside its tensors"),
        ],
    )
    def test_weights_that_are_none(self, elsewhere, tmp_path, data, match):
        assert_refused(pack(tmp_path / "f", members(weights=data)), elsewhere, match)

    @pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b'"v1"', b"\xff\xfe", b"[" * 10**5, b"{}"])
    def test_a_card_that_is_none(self, elsewhere, tmp_path, content):
        path = pack(tmp_path / "f", members() | {CARD: content})
        assert_refused(path, elsewhere, "card of version f is missing or damaged")

    @pytest.mark.parametrize(
        ("card", "match"),
        [
            ({"preparation": "other"}, "made for another preparation"),
            ({"lungs_sha256": "0"}, "made for another lungs sha256"),
            ({"target_layer": None}, "made for another target layer"),
            ({"temperature": -1}, "the temperature is not above 0"),
            ({"operating_point": "high"}, "missing or damaged"),
            ({"note": [1]}, "its entry note cannot be used"),
            (
                {"test": [[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]},
                "entry test is not finite, too long, nested",
            ),
            ({"maps": {"peak": float("nan")}}, "entry maps is not finite, too long, nested"),
            ({"note": "\ud800"}, "entry note is not finite, too long, nested too deeply or no whole text"),
            ({"learned_from_sha256": None}, "list of images is not the one"),
            ({"learned_from_sha256": "0" * 64}, "list of images is not the one"),
        ],
    )
    def test_a_card_that_cannot_be_used(self, elsewhere, tmp_path, card, match):
        assert_refused(pack(tmp_path / "f", members(**card)), elsewhere, match)

    def test_a_list_that_is_missing(self, elsewhere, tmp_path):
        made = members()
        del made[LEARNED_FROM]
        assert_refused(pack(tmp_path / "f", made), elsewhere, "list of images is not the one that the card names")

    @pytest.mark.parametrize("images", [IMAGES.upper(), IMAGES + IMAGES[:17], IMAGES[:-1], b"\xff" * 16 + b"\n"])
    def test_a_list_that_is_none(self, elsewhere, tmp_path, images):
        assert_refused(pack(tmp_path / "f", members(images=images)), elsewhere, "the list of images is damaged")

    def test_a_damaged_program_is_not_the_file_s_fault(self, registry, tmp_path, monkeypatch):
        monkeypatch.setattr(transfer, "BUNDLED_SHA256", "0" * 64)
        with pytest.raises(ModelCorrupted, match="is not the one its card names"):
            import_version(pack(tmp_path / "f", members()), registry)
        assert names_in(registry.folder) == []
