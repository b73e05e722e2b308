"""How good is a set of numbers, and how sure is that? From arrays alone."""
