"""How is a film shown and corrected?"""
