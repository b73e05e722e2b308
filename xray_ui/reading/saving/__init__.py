"""How does a clinician keep a result or hand it on? As a picture, as DICOM, as a page.

`panel` and `hand_on` are tested as a whole, in `tests/app/reading` and `tests/browser`.
"""
