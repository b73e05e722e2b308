"""What does a version say of a film? From a `Radiograph` to a `Reading`; no file is opened here.

`card_record` is tested in `versions/test_card_file.py`, through whole cards.
"""
