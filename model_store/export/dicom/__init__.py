"""How does a result go into an archive of DICOM objects?"""
