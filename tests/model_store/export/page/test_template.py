"""Is the clinic's head taken from its file, and a broken one said in a sentence and left out?"""

import pytest
from PIL import Image

from model_store.export.page.template import read_template


@pytest.fixture
def written(xray_home):
    """Write the template file into the home folder, beside a logo of red on nothing, and read it."""
    xray_home.mkdir()
    logo = Image.new("RGBA", (40, 20), (0, 0, 0, 0))
    logo.paste((255, 0, 0, 255), (0, 0, 20, 20))
    logo.save(xray_home / "logo.png")

    def write(text: str | bytes):
        (xray_home / "page.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_template()

    return write


def test_lines_and_logo(written):
    template = written('header = ["  St. Example\u2019s  Hospital", "病院"]\nlogo = "logo.png"\n')
    assert template.lines == ("St. Example\u2019s Hospital", "病院")
    assert template.logo.getpixel((5, 5)) == (255, 0, 0)
    assert template.logo.getpixel((30, 5)) == (255, 255, 255), "what is clear is paper"
    assert template.problem == ""


def test_without_a_template_there_is_nothing_to_say(xray_home):
    template = read_template()
    assert (template.lines, template.logo, template.problem) == ((), None, "")


def test_another_file_can_be_named(tmp_path, monkeypatch):
    (tmp_path / "ward.toml").write_text('header = ["Ward"]')
    monkeypatch.setenv("XRAY_PAGE", str(tmp_path / "ward.toml"))
    assert read_template().lines == ("Ward",)
    monkeypatch.setenv("XRAY_PAGE", str(tmp_path / "none.toml"))
    template = read_template()
    assert "the file cannot be opened" in template.problem
    assert str(tmp_path) not in template.problem


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("header = [", "TOML"),
        (b"header = ['\xff']", "UTF-8"),
        ('footer = "x"', "has 'footer'"),
        ('header = "x"', "no list of lines"),
        ("header = [1]", "no list of lines"),
        ('header = ["1", "2", "3", "4", "5"]', "more than 4 lines"),
        (f'header = ["{"x" * 91}"]', "more than 90 characters"),
        ("logo = 1", "no name of a file"),
        ('logo = "none.png"', "no PNG or JPEG"),
        ('logo = "page.toml"', "no PNG or JPEG"),
        ('header = ["Clinic"]\nlogo = "huge.png"', "more than 4000 pixels"),
    ],
)
def test_a_broken_template_is_said_and_left_out(written, xray_home, text, why):
    Image.new("1", (4001, 2)).save(xray_home / "huge.png")
    template = written(text)
    assert why in template.problem
    assert template.problem.count(".") == 1 + template.problem.count("page.toml")
    assert (template.lines, template.logo) == ((), None)
