"""A study in a ZIP, in the real app and a real browser: the frontal image comes first, and it is said why."""

import io
import zipfile

from tests.browser.pages import READY_MS, browser_page, show
from tests.doubles.films import phantom
from tests.doubles.films.study_files import film
from xray_ui.reading.case.shown import sha256_of

LATERAL = film("LL", chest=phantom.Chest(seed=5))
PA = film("PA", chest=phantom.Chest(seed=6))


def test_the_frontal_image_of_a_packed_study_is_read(address):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in (("disc/IM1", LATERAL), ("disc/IM2", PA), ("disc/notes.txt", b"text")):
            archive.writestr(name, data)
    with browser_page(address) as page:
        show(page, "study.zip", packed.getvalue(), "application/zip")
        page.locator(".st-key-facts", has_text=sha256_of(PA)[:12]).wait_for(timeout=READY_MS, state="attached")
        page.get_by_text("Image 2 of 2 of this study was chosen: view PA; image 1 is lateral.").wait_for()
        page.get_by_text("1 file was left out").wait_for()
        assert page.locator(".st-key-facts", has_text=sha256_of(LATERAL)[:12]).count() == 0
        assert page.elsewhere == []
