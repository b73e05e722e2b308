"""How does a clinician retrain the model, and what came of it?

`page` and `form` are tested in `tests/app/retraining`.
"""
