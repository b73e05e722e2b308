"""Does the bundled version's list come to know what its films show?"""

import json
import shutil

import pytest

from model_store.versions.bundled import BUNDLED
from model_store.versions.card_file import CARD
from model_store.versions.learned_from import LEARNED_FROM, knows_copies, list_sha256, read_list, write_list
from model_store.versions.registry import Registry
from tests.doubles.trainings.training_doubles import draw_dataset
from training.data.dataset import scan
from training.versions.release import relist


@pytest.fixture
def data(tmp_path):
    return draw_dataset(tmp_path / "data", train=3, test=2)


def test_an_old_list_is_made_again_from_the_films(data, tmp_path):
    folder = tmp_path / "bundled"
    folder.mkdir()
    learned = [image for image in scan(data) if image.split == "train"]
    old = write_list([*(image.sha256 for image in learned), "f" * 16])
    (folder / LEARNED_FROM).write_bytes(old)
    (folder / CARD).write_text(json.dumps({"a": 1, "learned_from_sha256": list_sha256(old)}))
    assert relist(data, folder, home=tmp_path / "home") == (7, 6)
    content = (folder / LEARNED_FROM).read_bytes()
    assert read_list(content) == {"f" * 16, *(f"{image.sha256[:16]} {image.fingerprint}" for image in learned)}
    assert json.loads((folder / CARD).read_text()) == {"a": 1, "learned_from_sha256": list_sha256(content)}
    shutil.rmtree(data / "train/NORMAL")  # A list that is whole stays so.
    shutil.copytree(data / "test/NORMAL", data / "train/NORMAL")
    assert relist(data, folder, home=tmp_path / "home") == (7, 6)
    assert (folder / LEARNED_FROM).read_bytes() == content


def test_the_bundled_list_knows_copies_of_all_its_films():
    learned = Registry().version(BUNDLED).learned_from()
    assert len(learned) == 5206
    assert knows_copies(learned)
