"""How does a training run: its recipe, its plan, its lock and its progress?

`progress` is tested in `test_session.py`, by what others see of a run.
"""
