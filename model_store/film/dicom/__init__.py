"""What does a DICOM file hold? Entered through `film.load` and the decoding child alone."""
