"""Which pages does the app have?

`reading`, `retrain` and `models` are tested as pages, in `tests/app`.
"""
