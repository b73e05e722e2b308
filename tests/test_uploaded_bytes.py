"""Does anything but Pillow, with a list of formats, and pydicom touch the bytes of a file? OpenCV sees arrays only."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = [path for package in ("model_store", "xray_ui", "training") for path in (ROOT / package).rglob("*.py")]
FORBIDDEN = ("imdecode", "imdecodemulti", "imread", "imreadmulti", "imcount", "VideoCapture", "LOAD_TRUNCATED_IMAGES")
"""Of OpenCV and Keras what decodes files, and what makes Pillow pass over missing pixels."""


def offences(source: str) -> list[str]:
    """Return what a source does that it must not."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute | ast.Name | ast.alias):
            name = {ast.Attribute: "attr", ast.Name: "id", ast.alias: "name"}[type(node)]
            found += [word for word in FORBIDDEN if getattr(node, name).split(".")[-1] == word]
        if isinstance(node, ast.Constant) and node.value in FORBIDDEN:
            found.append(node.value)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("Image.open", "PIL.Image.open"):
            formats = [keyword.value for keyword in node.keywords if keyword.arg == "formats"]
            found += [] if formats and not isinstance(formats[0], ast.Constant) else ["Image.open without formats"]
        if isinstance(node, ast.ImportFrom) and node.module in ("PIL.Image", "PIL.ImageFile"):
            found += [f"{alias.name} of {node.module}" for alias in node.names if alias.name == "open"]
    return found


@pytest.mark.parametrize(
    ("source", "offence"),
    [
        ("cv2.imdecode(data, 0)", "imdecode"),
        ("from cv2 import imread", "imread"),
        ("ImageFile.LOAD_TRUNCATED_IMAGES = True", "LOAD_TRUNCATED_IMAGES"),
        ("getattr(cv2, 'imread')", "imread"),
        ("Image.open(file)", "Image.open without formats"),
        ("Image.open(file, formats=None)", "Image.open without formats"),
        ("from PIL.Image import open", "open of PIL.Image"),
        ("Image.open(file, formats=('PNG',))", None),
        ("cv2.resize(pixels, (2, 2))", None),
    ],
)
def test_an_offence_is_seen(source, offence):
    assert offences(source) == ([offence] if offence else [])


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_decodes_otherwise(path):
    assert offences(path.read_text()) == []
