"""What does an examination of films say before a training may start?"""

import io
import json
import shutil
import zipfile
from contextlib import nullcontext
from dataclasses import replace

import pytest
from PIL import Image

from model_store.sources.zips import UnusableArchive
from model_store.trainings import uploads
from model_store.trainings.cost import keep_pace
from model_store.trainings.findings.record import Code, Finding, read_findings
from model_store.trainings.findings.wording import in_words
from model_store.versions.registry import ModelNotFound, Registry
from tests.doubles.cards import SHARED_CARD
from tests.doubles.films.drawn_lungs import DrawnFinder, drawn_check
from tests.doubles.trainings.examine_doubles import (  # noqa: F401
    copied_people,
    drawn_people,
    examination,
    examination_run,
    fake_timer,
    films_of,
)
from tests.doubles.trainings.training_doubles import draw_dataset, film, name_of, png
from training.data.dataset import scan
from training.data.labelled import DatasetError
from training.examination import examine as module
from training.examination.examine import examine
from training.run.plan import TrainingPlan
from training.run.progress import Progress
from training.run.recipes import PRESETS


def test_a_data_set_that_can_be_trained_on(examined, data, timer, run):
    found = examined(data)
    assert found["problems"] == []
    assert (found["data"], found["labels"]) == (str(data.resolve()), None)
    assert (found["classes"], found["unknown_classes"]) == ({}, [])
    assert (found["images"], found["images_by_name"]) == (28, {"NORMAL": 14, "PNEUMONIA": 14})
    assert found["splits"] == {
        "train": {"NORMAL": 14, "PNEUMONIA": 14, "bacterial": 7, "viral": 7, "patients": 28, "images": 28}
    }
    assert found["balance"] == 0.5
    assert (found["duplicates"], found["duplicates_in_two_classes"], found["patients_in_two_splits"]) == ([], 0, [])
    assert found["refused"] == []
    assert found["estimate"] == {"seconds": 12.5, "measured_steps": 3}
    assert found["gate"] == {"auroc": 0.02, "sensitivity": 0.05, "specificity": 0.05, "ece": 0.1}
    assert 0 < found["disk"]["needed"] < found["disk"]["free"]
    assert in_words(run.read_json("result")) == found


def test_the_record_holds_codes_and_their_figures_and_no_sentences(examined, data, run):
    (data / "train/PNEUMONIA").rename(data / "train/sick")
    found, record = examined(data), run.read_json("result")
    findings = read_findings(record)
    assert findings.problems == (Finding(code=Code.UNKNOWN_FOLDERS, names=("sick",)),)
    assert findings.layout[0] == Finding(code=Code.FOLDERS_DECIDE)
    for sentence in [*found["problems"], *found["layout"]]:
        assert sentence not in json.dumps(record)


def test_the_films_of_the_reference_set_take_their_time_too(examined, data, timer, tmp_path, xray_home):
    """Both versions read them at the end, and those that nobody has prepared yet have to be prepared first."""
    for number in range(50):
        film = tmp_path / "reference" / "test" / "NORMAL" / f"{number}.png"
        film.parent.mkdir(parents=True, exist_ok=True)
        film.touch()
    keep_pace(xray_home, {"preparing films": 2.0})
    first = examined(data, reference=tmp_path / "reference")
    (_, _, read) = timer.asked[-1]
    assert read == films_of(first["parts"]["held_out"]) + 50
    assert 12.5 < first["estimate"]["seconds"] <= 12.5 + 50 * 2.0, "at the pace at which these films were prepared"
    assert examined(data, reference=data)["estimate"]["seconds"] == 12.5


def test_the_parts_are_those_of_the_training(examined, data, timer):
    parts = examined(data)["parts"]
    assert sum(map(films_of, parts.values())) == 28
    assert all(part["NORMAL"] and part["PNEUMONIA"] and part["patients"] == films_of(part) for part in parts.values())
    held_out = films_of(parts["held_out"])
    assert timer.asked == [(PRESETS["head"], 28 - held_out, held_out)]


def test_without_a_comparison_nothing_is_held_out_and_the_test_folder_not_prepared(examined, data, xray_home):
    test = draw_dataset(data / "new", a=15, test=2) / "test"
    shutil.move(test, data / "test")
    shutil.rmtree(data / "new")
    found = examined(data, compare=False)
    assert found["parts"]["held_out"] == {"NORMAL": 0, "PNEUMONIA": 0, "patients": 0}
    assert sorted(found["splits"]) == ["test", "train"]
    assert len(list((xray_home / "cache").rglob("*.npz"))) == 28
    assert found["problems"] == []


