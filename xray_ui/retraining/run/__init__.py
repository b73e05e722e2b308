"""What became of a run?

`panel`, `rows` and `progress` are tested on the page, in `tests/app/retraining/test_runs.py`.
"""
