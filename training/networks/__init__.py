"""How does a network learn? One loop for all of them.

`film_check` is tested with its three networks, in `lungs/test_learner.py` and its likes.
"""
