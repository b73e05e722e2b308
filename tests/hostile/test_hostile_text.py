"""R5: does text from a file, or from somebody's hand, ever become markup or a path? Shown as it is, or not at all."""

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from pydicom.config import disable_value_validation

from tests.doubles.app_driver import SECOND, cells, fake_classifier, fake_reads, page, plain, start, upload, words  # noqa: F401
from tests.doubles.films import dicom_files
from tests.doubles.films.picture_files import FILM, encoded
from tests.doubles.trainings.run_doubles import add_version, write_run
from xray_ui.basics import text as basics_text
from xray_ui.reading.case import shown
from xray_ui.reading.uploads import chosen

TEXTS = {
    "markup": "<img src=x onerror=alert(1)>",
    "a path upwards": "../../x",
    "a path of Windows": r"C:\films\x",
    "a share": r"\\host\s\x",
    "NUL": "a\0b",
    "right to left": "\u202egnp.exe",
    "Markdown": "**a** [b](http://c.example) ![d](http://e.example/f.png) $x$ :red[g]",
    "length": "long" * 1000,
}


def written(folder) -> list[str]:
    return sorted(str(path) for path in folder.rglob("*"))


def film_with(text: str) -> bytes:
    info, exif = PngInfo(), Image.Exif()
    info.add_text("PatientName", text.replace("\0", ""))
    info.add_itxt("Comment", text.replace("\0", ""))
    exif[0x010E] = text.replace("\0", "").encode("ascii", "replace").decode()  # ImageDescription
    return encoded(FILM, pnginfo=info, exif=exif)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_name_and_what_a_file_says_of_itself(classifier, tmp_path, monkeypatch, text):
    (tmp_path / "at").mkdir()
    before, film = written(tmp_path), film_with(text)
    app = upload(start(), (f"{text}.png", film), ("b.png", SECOND))
    assert not app.exception
    assert shown.sha256_of(film)[:12] in words(app), "it is read as any other"
    box = app.selectbox(key=chosen.FILM)
    name = box.options[0].removeprefix("1 of 2: ")
    assert name == basics_text.shown_name(f"{text}.png")
    assert len(name) <= basics_text.LONGEST_NAME
    assert not set(name) & set("\0\u202e\n")
    assert text not in words(app), "neither the name nor what is in the file is drawn as Markdown"
    assert written(tmp_path) == before, "nothing was written anywhere"


def dicom_with(text: str) -> bytes:
    codes = ("BodyPartExamined", "ViewPosition", "PatientSex", "StudyInstanceUID")
    free = ("PatientName", "PatientID", "StudyDescription", "SeriesDescription", "Manufacturer")
    # A code is written in Latin letters, whatever the film's character set.
    header = dict.fromkeys(codes, text.encode("latin-1", "replace").decode("latin-1")) | dict.fromkeys(free, text)
    windows = {"WindowCenter": [128, 100], "WindowWidth": [256, 200], "WindowCenterWidthExplanation": [text, "b"]}
    with disable_value_validation():
        return dicom_files.written(dicom_files.FILM, SpecificCharacterSet="ISO_IR 192", **header, **windows)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_what_a_dicom_header_says(classifier, tmp_path, monkeypatch, text):
    before, film = written(tmp_path), dicom_with(text)
    app = upload(start(), ("IM000001", film))
    assert not app.exception
    assert shown.sha256_of(film)[:12] in words(app), "it is read as any other"
    assert text.lower() not in (words(app) + plain(app)).lower(), "of a header, only what DICOM itself defines is shown"
    assert written(tmp_path) == before, "nothing was written anywhere"


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_note_of_a_version_and_of_a_run(reads, xray_home, text):
    add_version(xray_home, "spring", note=text)
    write_run(xray_home, "spring", "failed", note=text, message=text)
    for name in ("models", "retrain"):
        app = page(start(), name)
        assert not app.exception
        escaped = basics_text.literal(text)
        if escaped != text:
            assert text not in words(app)
        assert text.replace("\\", "")[:8] in cells(app), "the note is shown, as it is"
    inside = [path for path in written(xray_home.parent) if not path.startswith(str(xray_home))]
    assert inside == []
