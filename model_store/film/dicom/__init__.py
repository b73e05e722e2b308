"""What does a DICOM file hold? Entered through `film.load` and the decoding child alone.

`pixels` and `texts` are tested in `test_file.py` and `header/test_header.py`, through whole files.
"""
