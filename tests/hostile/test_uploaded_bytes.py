"""Does anything but Pillow, with a list of formats, and pydicom touch the bytes of a file, and in a process of its own?

OpenCV sees arrays only. The app itself unpacks ZIPs, by `zipfile` within the bounds of `zip_members` (of films) and
`version_file` (of versions), and never looks into a film; `training` reads its films in processes of its own.
"""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = [path for package in ("model_store", "xray_ui", "training") for path in (ROOT / package).rglob("*.py")]
FORBIDDEN = ("imdecode", "imdecodemulti", "imread", "imreadmulti", "imcount", "VideoCapture", "LOAD_TRUNCATED_IMAGES")
"""Of OpenCV and Keras what decodes files, and what makes Pillow pass over missing pixels."""


PARSING = {"gdcm", "dcmread", "filereader", "Image.open", "decompress", "decompressobj"}
"""What makes something of a film's bytes: pydicom's readers, its decoders, Pillow's and zlib's."""

PARSERS = {"dicom/file", "dicom/pixels", "dicom/study", "picture/missing_pixels", "picture/read"}
"""Modules of `model_store/film` which do, and nothing else of the app."""

READERS = PARSERS | {"dicom/read", "dicom/texts"}
"""These and what is made of them: for the decoding process alone."""

UNPACKING = {
    *("model_store/sources/zips.py", "model_store/versions/transfer/archive.py"),
    *("xray_ui/retraining/data.py", "model_store/trainings/cost.py"),
}
"""What opens a ZIP, the last two to see that it is one and to count its members."""


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


def named(source: str) -> set[str]:
    """Return what a source names: names, attributes and modules, whole and in parts."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Name | ast.Attribute):
            found |= {ast.unparse(node), ast.unparse(node).split(".")[-1]}
        if isinstance(node, ast.Import | ast.ImportFrom):
            modules = [getattr(node, "module", None) or "", *(alias.name for alias in node.names)]
            found |= {part for module in modules for part in module.split(".")}
            found |= {modules[0], *(f"{modules[0]}.{name}" for name in modules[1:])}
    return found


def naming(names: set[str]) -> set[str]:
    """Return the modules of the app which name one of these, without the trainer's."""
    within = [path for path in SOURCES if path.relative_to(ROOT).parts[0] != "training"]
    return {str(path.relative_to(ROOT)) for path in within if named(path.read_text()) & names}


def of_film(names: set[str]) -> set[str]:
    return {f"model_store/film/{name}.py" for name in names}


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("from pydicom import dcmread", "dcmread"),
        ("from pydicom.filereader import read_partial", "filereader"),
        ("pydicom.dcmread(file)", "dcmread"),
        ("import gdcm", "gdcm"),
        ("def f():\n    with Image.open(file, formats=('PNG',)): pass", "Image.open"),
        ("zlib.decompress(data)", "decompress"),
        ("from model_store.film.dicom import read", "model_store.film.dicom.read"),
        ("from model_store.film.picture.read import read_picture", "model_store.film.picture.read"),
    ],
)
def test_a_name_is_seen(source, name):
    assert name in named(source)


def test_a_few_modules_look_into_films():
    assert naming(PARSING) == of_film(PARSERS) | {"model_store/export/page/template.py"}, "the clinic's own logo"


def test_only_the_decoding_process_reaches_them():
    # `film/load` imports what it needs when it is called: the app itself loads no parser.
    importing = naming({f"model_store.film.{name.replace('/', '.')}" for name in READERS})
    assert importing - of_film(READERS) == {"model_store/decoding/child.py", "model_store/film/load.py"}


def test_only_the_decoding_process_calls_what_reads_films():
    # The app draws a film to compile the networks by, and reads that itself.
    assert naming({"load_radiograph"}) == {"model_store/decoding/child.py", "xray_ui/readers/warm_up.py"}


def test_few_modules_unpack():
    opening = {"ZipFile(", "is_zipfile("}
    within = [path for path in SOURCES if any(call in path.read_text() for call in opening)]
    written = "model_store/export/dicom/export.py"  # The ZIP of a result, which is its own.
    assert {str(path.relative_to(ROOT)) for path in within} == UNPACKING | {written}
