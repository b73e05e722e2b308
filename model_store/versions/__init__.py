"""Which versions of the model are there, and how is one loaded? Hashes first."""
