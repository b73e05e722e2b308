"""What was found on the films, and shall the training begin?"""
