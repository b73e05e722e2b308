"""Folders that can be trained on, none outside the root, and ZIP files that are kept for a while."""

import io
import os
import stat
import zipfile

import pytest

from model_store.disk.writing import DiskFull
from model_store.sources import data_root
from model_store.trainings import uploads
from model_store.trainings.store import RunStore
from tests.doubles.trainings.training_doubles import opened_paths
from xray_ui.retraining import data as retraining_data
from xray_ui.retraining.data import UnusableUpload


def films(folder, *names):
    """Folders of these names with one picture each."""
    for name in names:
        (folder / name).mkdir(parents=True)
        (folder / name / "a.PNG").touch()


def shown(root) -> list[str]:
    return [data_root.shown_folder(folder, root) for folder in retraining_data.data_folders(root)]


def test_folders_with_classes_splits_or_labels_are_found_at_any_depth(tmp_path):
    films(tmp_path, "spring/NORMAL", "clinic/2026/healthy", "kermany/train/NORMAL", "kermany/test/NORMAL")
    films(tmp_path, "clinic/2026/ill", "far/too/deep/NORMAL", ".hidden/NORMAL", "loose films", "one/class alone")
    (tmp_path / "table").mkdir()
    (tmp_path / "table" / "labels.csv").touch()
    (tmp_path / "empty" / "NORMAL").mkdir(parents=True)
    assert shown(tmp_path) == ["clinic", "far", "kermany", "spring", "table"]


def test_folders_around_the_data_splits_below_classes_and_images_beside_masks_are_offered(tmp_path):
    films(tmp_path, "set/archive (3)/data/train/NORMAL", "turned/NORMAL/train", "turned/PNEUMONIA/test")
    films(tmp_path, "lungs/COVID/images", "lungs/COVID/masks", "lungs/Viral/images", "ward/well/p001", "ward/ill/p002")
    films(tmp_path, "years/2025/NORMAL", "years/2026/NORMAL", "drawings/masks/a", "drawings/masks/b")
    assert shown(tmp_path) == ["lungs", "set", "turned", "ward", "years/2025", "years/2026"]


