"""How does the classifier learn?"""
