"""What does a PNG or JPEG file hold?

`read` is tested in `film/test_load.py`, through whole files.
"""
