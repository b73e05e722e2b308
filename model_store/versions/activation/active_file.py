"""Which versions were activated, by whom and why? One small file, which is replaced in one step under a lock."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from model_store.basics.errors import UserError
from model_store.basics.records import Record, UnreadableRecord, as_json, read_record, schema_of
from model_store.disk.writing import room_for, write_atomically
from model_store.reading.decision.calibration import Calibration
from model_store.versions.bundled import BUNDLED

ACTIVE = "active.json"
LOCK = "active.lock"
LOCK_SECONDS = 5.0
"""How long one change of the active version waits for another."""


class ActivationDamaged(UserError, RuntimeError):
    """The file that names the active version cannot be used."""


class ActivationBusy(UserError, RuntimeError):
    """Another process is changing the active version."""


@dataclass(frozen=True, kw_only=True)
class LogEntry(Record):
    """One change of the active version.

    Attributes:
        when: ISO 8601, UTC.
        action: "activate" or "rollback".
        version: which read from then on, and `before` which had read until then.
        by: who did it.
        reason: why, where one was needed.
        gate: "passed", "not passed" or "not compared", of the version at that moment.
        identity, weights_sha256, operating_point, calibration: by which it read, for a name alone may have been given
            anew since; entries of older programs lack some of these.
    """

    when: str = ""
    action: str = ""
    version: str = ""
    before: str = ""
    by: str = ""
    reason: str | None = None
    gate: str | None = None
    identity: str | None = None
    weights_sha256: str | None = None
    operating_point: float | None = None
    calibration: Calibration | None = None


@dataclass(frozen=True)
class ActiveState:
    """What the file says.

    Attributes:
        stack: the versions that were activated and not rolled back, the active one last; never empty.
        log: what was done, oldest first.

    Raises:
        ValueError: there is no version on the stack.
    """

    stack: tuple[str, ...] = (BUNDLED,)
    log: tuple[LogEntry, ...] = ()

    def __post_init__(self) -> None:
        if not self.stack:
            raise ValueError("there is no version on the stack")


class ActiveFile:
    """The file under one home folder; stack and log are in one, so that a kill leaves the old of both or the new.

    Args:
        home: the app's folder.
    """

    def __init__(self, home: Path) -> None:
        self.path = home / ACTIVE

    def read(self) -> ActiveState:
        """Return what the file says; without a file the bundled version is active.

        Raises:
            ActivationDamaged: the file cannot be used.
        """
        try:
            return _state(json.loads(self.path.read_bytes()))
        except FileNotFoundError:
            return ActiveState()
        except (OSError, ValueError, RecursionError) as error:
            raise ActivationDamaged(
                f"The file {ACTIVE}, which names the active version, is damaged; roll back or activate a version."
            ) from error

    def known(self) -> ActiveState | None:
        """Return what the file says, or None where it is damaged."""
        try:
            return self.read()
        except ActivationDamaged:
            return None

    def write(self, state: ActiveState) -> None:
        """Replace the file; the lock has to be held. A damaged file is kept beside it, for the log that is in it.

        Raises:
            DiskFull: there is no room; the old content is still there.
        """
        data = (json.dumps(as_json(state), indent=1) + "\n").encode()
        with room_for(self.path.parent, len(data)):
            if self.known() is None and self.path.is_file():
                write_atomically(self.path.with_name(f"{ACTIVE}.damaged"), self.path.read_bytes())
            try:
                write_atomically(self.path, data)
            except OSError:
                # The last step brings the new name to the disk. Where that alone failed, the new version is active, and
                # to say otherwise would be wrong; a power cut may bring back the old one, whole.
                if not self.path.is_file() or self.path.read_bytes() != data:
                    raise

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep every other thread and process from changing the file; raises ActivationBusy."""
        with room_for(self.path.parent, 0):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            try:
                with FileLock(self.path.with_name(LOCK), timeout=LOCK_SECONDS):
                    yield
            except Timeout as error:
                raise ActivationBusy(
                    "The active version is being changed elsewhere; please try again in a few seconds."
                ) from error


def _state(content: Any) -> ActiveState:
    """Return what the file holds, also one of before schemas; raises UnreadableRecord."""
    if not isinstance(content, dict) or not {"stack", "log"} <= content.keys():
        raise UnreadableRecord("")
    if schema_of(content) == 1 and isinstance(content["log"], list):
        content = content | {"log": [_entry_of_now(each) for each in content["log"]]}
    return read_record(ActiveState, content)


def _entry_of_now(entry: Any) -> Any:
    if not isinstance(entry, dict):
        return entry
    made = entry | {"before": entry.get("from", "")}
    if "temperature" in entry and "calibration" not in entry:
        made["calibration"] = Calibration.from_json(entry).as_json()
    return made
