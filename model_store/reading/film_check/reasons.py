"""What may the film check find? Every reason with its sentence: what was found, and what to do."""

from model_store.film.header.header import age_in_words
from model_store.reading.film_check.verdict import Reason

CHILDREN = "children of 1 to 5 years"
"""Whose films the model knows, in words."""

ADULT = 16
"""Years of age from which a patient is an adult, whose film is refused."""

ABOUT_AGE = frozenset({"age", "age unclear", "adult"})
"""Names of the reasons that quote the patient's age."""

NOT_A_RADIOGRAPH = Reason(
    "not a radiograph",
    "refuse",
    "This is a picture in colour, such as a photograph or a screen, and not a radiograph; please choose the chest "
    "film itself, exported in grey.",
)
DOCUMENT = Reason(
    "document",
    "refuse",
    "This looks like a page or a screen, most of it of one light grey, and not like a radiograph; please choose the "
    "chest film itself.",
)
NOT_A_CHEST = Reason(
    "not a chest",
    "refuse",
    "This does not look like a frontal chest radiograph, so it was not read; please choose a film that shows both "
    "lungs from the front.",
    "overrule",
)
NO_LUNGS = Reason(
    "no lungs",
    "refuse",
    "No two lungs were found on this picture, so it was not read; please use a frontal chest radiograph that shows "
    "both lungs.",
    "overrule",
)
IMPLAUSIBLE_LUNGS = Reason(
    "implausible lungs",
    "refuse",
    "What was outlined on this picture does not have the size, shape and place of two lungs, as on a lateral view or "
    "another part of the body, so it was not read; please use a frontal chest radiograph.",
    "overrule",
)
UNLIKE = Reason(
    "unlike",
    "refuse",
    "This picture is far from every film that the model knows, so it was not read; please make sure that it is a "
    "frontal chest radiograph of a child.",
    "overrule",
)
SEVERAL_FILMS = Reason(
    "several films",
    "refuse",
    "This picture holds several films, and a result would belong to none of them; please export the one frontal film "
    "as a picture of its own.",
)
TURNED = {
    1: "This film lies on its side",
    2: "This film is upside down",
    3: "This film lies on its side",
}
"""How a film lies, by the quarter turns clockwise that put it upright."""

INVERTED = Reason(
    "inverted",
    "refuse",
    "Black and white are exchanged on this film, so it was not read; please invert it here or in its viewer.",
    "invert",
)
MIRRORED = Reason(
    "mirrored",
    "warn",
    "This film seems to be mirrored, by the place of heart and aortic arch, so that right and left are exchanged; "
    "please check the letters on it, and mirror it here or in its viewer if they are reversed.",
    "mirror",
)
CUT_OFF = Reason(
    "lungs cut off",
    "warn",
    "A part of the lungs lies outside this picture and was not read; please use a film that shows both lungs whole.",
)
SMALL = Reason(
    "small",
    "warn",
    "This picture has fewer pixels than the films that the model knows, so fine signs are lost; please export the film "
    "at its full size.",
)
UNDEREXPOSED = Reason(
    "underexposed",
    "warn",
    "Much of the lungs is plain white on this film, so signs may be lost in it; please check the exposure or the "
    "window it was exported with.",
)
OVEREXPOSED = Reason(
    "overexposed",
    "warn",
    "Much of the lungs is plain black on this film, so signs may be lost in it; please check the exposure or the "
    "window it was exported with.",
)
LOW_CONTRAST = Reason(
    "low contrast",
    "warn",
    "This film has hardly any contrast over the lungs; please check the exposure or the window it was exported with.",
)
BLURRED = Reason(
    "blurred",
    "warn",
    "This film is blurred, by movement or by its export; please use a sharper export or repeat the film if it matters.",
)
STROKES = Reason(
    "writing or devices",
    "warn",
    "Writing, wires or devices lie over the lungs of this film and may have changed the result; please use an export "
    "without annotations if there is one.",
)
UNSURE_OUTLINE = Reason(
    "outline unsure",
    "warn",
    "The outline of the lungs is unsure on this film, and it decides what is read; please look at the outline before "
    "you use the result.",
)
UNUSUAL = Reason(
    "unusual",
    "warn",
    "This film is unlike most films that the model knows, so its result is less certain than the figures say; please "
    "check the age of the child and the projection.",
)
UNCHECKED = Reason(
    "unchecked",
    "warn",
    "The card of this version does not say which films it knows, so it cannot be told whether this one is among their "
    "kind; please use a version that was trained with this program.",
)
LATERAL = Reason(
    "lateral view",
    "refuse",
    "The header of this file says that it is a lateral view, so it was not read; please choose the frontal film.",
    "overrule",
)
VIEW_CONTRADICTED = Reason(
    "view contradicted",
    "warn",
    "The header of this file says frontal view, but its Patient Orientation is that of a lateral one, so one of them "
    "is wrong; please make sure that this is the frontal film.",
)
OBLIQUE = Reason(
    "oblique view",
    "refuse",
    "The header of this file says that it is an oblique view, so it was not read; please choose the frontal film.",
    "overrule",
)
OTHER_BODY_PART = Reason(
    "other body part",
    "refuse",
    "The header of this file names another part of the body than the chest, so it was not read; please choose a "
    "frontal chest radiograph.",
    "overrule",
)
PART_CONTRADICTED = Reason(
    "body part contradicted",
    "warn",
    "The header of this file says chest, but a description in it names another part of the body, so one of them is "
    "wrong; please make sure that this is the right film.",
)
ORIENTATION_CONTRADICTED = Reason(
    "orientation contradicted",
    "warn",
    "By its header this film lies on its side or upside down, but the picture is upright, so nothing is said of its "
    "sides; please look for the letters on it.",
)
WITHOUT_BONES = Reason(
    "without bones",
    "warn",
    "By its header a program took the bones out of this picture, or made it by dual energy, unlike the films that the "
    "model knows; please use the film as it was taken.",
)
OTHER_MODALITY = Reason(
    "other modality",
    "refuse",
    "The header of this file says that it is something other than a radiograph, or a copy of it, so it was not read; "
    "please choose a frontal chest radiograph.",
    "overrule",
)
UNPROCESSED = Reason(
    "unprocessed",
    "warn",
    "This film is stored as the detector saw it, before it was processed, unlike the films that the model knows; "
    "please use the processed film if there is one.",
)
OUTSIDE_THE_LUNGS = Reason(
    "outside the lungs",
    "warn",
    "Most of what the network looked at lies outside the lungs, so the result may rest on something that is no sign of "
    "pneumonia; please look at the heatmap before you use it.",
)


