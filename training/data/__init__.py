"""Which labelled films are there, and who learns from them, chooses or judges?"""
