"""Which version reads films, how does another one take its place, and what leads back?"""

import contextlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from model_store.basics.errors import ModelCorrupted, UserError
from model_store.disk.folders import remove_folder
from model_store.disk.home import xray_home
from model_store.versions.activation.active_file import ActivationDamaged, ActiveFile, ActiveState, LogEntry
from model_store.versions.activation.proof import NOT_COMPARED, PASSED, judge, reason_given
from model_store.versions.activation.standing import against_gate_sentence, gate_at, last_activation
from model_store.versions.bundled import BUNDLED
from model_store.versions.registry import ModelNotFound, Registry, Version


class NothingToRollBack(UserError, ValueError):
    """There is no version to go back to."""


class VersionInUse(UserError, ValueError):
    """The version is bundled or active, so it cannot be removed."""


@dataclass(frozen=True)
class Active:
    """The version that reads films.

    Attributes:
        version: the active version, or the bundled one where that cannot be used.
        problem: one sentence where the bundled version stands in for the active one; None where all is well.
    """

    version: Version
    problem: str | None


class Activation:
    """The active version under one home folder.

    Args:
        home: the app's folder; `XRAY_HOME` by default.
    """

    def __init__(self, home: Path | None = None) -> None:
        self.home = home or xray_home()
        self.registry = Registry(self.home)
        self._file = ActiveFile(self.home)

    def active_name(self) -> str:
        """Return the name of the active version; raises ActivationDamaged where the file cannot tell."""
        return self._file.read().stack[-1]

    def active(self, *, verify: bool = False) -> Active:
        """Return the version that reads films: where the active one is damaged, the bundled one, and why.

        Args:
            verify: whether the weights are hashed too (0.1 s); their file has to be there in any case.

        Raises:
            ModelCorrupted: the bundled version is needed and is damaged itself.
        """
        try:
            name = self.active_name()
        except ActivationDamaged:
            return self._stand_in("The file that names the active version is damaged", verify=verify)
        if name == BUNDLED:
            return Active(self._bundled(verify=verify), None)
        try:
            return Active(self._whole(name, verify=verify), None)
        except ModelNotFound:
            return self._stand_in(f"The active version {name} is not there any more", verify=verify)
        except ModelCorrupted:
            return self._stand_in(f"The active version {name} is damaged", verify=verify)

    def gate_state(self, version: Version) -> str:
        """Return "passed", "not passed" or "not compared": did the version hold its own against the active one?

        The bundled version has nothing to prove; of the active one it is what it had shown when it was activated.
        """
        if version.name == BUNDLED:
            return PASSED
        try:
            active = self.active().version
        except ModelCorrupted:
            return NOT_COMPARED
        if version.name == active.name:
            return gate_at(last_activation(self.log(), version.name), version.card)
        return judge(version.comparison, version=version.card, active=active.card)

    def against_gate(self, version: Version) -> str:
        """Say in one sentence that a version was activated against its gate; "" where it was not, or never activated.

        It is said of all that the version has read or reads, also after another was activated.
        """
        state = self._file.known() or ActiveState()
        entry = last_activation(state.log, version.name)
        if version.name == BUNDLED or (entry is None and version.name != state.stack[-1]):
            return ""
        return against_gate_sentence(entry, version.card)

    def activate(self, name: str, *, by: str, reason: str | None = None) -> None:
        """Let a version read films from now on; the log keeps who, when and why.

        Args:
            name: of the version; where it is active already, nothing changes.
            by: who activates it.
            reason: why, at least 10 characters, where the version did not pass the comparison.

        Raises:
            ModelNotFound: there is no such version.
            ModelCorrupted: its files are not whole.
            BelowGate: a reason is needed.
            ActivationBusy: the active version is being changed elsewhere.
            DiskFull: there is no room; the active version is the same as before.
        """
        with self._file.locked():
            version = self._whole(name, verify=True)
            state = self._file.known()
            if state and name == state.stack[-1]:
                return
            gate = self.gate_state(version)
            reason = reason_given(reason, name=name, gate=gate)
            stack = (*(state or ActiveState()).stack, name)
            self._change(stack, version, action="activate", by=by, reason=reason, gate=gate)

    def roll_back(self, *, by: str) -> str:
        """Let the version before the active one read films again, and return its name.

        Versions that were removed, or whose files are not whole, are passed over; the last is the bundled one.

        Raises:
            NothingToRollBack: the active version is the first one.
            ActivationBusy: the active version is being changed elsewhere.
            DiskFull: there is no room; the active version is the same as before.
        """
        with self._file.locked():
            stack = self._way_back(verify=True)
            if not stack:
                raise NothingToRollBack("There is no version to go back to: the active version is the first one.")
            version = self._whole(stack[-1], verify=True)
            self._change(stack, version, action="rollback", by=by, reason=None, gate=self.gate_state(version))
            return stack[-1]

    def previous_name(self) -> str | None:
        """Return the name of the version to which `roll_back` leads, as far as is seen without hashing weights."""
        return next(reversed(self._way_back(verify=False)), None)

    def log(self) -> list[LogEntry]:
        """Return what was done, oldest first; empty where damaged."""
        return list((self._file.known() or ActiveState()).log)

    def _way_back(self, *, verify: bool) -> tuple[str, ...]:
        """Return the stack after rolling back; empty at the bottom."""
        state = self._file.known()
        if state is None:
            return (BUNDLED,)
        *before, active = state.stack
        while before:
            if before[-1] != active and self._is_whole(before[-1], verify=verify):
                return tuple(before)
            before.pop()
        return () if active == BUNDLED else (BUNDLED,)

    def _change(
        self, stack: tuple[str, ...], version: Version, *, action: str, by: str, reason: str | None, gate: str
    ) -> None:
        state, card = self._file.known() or ActiveState(), version.card
        entry = LogEntry(
            when=datetime.now(UTC).isoformat(timespec="seconds"),
            action=action,
            version=stack[-1],
            before=state.stack[-1],
            by=by,
            reason=reason,
            gate=gate,
            identity=card.identity,
            weights_sha256=card.weights_sha256,
            operating_point=card.operating_point,
            calibration=card.calibration,
        )
        self._file.write(ActiveState(stack, (*state.log, entry)))

    def _whole(self, name: str, *, verify: bool) -> Version:
        version = self.registry.version(name)
        if verify:
            try:
                version.verify()
            except ModelCorrupted as error:
                raise ModelCorrupted(f"Version {name} cannot be used: {error}") from error
        elif version.weights.is_symlink() or not version.weights.is_file():
            raise ModelCorrupted(f"Version {name} cannot be used: its weights file is missing.")
        return version

    def _is_whole(self, name: str, *, verify: bool) -> bool:
        try:
            self._whole(name, verify=verify)
        except (ModelNotFound, ModelCorrupted):
            return False
        return True

    def _bundled(self, *, verify: bool) -> Version:
        try:
            return self._whole(BUNDLED, verify=verify)
        except ModelCorrupted as error:
            raise ModelCorrupted(
                "The bundled version is damaged, so no film can be read; please install the program again."
            ) from error

    def _stand_in(self, reason: str, *, verify: bool) -> Active:
        version = self._bundled(verify=verify)
        return Active(
            version,
            f"{reason}, so films are read by the bundled version {version.card.version}; roll back or activate "
            "another version on the Models page.",
        )


def remove_version(name: str, home: Path | None = None) -> None:
    """Delete a version; one that is damaged may go too.

    Args:
        name: of the version.
        home: the app's folder; `XRAY_HOME` by default.

    Raises:
        VersionInUse: it is active, or the bundled one.
        ModelNotFound: there is no such version.
        ActivationDamaged: which version is active cannot be told.
        ActivationBusy: the active version is being changed elsewhere.
    """
    home = home or xray_home()
    registry, file = Registry(home), ActiveFile(home)
    if name == BUNDLED:
        raise VersionInUse("The bundled version comes with the program and cannot be removed.")
    with file.locked():
        state = file.read()
        if name == state.stack[-1]:
            raise VersionInUse(f"Version {name} is active; activate another one, or roll back, before removing it.")
        with contextlib.suppress(ModelCorrupted):
            registry.version(name)
        remove_folder(registry.folder / name)
        if name in state.stack:  # Another version that is given this name later was never activated.
            kept = tuple(each for each in state.stack if each != name)
            file.write(ActiveState(kept or (BUNDLED,), state.log))
