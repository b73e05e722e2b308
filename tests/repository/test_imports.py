"""Who imports whom? The app and the trainer share one library and never each other, and it costs no TensorFlow."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FORBIDDEN = {
    "model_store": {"training", "xray_ui", "streamlit", "plotly", "sklearn"},
    "xray_ui": {"training"},
    "training": {"xray_ui", "streamlit"},
}
"""What the modules of a package may not import, anywhere in them."""

HEAVY = {"tensorflow", "keras"}
"""What no module of a package may import at its top level."""

FREE_OF_STREAMLIT = (
    *("basics/errors", "basics/text", "basics/rows", "basics/charts", "basics/keep", "basics/page_names"),
    *("readers/wording", "reading/wording", "card/wording", "retraining/comparison/wording", "access/roles"),
    *("readers/background", "readers/warm_up"),
    *("card/odds", "card/point_wording", "card/points", "card/curves", "card/rows"),
    *(
        "reading/result/gauge",
        "reading/result/whose_wording",
        "reading/uploads/examples",
        "models/rows",
        "models/wording",
    ),
    *("retraining/job", "retraining/data", "retraining/wording", "retraining/run/rows"),
    *("retraining/examination/rows", "retraining/comparison/rows"),
)
"""Modules of `xray_ui` that are logic, not screen."""


def imported(source: str, *, top_level_only: bool = False) -> set[str]:
    """Return the first names of all modules that a source imports; not those for type checking alone."""
    names = set()
    pending = list(ast.parse(source).body)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            pending += node.orelse
            continue
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").split(".")[0] if not node.level else ".")
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("__import__", "importlib.import_module"):
            names.add(str(getattr(node.args[0], "value", "?")).split(".")[0])
        if not (top_level_only and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)):
            pending += ast.iter_child_nodes(node)
    return names


def sources(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


@pytest.mark.parametrize(
    ("source", "everywhere", "top"),
    [
        ("import a.b, c", {"a", "c"}, {"a", "c"}),
        ("from a.b import c", {"a"}, {"a"}),
        ("def f():\n    import a", {"a"}, set()),
        ("class C:\n    import a", {"a"}, {"a"}),
        ("if x:\n    import a\nelse:\n    import b", {"a", "b"}, {"a", "b"}),
        ("if TYPE_CHECKING:\n    import a\nelse:\n    import b", {"b"}, {"b"}),
        ("x = __import__('a.b')", {"a"}, {"a"}),
        ("from . import a", {"."}, {"."}),
    ],
)
def test_imports_are_seen_wherever_they_are(source, everywhere, top):
    assert imported(source) == everywhere
    assert imported(source, top_level_only=True) == top


@pytest.mark.parametrize("package", FORBIDDEN)
def test_the_arrows_between_the_packages(package):
    files = sources(package)
    assert len(files) > 5
    found = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in files
        for name in imported(path.read_text()) & FORBIDDEN[package]
    }
    assert not found


def test_the_entry_of_the_app_imports_the_screen_alone():
    assert not imported((ROOT / "streamlit_app.py").read_text()) & {"training", *HEAVY}


@pytest.mark.parametrize("package", ["model_store", "training", "xray_ui"])
def test_tensorflow_is_imported_inside_functions(package):
    for path in sources(package):
        assert not imported(path.read_text(), top_level_only=True) & HEAVY, path


@pytest.mark.parametrize("module", FREE_OF_STREAMLIT)
def test_logic_imports_no_streamlit(module):
    assert "streamlit" not in imported((ROOT / "xray_ui" / f"{module}.py").read_text())


FRESH = """
import importlib, json, pkgutil, sys
names = []
for package in ("model_store", "xray_ui"):
    module = importlib.import_module(package)
    names.append(package)
    names += [found.name for found in pkgutil.walk_packages(module.__path__, package + ".")]
    for name in names:
        if ".pages" not in name:  # a page is a script, which runs as it is imported
            importlib.import_module(name)
    if package == "model_store":
        without_screen = [name for name in ("streamlit", "xray_ui", "training") if name in sys.modules]
print(json.dumps({"imported": names, "without_screen": without_screen,
                  "heavy": sorted(name for name in sys.modules if name.split(".")[0] in ("tensorflow", "keras"))}))
"""


def test_a_fresh_process_loads_no_tensorflow():
    done = subprocess.run([sys.executable, "-c", FRESH], cwd=ROOT, capture_output=True, text=True, check=True)
    result = json.loads(done.stdout)
    expected = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for package in ("model_store", "xray_ui")
        for path in sources(package)
        if path.parent.name != "pages"
    }
    assert expected <= set(result["imported"])
    assert result["heavy"] == []
    assert result["without_screen"] == []
