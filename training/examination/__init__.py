"""Can a training be begun on these films, and what would it be?

`evidence` is tested in `test_findings.py`, `samples` in `test_examine.py`.
"""
