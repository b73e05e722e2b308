"""What stands beside the film on the screen? The map of another version on it, or another film, such as an earlier one.

`choice`, `panel` and `wording` are tested on the page, in `tests/app/reading`.
"""
