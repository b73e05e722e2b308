"""What is said where two pictures stand beside each other?"""

COMPARE = "Compare"
LABEL = "Put beside this film"
STOP = "Stop comparing"
HELP = (
    "The map of another version on this film, or another of your films, read by the version that read this one. Both "
    "zoom together. Earlier films of a patient are proposed by the DICOM header, whose names and dates are not shown."
)
NO_READER = "The version that was to stand beside this one cannot be loaded; please compare with another."


def version_option(name: str) -> str:
    """Name a version among what can be put beside a film."""
    return f"Version {name}, on this film"


def film_option(name: str, *, is_earlier: bool) -> str:
    """Name a film among what can be put beside another; an earlier one is so by the headers of both."""
    return f"Earlier film, by its header of the same patient: {name}" if is_earlier else f"Film {name}"


def of_version(name: str) -> str:
    """Say under a picture whose map it has."""
    return f"Version {name}"


def of_film(name: str, *, is_present: bool) -> str:
    """Say under a picture which film it is."""
    return f"This film: {name}" if is_present else f"Beside it: {name}"


def all_else(name: str, *, versions: bool) -> str:
    """Say whose all is that stands elsewhere on the page."""
    scale = " Each map is drawn on the scale of its own version." if versions else ""
    return f"All else on this page is of {name[:1].lower()}{name[1:]}.{scale}"


def not_read(said: str, why: str) -> str:
    """Say under the picture of a film that was refused that it was, and why; it has no number."""
    return f"{said}: {why}"


def unreadable(name: str, why: str) -> str:
    """Say why a film cannot stand beside another."""
    return f"{name} cannot stand beside this film. {why}"
