"""What is on the reading page? One film with its result.

`page`, `film_panel` and `wording` are tested as a whole, in `tests/app/reading` and
`tests/browser`.
"""
