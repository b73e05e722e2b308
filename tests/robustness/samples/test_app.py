"""A sample of R6, R19 and R20 on one running app; `python -m tests.robustness` makes the full counts."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.browser.server import running_app
from tests.robustness import private_session
from tests.robustness.own_image import KINDS, own_image
from tests.robustness.traces import under_strace

pytestmark = pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed (apt-get install strace)")


@dataclass(frozen=True)
class RunningApp:
    """The app, its folder, and what strace notes of it."""

    address: str
    folder: Path
    trace: Path


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    folder = tmp_path_factory.mktemp("app")
    trace = folder / "app.strace"
    with running_app(folder / "home", folder / "app.log", prefix=under_strace(trace)) as address:
        yield RunningApp(address, folder, trace)


def assert_holds(result):
    assert result.failures == []
    assert result.count > 0


def test_nothing_is_left_on_the_disk_and_nothing_leaves(app):
    for result in private_session.without_browser(app.address, app.folder, app.trace):
        assert_holds(result)


def test_every_result_belongs_to_the_film_beside_it(app):
    assert_holds(own_image(app.address, readers=4, uploads=KINDS))
