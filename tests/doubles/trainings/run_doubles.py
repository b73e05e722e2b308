"""Run folders, examinations, comparisons and versions as the trainer leaves them, written by hand."""

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from model_store.basics.records import SCHEMA
from model_store.trainings.folder import RunFolder
from model_store.trainings.request import TrainingRequest
from model_store.trainings.store import RunStore
from model_store.versions.bundled import BUNDLED
from model_store.versions.registry import Registry, Version
from tests.doubles.app_driver import FIRST
from tests.doubles.fakes import sample_card
from xray_ui.retraining import job

GATE = {"auroc": 0.02, "sensitivity": 0.05, "specificity": 0.05, "ece": 0.10}


def moment(seconds: float = 0.0) -> str:
    """The present moment, or one so many seconds from now."""
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat(timespec="milliseconds")


def write_run(home: Path, run_id: str, status: str, **changes: Any) -> RunFolder:
    """A training; its heartbeat is fresh where nothing else is said."""
    run = RunFolder(RunStore(home).folder / run_id)
    run.path.mkdir(parents=True)
    content = {
        "status": status,
        "created": moment(-60),
        "started": moment(-60),
        "ended": None if status == "running" else moment(),
        "heartbeat": moment(),
        "phase": "training",
        **{"epoch": 2, "epochs": 20, "step": 30, "steps": 60, "eta_seconds": 420.0, "message": None},
        **{"whole": 0.4, "left_seconds": 900.0},
        "metrics": {"loss": 0.21, "val_loss": 0.25, "val_auroc": 0.972},
        **{
            "data": str(home / "data" / "spring"),
            "classes": {"healthy": "NORMAL"},
            "preset": "head",
            "init": "bundled",
        },
        **{"phases": [[224, 100]], "note": "a _note_", "by": "Dr. Weber", "active": "kermany-6"},
    }
    run.write_json("run", content | changes)
    for epoch in range(2):
        run.add_metrics({"epoch": epoch, "loss": 0.6, "val_loss": 0.7, "val_auroc": 0.9, "side": 224})
    run.log("epoch 1: <b>loss</b> 0.6")
    return run


def write_examination(home: Path, run_id: str = "examination-1", status: str = "finished", **changes: Any) -> RunFolder:
    """An examination of `home`/data/spring, by itself without any problem; `changes` are of its result."""
    run = RunFolder(RunStore(home, "examinations").folder / run_id)
    run.path.mkdir(parents=True)
    live = {
        "phase": "preparing films",
        "step": 3,
        "steps": 10,
        "eta_seconds": 30.0,
        "whole": 0.3,
        "left_seconds": 100.0,
    }
    run.write_json("run", {"status": status, "created": moment(), "started": moment(), "heartbeat": moment(), **live})
    request = TrainingRequest(
        data=home / "data" / "spring", preset="head", init="bundled", name="spring-head", note="a note", by="Dr. Weber"
    )
    run.write_json(job.REQUEST, request.as_json())
    if status == "finished":
        run.write_json("result", sample_result(home) | changes)
    return run


def sample_result(home: Path) -> dict[str, Any]:
    return {
        "data": str(home / "data" / "spring"),
        "labels": None,
        "classes": {},
        "unknown_classes": [],
        "layout": ["The names of folders say which class a film is of."],
        "split_meanings": {},
        "unknown_splits": {},
        "images": 300,
        "images_by_name": {"NORMAL": 100, "PNEUMONIA": 200},
        "splits": {
            "all": {"NORMAL": 100, "PNEUMONIA": 200, "bacterial": 0, "viral": 0, "patients": 250, "images": 300}
        },
        "balance": 2 / 3,
        "duplicates": [["NORMAL/a.png", "NORMAL/b.png"]],
        "duplicates_in_two_classes": 0,
        "patients_in_two_splits": ["person17"],
        "refused": [{"path": "NORMAL/hand_*.png", "reason": "No two lungs were found on this picture."}],
        "parts": {
            "training": {"NORMAL": 70, "PNEUMONIA": 140, "patients": 170},
            "validation": {"NORMAL": 10, "PNEUMONIA": 20, "patients": 30},
            "held_out": {"NORMAL": 20, "PNEUMONIA": 40, "patients": 50},
        },
        "estimate": {"seconds": 1500.0, "measured_steps": 6},
        "disk": {"needed": 412_000_000, "free": 51_000_000_000},
        "gate": GATE,
        "problems": [],
        "warnings": [],
    }


