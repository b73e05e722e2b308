"""Is a window that shows nothing of a film told from one that does, and can the film be read all the same?"""

import numpy as np
import pytest

from model_store.film.dicom.fitting import WHOLE_RANGE
from model_store.film.load import load_radiograph
from model_store.reading.film_check.header import header_reasons
from tests.doubles.films.dicom_files import FILM, written

RAMP = np.tile(np.arange(0, 4096, 16, dtype=np.uint16), (128, 1))
"""All values of 12 bits, each as often."""


def read(pixels, centre, width, *, window=0, **attributes):
    bits = 12 if pixels.dtype == np.uint16 else 8
    data = written(pixels, bits=bits, WindowCenter=centre, WindowWidth=width, **attributes)
    return load_radiograph(data, window=window)


@pytest.mark.parametrize(
    ("centre", "width", "shown"),
    [
        (128, 256, "white"),  # Of 8 bits, on 12.
        (16000, 2000, "black"),
        (-500, 400, "white"),
        (2048, 100_000, "one grey"),
        (2048, 4096, ""),
        (2048, 1100, ""),  # A little more than a quarter of the ramp is left grey,
        (2048, 900, "black and white"),  # and here a little less.
    ],
)
def test_what_a_window_would_show(centre, width, shown):
    name = f"Window 1 (level {centre}, width {width})"
    film = read(RAMP, centre, width)
    assert film.header.unfit_windows == ((f"{name}: {shown}",) if shown else ())
    assert film.header.windows == ((WHOLE_RANGE,) if shown else (name, WHOLE_RANGE))


def test_a_film_whose_window_does_not_fit_is_read_in_its_whole_range():
    film = read(FILM, 16000, 2000)
    np.testing.assert_array_equal(film.pixels, load_radiograph(written(FILM)).pixels)
    (reason,) = header_reasons(film.header, looks_like_a_chest=True)
    assert (reason.name, reason.verdict) == ("window does not fit", "warn")
    assert "(Window 1 (level 16000, width 2000): black), so it was left out" in reason.sentence


def test_the_next_window_that_fits_becomes_the_default():
    film = read(RAMP, [16000, 2048], [2000, 4096])
    assert film.header.windows == ("Window 2 (level 2048, width 4096)", WHOLE_RANGE)
    assert film.pixels[0, 128] == pytest.approx(65535 / 2, rel=0.01)


def test_the_whole_range_is_the_last_window():
    narrow, whole = (read(RAMP, 2048, 2048, window=window) for window in (0, 1))
    assert (narrow.window_name, whole.window_name) == ("Window 1 (level 2048, width 2048)", WHOLE_RANGE)
    assert (int(narrow.pixels[0, 32]), int(whole.pixels[0, 32])) == (0, round(512 / 4080 * 65535))
    with pytest.raises(ValueError, match="offers no window 2"):
        read(RAMP, 2048, 2048, window=2)


def test_padding_does_not_count():
    bordered = RAMP.copy()
    bordered[:, :192] = 0
    assert read(bordered, 3600, 1000, PixelPaddingValue=0).header.unfit_windows == ()