def test_the_films_are_prepared_once(examined, data, monkeypatch, xray_home):
    examined(data)
    finder = DrawnFinder()
    monkeypatch.setattr(module, "load_film_check", lambda folder: drawn_check(finder))
    examined(data)
    assert finder.calls == 0


def test_refused_films_are_listed_and_stay_out(examined, data):
    (data / "train/NORMAL/broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (data / "train/PNEUMONIA/dark.png").write_bytes(png(film("PNEUMONIA", 1) // 20))
    found = examined(data)
    reasons = {each["path"]: each["reason"] for each in found["refused"]}
    assert set(reasons) == {"train/NORMAL/broken.png", "train/PNEUMONIA/dark.png"}
    assert "cut off" in reasons["train/NORMAL/broken.png"]
    assert "No two lungs" in reasons["train/PNEUMONIA/dark.png"]
    assert "Films that cannot be read and are not learned from: 2; the list says why." in found["warnings"]
    assert found["problems"] == []


def test_duplicates_and_patients_in_two_splits_are_listed(examined, data):
    (data / "val/NORMAL").mkdir(parents=True)
    name = name_of("NORMAL", 1)
    shutil.copy(data / "train/NORMAL" / name, data / "val/NORMAL" / name)
    found = examined(data)
    assert found["duplicates"] == [[f"train/NORMAL/{name}", f"val/NORMAL/{name}"]]
    assert found["patients_in_two_splits"] == ["NORMAL/IM-0001"]
    assert found["problems"] == []


def test_class_names_are_asked_for_before_anything_is_prepared(examined, data, timer, xray_home):
    (data / "train/NORMAL").rename(data / "train/healthy")
    (data / "train/PNEUMONIA").rename(data / "train/sick")
    found = examined(data)
    assert found["unknown_classes"] == ["healthy", "sick"]
    assert found["problems"] == ["Say what the folders 'healthy' and 'sick' mean."]
    assert found["images_by_name"] == {"healthy": 14, "sick": 14}
    assert (found["images"], found["splits"], found["balance"], found["estimate"]) == (0, {}, None, None)
    assert not (xray_home / "cache").exists()
    half = examined(data, classes={"sick": "PNEUMONIA"})
    assert half["problems"] == ["Say what the folder 'healthy' means."]
    assert (half["images"], half["balance"], half["warnings"]) == (14, None, [])
    answered = examined(data, classes={"healthy": "NORMAL", "sick": "PNEUMONIA"})
    assert answered["problems"] == []
    assert answered["classes"] == {"healthy": "NORMAL", "sick": "PNEUMONIA"}
    assert answered["images"] == 28


def test_one_class(examined, data, timer):
    shutil.rmtree(data / "train/NORMAL")
    found = examined(data)
    assert found["problems"] == ["There are no films of class NORMAL; both classes are needed, so add some."]
    assert (found["images"], found["balance"], timer.asked) == (14, 1.0, [])


def test_a_table_of_labels(examined, data):
    folder = data.parent / "films"
    folder.mkdir()
    lines = ["image;label;patient"]
    for label, called in (("NORMAL", "healthy"), ("PNEUMONIA", "sick")):
        for number, path in enumerate(sorted((data / "train" / label).iterdir())):
            shutil.copy(path, folder / path.name)
            lines.append(f"{path.name};{called};{number // 2}")
    (folder / "labels.csv").write_text("\n".join(lines))
    assert examined(folder)["problems"] == ["Say what the labels 'healthy' and 'sick' mean."]
    found = examined(folder, classes={"healthy": "NORMAL", "sick": "PNEUMONIA"})
    assert found["problems"] == []
    assert found["labels"] == str((folder / "labels.csv").resolve())
    assert found["splits"]["all"]["patients"] == 7


def test_too_few_patients(examined, data, timer):
    for path in (data / "train/NORMAL").iterdir():
        path.rename(path.with_name(path.name.replace(path.name[:7], "IM-0001").replace("0001.", f"{path.stem}.")))
    found = examined(data)
    (problem,) = found["problems"]
    assert problem.startswith("Class NORMAL has 1 patient, but training, validation and the held-out films need one")
    assert found["parts"]["training"] == {"NORMAL": 0, "PNEUMONIA": 0, "patients": 0}
    assert timer.asked == []


def test_a_class_of_which_every_film_is_refused(examined, data):
    for path in (data / "train/PNEUMONIA").iterdir():
        path.write_bytes(b"no film: " + path.name.encode())
    found = examined(data)
    assert found["problems"] == [
        "Every film of class PNEUMONIA is refused; see the reasons and export these films anew."
    ]
    assert len(found["refused"]) == 14


def test_test_films_that_are_training_films_saved_again_forbid_the_training(examined, data):
    for path in sorted(data.glob("train/*/*.png")):
        if path.name in (name_of(path.parent.name, 1), name_of(path.parent.name, 2)):
            copy = data / "test" / path.parent.name / f"scan of {path.stem}.jpg"
            copy.parent.mkdir(parents=True, exist_ok=True)
            with Image.open(path) as picture:
                picture.resize((220, 220)).save(copy, quality=75)
    found = examined(data)
    assert found["problems"] == [
        "Films that lie in the test folder and among those to learn from, as the same file or saved anew: 4; "
        "delete each from one of the two."
    ]
    assert len(found["duplicates"]) == 4
    assert found["duplicates"][0][1].startswith("train/NORMAL/IM-0001")


def test_columns_of_a_table_that_are_not_used_are_named(examined, data):
    rows = [f"{path.relative_to(data)},{path.parent.name},4,f" for path in sorted(data.glob("train/*/*"))]
    (data / "labels.csv").write_text("\n".join(["image,label,age,sex", *rows]))
    assert "Of labels.csv the columns 'age' and 'sex' are not used." in examined(data)["warnings"]
    (data / "labels.csv").write_text("\n".join(["image,label,patient_id", *(row[:-2] for row in rows)]))
    assert not [sentence for sentence in examined(data)["warnings"] if "not used" in sentence]


def test_a_film_stands_beside_the_question_what_a_name_means(examined, data, run):
    (data / "train/NORMAL").rename(data / "train/µ┐úÕ©©")
    (data / "train/PNEUMONIA").rename(data / "train/broken")
    sorted((data / "train/broken").iterdir())[0].write_bytes(png(film("PNEUMONIA", 1))[:200])
    found = examined(data)
    assert found["samples"] == {"µ┐úÕ©©": "sample-1.png"}
    with Image.open(run.path / "sample-1.png") as shown:
        assert (shown.size, shown.mode) == ((224, 224), "L")
    said = {"µ┐úÕ©©": "NORMAL", "broken": "PNEUMONIA"}
    assert examined(data, classes=said)["samples"] == {}
    rows = [f"{path.relative_to(data)},?" for path in sorted(data.glob("train/µ*/*"))]
    (data / "labels.csv").write_text("\n".join(["image,label", *rows]))
    assert list(examined(data)["samples"]) == ["?"]


def test_a_full_disk(examined, data, monkeypatch, timer, xray_home):
    monkeypatch.setattr(module, "free_bytes", lambda folder: 1_000_000)
    found = examined(data)
    assert [problem[-8:] for problem in found["problems"]] == ["MB more."]
    assert found["disk"]["free"] == 1_000_000
    assert not (xray_home / "cache").exists()
    assert found["images"] == 28


def test_weights_that_cannot_be_had_forbid_the_training(examined, data, monkeypatch):
    def missing(*_, **__):
        raise ModelNotFound("There is no version gone.")

    monkeypatch.setattr(module, "seconds_for", missing)
    found = examined(data)
    assert (found["problems"], found["estimate"]) == (["There is no version gone."], None)


def test_a_zip_is_unpacked_into_the_examination(examined, data, run, tmp_path):
    with zipfile.ZipFile(tmp_path / "films.zip", "w") as archive:
        for path in data.rglob("*.png"):
            archive.write(path, f"chest/{path.relative_to(data)}")
    shutil.rmtree(data)
    found = examined(tmp_path / "films.zip")
    assert found["data"] == str(run.path.resolve() / "data")
    assert found["problems"] == []
    assert sum(map(films_of, found["parts"].values())) == 28


@pytest.mark.parametrize("is_zip", [True, False])
def test_an_uploaded_zip_goes_as_soon_as_it_is_unpacked_or_refused(examined, data, xray_home, monkeypatch, is_zip):
    file, seen = io.BytesIO(), []
    if is_zip:
        with zipfile.ZipFile(file, "w") as archive:
            for path in data.rglob("*.png"):
                archive.write(path, path.relative_to(data))
    kept, looked_at = uploads.keep_zip(file, xray_home), module._looked_at
    monkeypatch.setattr(module, "_looked_at", lambda *given: seen.append(kept.exists()) or looked_at(*given))
    with nullcontext() if is_zip else pytest.raises(UnusableArchive):
        examined(kept)
    assert (seen, kept.exists()) == ([False] * is_zip, False)


def test_a_file_that_is_no_zip(examined, tmp_path, run):
    (tmp_path / "films.zip").write_bytes(b"no ZIP")
    with pytest.raises(UnusableArchive, match="This is not a ZIP file"):
        examined(tmp_path / "films.zip")
    assert not (run.path / "result.json").exists()


def test_no_folder(examined, tmp_path):
    with pytest.raises(DatasetError, match="There is no folder"):
        examined(tmp_path / "nowhere")


def test_how_far_it_is(timer, data, run, xray_home):
    progress = Progress()
    examine(TrainingPlan(data=data, config=PRESETS["head"], compare=True), run, home=xray_home, progress=progress)
    assert (progress.snapshot()["phase"], progress.snapshot()["steps"]) == ("preparing films", 28)


def test_a_data_folder_that_is_called_as_a_test_split_is_warned_of(examined, data):
    said = "The data folder itself is called 'Testing', as a test split is"
    assert not any("itself is called" in each for each in examined(data)["warnings"])
    assert any(said in each for each in examined(data.rename(data.with_name("Testing")))["warnings"])


def test_a_folder_whose_use_nobody_knows_is_asked_for_before_anything_is_prepared(examined, data, timer, xray_home):
    shutil.move(data / "train", data / "fold1")
    draw_dataset(data, fold2=2)
    found = examined(data)
    assert found["problems"] == [
        "Say what the films of the folders 'fold1' and 'fold2' are for: to learn from, only to judge on, or to be left "
        "out."
    ]
    assert (found["unknown_splits"], found["images"]) == ({"fold1": 28, "fold2": 4}, 32)
    assert (timer.asked, (xray_home / "cache").exists()) == ([], False)
    answered = examined(data, splits={"fold1": "train", "fold2": "-"})
    assert (answered["problems"], answered["images"], answered["unknown_splits"]) == ([], 28, {})
    assert (answered["split_meanings"], answered["left_out"]) == ({"fold1": "train", "fold2": "-"}, {"said": 4})
    judging = examined(data, splits={"fold1": "train", "fold2": "test"})["parts"]
    assert (films_of(judging["held_out"]), films_of(judging["training"]) + films_of(judging["validation"])) == (4, 28)


def test_what_was_decided_and_left_out_is_said(examined, data):
    (data / "train/masks").mkdir()
    shutil.copy(next((data / "train/NORMAL").iterdir()), data / "train/masks/1.png")
    found = examined(data)
    assert found["left_out"] == {"masks": 1}
    assert found["layout"] == [
        "The names of folders say which class a film is of.",
        "Films are learned from in folder 'train'.",
        "Left out are masks, which are never films: 1.",
    ]


def test_the_log_names_no_film_and_no_place(examined, data, run, capsys):
    (data / "train/NORMAL/Doe_Jane.png").write_bytes(b"no film")
    examined(data)
    said = "\n".join([*run.log_tail(), *capsys.readouterr()])
    assert "examined 29 films, 1 refused" in said
    assert "Doe" not in said
    assert str(data) not in said


def test_films_that_the_first_weights_know_are_said(examined, data, xray_home, tmp_path):
    weights = tmp_path / "weights"
    weights.write_bytes(b"tensors")
    everything = [image.sha256 for image in scan(data)]
    Registry(xray_home).register("knows", weights, SHARED_CARD, learned_from=everything)
    config = replace(PRESETS["head"], init="knows")
    validation = examined(data, config=config)["parts"]["validation"]
    count = validation["NORMAL"] + validation["PNEUMONIA"]
    found = examined(data, config=config)["warnings"]
    assert any(f"has learned from {count} of the {count} films" in sentence for sentence in found)
    assert any("will not be compared on these" in sentence for sentence in found)
    plain = examined(data, config=replace(PRESETS["head"], init="random"))["warnings"]
    assert not any("learned from" in sentence for sentence in plain if "refused" not in sentence)