def add_version(home: Path, name: str, *, passed: bool | None = None, **changes: Any) -> Version:
    """Register a version whose weights are a few bytes; `passed` is the verdict of its comparison, None for none."""
    weights = home / f"{name}.tensors"
    weights.parent.mkdir(parents=True, exist_ok=True)
    weights.write_bytes(f"tensors of {name}".encode())
    card = {key: value for key, value in sample_card().items() if key != "test"}
    card |= {"created": moment(), "by": "Dr. Weber", "note": "a _note_", "run": name}
    version = Registry(home).register(name, weights, card | changes)
    weights.unlink()
    if passed is not None:
        Registry(home).add_to_card(name, {"comparison": sample_comparison(home, name, passed=passed)})
    return Registry(home).version(version.name)


def sample_comparison(home: Path, name: str, *, passed: bool, films: int = 1) -> dict[str, Any]:
    """The comparison of a version with the bundled one, as a card or comparison.json has it."""
    bundled, new = (Registry(home).version(each).card for each in (BUNDLED, name))
    return {
        "schema_version": SCHEMA,
        **{
            side: {
                "version": card.version,
                "identity": card.identity,
                "weights_sha256": card.weights_sha256,
                "operating_point": point,
            }
            for side, card, point in (("active", bundled, 0.4), ("challenger", new, 0.5))
        },
        "gate": GATE,
        "sets": [
            _compared_set(home, films),
            {"key": "reference", "not_compared": {"why": "learned", "n": 624, "learned": {"active": 12}}},
        ],
        "passed": passed,
    }


def _compared_set(home: Path, films: int) -> dict[str, Any]:
    figures = {
        **{"auroc": 0.981, "auroc_ci": [0.955, 0.995], "accuracy": 0.93, "accuracy_ci": [0.88, 0.96]},
        **{"sensitivity": 0.95, "sensitivity_ci": [0.9, 0.98], "specificity": 0.89, "specificity_ci": [0.81, 0.94]},
        **{"brier": 0.05, "brier_ci": [0.03, 0.07], "ece": 0.03, "ece_ci": [0.02, 0.06]},
        **{"confusion_matrix": [[71, 9], [6, 114]], "n_refused": 0},
    }
    difference = {"value": 0.004, "ci": [-0.012, 0.02], "p": 0.62}
    return {
        **{"key": "held_out", "n": 200, "n_normal": 80, "n_pneumonia": 120},
        **{"patients": 150, "n_refused": 2, "active": figures},
        "challenger": figures | {"auroc": 0.985, "n_refused": 2},
        "difference": dict.fromkeys(("auroc", "sensitivity", "specificity", "accuracy"), difference),
        "checks": [
            {"figure": "auroc", "margin": 0.02, "value": 0.004, "low": -0.012, "outcome": "not worse"},
            {"figure": "sensitivity", "margin": 0.05, "value": 0.004, "low": -0.07, "outcome": "not shown"},
            {"figure": "ece", "limit": 0.1, "value": 0.03, "outcome": "within"},
        ],
        "disagreements": [_disagreement(home, number) for number in range(films)],
    }


def _disagreement(home: Path, number: int) -> dict[str, Any]:
    film = home / "data" / "spring" / "NORMAL" / f"child_{number}_*.png"
    film.parent.mkdir(parents=True, exist_ok=True)
    film.write_bytes(FIRST)
    sha256 = hashlib.sha256(FIRST).hexdigest()
    return {"path": str(film), "sha256": sha256, "label": "NORMAL", "active": 0.31, "challenger": 0.62}
