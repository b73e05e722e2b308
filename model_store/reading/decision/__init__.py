"""Which answer follows from a probability, and how sure are the figures of it?"""
