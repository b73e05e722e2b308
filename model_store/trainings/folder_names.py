"""What do the names in a data folder mean? Its classes, splits, pictures, masks and patients, for app and trainer."""

import re
import unicodedata
from itertools import pairwise

CLASSES = ("NORMAL", "PNEUMONIA")
LEFT_OUT = "-"
"""What a name of a class or a split means whose films are not used."""

TEST_SPLIT, TRAINING_SPLIT = "test", "train"
TABLE_NAME = "labels.csv"
"""Name of the file, in any spelling, that names the labels of a data folder; where it lies, it decides."""

_WORDS = {
    TEST_SPLIT: {"test", "tests", "testing", "testset", "eval", "evaluation", "holdout", "heldout"},
    "val": {"val", "valid", "validation", "validate", "valset", "dev"},
    TRAINING_SPLIT: {"train", "training", "trainset"},
}
"""Words in a folder's name that tell its split. The test split comes first: what holds test and train is not learned
from."""

_PARTS = re.compile(
    "folds?|kfold|cv|splits?|subsets?|parts?|partition|extras?|additional|internal|external|unseen|blind|private|"
    "public|hidden|tun(?:e|ing)|calibration|cohort|phase|round"
)
"""Words of folders that part films for a purpose which they do not tell."""

_PICTURES = re.compile(
    "images?|imgs?|films?|pictures?|pics|radiographs?|x?rays?|x|cxr|pngs?|jpe?gs?|dicoms?|dcm|originals?|raw"
)
"""Words of folders that hold a class's films beside other things."""

_SET = re.compile(r"(?:sub)?set[\s_-]*(?:\d+|[a-z])", re.IGNORECASE)
_MASKS, _BESIDE = re.compile("masks?"), re.compile("with|and")
_OUTLINES = re.compile("segmentations?|segs?|contours?|outlines?|annotations?|ground|truth|groundtruth|gt")

_ORDER = re.compile(
    "study|studies|series|session|visit|views?|scans?|day|week|month|year|ward|clinic|hospital|site|cent(?:er|re)|batch|"
    "disc|cd|dvd|folder|new|old|from|frontal|lateral|ap|pa|jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|"
    "july?|aug(?:ust)?|sep(?:tember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
"""Words of folders that only order films; a number beside them is no patient's."""

_PATIENT = re.compile(
    r"(?:patients?|pat|subjects?|subj|sub|cases?|persons?|pid|pt|id|p(?=\d{3}))[\s_.#-]*\d[\w-]*", re.IGNORECASE
)
_DATE = re.compile(r"(?:19|20)\d\d(?:[\s_.-]?\d{1,2}){0,2}|\d{1,2}[_.-]\d{1,2}[_.-]\d{2,4}")


def class_key(name: str) -> str:
    """Return what is the same in all spellings of a class's name, composed or not."""
    return unicodedata.normalize("NFC", name).strip().casefold()


def split_key(name: str) -> str:
    """Return what is the same in all names of a split: "test", "val" or "train", else the name in small letters.

    `Testing`, `test_set`, `eval`, `hold-out` and `external test` are all test splits: whoever set films aside means
    them to be judged on, and to learn from them is worse than to have asked once too often.
    """
    words = _words(name)
    said = {*words, *map("".join, pairwise(words))}  # "hold-out" is one word.
    return next((key for key, known in _WORDS.items() if said & known), class_key(name))


def is_split(name: str) -> bool:
    """Return whether a folder's name is known for a split's."""
    return split_key(name) in _WORDS


def names_whole(name: str) -> bool:
    """Return whether a folder is called by test and training alike, as "train_test_split" is: it may hold both."""
    words = set(_words(name))
    return bool(words & _WORDS[TEST_SPLIT]) and bool(words & _WORDS[TRAINING_SPLIT])


def without_split(name: str) -> str:
    """Return what a folder's name says beside its split: "NORMAL" of "NORMAL_test"."""
    known = set().union(*_WORDS.values())
    return " ".join(word for word in re.findall(r"[^\W_]+", name) if word.casefold() not in known)


def parts_films(name: str) -> bool:
    """Return whether a folder parts films for a purpose that its name does not tell, as "fold1" and "extra" do."""
    return not is_split(name) and (_has_word(name, _PARTS) or bool(_SET.fullmatch(name.strip())))


def is_pictures(name: str) -> bool:
    """Return whether a folder's name says no more than that pictures lie in it."""
    return bool(_words(name)) and all(map(_PICTURES.fullmatch, _words(name)))


def is_mask(name: str) -> bool:
    """Return whether a folder, or a file without its ending, is named as one of masks, which are never films.

    A set that is called by them too, as "chests with masks", holds other things.
    """
    if _has_word(name, _MASKS):
        return not _has_word(name, _BESIDE)
    words = {word for word in _words(name) if word not in ("lung", "lungs")}
    return bool(words) and all(map(_OUTLINES.fullmatch, words))


def is_date(name: str) -> bool:
    """Return whether a folder's name is a date or a year."""
    return bool(_DATE.fullmatch(name.strip()))


def orders_films(name: str) -> bool:
    """Return whether a folder only orders films, by date, place or study: no class, patient or split is called so."""
    return is_date(name) or _has_word(name, _ORDER)


def names_patient(name: str) -> bool:
    """Return whether a folder's name says that it is a patient's: "patient 7", "sub-01", "case_0012"."""
    return bool(_PATIENT.fullmatch(name.strip()))


def may_name_patient(name: str) -> bool:
    """Return whether a folder below a class may be a patient's: such a name, or a number that is no date nor part."""
    text = name.strip()
    if names_patient(text):
        return True
    is_other = is_split(text) or parts_films(text) or orders_films(text) or _has_word(text, _PICTURES)
    return not is_other and len(_words(text)) <= 2 and any(character.isdigit() for character in text)


def _has_word(name: str, known: re.Pattern[str]) -> bool:
    return any(map(known.fullmatch, _words(name)))


def _words(name: str) -> list[str]:
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", unicodedata.normalize("NFC", name))
    return re.findall(r"[^\W\d_]+", parted.casefold())
