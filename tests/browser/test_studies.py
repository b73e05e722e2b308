"""A study in a ZIP, in the real app and a real browser: the frontal image comes first, and it is said why."""

import io
import zipfile

import phantom
import pytest
from study_files import film

from tests.browser.pages import READY_MS, browser_page, show
from tests.browser.server import running_app
from xray_ui.state import sha256_of

LATERAL = film("LL", chest=phantom.Chest(seed=5))
PA = film("PA", chest=phantom.Chest(seed=6))


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("app")
    with running_app(folder / "home", folder / "app.log") as address:
        yield address


def test_the_frontal_image_of_a_packed_study_is_read(address):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in (("disc/IM1", LATERAL), ("disc/IM2", PA), ("disc/notes.txt", b"text")):
            archive.writestr(name, data)
    with browser_page(address) as page:
        show(page, "study.zip", packed.getvalue(), "application/zip")
        page.locator(".st-key-facts", has_text=sha256_of(PA)[:12]).wait_for(timeout=READY_MS)
        page.get_by_text("Image 2 of 2 of this study was chosen: view PA; image 1 is lateral.").wait_for()
        page.get_by_text("1 file was left out").wait_for()
        assert page.locator(".st-key-facts", has_text=sha256_of(LATERAL)[:12]).count() == 0
        assert page.elsewhere == []
