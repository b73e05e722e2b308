"""Every refusal and every error is a sentence on the screen, and the app goes on."""

import io
import logging

import numpy as np
import pytest
from PIL import Image
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

from model_store.reading.film_check.verdict import FilmRefused, QualityReport, Reason
from tests.doubles.app_driver import (  # noqa: F401
    FIRST,
    SECOND,
    THIRD,
    add,
    charts,
    fake_classifier,
    fake_reads,
    plain,
    start,
    upload,
    words,
)
from xray_ui.reading import wording as reading_wording


def refused_files() -> dict[str, tuple[bytes, str]]:
    """Files that are refused, each with a part of its own sentence."""

    def saved(image: Image.Image, kind: str, **options) -> bytes:
        file = io.BytesIO()
        image.save(file, kind, **options)
        return file.getvalue()

    noise = [Image.fromarray(np.random.default_rng(i).integers(0, 255, (80, 80), np.uint8)) for i in range(2)]
    bomb = saved(Image.new("L", (16, 16)), "PNG")
    bomb = _with_size(bomb, 12000, 12000)
    return {
        "empty.png": (b"", "is empty"),
        "truncated.png": (FIRST[: len(FIRST) // 2], "cut off at its end"),
        "notes.png": (b"Dear colleague, here are my notes.", "is not a picture"),
        "renamed.png": (saved(noise[0], "GIF"), "is a GIF file"),
        "bomb.png": (bomb, "million pixels"),
        "animated.png": (saved(noise[0], "PNG", save_all=True, append_images=noise[1:]), "an animation"),
        "pages.tif": (saved(noise[0], "TIFF", save_all=True, append_images=noise[1:]), "is a TIFF file"),
        "pages.jpg": (saved(noise[0], "MPO", save_all=True, append_images=noise[1:]), "several pages"),
        "dot.png": (saved(Image.new("L", (1, 1)), "PNG"), "1 x 1 pixels"),
        "nothing.png": (_with_size(saved(Image.new("L", (16, 16)), "PNG"), 0, 0), "no pixels"),
        "blank.png": (saved(Image.new("L", (300, 300), 128), "PNG"), "is blank"),
        "film.dcm": (b"\0" * 128 + b"DICM" + b"\0" * 64, "holds no picture"),
    }


def _with_size(png: bytes, width: int, height: int) -> bytes:
    """Rewrite the size in a PNG's header, with the right checksum."""
    import zlib

    header = b"IHDR" + width.to_bytes(4, "big") + height.to_bytes(4, "big") + png[24:29]
    return png[:12] + header + zlib.crc32(header).to_bytes(4, "big") + png[33:]


@pytest.mark.parametrize("name", refused_files())
def test_refused_file_gets_its_sentence_and_the_app_goes_on(classifier, name):
    data, part = refused_files()[name]
    app = upload(start(), (name, data))
    assert not app.exception
    assert len(app.error) == 1
    assert part in app.error[0].value.replace("\\", "")
    assert charts(app) == []
    assert classifier.read_images == []
    app = add(app, "good.png", FIRST)
    assert not app.error
    assert len(charts(app)) == 2


def test_film_without_lungs_is_shown_but_not_read(classifier):
    reason = Reason("no lungs", "refuse", "No two lungs were found on this picture.", "overrule")
    classifier.failure = FilmRefused(QualityReport((reason,)))
    app = upload(start(), ("hand.png", FIRST))
    assert "No two lungs were found" in app.error[0].value
    assert len(charts(app)) == 1
    assert "suspected" not in words(app)


def test_unexpected_error_is_a_number_and_nothing_else(classifier, caplog):
    classifier.failure = RuntimeError("patient Miller, /home/ward/film.png")
    with caplog.at_level(logging.ERROR):
        app = upload(start(), ("miller.png", FIRST))
    assert not app.exception
    assert "Something went wrong" in app.error[0].value
    number = app.error[0].value.split("error ")[1].split(")")[0].replace("\\", "")
    assert number in caplog.text
    assert "RuntimeError" in caplog.text
    for private in ("Miller", "miller", "/home"):
        assert private not in caplog.text
        assert private not in "".join(e.value for e in app.error)
    classifier.failure = None
    app = add(app, "second.png", SECOND)
    assert not app.error
    assert len(charts(app)) == 2


def test_error_in_the_page_itself_is_a_sentence(classifier, monkeypatch):
    app = start()
    monkeypatch.setattr("xray_ui.reading.film.viewer.frames", lambda *_: 1 / 0)
    app = upload(app, ("child.png", FIRST))
    assert not app.exception
    assert "Something went wrong" in app.error[0].value


@pytest.mark.parametrize("names", [("a.png",), ("a.png", "b.png")])
def test_a_browser_that_lists_files_of_a_program_that_was_started_anew(classifier, monkeypatch, names):
    """As after a line that was down for minutes, too: by themselves both go on where they were, without the films."""
    app = upload(start(), *((name, film) for name, film in zip(names, (FIRST, SECOND), strict=False)))
    with monkeypatch.context() as patch:
        patch.setattr(MemoryUploadedFileManager, "get_files", lambda *_, **__: [])
        app.run()
        assert reading_wording.WELCOME in words(app)
        assert charts(app) == []
        assert "error" not in plain(app)
        many = "1 uploaded file is" if len(names) == 1 else "2 uploaded files are"
        assert f"{many} no longer there" in plain(app)
    app = upload(app, ("c.jpg", THIRD))
    assert "probability of pneumonia" in words(app)
    assert "no longer there" not in plain(app)
