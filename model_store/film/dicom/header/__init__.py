"""What does a DICOM header say of its film, in plain values that name nobody?

`age` is tested in `test_header.py`.
"""
