"""How does the lung network learn, and how good are its outlines?"""
