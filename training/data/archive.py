"""How does a ZIP of films become a data folder? It is unpacked whole into a new folder, or nothing of it is kept."""

from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from zipfile import ZipFile, ZipInfo

from model_store.disk.writing import room_for
from model_store.sources.zips import ARCHIVE_INSIDE, UnusableArchive, checked_members, chunks, is_archive, opened
from training.run.progress import Progress

_BLOCK = 4096


def unpack(archive: Path, folder: Path, *, progress: Progress | None = None) -> Path:
    """Unpack a ZIP of films; whatever happens, the folder is there whole or not at all.

    Only plain files and folders come out of it, with access for the owner alone, and no symbolic link.

    Args:
        archive: the ZIP.
        folder: where its content shall lie; must not exist. A folder beside it is used meanwhile.
        progress: where it is said how far the unpacking is.

    Returns:
        The folder.

    Raises:
        UnusableArchive: it is not a ZIP, or not one that can be unpacked safely; the sentence says why.
        DiskFull: there is no room for its content.
        FileExistsError: the folder exists.
        RunCancelled: by `progress`.
    """
    if folder.exists():
        raise FileExistsError(f"There is a folder {folder} already.")
    if not archive.is_file():
        raise UnusableArchive("There is no such ZIP file; please choose it again.")
    with archive.open("rb") as file, opened(file) as packed:
        members = checked_members(packed, archive.stat().st_size)
        needed = sum(member.file_size + _BLOCK for member in members)
        with room_for(folder.parent, needed):
            folder.parent.mkdir(parents=True, exist_ok=True)
            with TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as beside:
                inside = Path(beside) / "data"
                inside.mkdir(mode=0o700)
                for member in (progress or Progress()).track(members, "unpacking"):
                    _write(packed, member, inside)
                inside.rename(folder)
    return folder


def _write(packed: ZipFile, member: ZipInfo, folder: Path) -> None:
    place = PurePosixPath(member.filename)
    for parent in reversed(place.parents):
        (folder / parent).mkdir(mode=0o700, exist_ok=True)
    target, written = folder / place, 0
    target.touch(mode=0o600, exist_ok=False)
    with target.open("wb") as file:
        for chunk in chunks(packed, member):
            if not written and is_archive(chunk):
                raise UnusableArchive(ARCHIVE_INSIDE)
            written += file.write(chunk)
    if written != member.file_size:  # Never more: no more is read than the ZIP says, and the checksum tells the rest.
        raise UnusableArchive(
            "A file in this ZIP has another size than the ZIP says; please pack the folder of films again."
        )
