"""What kind of file is it: a film of ours, something else, or a result that this program saved?

`formats` is tested in `film/test_refusals.py`, by what it refuses.
"""
