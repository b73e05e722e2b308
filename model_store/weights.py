"""Are these the weights that the card names? Tensors go to and from one file, whose hash is checked first."""

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load, save

if TYPE_CHECKING:
    import keras


class ModelCorrupted(RuntimeError):
    """A version's files are missing, damaged or not those that its card names."""


def sha256_of(path: Path) -> str:
    """Return the hexadecimal SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def save_weights(network: "keras.Model", path: Path) -> str:
    """Write the network's tensors in half precision and return the file's SHA-256.

    The moving statistics of batch normalisation stay in single precision: a variance below 6e-8 would become
    zero in half precision, and they weigh little.

    Args:
        network: a network whose variables have unique paths, as `build_network` makes them.
        path: the file to write; its bytes are on the disk before this returns.
    """
    tensors = {
        variable.path: np.asarray(variable, np.float32 if "moving_" in variable.path else np.float16)
        for variable in network.variables
        if "seed_generator" not in variable.path
    }
    data = save(tensors)
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return hashlib.sha256(data).hexdigest()


def load_weights(network: "keras.Model", path: Path, *, sha256: str) -> None:
    """Fill the network from a file, after its hash was found to be `sha256`.

    Raises:
        ModelCorrupted: the file is missing, is another file, or does not fit the network. Nothing parses the
            bytes before their hash is right.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelCorrupted(f"The weights file {path.name} cannot be read.") from error
    received = hashlib.sha256(data).hexdigest()
    if received != sha256:
        raise ModelCorrupted(f"The weights file {path.name} is not the one its card names (hash {received[:12]}).")
    try:
        tensors = load(data)
    except SafetensorError as error:
        raise ModelCorrupted(f"The weights file {path.name} holds no tensors.") from error
    variables = {v.path: v for v in network.variables if "seed_generator" not in v.path}
    if tensors.keys() != variables.keys() or any(tensors[n].shape != tuple(v.shape) for n, v in variables.items()):
        raise ModelCorrupted(f"The weights file {path.name} does not fit this network.")
    for name, variable in variables.items():
        variable.assign(tensors[name].astype(np.float32))
