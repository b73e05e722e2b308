"""What does the screen say of versions, their comparison, activation and exchange? Plain text, no Markdown."""

CHECKING = "Checking the version's files"
IS_ACTIVE = "This version is active."
REASON_MISSING = "Please say in at least 10 characters why this version is to read films all the same."
NO_LOG = "No other version was ever activated."
NO_IMPORT_FILE = "Please choose the file of a version first."
EXPORT_HELP = "One file with weights, card and hashes, for another machine's Import."
IMPORT_HELP = "One file, as Export makes it. The version is not active until somebody activates it."

NOT_UNDONE = "This cannot be undone."
REASON_LABEL = "Reason (at least 10 characters; it is kept in the log)"


def activated(name: str) -> str:
    """Say that a version reads films from now on."""
    return f"{name} reads films from now on."


def why_a_reason(gate_state: str, sentences: list[str]) -> list[str]:
    """Say why activating needs a reason: what the comparison found, or that there was none."""
    if gate_state == "not passed" and sentences:
        return sentences
    return ["This version was not compared with the active one, so nobody knows whether it reads worse."]


def activation_question(name: str, active: str) -> str:
    """Ask whether a version is to read films from now on."""
    return (
        f"Films will be read by {name} from now on, in every open window; now they are read by {active}. Results that "
        "are on a screen stay as they are and are marked."
    )


def imported(name: str) -> str:
    """Say that a version was taken in."""
    return f"Version {name} was imported. It is not active."


def delete_version(name: str) -> str:
    """Ask whether a version is to be deleted."""
    return f"Version {name} is deleted with its weights and its card."
