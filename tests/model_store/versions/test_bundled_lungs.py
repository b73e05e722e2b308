"""Is the bundled lung network the one that its card names, and small?"""

import json
import shutil

import numpy as np
import pytest

from model_store.basics.errors import ModelCorrupted
from model_store.disk.weights import sha256_of
from model_store.film.load import load_radiograph
from model_store.reading.lungs.finder import build_lung_network
from model_store.versions.bundled import BUNDLED_FOLDER, LUNGS_SHA256, lungs_file
from model_store.versions.loading import load_lung_finder
from tests.doubles.films.phantom import png


def test_it_has_at_most_a_million_parameters():
    assert build_lung_network().count_params() <= 1_000_000


def test_its_file_is_small():
    assert lungs_file(BUNDLED_FOLDER).stat().st_size < 3_000_000


def test_the_pinned_hash_is_the_file_s():
    assert sha256_of(lungs_file(BUNDLED_FOLDER)) == LUNGS_SHA256


def test_its_card_names_it_and_reaches_the_floor():
    card = json.loads((BUNDLED_FOLDER / "lungs.json").read_text())
    assert card["weights_sha256"] == LUNGS_SHA256
    assert card["val_dice"] >= 0.95
    assert card["val_dice_p05"] >= 0.90


@pytest.mark.parametrize("place", [0, 100, 500_000, -1])
def test_a_damaged_file_is_refused(tmp_path, place):
    data = bytearray(lungs_file(BUNDLED_FOLDER).read_bytes())
    data[place] ^= 1
    lungs_file(tmp_path).write_bytes(data)
    with pytest.raises(ModelCorrupted, match=r"lungs\.safetensors is not the one"):
        load_lung_finder(tmp_path)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(ModelCorrupted, match=r"lungs\.safetensors cannot be read"):
        load_lung_finder(tmp_path)


def test_a_copy_elsewhere_is_taken(tmp_path, finder):
    shutil.copy(lungs_file(BUNDLED_FOLDER), tmp_path)
    film = load_radiograph(png()).reduced
    np.testing.assert_array_equal(load_lung_finder(tmp_path).find(film).mask, finder.find(film).mask)
