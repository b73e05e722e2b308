"""Speed and memory, measured by hand and by CI as a report: `python -m tests.benchmarks.<name>` prints JSON."""
