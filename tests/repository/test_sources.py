"""Do the sources keep the promise that only Pillow, with a list of formats, touches uploaded bytes? (R4, R5, R9)"""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted(
    [
        ROOT / "streamlit_app.py",
        *(path for p in ("model_store", "xray_ui", "training") for path in (ROOT / p).rglob("*.py")),
    ]
)

DECODERS = {"imdecode", "imdecodemulti", "imread", "imreadmulti", "imreadanimation", "LOAD_TRUNCATED_IMAGES"}
PARSERS = {"load_model", "pickle", "joblib", "load_weights_from_hdf5", "h5py", "model_from_json"}
"""What opens a network, or any Python object, from a file; networks are built in code and filled with tensors."""


def offences(source: str) -> list[str]:
    """Return what a source does that it may not, each with its line."""
    found = []
    for node in ast.walk(ast.parse(source)):
        found += [f"{node.lineno}: {word}" for word in _names(node) & (DECODERS | PARSERS)]
        if isinstance(node, ast.Call):
            found += [f"{node.lineno}: {problem}" for problem in _call_problems(node)]
    return found


def _names(node: ast.AST) -> set[str]:
    match node:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return {name}
        case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
            return {part for alias in aliases for part in alias.name.split(".")}
        case ast.Constant(value=str(text)):
            return {text}  # getattr(cv2, "imread")
    return set()


def _call_problems(call: ast.Call) -> list[str]:
    function = ast.unparse(call.func)
    keywords = {keyword.arg: keyword.value for keyword in call.keywords}
    problems = []
    if function.endswith("Image.open") and not _is_list_of_formats(keywords.get("formats")):
        problems.append("Image.open without a list of formats")
    if function.endswith(("np.load", "numpy.load")) and ast.unparse(keywords.get("allow_pickle", call)) != "False":
        problems.append("np.load that may unpickle")
    flag = keywords.get("unsafe_allow_html")
    if flag is not None and ast.unparse(flag) != "False" and not _is_constant_text(call):
        problems.append("HTML that is not constant")
    if function.split(".")[-1] == "html" and function.startswith(("st.", "streamlit.")) and not _is_constant_text(call):
        problems.append("HTML that is not constant")
    return problems


def _is_list_of_formats(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Tuple | ast.List) and all(isinstance(item, ast.Constant) for item in node.elts)


def _is_constant_text(call: ast.Call) -> bool:
    """A literal, or a constant by its name: upper case, from a module or this one."""
    if not call.args:
        return False
    text = call.args[0]
    if isinstance(text, ast.Constant):
        return True
    return isinstance(text, ast.Name | ast.Attribute) and ast.unparse(text).split(".")[-1].isupper()


@pytest.mark.parametrize(
    "source",
    [
        "cv2.imdecode(data, 0)",
        "from cv2 import imread",
        "getattr(cv2, 'imread')(path)",
        "ImageFile.LOAD_TRUNCATED_IMAGES = True",
        "Image.open(file)",
        "PIL.Image.open(file, 'r')",
        "Image.open(file, formats=None)",
        "Image.open(file, formats=formats)",
        "import pickle",
        "keras.models.load_model(path)",
        "np.load(path)",
        "np.load(path, allow_pickle=True)",
        "st.markdown(f'<b>{name}</b>', unsafe_allow_html=True)",
        "st.markdown(name, unsafe_allow_html=True)",
        "st.markdown('<b>' + name, unsafe_allow_html=allowed)",
        "st.markdown(body=name, unsafe_allow_html=True)",
        "st.html(name)",
        "st.sidebar.html(f'{name}')",
    ],
)
def test_an_offence_is_seen(source):
    assert offences(source)


@pytest.mark.parametrize(
    "source",
    [
        "Image.open(file, formats=('PNG', 'JPEG'))",
        "np.load(path, allow_pickle=False)",
        "st.markdown('<b>text</b>', unsafe_allow_html=True)",
        "st.markdown(name)",
        "st.markdown(name, unsafe_allow_html=False)",
        "st.html(style.CSS)",
        "path.open('rb')",
        "cv2.imencode('.png', pixels)",
    ],
)
def test_what_is_allowed_is_none(source):
    assert offences(source) == []


def test_the_sources_keep_the_promise():
    assert len(FILES) > 40
    found = {str(path.relative_to(ROOT)): problems for path in FILES if (problems := offences(path.read_text()))}
    assert not found
