from pathlib import Path

import pytest

from model_store.film.refusals import UnreadableImage
from model_store.sources.paths import sources


def test_files_come_in_the_order_of_the_paths_and_folders_are_walked(tmp_path):
    for name in ("ward/b", "ward/deep/c", "ward/a", "z"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(name.encode())
    found = list(sources([tmp_path / "z", tmp_path / "ward", tmp_path / "none"]))
    expected = [tmp_path / name for name in ("z", "ward/a", "ward/b", "ward/deep/c", "none")]
    assert [each.name for each in found] == [each.key for each in found] == [str(path) for path in expected]
    with found[1].open() as file:
        assert file.read() == b"ward/a"
    with pytest.raises(FileNotFoundError):
        found[-1].open()


def test_a_device_is_not_opened():
    (device,) = sources([Path("/dev/zero")])
    with pytest.raises(UnreadableImage, match="not an ordinary file"):
        device.open()
