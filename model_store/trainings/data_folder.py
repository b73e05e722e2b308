"""What is a data folder? The names by which its splits and its table are known, to the app and the trainer alike."""

import re
from itertools import pairwise

TEST_SPLIT = "test"
TABLE_NAME = "labels.csv"
"""Name of the file, in any spelling, that names the labels of a data folder; where it lies, it decides."""

_WORDS = {
    TEST_SPLIT: {"test", "tests", "testing", "testset", "eval", "evaluation", "holdout", "heldout"},
    "val": {"val", "valid", "validation", "validate", "valset", "dev"},
    "train": {"train", "training", "trainset"},
}
"""Words in a folder's name that tell its split. The test split comes first: what holds test and train is not learned
from."""


def split_key(name: str) -> str:
    """Return what is the same in all names of a split: "test", "val" or "train", else the name in small letters.

    `Testing`, `test_set`, `eval`, `hold-out` and `external test` are all test splits: whoever set films aside means
    them to be judged on, and to learn from them is worse than to have asked once too often.
    """
    words = re.findall(r"[^\W\d_]+", name.casefold())
    said = {*words, *map("".join, pairwise(words))}  # "hold-out" is one word.
    return next((key for key, known in _WORDS.items() if said & known), name.strip().casefold())


def is_split(name: str) -> bool:
    """Return whether a folder's name is known for a split's."""
    return split_key(name) in _WORDS
