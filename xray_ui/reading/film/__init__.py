"""How is a film shown and corrected?

`view`, `viewer`, `methods`, `corrections` and `correction_wording` are tested on the page, in `tests/app/reading` and
`tests/browser`.
"""
