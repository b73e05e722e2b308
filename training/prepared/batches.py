"""Where do the next batches come from? A thread makes them while the present one trains."""

import queue
import threading
from collections.abc import Iterable, Iterator
from typing import Any


def prefetched(batches: Iterable[Any], ahead: int = 4) -> Iterator[Any]:
    """Yield the batches in their order, made ahead in a thread; an error in making one is raised here.

    Batches are named tuples, and errors of ours; tf.data would take both apart.

    Args:
        batches: what is iterated in the thread.
        ahead: how many are kept ready.
    """
    ready: queue.Queue[tuple[str, Any]] = queue.Queue(ahead)
    stopped = threading.Event()

    def put(kind: str, item: Any) -> None:
        while not stopped.is_set():
            try:
                ready.put((kind, item), timeout=0.5)
            except queue.Full:
                continue
            return

    def work() -> None:
        try:
            for batch in batches:
                put("batch", batch)
                if stopped.is_set():
                    return
            put("end", None)
        except Exception as error:  # Handed to the thread that trains, which raises it.
            put("error", error)

    threading.Thread(target=work, daemon=True).start()
    try:
        while (item := ready.get())[0] != "end":
            if item[0] == "error":
                raise item[1]
            yield item[1]
    finally:
        stopped.set()
