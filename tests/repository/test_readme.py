"""Are the README and docs/ true? Every command in them runs, and the figures are the card's."""

import io
import re
import shlex
import zipfile
from contextlib import nullcontext
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import model_store.__main__ as reader
import training.__main__ as trainer
from tests.doubles.films.phantom import Chest, chest_film, png, told_apart
from tests.robustness.disk_full import eagerly
from training.evaluation.controls import exchange, small_reader
from training.evaluation.maps import films, sanity
from training.statistics import metrics

TOP = Path(__file__).parents[2]
README = (TOP / "README.md").read_text()
DOCS = [path.read_text() for path in sorted((TOP / "docs").glob("*.md"))]
COMMANDS = [line for text in (README, *DOCS) for line in re.findall(r"^\.venv/bin/python -m (.+)$", text, re.MULTILINE)]

SHORTENED = {
    "fit full": ["--epochs", "1", "--steps-per-epoch", "1"],
    "fit head": ["--epochs", "40"],
    **{verb: ["--epochs", "1"] for verb in ("lungs", "presentation")},
}
"""What keeps the long commands short here; everything else runs as it stands in the README."""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files that the README's commands name, drawn."""
    folder = tmp_path_factory.mktemp("readme")
    (folder / "film.png").write_bytes(png())
    (folder / "folder").mkdir()
    (folder / "folder" / "film.png").write_bytes(png(Chest(seed=1)))
    with zipfile.ZipFile(folder / "disc.zip", "w") as disc:
        disc.writestr("film.png", png(Chest(seed=2)))
    for split in ("train", "test"):
        for number, label in enumerate(("NORMAL", "PNEUMONIA")):
            images = folder / "chest_xray" / split / label
            masks = folder / "lung_masks" / label
            images.mkdir(parents=True)
            masks.mkdir(parents=True, exist_ok=True)
            for seed in range(4):
                chest = Chest(width=224, height=224, seed=100 * number + seed, opacity=0.4 * number)
                _write(images / f"{split}{seed}.png", chest, split == "test")
                (masks / f"{split}{seed}.png").write_bytes(_mask())
    (folder / "pictures").mkdir()
    noise = np.random.default_rng(0).integers(0, 256, (100, 120), np.uint8)
    Image.fromarray(noise).save(folder / "pictures" / "noise.png")
    _draw_ward(folder / "films")
    return folder


def _draw_ward(folder: Path) -> None:
    """Draw a clinic's own films: the class folders alone, twelve films each."""
    for number, label in enumerate(("NORMAL", "PNEUMONIA")):
        (folder / label).mkdir(parents=True)
        for seed in range(12):
            chest = Chest(width=224, height=224, seed=1000 * (number + 1) + seed, opacity=0.4 * number)
            _write(folder / label / f"film{seed}.png", chest)


def _write(path: Path, chest: Chest, *more: int) -> None:
    Image.fromarray(told_apart(chest_film(chest), chest.seed, *more)).save(path)


def _mask() -> bytes:
    mask = np.zeros((224, 224), np.uint8)
    mask[50:170, 40:100] = mask[50:170, 125:185] = 255
    buffer = io.BytesIO()
    Image.fromarray(mask).save(buffer, "PNG")
    return buffer.getvalue()


def test_the_readme_names_every_command() -> None:
    named = {shlex.split(command)[1] for command in COMMANDS}
    assert named == {
        *("read", "verify", "list", "activate", "rollback", "export", "import", "remove"),
        *("describe", "download", "examine", "fit", "evaluate", "gate", "lungs", "maps", "mirroring", "presentation"),
        *("recalibrate", "release"),
    }


def test_every_command_runs(place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(place)
    monkeypatch.delenv("CHEST_XRAY_DATA", raising=False)  # A comparison on its test films takes minutes.
    monkeypatch.setattr(trainer, "BUNDLED_FOLDER", _bundled_copy(place))
    monkeypatch.setattr(metrics, "patient_bootstrap", partial(metrics.patient_bootstrap, draws=40))
    monkeypatch.setattr(films, "FILMS", 2)
    monkeypatch.setattr(exchange, "FILMS", 4)
    monkeypatch.setattr(small_reader, "EPOCHS", 1)
    monkeypatch.setattr(sanity, "SEEDS", (0,))
    to_compile = {"fit head", "fit full"}
    for command in COMMANDS:
        program, verb, *arguments = shlex.split(command)
        main = {"training": trainer.main, "model_store": reader.main}[program]
        kind = f"{verb} {arguments[arguments.index('--preset') + 1]}" if "--preset" in arguments else verb
        # To compile a network takes far longer than to use it a few times; each way of training does so once.
        with nullcontext() if kind in to_compile else eagerly():
            status = main([verb, *arguments, *SHORTENED.get(kind, [])])
        to_compile.discard(kind)
        printed = capsys.readouterr()
        if verb == "download":
            # Here there is neither kagglehub nor a network; what counts is that a sentence says so.
            assert status == 2, command
            assert "kagglehub" in printed.err or "Kaggle" in printed.err
        elif verb == "maps" and status == 2 and "my-head" not in arguments:
            # One step on four drawings teaches nothing; what it says then is that it suspects none of them.
            assert "No film with pneumonia is suspected" in printed.err
        else:
            assert status == 0, f"{command}: {printed.err}"
    assert (place / "montage.png").stat().st_size > 0
    assert (place / "report.json").stat().st_size > 0
    assert (place / "ward-1.zip").stat().st_size > 40_000_000
    assert len(list((place / "results").iterdir())) == 4, "a picture and a report of each film"
    assert {"roc.png", "confusion_matrix.png"} <= {path.name for path in (place / "figures").iterdir()}


def _bundled_copy(place: Path) -> Path:
    from model_store.versions.bundled import BUNDLED_FOLDER, lungs_file, mirroring_file, presentation_file

    copy = place / "bundled"
    copy.mkdir()
    networks = (file(BUNDLED_FOLDER) for file in (lungs_file, presentation_file, mirroring_file))
    for file in (*networks, BUNDLED_FOLDER / "lungs.json"):
        (copy / file.name).write_bytes(file.read_bytes())
    return copy


def test_the_two_commands_are_those_of_ci() -> None:
    setups = re.findall(r"^\(python3 -m venv.*$", README, re.MULTILINE)
    assert len(setups) == 2
    assert setups[0].endswith("-r requirements.txt && .venv/bin/streamlit run streamlit_app.py")
    assert setups[1].endswith("-r requirements-dev.txt && .venv/bin/python -m pytest")
    ci = (TOP / ".ci" / "run").read_text()
    assert "grep -m 1 -e '-m pytest' README.md" in ci
    assert re.search("-m pytest", README).start() == README.index(setups[1]) + setups[1].index("-m pytest")


def test_the_figures_are_the_cards() -> None:
    from model_store.versions.bundled import BUNDLED
    from model_store.versions.registry import Registry
    from training.versions.release import readme_figures

    card = Registry().version(BUNDLED).card.content
    block = README.split("<!-- figures", 1)[1].split("-->", 1)[1].split("<!-- end of figures -->")[0]
    assert block.strip() == readme_figures(card).strip()


def test_every_picture_and_folder_is_there() -> None:
    for linked in re.findall(r"\]\(((?!http)[^)]+)\)", README):
        assert (TOP / linked).is_file(), linked
    for folder in (
        "streamlit_app.py",
        "xray_ui",
        "model_store/bundled",
        "training",
        "tests/browser",
        "tests/benchmarks",
    ):
        assert (TOP / folder).exists(), folder
