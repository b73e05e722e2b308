"""What is known of one case: a film, corrected or not, as one version reads it?

`notes`, `outcomes`, `overruling` and `shown` are tested on the page, in `tests/app/reading`.
"""
