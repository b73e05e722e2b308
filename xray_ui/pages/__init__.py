"""Which pages does the app have?

`reading`, `worklist`, `retrain` and `models` are tested as pages, in `tests/app`.
"""
