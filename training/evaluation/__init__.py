"""How good is a version on a split? Every figure, with its interval."""
