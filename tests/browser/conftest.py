"""One running app for all files whose tests leave it as they found it: to start it and load its network takes long."""

from collections.abc import Iterator

import pytest

from tests.browser.server import running_app


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start the app as it comes, with a home of its own; a file with other wishes has an `address` of its own."""
    folder = tmp_path_factory.mktemp("app")
    with running_app(folder / "home", folder / "app.log") as address:
        yield address
