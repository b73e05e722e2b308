"""The trainer: it makes the lung network and the classifier that `model_store` reads with, and judges them.

`options` is tested by the commands, in `versions/test_fit_errors.py` and beside each.
"""
