"""How does a result leave the program? As a picture, a sheet or DICOM objects, in the same words."""
