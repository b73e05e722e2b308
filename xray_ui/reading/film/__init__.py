"""How is a film shown and corrected?

`methods`, `corrections` and `correction_wording` are tested on the page, in `tests/app/reading`, and `browser/` in
`tests/browser`.
"""
