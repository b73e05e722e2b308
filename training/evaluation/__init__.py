"""How good is a version on a split? Every figure, with its interval.

`scored` is tested in `test_report.py` and `test_evaluate.py`.
"""
