"""How does a result go into an archive of DICOM objects?

`filed` and `refusals` are tested in `test_export.py`, with the objects that they lead to.
"""
