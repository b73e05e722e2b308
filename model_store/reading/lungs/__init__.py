"""Where are the two lungs on a film?

`fields` holds values and is tested with the finder that makes them.
"""
