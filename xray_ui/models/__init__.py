"""Which versions are there, and what can be done with one?"""
