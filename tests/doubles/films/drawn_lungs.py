"""Lung fields that were drawn, and a gate that finds them, for tests that need lungs and no network."""

import cv2
import numpy as np

from model_store.film.header.sides import USUAL
from model_store.film.radiograph import FILM_SIDE
from model_store.reading.film_check import reasons
from model_store.reading.film_check.check import Examined, FilmCheck
from model_store.reading.film_check.presentation import Presentation
from model_store.reading.film_check.verdict import FilmRefused, QualityReport
from model_store.reading.lungs.fields import LungFields, NoLungsFound
from model_store.reading.preparation import to_model_input

RIGHT, LEFT = (30, 40, 90, 180), (130, 40, 190, 170)
"""Left, top, right, bottom of two boxes in pixels, the last row and column not included; the patient's right first."""


def box(left, top, right, bottom):
    mask = np.zeros((FILM_SIDE, FILM_SIDE), bool)
    mask[top:bottom, left:right] = True
    return mask


def lungs_of_boxes(right=RIGHT, left=LEFT, **more):
    return LungFields(right=box(*right), left=box(*left), **({"sides": USUAL} | more))


def lungs_of_the_phantom():
    right, left = (
        cv2.ellipse(np.zeros((FILM_SIDE, FILM_SIDE), np.uint8), (x, 110), (34, 75), 0, 0, 360, 1, cv2.FILLED) > 0
        for x in (65, 160)
    )
    return LungFields(right=right, left=left, sides=USUAL)


class DrawnFinder:
    """Finds the two lungs where the phantom has them, without a network; on dark films it finds none."""

    def __init__(self, lungs=None):
        self.lungs = lungs or lungs_of_the_phantom()
        self.calls = 0

    def find(self, film):
        self.calls += 1
        if film.mean() < 10:
            raise NoLungsFound("No two lungs were found on this picture.")
        return self.lungs


UPRIGHT = Presentation(turns=(1.0, 0.0, 0.0, 0.0), inverted=0.0, kinds=(1.0, 0.0, 0.0))
"""One upright film of a chest, in its usual polarity."""


class DrawnPresentation:
    """Says the same of every picture, without a network: by default, one upright film of a chest."""

    def __init__(self, presentation=UPRIGHT):
        self._presentation = presentation

    def find(self, film):
        return self._presentation


class DrawnGate:
    """A gate that asks for lungs alone."""

    def __init__(self, finder):
        self._finder = finder

    def examine(self, radiograph, *, overrule=False):
        lungs, report = None, QualityReport()
        try:
            lungs = self._finder.find(radiograph.reduced)
        except NoLungsFound as error:
            report = QualityReport((reasons.NO_LUNGS,))
            if not overrule:
                raise FilmRefused(report) from error
        return Examined(to_model_input(radiograph.reduced, lungs), lungs, report)


def drawn_check(finder=None):
    return DrawnGate(finder or DrawnFinder())


class DrawnMirroring:
    """Gives every film the same probability that it is mirrored, without a network."""

    def __init__(self, mirrored=0.0):
        self.mirrored, self.seen = mirrored, []

    def find(self, film, lungs):
        self.seen.append((film, lungs))
        return self.mirrored


def gate_with(presentation=UPRIGHT, finder=None, mirrored=0.0):
    """The real gate without a network: how the film lies and where its lungs are is given, all else is asked of it."""
    return FilmCheck(finder or DrawnFinder(), DrawnPresentation(presentation), DrawnMirroring(mirrored))
