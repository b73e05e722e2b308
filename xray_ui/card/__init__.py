"""What does the card of a version say? Drawn on the models page, quoted beside a result.

`label`, `panel`, `rows`, `curves` and `wording` are tested on the page, in `tests/app/models`.
"""
