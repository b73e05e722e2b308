"""What the tests of export and import share: small tensors in the network's place, and archives of every kind."""

import hashlib
import json
import zipfile

import numpy as np
import pytest
from safetensors.numpy import save

from model_store.versions.card_file import CARD, MADE_FOR
from model_store.versions.learned_from import LEARNED_FROM, list_sha256, write_list
from model_store.versions.registry import WEIGHTS
from model_store.versions.transfer import transfer

TENSORS = {"dense/kernel": np.ones((3, 2), np.float16), "norm/moving_mean": np.zeros(4, np.float32)}
LAYOUT = {"dense/kernel": ("F16", (3, 2)), "norm/moving_mean": ("F32", (4,))}
IMAGES = write_list(hashlib.sha256(bytes([n])).hexdigest() for n in range(3))


@pytest.fixture
def small_network(monkeypatch):
    """Let the network have two small tensors."""
    monkeypatch.setattr(transfer, "network_layout", lambda: LAYOUT)


def members(*, tensors=None, weights=None, images=IMAGES, **card):
    """Return the members of a good archive, or one that is changed in one place; a card's value None is left out."""
    weights = save(tensors or TENSORS) if weights is None else weights
    content = {"version": "v1", "temperature": 1.5, "operating_point": 0.4, "note": "drawn"} | MADE_FOR
    content |= {"weights_sha256": hashlib.sha256(weights).hexdigest()}
    content |= {"learned_from_sha256": list_sha256(images)} if images else {}
    content = {key: value for key, value in (content | card).items() if value is not None}
    made = {CARD: json.dumps(content).encode(), LEARNED_FROM: images, WEIGHTS: weights}
    return {name: data for name, data in made.items() if data}


def pack(path, content, **options):
    """Write an archive of these members, in their order."""
    with zipfile.ZipFile(path, "w", **options) as archive:
        for name, data in content.items():
            archive.writestr(name if isinstance(name, zipfile.ZipInfo) else zipfile.ZipInfo(name), data)
    return path
