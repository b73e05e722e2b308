"""What comes with the program? The bundled version and the three networks before it, each with its pinned hash."""

from pathlib import Path

BUNDLED = "bundled"
"""Name under which the version that comes with the program is always found."""

BUNDLED_SHA256 = "3b688481c19d86ba0fb772dd1b5bd47955d2c1c62990442824fb22635a4c52d0"
"""Hash of the bundled version's weights; checked before anything parses the file."""

BUNDLED_FOLDER = Path(__file__).parents[1] / "bundled"

LUNGS_SHA256 = "91067f25ea520095f75af140596f369492f332a86815dcce8ce4e46b77d4fc88"
"""Hash of the bundled lung network's weights; checked before anything parses the file."""


def lungs_file(folder: Path) -> Path:
    """Return where the lung network's weights lie in a folder."""
    return folder / "lungs.safetensors"


PRESENTATION_SHA256 = "98cf147b60436007f230b27519015ee3b58ceffabdd7d9b3aeef6b10e4d243fe"
"""Hash of the bundled presentation network's weights; checked before anything parses the file."""


def presentation_file(folder: Path) -> Path:
    """Return where the presentation network's weights lie in a folder."""
    return folder / "presentation.safetensors"


MIRRORING_SHA256 = "3196c1454c08fe321afd3163f17647439623d587b930de1e2bfce5171c705fa9"
"""Hash of the weights of the bundled network that tells a mirrored film; checked before anything parses the file."""


def mirroring_file(folder: Path) -> Path:
    """Return where the weights of the network that tells a mirrored film lie in a folder."""
    return folder / "mirroring.safetensors"
