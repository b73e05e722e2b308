"""What did the comparison of a new version with the active one find, and how is it said?"""
