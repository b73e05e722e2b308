"""What is said of the film that was read?

`panel`, `evidence`, `folding`, `in_short`, `operating_point`, `refusal`, `warnings`, `whose` and `whose_wording` are
tested on the page, in `tests/app/reading`.
"""
