"""What do the heatmaps and overlays look like that `python -m model_store read` writes?"""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from model_store.batch import answer_all
from model_store.export import written as written_files
from model_store.export.sheet import render_sheet
from model_store.export.written import Output
from model_store.film.load import load_radiograph
from model_store.reading.preparation import to_film
from tests.doubles.batch_doubles import CROP, JPEG, PNG, FakeClassifier, answer, films_folder, read_command  # noqa: F401


@pytest.fixture
def fake(card):
    return FakeClassifier(card)


def test_a_heatmap_has_the_film_s_size_and_its_peak_at_255(films, fake):
    (films / "a.png").write_bytes(PNG)
    (films / "b.jpg").write_bytes(JPEG)
    maps = films.parent / "new" / "maps"
    given = list(answer_all([films], fake, Output(heatmaps=maps)))
    assert sorted(path.name for path in maps.iterdir()) == sorted(f"{each.sha256}.png" for each in given)
    for each, shape in zip(given, [(256, 320), (200, 300)], strict=True):
        with Image.open(maps / f"{each.sha256}.png", formats=("PNG",)) as picture:
            assert picture.mode == "L"
            drawn = np.array(picture)
        assert drawn.shape == shape
        assert drawn.max() == 255
        heatmap = np.zeros((7, 7), np.float32)
        heatmap[2, 5], heatmap[4, 1] = 1, 0.5
        np.testing.assert_array_equal(drawn, np.rint(to_film(heatmap, CROP, shape) * 255))
        row, column = np.unravel_index(drawn.argmax(), shape)
        assert row / shape[0] == pytest.approx(0.2 + 0.6 * 2 / 6, abs=0.02)
        assert column / shape[1] == pytest.approx(0.1 + 0.8 * 5 / 6, abs=0.02)


def test_an_empty_map_is_a_black_picture(films, fake, monkeypatch):
    (films / "a.png").write_bytes(PNG)
    reading = fake.read(load_radiograph(PNG))
    empty = replace(reading.explanation, heatmap=np.zeros((7, 7), np.float32))
    monkeypatch.setattr(fake, "read", lambda _: replace(reading, explanations=(empty,)))
    answer(films / "a.png", fake, Output(heatmaps=films / "maps", overlays=films / "overlays"))
    with Image.open(films / "maps" / f"{reading.sha256}.png", formats=("PNG",)) as picture:
        assert picture.size == (320, 256)
        assert not np.array(picture).any()
    assert (films / "overlays" / f"{reading.sha256}.png").is_file()


def test_an_overlay_is_the_picture_of_that_film(films, fake):
    (films / "a.png").write_bytes(PNG)
    overlays = films.parent / "overlays"
    given = answer(films / "a.png", fake, Output(overlays=overlays))
    with Image.open(overlays / f"{given.sha256}.png", formats=("PNG",)) as picture:
        assert picture.mode == "RGB"
        coloured = np.array(picture).astype(int)
    assert min(coloured.shape[:2]) >= 200
    assert np.ptp(coloured, axis=2).max() > 40, "the map is drawn in colour"


def test_an_overlay_says_the_result_and_whatever_has_to_be_read_with_it(films, fake, monkeypatch):
    (films / "a.png").write_bytes(PNG)
    written = []
    monkeypatch.setattr(written_files, "render_sheet", lambda *given: written.append(given) or render_sheet(*given))
    against = "Version drawn-1 reads films against its gate."
    reading = replace(fake.read(load_radiograph(PNG)), against_gate=against)
    monkeypatch.setattr(fake, "read", lambda _: reading)
    answer(films / "a.png", fake, Output(overlays=films / "overlays"))
    ((_, _, view, words),) = written
    assert view.layout == "overlay"
    assert any(against in notice for notice in words.notices)


def test_nothing_is_written_unless_asked_for(films, command, xray_home):
    (films / "a.png").write_bytes(PNG)
    before = sorted(xray_home.parent.rglob("*"))
    assert command(films)[0] == 0
    assert sorted(xray_home.parent.rglob("*")) == before
