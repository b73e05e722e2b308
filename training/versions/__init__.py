"""How does a version come about, and what is fitted once its weights are there?

`begin` is tested in `test_fit_resume.py`, `limits` in `test_fit.py`, through whole trainings.
"""
