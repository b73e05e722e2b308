"""Which of these films first? All that were handed over are read in the background and listed by urgency.

`panel`, `table` and `folder` are tested as a page, in `tests/app/reading` and `tests/browser`; `wording` with `rows`.
"""
