"""Does a viewer that knows presentation states show the film as it was read, with its outlines where they belong?"""

import subprocess
import sys

import cv2
import numpy as np
import pytest
from PIL import Image

from tests.viewers import dicomscope
from tests.viewers.objects import HEIGHT, WIDTH, dice, film_and_result, white_where_highlighted

pytestmark = pytest.mark.skipif(dicomscope.missing() is not None, reason=f"DICOMscope: {dicomscope.missing()}")


def seen_in_dicomscope(folder, **turned):
    """Return the film, and what is drawn on it, both as (HEIGHT, WIDTH), uint8."""
    film, files = film_and_result(keep_patient=True, **turned)
    (folder / "film.dcm").write_bytes(film)
    (folder / "state.dcm").write_bytes(files.presentation_state)
    command = ["xvfb-run", "-a", sys.executable, "-m", "tests.viewers.dicomscope"]
    command += [folder / "state.dcm", folder / "film.dcm", str(WIDTH), str(HEIGHT)]
    pictures = [folder / "picture.png", folder / "lines.png"]
    done = subprocess.run([*command, *pictures], capture_output=True, text=True, timeout=120, check=False)
    assert all(path.exists() for path in pictures), done.stdout[-500:] + done.stderr[-500:]
    return [np.asarray(Image.open(path).convert("L")) for path in pictures]


@pytest.mark.parametrize(("turn", "is_mirrored"), [(0, False), (1, False), (3, True)])
def test_the_film_is_shown_as_it_was_read_with_its_outline_on_it(turn, is_mirrored, tmp_path):
    picture, lines = seen_in_dicomscope(tmp_path, turn=turn, is_mirrored=is_mirrored)
    expected = white_where_highlighted()
    assert np.abs(picture.astype(int) - expected).mean() < 4
    closed, _ = cv2.findContours(lines, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    outline = max(closed, key=cv2.contourArea)
    inside = cv2.fillPoly(np.zeros((HEIGHT, WIDTH), np.uint8), [outline], 1) > 0
    white = expected == expected.max()
    _, parts, areas, _ = cv2.connectedComponentsWithStats(white.astype(np.uint8))
    assert dice(inside, parts == 1 + np.argmax(areas[1:, cv2.CC_STAT_AREA])) > 0.95
