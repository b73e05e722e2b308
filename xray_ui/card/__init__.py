"""What does the card of a version say? Drawn on the models page, quoted beside a result."""
