"""Which version reads the films on the screen, and is it ready?"""
