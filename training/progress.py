"""How far is the training? A bar with the time left in a terminal, a line an epoch elsewhere."""

from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

console = Console(stderr=True)


class EpochBar:
    """The progress of one epoch; a context manager.

    Args:
        epoch: number of the epoch, from 0.
        epochs: how many there are.
        steps: batches in this epoch.
        start: batches that were done before, in a resumed epoch.
    """

    def __init__(self, *, epoch: int, epochs: int, steps: int, start: int = 0) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            TextColumn("loss {task.fields[loss]:.4f}"),
            console=console,
            disable=not console.is_terminal,
        )
        self._label = f"epoch {epoch + 1}/{epochs}"
        self._task = self._progress.add_task(self._label, total=steps, completed=start, loss=0.0)
        self._loss = 0.0

    def __enter__(self) -> "EpochBar":
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()
        if not console.is_terminal and error is None:
            console.print(f"{self._label} loss {self._loss:.4f}")

    def advance(self, *, loss: float) -> None:
        """Count one batch; `loss` is the epoch's mean so far."""
        self._loss = loss
        self._progress.update(self._task, advance=1, loss=loss)
