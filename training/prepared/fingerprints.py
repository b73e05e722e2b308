"""By what are films known that were saved anew? Their fingerprints are kept by hash, so that each is decoded once."""

import json
import os
from collections.abc import Sequence
from pathlib import Path

from training.data.labelled import LabelledImage
from training.run.progress import Progress

_FILE = "fingerprints-1.json"
"""The number changes where `fingerprint` gives other ones."""


def keep_fingerprints(images: Sequence[LabelledImage], cache: Path, progress: Progress | None = None) -> None:
    """Give images the fingerprints that are kept of them, take those of the others, and keep them too.

    Whoever asks an image that was not here gets the same answer, but later.

    Args:
        images: of which those that cannot be read are tried again each time.
        cache: folder for the one file of all fingerprints.
        progress: where it is said how far it is.
    """
    kept = _kept(cache / _FILE)
    for image in images:
        if known := kept.get(image.sha256):
            vars(image)["fingerprint"] = known  # Where the cached property would put it.
    missing = [image for image in images if image.sha256 not in kept]
    try:
        for image in (progress or Progress()).track(missing, "looking for copies") if missing else ():
            if image.fingerprint:
                kept[image.sha256] = image.fingerprint
    finally:  # Also where it was cancelled.
        if missing:
            _keep(cache / _FILE, kept)


def _kept(path: Path) -> dict[str, str]:
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _keep(path: Path, fingerprints: dict[str, str]) -> None:
    # Of two runs at a time the last one's stays: what the other one found is then taken once more.
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}.part")
    part.write_text(json.dumps(fingerprints))
    part.replace(path)
