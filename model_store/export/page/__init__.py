"""What does a page to hand on look like? One sheet of paper: a result, the clinic's head and the reader's own words.

`layout` is tested in `test_page.py`, with the page that it lays out.
"""
