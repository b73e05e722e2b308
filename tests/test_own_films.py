"""Are a version's validation films found again, and is it noticed when they are not those?"""

from dataclasses import replace

import pytest
from drawn_lungs import drawn_gate
from training_doubles import draw_dataset, film, opened_paths, png

from model_store.card import ModelCard
from training.config import PRESETS
from training.dataset import DatasetError, scan
from training.division import divide_images
from training.own_films import films_of, own_parts

CONFIG = replace(PRESETS["head"], validation_share=0.3, seed=5)


@pytest.fixture(scope="module")
def people(tmp_path_factory):
    return draw_dataset(tmp_path_factory.mktemp("own") / "data", train=10, test=3)


def card_of(validation, *, refused=0):
    content = {"recipe": CONFIG.as_json(), "data": {"validation": films_of(validation), "refused": refused}}
    return ModelCard("drawn-1", "5" * 64, 1.0, 0.5, content)


def divided(folder, *, hold_out=False, refused=frozenset()):
    images = scan(folder, exclude={"test"})
    return divide_images(images, validation_share=0.3, seed=5, hold_out=hold_out, refused=refused)


@pytest.mark.parametrize("hold_out", [False, True])
def test_the_films_are_those_of_the_training(people, xray_home, hold_out):
    wanted, other = (divided(people, hold_out=each) for each in (hold_out, not hold_out))
    assert films_of(wanted.validation) != films_of(other.validation), "both divisions count alike"
    with opened_paths() as opened:
        found = own_parts(people, card_of(wanted.validation), drawn_gate(), home=xray_home)
    assert found == wanted, "what was held out counts neither as learned nor as validated"
    assert not [path for path in opened if path.startswith(str(people / "test"))]


def test_what_the_training_left_out_is_left_out_again(people, xray_home, tmp_path):
    for path in (people / "train").rglob("*.png"):
        copy = tmp_path / path.relative_to(people)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    dark = next((tmp_path / "train/NORMAL").iterdir())
    dark.write_bytes(png(film("NORMAL", 3) // 20))
    wanted = divided(tmp_path, refused={dark})
    assert wanted != divided(tmp_path), "the film that is left out changes nothing"
    card = card_of(wanted.validation, refused=1)
    assert own_parts(tmp_path, card, drawn_gate(), home=xray_home) == wanted


def test_other_films_are_noticed(people, xray_home):
    with pytest.raises(DatasetError, match="not the films that version drawn-1 learned from"):
        own_parts(people, card_of(divided(people).validation[:-1]), drawn_gate(), home=xray_home)


@pytest.mark.parametrize("missing", ["recipe", "data"])
def test_a_card_that_does_not_tell(people, xray_home, missing):
    card = card_of(divided(people).validation)
    del card.content[missing]
    with pytest.raises(DatasetError, match="does not say how its validation films were drawn"):
        own_parts(people, card, drawn_gate(), home=xray_home)


def test_films_are_counted_by_class_and_patient(people):
    assert films_of(scan(people, splits={"train"})) == {"NORMAL": 10, "PNEUMONIA": 10, "patients": 20}
