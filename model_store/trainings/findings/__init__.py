"""What did an examination find in films that are to be learned from, and how is it said?"""
