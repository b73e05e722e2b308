"""How does the network learn that tells a mirrored film?"""
