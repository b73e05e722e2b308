"""What does the reading page say before, and beside, a result?"""

WELCOME = "Read a chest radiograph"

PROMISE = "Nothing is saved, and nothing leaves the computer on which this program runs."

SAMPLES = "Or try one of these films"

SAMPLES_FROM = (
    "From the public films from which the model learned (Kermany et al. 2018, CC BY 4.0), so it reads them better than "
    "new ones."
)

CLOSE_SAMPLES = "Close the samples"

WAITING = "Preparing the model. Films can be uploaded already; they are read as soon as it is ready."

READING = "Reading this film"


def label_sentence(label: str) -> str:
    """Say what the data set calls an example."""
    return f"The data set's label of this film is {label}."


def film_place(position: int, count: int, name: str) -> str:
    """Name a film with its place in the list; positions count from 0."""
    return f"{position + 1} of {count}: {name}"


FILM_MISSING = "This film is not where it was when the versions were compared, or it cannot be opened."

FILM_CHANGED = "This film is no longer the one on which the versions were compared, so it is not read."
