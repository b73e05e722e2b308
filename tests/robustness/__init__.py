"""Promises R6 to R20 in full counts: `python -m tests.robustness.<name>` prints JSON, a line a result."""

import sys
from pathlib import Path

# The doubles of the suite name each other without a package, as pytest finds them.
sys.path.append(str(Path(__file__).parents[1]))
