"""Promises R6 to R20 in full counts: `python -m tests.robustness.<name>` prints JSON, a line a result."""
