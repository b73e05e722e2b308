"""Which version reads films, how does another take its place, and what leads back?"""
