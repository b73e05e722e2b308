"""What is said of the film that was read?"""
