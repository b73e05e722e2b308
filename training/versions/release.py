"""How does a version come to be the bundled one? Judged on the test split first, then copied with its statement."""

import json
import shutil
from pathlib import Path
from typing import Any

from model_store.basics.errors import ModelCorrupted
from model_store.disk.writing import write_atomically
from model_store.versions.card_file import CARD
from model_store.versions.learned_from import (
    LEARNED_FROM,
    are_learned,
    knows_copies,
    list_sha256,
    read_list,
    write_list,
)
from model_store.versions.registry import WEIGHTS, Version
from training.data.dataset import scan
from training.prepared.fingerprints import keep_fingerprints
from training.run.progress import Progress

STATEMENT: dict[str, Any] = {
    "intended_use": (
        "Research and teaching: a probability of pneumonia for one frontal chest radiograph of a child of 1 to 5 "
        "years, beside a map of where the network looked. Not a medical device; no decision about a patient may "
        "rest on it."
    ),
    "limits": [
        "It knows frontal films of children of 1 to 5 years from one hospital (Guangzhou Women and Children's "
        "Medical Center); on films of other hospitals and ages such networks fail, published down to AUROC 0.54.",
        "It tells pneumonia from normal films of that set; other diseases were never shown to it and may be called "
        "either.",
        "Every film is reduced to 224 x 224 pixels, since the training set is kept at that size, and its crop of the "
        "lungs to 113 x 113 for the network; findings finer than that are not seen.",
        "The heatmap has 8 x 8 cells over the crop of the lungs: it says where the network looked, not where "
        "disease is.",
        "The gate was never shown a lateral film, and cannot tell a child's film from an adult's.",
        "The outlines of the lungs agree with human ones to a Dice coefficient of 0.953 (5th percentile 0.905); the "
        "same film outlined twice by hand agrees to 0.968.",
    ],
    "notes": [
        "The crop to the lungs and the rule for the operating point were decided having seen test figures of a "
        "trial on the same test split; epoch, calibration and operating point were chosen on validation patients.",
        "Trained from random weights; no ImageNet weights are part of it. It goes on from kermany-4, whose weights "
        "(kermany-2) were trained for 26 epochs at 72 to 224 pixels and whose test figures had been read four times.",
        "How the lungs are made to decide, by exchanged chests and pooling over the cells of the lungs, was found in "
        "trials whose test figures were read for orientation; every choice since was made on validation patients, and "
        "training/EXPERIMENTS.md lists the trainings.",
        "It answers as kermany-5 did, with the same weights and calibration; its heatmap is new: less what normal "
        "films have at the same place, chosen on validation films (training/EXPERIMENTS.md).",
        "On films that were refused the decision counts as wrong in accuracy, sensitivity and specificity.",
    ],
    "source": (
        "Kermany et al. 2018, Mendeley Data rscbjbr9sj, CC BY 4.0, in the Kaggle layout, each film squashed to "
        "224 x 224; lung outlines by V7 Labs, CC BY 4.0"
    ),
}
"""What the card of the bundled version says beside its figures."""


_OF_THE_MAKER = ("run", "by", "note")
"""What a card says of the machine that a version was trained on."""


def release(version: Version, folder: Path) -> str:
    """Copy a judged version to where the bundled one lies, and return the hash to pin as `BUNDLED_SHA256`.

    Args:
        version: a version whose card holds a reading of the test split.
        folder: the bundled folder, which holds the lung network's card.

    Raises:
        ModelCorrupted: the version was not judged on the test split.
    """
    content = version.card.content
    if "test" not in content:
        raise ModelCorrupted(
            f"Version {version.card.version} was not judged yet; run evaluate on the test split first."
        )
    supports = {
        name: int(content["test"]["classification_report"][name]["support"]) for name in ("NORMAL", "PNEUMONIA")
    }
    lungs = json.loads((folder / "lungs.json").read_text())
    content = {key: value for key, value in content.items() if key not in _OF_THE_MAKER}
    statement = {key: value for key, value in STATEMENT.items() if key != "source"}
    data = {**content["data"], "test": supports, "source": STATEMENT["source"]}
    card = {**content, **statement, "data": data, "lungs": lungs}
    shutil.copyfile(version.weights, folder / WEIGHTS)
    if version.knows_its_images:
        shutil.copyfile(version.folder / LEARNED_FROM, folder / LEARNED_FROM)
    write_atomically(folder / CARD, _as_json(card))
    return version.card.weights_sha256


def relist(data: Path, folder: Path, *, home: Path, progress: Progress | None = None) -> tuple[int, int]:
    """Take into the bundled version's list what its films show, and name the new list in its card.

    Args:
        data: the data that it learned from.
        folder: the bundled folder.
        home: the app's folder, for kept fingerprints.
        progress: where it is said how far it is.

    Returns:
        How many films the list has, and of how many of them copies are known by what they show.
    """
    images = scan(data)
    keep_fingerprints(images, home / "cache", progress)
    listed = read_list((folder / LEARNED_FROM).read_bytes())
    learned = are_learned([(image.sha256, "") for image in images], listed)
    found = {image.entry for image, is_learned in zip(images, learned, strict=True) if is_learned}
    content = write_list(listed | found)
    write_atomically(folder / LEARNED_FROM, content)
    card = json.loads((folder / CARD).read_text()) | {"learned_from_sha256": list_sha256(content)}
    write_atomically(folder / CARD, _as_json(card))
    entries = read_list(content)
    return len(entries), sum(knows_copies({each}) for each in entries)


def _as_json(card: dict[str, Any]) -> bytes:
    return (json.dumps(card, indent=1) + "\n").encode()


def readme_figures(card: dict[str, Any]) -> str:
    """Return the card's figures as the README shows them, in Markdown."""
    test, (negatives, positives) = card["test"], card["test"]["confusion_matrix"]
    rows = [
        ("AUROC", "auroc"),
        ("accuracy", "accuracy"),
        ("sensitivity (recall of PNEUMONIA)", "sensitivity"),
        ("specificity (recall of NORMAL)", "specificity"),
        ("PPV at the split's prevalence", "ppv"),
        ("NPV at the split's prevalence", "npv"),
        ("Brier score", "brier"),
        ("expected calibration error", "ece"),
    ]
    lines = [
        f"Version `{card['version']}` on the official test split, {test['n']} films of which {test['n_refused']} were "
        f"refused and count as wrong; the split was read {card['test_readings']} time(s) for it. 95 % intervals.",
        "",
        "| figure | value | 95 % interval |",
        "|---|---|---|",
    ]
    lines += [
        f"| {name} | {test[key]:.3f} | {test[f'{key}_ci'][0]:.3f} to {test[f'{key}_ci'][1]:.3f} |" for name, key in rows
    ]
    lines += [
        "",
        "| | Predicted NORMAL | Predicted PNEUMONIA |",
        "|---|---|---|",
        f"| Actual NORMAL | {negatives[0]} | {negatives[1]} |",
        f"| Actual PNEUMONIA | {positives[0]} | {positives[1]} |",
    ]
    return "\n".join(lines)
