"""Are a version's validation films found again, and is it noticed when they are not those?"""

from dataclasses import replace

import pytest

from model_store.basics.errors import ModelCorrupted
from model_store.reading.card import ModelCard
from model_store.reading.decision.calibration import Calibration
from model_store.versions.registry import Registry
from tests.doubles.films.drawn_lungs import drawn_check
from tests.doubles.trainings.training_doubles import draw_dataset, film, opened_paths, png
from training.data.dataset import scan
from training.data.division import divide_images
from training.data.labelled import DatasetError
from training.prepared.own_films import Draw, films_of, own_parts, parts_for
from training.run.plan import TrainingPlan
from training.run.recipes import PRESETS

CONFIG = replace(PRESETS["head"], validation_share=0.3, seed=5)


@pytest.fixture(scope="module")
def people(tmp_path_factory):
    return draw_dataset(tmp_path_factory.mktemp("own") / "data", train=10, test=3)


def card_of(validation, *, refused=0):
    content = {"recipe": CONFIG.as_json(), "data": {"validation": films_of(validation), "refused": refused}}
    return ModelCard("drawn-1", "5" * 64, Calibration.by_temperature(1.0), 0.5, content)


def divided(folder, *, hold_out=False, refused=frozenset()):
    images = scan(folder, exclude={"test"})
    return divide_images(images, validation_share=0.3, seed=5, hold_out=hold_out, refused=refused)


@pytest.mark.parametrize("hold_out", [False, True])
def test_the_films_are_those_of_the_training(people, xray_home, hold_out):
    wanted, other = (divided(people, hold_out=each) for each in (hold_out, not hold_out))
    assert films_of(wanted.validation) != films_of(other.validation), "both divisions count alike"
    with opened_paths() as opened:
        found = own_parts(people, card_of(wanted.validation), drawn_check(), home=xray_home)
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
    assert own_parts(tmp_path, card, drawn_check(), home=xray_home) == wanted


def test_other_films_are_noticed(people, xray_home):
    with pytest.raises(DatasetError, match="not the films that version drawn-1 learned from"):
        own_parts(people, card_of(divided(people).validation[:-1]), drawn_check(), home=xray_home)


@pytest.mark.parametrize("missing", ["recipe", "data"])
def test_a_card_that_does_not_tell(people, xray_home, missing):
    card = card_of(divided(people).validation)
    del card.content[missing]
    with pytest.raises(DatasetError, match="does not say how its validation films were drawn"):
        own_parts(people, card, drawn_check(), home=xray_home)


def drawn_card(validation, **drawn):
    card = card_of(validation)
    card.content["data"]["drawn"] = {"validation_share": 0.3, "seed": 5, "hold_out": False} | drawn
    return card


@pytest.mark.parametrize("hold_out", [False, True])
def test_the_card_says_by_what_its_films_were_drawn(people, xray_home, hold_out):
    """Not by the seed and the share of its recipe, where its training kept the films of another version."""
    wanted = divided(people, hold_out=hold_out)
    card = drawn_card(wanted.validation, hold_out=hold_out)
    card.content["recipe"] = replace(CONFIG, seed=77, validation_share=0.12).as_json()
    assert own_parts(people, card, drawn_check(), home=xray_home) == wanted


@pytest.mark.parametrize("damage", [{"seed": None}, {"seed": "some"}, {"validation_share": []}])
def test_a_card_whose_draw_is_damaged(people, xray_home, damage):
    with pytest.raises(ModelCorrupted, match=r"its entry data\.drawn\.\w+ cannot be used"):
        own_parts(people, drawn_card(divided(people).validation, **damage), drawn_check(), home=xray_home)


@pytest.fixture
def registry(xray_home, tmp_path):
    """A home with the version "old", whose card says what is asked for."""
    registry, weights = Registry(xray_home), tmp_path / "weights"
    weights.write_bytes(b"tensors")

    def register(card):
        registry.register("old", weights, card.content | {"temperature": 1.0, "operating_point": 0.5})
        return registry

    return register


def planned(people, *, init="old", compare=False):
    config = replace(PRESETS["head"], init=init, seed=99)
    images = scan(people, exclude=set() if compare else {"test"})
    return TrainingPlan(data=people, config=config, compare=compare), images, frozenset()


def test_a_training_keeps_the_validation_films_of_the_version_that_it_begins_from(people, registry):
    own = divided(people)
    parts, draw = parts_for(*planned(people), registry(drawn_card(own.validation)))
    assert parts == own
    assert draw == Draw(validation_share=0.3, seed=5, hold_out=False)


def test_a_card_of_before_tells_by_its_recipe(people, registry):
    own = divided(people)
    parts, draw = parts_for(*planned(people), registry(card_of(own.validation)))
    assert (parts, draw.seed) == (own, 5)


def test_what_the_version_held_out_stays_out_of_its_successors(people, registry):
    own = divided(people, hold_out=True)
    parts, draw = parts_for(*planned(people), registry(drawn_card(own.validation, hold_out=True)))
    assert parts == own
    assert draw.hold_out


def test_for_a_comparison_films_are_held_out_whatever_the_version_did(people, registry):
    """These were validation or training films of a version that held none out; the data's test folder is used."""
    plan = planned(people, compare=True)
    parts, draw = parts_for(*plan, registry(drawn_card(divided(people).validation)))
    assert draw == Draw(validation_share=0.12, seed=99, hold_out=True)
    assert {image.split for image in parts.held_out} == {"test"}


def test_a_comparison_keeps_the_validation_films_where_the_version_held_out_too(people, registry):
    images = scan(people)
    own = divide_images(images, validation_share=0.3, seed=5, hold_out=True)
    parts, draw = parts_for(*planned(people, compare=True), registry(drawn_card(own.validation, hold_out=True)))
    assert parts == own
    assert draw.seed == 5


OTHERS = {
    "random": lambda card: "random",
    "other films": lambda card: card.content["data"]["validation"].update(patients=3) or "old",
    "no recipe": lambda card: card.content.pop("recipe") and card.content["data"].pop("drawn") and "old",
}


@pytest.mark.parametrize("change", OTHERS.values(), ids=OTHERS)
def test_without_such_a_version_films_are_drawn_by_the_seed_of_the_training(people, registry, change):
    card = drawn_card(divided(people).validation)
    init = change(card)
    plan, images, refused = planned(people, init=init)
    parts, draw = parts_for(plan, images, refused, registry(card))
    assert draw == Draw(validation_share=0.12, seed=99, hold_out=False)
    assert parts == divide_images(images, validation_share=0.12, seed=99, hold_out=False)


def test_a_damaged_version_is_said_by_whoever_loads_it(people, registry):
    versions = registry(drawn_card(divided(people).validation))
    (versions.folder / "old/card.json").write_text("{")
    _, draw = parts_for(*planned(people), versions)
    assert draw.seed == 99


def test_films_are_counted_by_class_and_patient(people):
    assert films_of(scan(people, splits={"train"})) == {"NORMAL": 10, "PNEUMONIA": 10, "patients": 20}
