"""Which version reads the films on the screen, and is it ready?

`background`, `in_use`, `waiting`, `warm_up` and `wording` are tested in `tests/app/reading/test_model.py` and
`tests/app/models`.
"""
