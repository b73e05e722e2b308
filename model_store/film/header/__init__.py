"""What does a film's own header say of it, as far as it matters for reading?

`header` holds what `film/dicom/header` reads, and is tested with it.
"""
