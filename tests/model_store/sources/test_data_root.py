"""Are folders offered below the configured root, and none outside of it?"""

from pathlib import Path

from model_store.sources.data_root import data_root, folders_below, folders_in, shown_folder


def made(root: Path, *names: str) -> None:
    for name in names:
        (root / name).mkdir(parents=True)


def shown(root: Path, depth: int = 3, most: int = 100) -> list[str]:
    return [shown_folder(folder, root) for folder in folders_below(root, depth, most)]


def test_the_root_is_configured_or_lies_in_the_home(tmp_path, monkeypatch):
    monkeypatch.delenv("XRAY_DATA_ROOT", raising=False)
    assert data_root(tmp_path) == tmp_path / "data"
    monkeypatch.setenv("XRAY_DATA_ROOT", "/films")
    assert str(data_root(tmp_path)) == "/films"


def test_each_folder_stands_before_those_in_it(tmp_path):
    root = tmp_path / "root"
    made(root, "b/two", "b/one/deep/deeper", "a", ".hidden/c")
    assert shown(root) == ["root", "a", "b", "b/one", "b/one/deep", "b/two"]
    assert shown(root, depth=1) == ["root", "a", "b"]
    assert shown(root, most=3) == ["root", "a", "b"]


def test_links_lead_nowhere_outside_and_in_no_ring(tmp_path):
    root = tmp_path / "root"
    made(root, "a")
    made(tmp_path, "elsewhere/films")
    (root / "out").symlink_to(tmp_path / "elsewhere")
    (root / "a" / "back").symlink_to(root)
    (root / "again").symlink_to(root / "a")
    assert shown(root) == ["root", "a"]
    assert folders_in(root, root.resolve()) == [root.resolve() / "a"]


def test_a_root_that_is_not_there_holds_nothing(tmp_path):
    assert folders_below(tmp_path / "none", 3, 100) == []
    assert folders_in(tmp_path / "none", tmp_path) == []
