"""Which pages does the app have?

`reading`, `worklist`, `retrain`, `new_training` and `models` are tested as pages, in `tests/app`.
"""
