"""How far is the whole of what is under way? A place among the phases that are expected, each with its time."""

import time
from collections.abc import Callable, Sequence

from model_store.trainings.cost import Stage

_NEARLY = 0.95
"""How far a phase is shown at most that takes longer than was expected and does not say how far it is."""


class Course:
    """The phases that are expected, and the present one; its share never goes back.

    Args:
        stages: in order; empty where nothing is expected.
        clock: seconds that go on.
    """

    def __init__(self, stages: Sequence[Stage] = (), *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._stages, self._at, self._shown = tuple(stages), 0, 0.0
        self._since, self._share_at_first, self._share = clock(), 0.0, 0.0

    def expect(self, stages: Sequence[Stage]) -> None:
        """Say what is to come, the present phase first, as it is known by now."""
        # What was done before is as much of the whole as was shown.
        left = sum(each.seconds for each in stages)
        done = left * self._shown / (1 - self._shown) if self._shown < 1 else 0.0
        self._stages, self._at, self._since = (Stage("", done), *stages), 1, self._clock()

    def enter(self, phase: str, share: float) -> None:
        """Say that a phase begins, which may be one that was not expected, or the next epoch of the same.

        Args:
            phase: its name.
            share: part of it that is done, 0..1.
        """
        here = self._at < len(self._stages) and self._stages[self._at].phase == phase
        later = next((n for n in range(self._at + 1, len(self._stages)) if self._stages[n].phase == phase), None)
        if here:
            self._share = share
        elif later is not None:
            self._at, self._since, self._share, self._share_at_first = later, self._clock(), share, share

    def advance(self, phase: str, share: float) -> None:
        """Say how much of a phase is done, 0..1; of one within another, such as reading while comparing, time tells."""
        if self._at < len(self._stages) and self._stages[self._at].phase == phase:
            self._share = max(share, self._share_at_first)

    def state(self) -> tuple[float | None, float | None]:
        """Return how much of the whole is done, 0..1, and the seconds left; None where nothing is expected."""
        total = sum(each.seconds for each in self._stages)
        if total <= 0:
            return None, None
        stage, elapsed = self._stages[self._at], self._clock() - self._since
        part, left = self._of_stage(stage, elapsed)
        before = sum(each.seconds for each in self._stages[: self._at])
        self._shown = max(self._shown, min((before + part * stage.seconds) / total, 0.99))
        return round(self._shown, 4), round(left + sum(each.seconds for each in self._stages[self._at + 1 :]), 1)

    def _of_stage(self, stage: Stage, elapsed: float) -> tuple[float, float]:
        """Return how much of the present stage is done, and its seconds left: by its own pace where that is known."""
        done = self._share - self._share_at_first
        if done > 0 and elapsed > 1:
            part = min(self._share / stage.ends_at, 1.0)
            return part, max(stage.ends_at - self._share, 0.0) * elapsed / done
        part = min(elapsed / stage.seconds, _NEARLY) if stage.seconds > 0 else _NEARLY
        return part, max(stage.seconds - elapsed, (1 - _NEARLY) * stage.seconds)
