import keras
import numpy as np
import pytest

from model_store.basics.errors import ModelCorrupted
from model_store.disk.weights import save_weights
from model_store.reading.network import CELLS, POOLED
from model_store.versions.registry import ModelNotFound, Registry
from tests.doubles.trainings.training_doubles import tiny_network, values
from training.networks.classifier import initial
from training.networks.classifier.initial import WeightsUnavailable, build_initial

FILE = "resnet50v2_weights_tf_dim_ordering_tf_kernels_notop.h5"


@pytest.fixture
def registry(tmp_path):
    return Registry(tmp_path / "home")


@pytest.fixture
def tiny(monkeypatch):
    monkeypatch.setattr(initial, "build_network", tiny_network)


def same(one, other):
    assert one.keys() == other.keys()
    return all(np.array_equal(one[path], other[path]) for path in one)


def test_random_weights_are_seeded(tiny, registry):
    first, again, other = (values(build_initial("random", seed=seed, registry=registry)) for seed in (4, 4, 5))
    assert same(first, again)
    assert not same(first, other)


def test_a_version_is_begun_from_with_all_its_weights(tiny, registry, tmp_path):
    trained = build_initial("random", seed=4, registry=registry)
    for variable in trained.variables:
        variable.assign(np.asarray(variable) + np.float32(0.25))
    save_weights(trained, tmp_path / "w.safetensors")
    registry.register("mine", tmp_path / "w.safetensors", {"temperature": 1.0, "operating_point": 0.5})
    begun = values(build_initial("mine", seed=9, registry=registry))
    for path, value in values(trained).items():
        assert begun[path] == pytest.approx(value, rel=1e-3, abs=1e-3)


def test_weights_of_a_version_whose_network_was_pooled_go_into_the_network_of_now(tiny, registry, tmp_path):
    keras.utils.set_random_seed(4)
    old = tiny_network(POOLED)
    save_weights(old, tmp_path / "w.safetensors")
    registry.register("old", tmp_path / "w.safetensors", {"temperature": 1.0, "operating_point": 0.5})
    begun = build_initial("old", seed=9, registry=registry)
    assert begun.name == CELLS
    found = values(begun)
    assert found.keys() == values(old).keys()
    for path, value in values(old).items():
        assert found[path] == pytest.approx(value, rel=1e-3, abs=1e-3)


def test_a_version_that_is_not_there(tiny, registry):
    with pytest.raises(ModelNotFound, match="There is no version 'nobody'"):
        build_initial("nobody", seed=1, registry=registry)


def test_a_damaged_version(tiny, registry, tmp_path):
    save_weights(tiny_network(), tmp_path / "w.safetensors")
    version = registry.register("mine", tmp_path / "w.safetensors", {"temperature": 1.0, "operating_point": 0.5})
    version.weights.write_bytes(version.weights.read_bytes()[:-1] + b"?")
    with pytest.raises(ModelCorrupted, match="is not the one its card names"):
        build_initial("mine", seed=1, registry=registry)


@pytest.fixture
def no_network(monkeypatch):
    """Keras's download fails as it does without a network; what it asked for is kept."""
    from keras.src.utils import file_utils

    asked = []

    def failing(name, origin, **options):
        asked.append((name, options["cache_subdir"]))
        raise Exception(f"URL fetch failure on {origin}: None -- [Errno -3] Temporary failure in name resolution")

    monkeypatch.setattr(file_utils, "get_file", failing)
    return asked


def test_imagenet_without_a_network_names_file_and_place_in_one_sentence(tiny, registry, no_network):
    with pytest.raises(WeightsUnavailable) as raised:
        build_initial("imagenet", seed=1, registry=registry)
    sentence = str(raised.value)
    assert no_network == [(FILE, "models")]  # Keras looks for this very file, in the folder models.
    assert FILE in sentence
    assert ".keras/models" in sentence
    assert sentence.count(".") - FILE.count(".") - 1 == 1 == sentence.endswith(".")
    assert "\n" not in sentence


def test_imagenet_names_the_folder_where_keras_looks(tiny, registry, no_network, monkeypatch):
    from keras.src.backend import config

    monkeypatch.setenv("KERAS_HOME", "/srv/keras")
    monkeypatch.setattr(config, "_KERAS_DIR", "/srv/keras")  # Keras reads the variable when it is imported.
    assert config.keras_home() == "/srv/keras"
    with pytest.raises(WeightsUnavailable, match="into /srv/keras/models by hand"):
        build_initial("imagenet", seed=1, registry=registry)


def test_imagenet_fills_the_backbone_of_the_real_network_and_seeds_the_head(registry, monkeypatch):
    real, loaded = keras.applications.ResNet50V2, []

    def pretrained(**options):
        if options["weights"] == "imagenet":
            loaded.append(real(**{**options, "weights": None}))
            # Random weights have bias 0 and variance 1 everywhere; the file's differ.
            for variable in loaded[0].variables:
                variable.assign(np.asarray(variable) + np.float32(0.01))
            return loaded[0]
        return real(**options)

    monkeypatch.setattr(keras.applications, "ResNet50V2", pretrained)
    network = build_initial("imagenet", seed=4, registry=registry)
    expected = values(loaded[0])
    found = values(network)
    assert len(expected) > 250
    assert [path for path, value in expected.items() if not np.array_equal(found[path], value)] == []
    head = {path.split("/")[0] for path in found.keys() - expected.keys()}
    assert head == {"head_bn1", "head_dense", "head_bn2", "logit"}
