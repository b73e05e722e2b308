"""What does a PNG or JPEG file hold?"""
