"""Is a film examined before it is read, prepared as the network sees it, and refused with its reason?"""

import numpy as np
import phantom
import pytest
from drawn_lungs import DrawnFinder, DrawnPresentation, lungs_of_the_phantom

from model_store import reasons
from model_store.film_gate import FilmGate, load_film_gate
from model_store.lungs import lungs_file
from model_store.preprocessing import to_model_input
from model_store.quality import FilmRefused, QualityReport
from model_store.radiograph import Radiograph, load_radiograph
from model_store.registry import BUNDLED_FOLDER
from model_store.weights import ModelCorrupted

DARK = Radiograph(np.tile(np.arange(8, dtype=np.uint8), (80, 10)), "0" * 64, "PNG")


@pytest.fixture(scope="module")
def film():
    return load_radiograph(phantom.png(phantom.Chest(320, 256)))


def gate_without_networks(finder=None):
    return FilmGate(finder or DrawnFinder(), DrawnPresentation())


def test_a_film_with_lungs_is_prepared_by_them(film):
    lungs = lungs_of_the_phantom()
    examined = gate_without_networks(DrawnFinder(lungs)).examine(film)
    expected = to_model_input(film.reduced, lungs)
    assert examined.lungs is lungs
    assert examined.report == QualityReport()
    assert examined.seen.crop == expected.crop
    np.testing.assert_array_equal(examined.seen.pixels, expected.pixels)


def test_a_film_without_lungs_is_refused_and_can_be_overruled():
    with pytest.raises(FilmRefused, match="No two lungs were found on this picture") as refused:
        gate_without_networks().examine(DARK)
    assert refused.value.report.reasons == (reasons.NO_LUNGS,)


def test_an_overruled_film_is_read_whole_with_the_reason_beside_it():
    examined = gate_without_networks().examine(DARK, overrule=True)
    assert examined.lungs is None
    assert examined.seen.crop == (0, 0, 1, 1)
    np.testing.assert_array_equal(examined.seen.pixels, to_model_input(DARK.reduced, None).pixels)
    assert examined.report.reasons == (reasons.NO_LUNGS,)


def test_overruling_what_is_no_refusal_changes_nothing(film):
    plain, overruled = (gate_without_networks().examine(film, overrule=each) for each in (False, True))
    assert overruled.report == plain.report
    assert overruled.seen.crop == plain.seen.crop


def test_lungs_are_looked_for_once(film):
    finder = DrawnFinder()
    gate_without_networks(finder).examine(film)
    assert finder.calls == 1


def test_a_damaged_lung_network_is_refused(tmp_path):
    data = bytearray(lungs_file(BUNDLED_FOLDER).read_bytes())
    data[-1] ^= 1
    lungs_file(tmp_path).write_bytes(data)
    with pytest.raises(ModelCorrupted, match=r"lungs\.safetensors is not the one"):
        load_film_gate(tmp_path)


def test_the_bundled_gate_lets_a_drawn_chest_pass(gate, film):
    examined = gate.examine(film)
    assert examined.lungs is not None
    assert examined.report.verdict != "refuse"
