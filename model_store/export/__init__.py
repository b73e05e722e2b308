"""How does a result leave the program? As a picture, a sheet, a row of a table or DICOM objects, in the same words.

`written` is tested with what writes it: `tests/model_store/batch`.
"""