def no_person(subject: str) -> Reason:
    """Return the reason for a film of something other than a person, "an animal" for example."""
    said = f"The header of this file says that {subject} was filmed and not a person, so it was not read"
    return Reason("no person", "refuse", f"{said}; please choose the chest film of a child.", "overrule")


def turned(turn: int) -> Reason:
    """Return the reason for a film that `turn` quarter turns clockwise, 1..3, put upright."""
    name = "upside down" if turn == 2 else "rotated"
    return Reason(name, "refuse", f"{TURNED[turn]}, so it was not read; please turn it here or in its viewer.", "turn")


def age(years: float) -> Reason:
    """Return the reason for a patient of an age that the model does not know; an adult's film is refused.

    Args:
        years: of age.
    """
    found = f"The header of this file gives an age of {age_in_words(years)}"
    known = f"the model knows films of {CHILDREN} alone"
    if years >= ADULT:
        said = f"{found}, and {known}, so it was not read; please choose the film of a child."
        return Reason("adult", "refuse", said, "overrule")
    return Reason("age", "warn", f"{found}, and {known}; please check the age before you use the result.")


def age_unclear(stated: str) -> Reason:
    """Return the reason for an age that the header gives and nobody can understand.

    Args:
        stated: as it stands there. A number without a unit may be of years, months, weeks or days; from 6 up it is
            said to lie outside what the model knows, as it does in years and in weeks or days, and as 6 months do.
    """
    outside = stated.isdigit() and int(stated) >= 6
    found = f'The header of this file gives the age as "{stated}"'
    meant = "has no unit and counts as outside" if outside else "is unclear, while the model knows"
    end = "please check the age before you use the result."
    known = f"the films of {CHILDREN} that the model knows" if outside else f"films of {CHILDREN} alone"
    return Reason("age unclear", "warn", f"{found}, which {meant} {known}; {end}")


def window_unfit(names: tuple[str, ...]) -> Reason:
    """Return the reason for windows of the header that do not fit the film's values.

    Args:
        names: of the windows, each with what it would show.
    """
    return Reason(
        "window does not fit",
        "warn",
        f"The header of this file gives a window that does not fit its values ({', '.join(names)}), so it was left out "
        "and the film is read in another one; please check which, and choose the whole range if it shows too little.",
    )
