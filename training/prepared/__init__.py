"""What do networks learn from? Films prepared once, varied, batched, and kept."""
