"""Which pages does the app have?"""
