"""Which of two versions reads better?

`panel`, `rows`, `wording` and `disagreements` are tested on the page, in `tests/app/retraining/test_comparison.py`.
"""
