"""How does a network learn? One loop for all three of them."""
