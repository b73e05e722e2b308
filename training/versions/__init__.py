"""How does a version come about, and what is fitted once its weights are there?"""
