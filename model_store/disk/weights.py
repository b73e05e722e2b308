"""Are these the weights that the card names? Tensors go to and from one file, whose hash is checked first."""

import hashlib
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import load, save

from model_store.basics.errors import ModelCorrupted

if TYPE_CHECKING:
    import keras


def sha256_of(path: Path) -> str:
    """Return the hexadecimal SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def verify_weights(path: Path, *, sha256: str) -> None:
    """Check a weights file without parsing it.

    Raises:
        ModelCorrupted: it is missing, is not a regular file, or its hash is not `sha256`.
    """
    _refuse_unless_regular(path)
    try:
        received = sha256_of(path)
    except OSError as error:
        raise _unreadable(path) from error
    _refuse_unless_equal(path, received, sha256)


def layout_of(path: Path) -> dict[str, tuple[str, tuple[int, ...]]]:
    """Return the number format ("F16", "F32", ..) and shape of every tensor in a file, by name; no network is built.

    Only for a file whose hash was found to be the expected one.

    Raises:
        ModelCorrupted: the file holds no tensors, or text beside them.
    """
    try:
        with safe_open(path, "numpy") as file:
            slices = {name: file.get_slice(name) for name in file.keys()}  # noqa: SIM118 - it is no dict
            layout = {name: (part.get_dtype(), tuple(part.get_shape())) for name, part in slices.items()}
            noted = bool(file.metadata())
    except (SafetensorError, OSError) as error:
        raise ModelCorrupted(f"The weights file {path.name} holds no tensors.") from error
    if noted:
        raise ModelCorrupted(f"The weights file {path.name} holds text beside its tensors.")
    return layout


def all_finite(path: Path) -> bool:
    """Return False where a tensor of the file holds an infinity or something that is no number."""
    with safe_open(path, "numpy") as file:
        return all(bool(np.isfinite(file.get_tensor(name)).all()) for name in file.keys())  # noqa: SIM118


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
    _refuse_unless_regular(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise _unreadable(path) from error
    _refuse_unless_equal(path, hashlib.sha256(data).hexdigest(), sha256)
    try:
        tensors = load(data)
    except SafetensorError as error:
        raise ModelCorrupted(f"The weights file {path.name} holds no tensors.") from error
    variables = {v.path: v for v in network.variables if "seed_generator" not in v.path}
    if tensors.keys() != variables.keys() or any(tensors[n].shape != tuple(v.shape) for n, v in variables.items()):
        raise ModelCorrupted(f"The weights file {path.name} does not fit this network.")
    for name, variable in variables.items():
        variable.assign(tensors[name].astype(np.float32))


def _refuse_unless_regular(path: Path) -> None:
    try:
        mode = path.lstat().st_mode
    except (OSError, ValueError) as error:
        raise _unreadable(path) from error
    if stat.S_ISLNK(mode):
        raise ModelCorrupted(f"The weights file {path.name} is a link, so it is not the one its card names.")
    if not stat.S_ISREG(mode):
        raise _unreadable(path)


def _refuse_unless_equal(path: Path, received: str, expected: str) -> None:
    if received != expected:
        raise ModelCorrupted(f"The weights file {path.name} is not the one its card names (hash {received[:12]}).")


def _unreadable(path: Path) -> ModelCorrupted:
    return ModelCorrupted(f"The weights file {path.name} cannot be read.")
