"""Is every action of a maintainer asked for the role where it happens, and under which name does it stand?"""

import ast
from pathlib import Path

import pytest

from model_store.trainings import request
from xray_ui.access import login
from xray_ui.access.maintaining import name_of_actor

SCREEN = Path(__file__).parents[3] / "xray_ui"
ACTIONS = {
    *("start_training", "start_examination", "resume", "request_cancel", "keep_zip", "put_aside"),
    *("activate", "roll_back", "remove_version", "import_version", "RunStore(xray_home()).remove"),
}
"""What changes versions or runs, by the name under which it is called."""

ASKED_BY_THE_CALLER = {"_activate", "_import", "keep_zip", "find", "start_examination"}
"""Functions that are called within `maintaining` alone, which the test below looks for as for an action."""


def unasked(source: str) -> list[str]:
    """Return the calls of actions that lie outside of every `with maintaining()` and what is called within one."""
    return _unasked(ast.parse(source), is_asked=False)


def _unasked(node: ast.AST, *, is_asked: bool) -> list[str]:
    if isinstance(node, ast.FunctionDef):
        is_asked = node.name in ASKED_BY_THE_CALLER
    if isinstance(node, ast.With):
        is_asked = is_asked or any(ast.unparse(item.context_expr) == "maintaining()" for item in node.items)
    found = []
    if isinstance(node, ast.Call):
        asked_for = _names(node) & (ACTIONS | ASKED_BY_THE_CALLER - {"find"})
        found += [f"{node.lineno}: {name}" for name in asked_for if not is_asked]
    return found + [each for child in ast.iter_child_nodes(node) for each in _unasked(child, is_asked=is_asked)]


def _names(call: ast.Call) -> set[str]:
    """The name of what is called, whole and without what it belongs to."""
    whole = ast.unparse(call.func)
    return {whole, whole.split(".")[-1]}


@pytest.mark.parametrize(
    "source",
    [
        "def show():\n    training_job.start_training(request, home)",
        "with refusals_shown():\n    remove_version(name, home)",
        "with maintaining():\n    pass\nactivation.roll_back(by=name)",
        "def show():\n    _import(file)",
    ],
)
def test_an_action_that_nobody_asks_for_is_seen(source):
    assert unasked(source)


def test_an_action_that_is_asked_for_is_none():
    assert unasked("with maintaining(), st.spinner('x'):\n    training_job.resume(run_id, home)") == []


def test_every_action_of_the_screen_asks_for_the_role():
    sources = {str(path.relative_to(SCREEN)): path.read_text() for path in SCREEN.rglob("*.py")}
    calls = [node for text in sources.values() for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    assert set().union(*map(_names, calls)) >= ACTIONS, "each action is known here by its name"
    assert {name: found for name, text in sources.items() if (found := unasked(text))} == {}


def test_nothing_is_handed_to_a_button_that_would_do_it_by_itself():
    for path in SCREEN.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.keyword) and node.arg in ("on_click", "on_change"):
                assert ast.unparse(node.value).split(".")[-1] not in ACTIONS, f"{path}:{node.value.lineno}"


@pytest.mark.parametrize(
    ("user", "typed", "named"),
    [("Anna Berg", "Dr. Weber", "Anna Berg"), ("", " Dr. Weber ", "Dr. Weber"), ("", " ", "account")],
)
def test_who_is_logged_in_acts_under_that_name(monkeypatch, user, typed, named):
    monkeypatch.setattr(login, "user_name", lambda: user)
    monkeypatch.setattr(request, "account", lambda: "account")
    assert name_of_actor(typed) == named
