"""What does the screen say of whose result is shown? What leaves it too is said in `export.wording.sentences`."""


def read_by_another(kept: str, active: str) -> str:
    """Say that the result on the screen is of a version that is no longer active."""
    return f"Read by {kept}; the active version is now {active}."


def read_with(name: str, *, is_active: bool) -> str:
    """Say by which version a film of a comparison is read."""
    return f"Read with version {name}, which is {'the' if is_active else 'not the'} active one."


def film_of_comparison(name: str) -> str:
    """Say which film of a comparison is on the screen."""
    return f"Film of the comparison: {name}"