def test_folders_of_dicom_films_are_found_whatever_the_films_are_called(tmp_path):
    for name in ("disc/healthy/1.2.840.7", "disc/ill/IM1", "viewer/bin/run.7", "viewer/lib/run"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_bytes(bytes(200) if "viewer" in name else bytes(128) + b"DICM" + bytes(200))
    assert shown(tmp_path) == ["disc"]


def test_no_more_than_some_files_of_a_folder_are_opened(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        for number in range(60):
            (tmp_path / name / f"{number}.txt").touch()
    with opened_paths() as opened:
        assert shown(tmp_path) == []
    assert 0 < len({path for path in opened if path.endswith(".txt")}) <= 40


def test_a_root_that_is_data_itself_is_the_only_folder(tmp_path):
    films(tmp_path / "kermany", "train/NORMAL", "test/NORMAL")
    assert shown(tmp_path / "kermany") == ["kermany"]


def test_a_root_that_is_missing_has_no_folders(tmp_path):
    assert retraining_data.data_folders(tmp_path / "nowhere") == []


def test_links_lead_nowhere_outside_the_root(tmp_path):
    root, elsewhere = tmp_path / "root", tmp_path / "elsewhere"
    films(elsewhere, "secret/NORMAL")
    films(root, "mine/NORMAL", "linked_class")
    (root / "link").symlink_to(elsewhere / "secret")
    (root / "up").symlink_to(tmp_path)
    (root / "half").mkdir()
    (root / "half" / "NORMAL").symlink_to(elsewhere / "secret" / "NORMAL")
    (root / "again").symlink_to(root / "mine")
    assert shown(root) == ["mine"]


def test_a_folder_that_cannot_be_opened_is_passed_over(tmp_path, monkeypatch):
    films(tmp_path, "spring/NORMAL", "closed/NORMAL")
    scan = os.scandir

    def refuse(path):
        if "closed" in str(path):
            raise PermissionError(path)
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert shown(tmp_path) == ["spring"]


def zip_file(content: bytes = b"film") -> io.BytesIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("NORMAL/a.png", content)
    return file


def test_of_two_who_hand_in_one_zip_file_each_has_it_until_it_is_dropped(tmp_path):
    file = zip_file()
    kept, other = (retraining_data.keep_zip(each, tmp_path) for each in (file, zip_file()))
    assert kept.parent == tmp_path / "uploads"
    assert uploads.is_kept_zip(kept, tmp_path)
    uploads.drop_zip(kept, tmp_path)
    uploads.drop_zip(kept, tmp_path)
    assert not kept.exists()
    assert other.read_bytes() == file.getvalue()


def test_a_zip_file_is_its_owners_from_the_first_byte(tmp_path):
    seen = []

    class Looking(io.BytesIO):
        def read(self, *size):
            seen.extend(stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "uploads").glob(".*"))
            return super().read(*size)

    before = os.umask(0)
    try:
        kept = uploads.keep_zip(Looking(zip_file().getvalue()), tmp_path)
    finally:
        os.umask(before)
    assert set(seen) == {0o600}
    assert [stat.S_IMODE(path.stat().st_mode) for path in (kept, kept.parent)] == [0o600, 0o700]


def test_nothing_but_a_kept_zip_is_dropped(tmp_path):
    (tmp_path / "films.zip").touch()
    uploads.drop_zip(tmp_path / "films.zip", tmp_path)
    assert (tmp_path / "films.zip").exists()


def test_what_is_no_zip_is_refused(tmp_path):
    with pytest.raises(UnusableUpload, match="not a ZIP file"):
        retraining_data.keep_zip(io.BytesIO(b"Dear colleague"), tmp_path)
    assert not (tmp_path / "uploads").exists()


def test_a_zip_that_is_too_large_is_refused_with_the_limit(tmp_path, monkeypatch):
    monkeypatch.setattr(retraining_data, "MAX_ZIP_BYTES", 100)
    with pytest.raises(UnusableUpload, match="at most 1e-07 GB are taken"):
        retraining_data.keep_zip(zip_file(), tmp_path)


def test_a_disk_without_room_is_said_before_anything_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr("model_store.disk.writing.free_bytes", lambda folder: 10)
    with pytest.raises(DiskFull, match="disk is full"):
        retraining_data.keep_zip(zip_file(), tmp_path)
    assert not (tmp_path / "uploads").exists()


def test_old_zip_files_that_nobody_unpacked_are_cleared_away(tmp_path):
    old = retraining_data.keep_zip(zip_file(b"old"), tmp_path)
    os.utime(old, (1, 1))
    retraining_data.keep_zip(zip_file(), tmp_path)
    assert not old.exists()


def test_unpacked_films_go_with_the_last_run_that_has_them(tmp_path):
    examinations, runs = RunStore(tmp_path, "examinations"), RunStore(tmp_path)
    data = examinations.folder / "one" / "data" / "ward"
    data.mkdir(parents=True)
    examinations.get("one").write_json("run", {"status": "finished"})
    for name in ("first", "second"):
        (runs.folder / name).mkdir(parents=True)
        runs.get(name).write_json("run", {"status": "finished", "data": str(data)})
    for name in ("first", "second"):
        retraining_data.drop_unpacked(data, tmp_path)
        assert data.is_dir(), "a run could still be resumed on them"
        runs.remove(name)
    elsewhere = tmp_path / "data" / "own"
    elsewhere.mkdir(parents=True)
    retraining_data.drop_unpacked(elsewhere, tmp_path)
    assert data.is_dir() and elsewhere.is_dir()
    retraining_data.drop_unpacked(data, tmp_path)
    assert not data.exists() and elsewhere.is_dir()
