"""Does all that is known of a film travel, and nothing that is not a fact?"""

import json
from dataclasses import fields, replace

import numpy as np
import phantom
import pytest

from model_store.film_facts import facts_of, film_of
from model_store.radiograph import Radiograph, load_radiograph

FILM = replace(load_radiograph(phantom.png()), colour=1.25)


def test_all_of_a_film_comes_back():
    there = json.loads(json.dumps(facts_of(FILM)))
    back = film_of(FILM.pixels, there)
    for field in fields(Radiograph):
        assert np.all(getattr(back, field.name) == getattr(FILM, field.name)), field.name


@pytest.mark.parametrize(
    ("fact", "value"), [("source_format", "EXE"), ("source_format", None), ("colour", "red"), ("colour", float("inf"))]
)
def test_what_is_no_fact(fact, value):
    with pytest.raises((ValueError, TypeError)):
        film_of(FILM.pixels, facts_of(FILM) | {fact: value})


def test_a_fact_that_is_missing():
    with pytest.raises(KeyError):
        film_of(FILM.pixels, {"sha256": FILM.sha256})
