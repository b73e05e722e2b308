"""Is a film warned of that is small, badly exposed, blurred or written on? Each by a film that is nothing else."""

import cv2
import numpy as np
import pytest

from model_store.film.radiograph import Radiograph
from model_store.reading.film_check import reasons
from model_store.reading.film_check.verdict import QualityReport
from tests.doubles.films import phantom
from tests.doubles.films.drawn_lungs import gate_with


def radiograph_of(pixels):
    return Radiograph(np.asarray(pixels, np.uint8), "0" * 64, "PNG")


def with_block(film, grey):
    film = film.copy()
    film[60:100, 40:90] = grey
    return film


def with_writing(film):
    film = film.astype(np.uint8)
    cv2.putText(film, "PORTABLE", (35, 110), cv2.FONT_HERSHEY_SIMPLEX, 0.7, 180, 1)
    return film


MEASURED = {
    reasons.SMALL: lambda film: cv2.resize(film, (300, 223)),
    reasons.UNDEREXPOSED: lambda film: with_block(film, 255),
    reasons.OVEREXPOSED: lambda film: with_block(film, 0),
    reasons.LOW_CONTRAST: lambda film: 128 + (film - 128) * 0.12,
    reasons.BLURRED: lambda film: cv2.GaussianBlur(film, (0, 0), 4),
    reasons.STROKES: with_writing,
}
"""What is done to a film to be warned of for one reason alone."""


class TestMeasured:
    @pytest.mark.parametrize("reason", MEASURED, ids=lambda reason: reason.name)
    def test_one_warning_by_itself(self, reason):
        film = phantom.chest_film(phantom.Chest(224, 224)).astype(np.float32)
        examined = gate_with().examine(radiograph_of(np.clip(MEASURED[reason](film), 0, 255)))
        assert examined.report == QualityReport((reason,))

    def test_the_film_before_has_none(self):
        assert gate_with().assess(radiograph_of(phantom.chest_film(phantom.Chest(224, 224))))[1] == QualityReport()

    def test_several_warnings_together(self):
        film = phantom.chest_film(phantom.Chest(224, 224)).astype(np.float32)
        small = MEASURED[reasons.SMALL](MEASURED[reasons.BLURRED](film))
        assert set(gate_with().examine(radiograph_of(small)).report.reasons) == {reasons.SMALL, reasons.BLURRED}

    @pytest.mark.parametrize("greatest", [1023, 4095, 16_383, 65_535])
    @pytest.mark.parametrize("has_letters", [False, True])
    def test_a_film_of_fewer_bits_in_sixteen_has_none_either(self, greatest, has_letters):
        """Its whole range would be a sliver of the file's, and black alone; its letters may be white of all bits."""
        film = phantom.chest_film(phantom.Chest(224, 224)).astype(np.float32)
        pixels = np.rint(film / 255 * greatest).astype(np.uint16)
        if has_letters:
            pixels[8:16, 8:20] = 65_535
        assert gate_with().assess(Radiograph(pixels, "0" * 64, "PNG"))[1] == QualityReport()
