"""What was found on the films, and shall the training begin?

`panel`, `rows` and `questions` are tested on the page, in `tests/app/retraining/test_examination.py`.
"""
