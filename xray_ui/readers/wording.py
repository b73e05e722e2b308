"""What does the screen say of the version in use?"""

PREPARING = "Preparing the model"

NO_VERSION = "The model cannot be used, so no film is read. Please install the program anew."


def fallen_back(name: str, reason: str) -> str:
    """Say that the bundled version reads films in place of the active one, and why."""
    return f"The active version {name} cannot be used; films are read by the bundled version. {reason}"


def version_is_gone(name: str) -> str:
    """Say that a version that was compared is no longer there."""
    return f"Version {name} is not there any more, or reads with other weights or limits now."
