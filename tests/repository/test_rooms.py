"""Has each module a test file of its name, or does its room say where it is tested? And is no room too full?"""

import re
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
ROOMS = sorted(
    path.parent for package in ("model_store", "training", "xray_ui") for path in (TOP / package).rglob("__init__.py")
)
MOST = 11
"""Modules and rooms in a room; a package's own modules, which have no better place, come to those of its rooms."""


def modules(room: Path) -> list[str]:
    return sorted(path.stem for path in room.glob("*.py") if not path.name.startswith("__"))


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.relative_to(TOP).as_posix())
def test_each_module_has_its_tests_or_a_reason(room: Path) -> None:
    tests = TOP / "tests" / room.relative_to(TOP)
    files = [path.stem for path in tests.glob("test_*.py")]
    said = (room / "__init__.py").read_text()
    for module in modules(room):
        others = [f"test_{other}" for other in modules(room) if other.startswith(f"{module}_")]
        begun = [name for name in files if f"{name}_".startswith(f"test_{module}_")]
        own = [name for name in begun if not name.startswith(tuple(others))]
        assert own or (tests / module).is_dir() or f"`{module}`" in said, f"nothing says where {module} is tested"


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.relative_to(TOP).as_posix())
def test_where_a_room_says_that_a_file_tests_it_that_file_is_there(room: Path) -> None:
    inside = room.relative_to(TOP)
    around = [TOP, TOP / "tests", *(TOP / "tests" / folder for folder in (inside, inside.parent, inside.parts[0]))]
    for named in re.findall(r"`((?:[\w/]+/)?test_\w+\.py|tests/[\w/]+)`", (room / "__init__.py").read_text()):
        assert any((folder / named).exists() for folder in around), named


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.relative_to(TOP).as_posix())
def test_no_room_is_too_full(room: Path) -> None:
    rooms = [path for path in room.iterdir() if (path / "__init__.py").is_file()]
    is_package = room.parent == TOP
    assert len(modules(room)) + (0 if is_package else len(rooms)) <= MOST
