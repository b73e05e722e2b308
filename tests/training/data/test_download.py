import sys
import types

import pytest

from training.__main__ import main
from training.data.download import DATASET, DownloadFailed, download


def fake_kagglehub(monkeypatch, fetch):
    monkeypatch.setitem(sys.modules, "kagglehub", types.SimpleNamespace(dataset_download=fetch))


def test_without_kagglehub_a_sentence_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "kagglehub", None)
    with pytest.raises(DownloadFailed, match=r"needs the package kagglehub; install it with: pip install kagglehub$"):
        download(tmp_path)


def test_without_a_network_a_sentence_says_what_to_do(monkeypatch, tmp_path):
    def fail(name):
        raise ConnectionError("Max retries exceeded\nwith url")

    fake_kagglehub(monkeypatch, fail)
    with pytest.raises(DownloadFailed, match="Kaggle could not be reached; connect to the internet") as raised:
        download(tmp_path / "here")
    assert DATASET in str(raised.value)
    assert str(tmp_path / "here") in str(raised.value)
    assert "\n" not in str(raised.value)


def test_the_command_ends_with_status_2_and_the_sentence(monkeypatch, tmp_path, capsys):
    monkeypatch.setitem(sys.modules, "kagglehub", None)
    assert main(["download", "--to", str(tmp_path)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("training: Downloading needs the package kagglehub")
    assert "Traceback" not in err


def test_the_set_is_copied_and_its_folder_printed(monkeypatch, tmp_path, capsys):
    fetched = tmp_path / "cache"
    (fetched / "chest_xray/train/NORMAL").mkdir(parents=True)
    (fetched / "chest_xray/train/NORMAL/a.jpeg").write_bytes(b"film")
    (fetched / "chest_xray/chest_xray").mkdir()
    asked = []
    fake_kagglehub(monkeypatch, lambda name: asked.append(name) or str(fetched))
    assert main(["download", "--to", str(tmp_path / "to")]) == 0
    assert asked == ["paultimothymooney/chest-xray-pneumonia"]
    assert capsys.readouterr().out.strip() == str(tmp_path / "to/chest_xray")
    assert (tmp_path / "to/chest_xray/train/NORMAL/a.jpeg").read_bytes() == b"film"
    assert main(["download", "--to", str(tmp_path / "to")]) == 0  # Once more changes nothing.
