"""All promises in full counts, one script after the other: `python -m tests.robustness`; status 1 where one fails."""

import subprocess
import sys

SCRIPTS = (
    "hostile_files",
    "own_image",
    "same_answer",
    "named_results",
    "damaged_weights",
    "training_killed",
    "activating_killed",
    "power_loss",
    "disk_full",
    "disk_really_full",
    "starts",
    "restarts",
    "below_gate",
    "reading_meanwhile",
    "memory_flat",
    "private_session",
)
"""In the order of the promises, R1 and R6 to R20."""


def main() -> int:
    """Run each script in a process of its own, in which nothing of another one is left."""
    statuses = [subprocess.run([sys.executable, "-m", f"tests.robustness.{name}"]).returncode for name in SCRIPTS]
    return int(any(statuses))


if __name__ == "__main__":
    sys.exit(main())
