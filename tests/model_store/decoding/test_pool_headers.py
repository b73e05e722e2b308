"""Are headers of uploads read in the decoding process alone, to the same end, and what if one of them ends it?"""

import io
import queue
import subprocess
import sys
import zipfile

import pytest

from model_store.decoding import decoder, pool
from model_store.export.dicom.deidentify import origin_of
from model_store.export.dicom.refusals import PatientNotKept
from model_store.film.dicom import study, texts
from model_store.film.header.header import StudyImage
from model_store.film.refusals import UnreadableImage
from model_store.sources import films as sources_films
from model_store.sources.films import Source, look_into
from tests.doubles.decoders.hostile_decoder import DICOM
from tests.doubles.films.dicom_sources import PATIENT, UIDS
from tests.doubles.films.dicom_sources import film as patient_film
from tests.doubles.films.study_files import CT, DIRECTORY, NAME, film, other

HEADERS = {
    "film": film("AP", InstanceNumber=7, PixelSpacing=[0.1, 0.2], PatientAge="003Y"),
    "another study": film(study="1.2.9"),
    "no study": film(study=""),
    "CT": other(CT, modality="CT"),
    "disc": other(DIRECTORY, modality=""),
    "damaged": DICOM + b"\xff" * 400,
    "no DICOM": b"text",
    "empty": b"",
    "patient": patient_film(PATIENT),
    "odd values": patient_film(PatientID=["1", "2"]),
    "odd alphabet": film(SpecificCharacterSet="ISO_IR 192").replace(b"ISO_IR 192", b"ISO_IR 999"),
    "Japanese": patient_film(SpecificCharacterSet=["", "ISO 2022 IR 87"], PatientName="Yamada^Tarou=山田^太郎"),
    "odd letters": film().replace(NAME.encode(), b"\xff\xfe^\x00Jan"),
}
KEYWORDS = [*PATIENT, *UIDS, "Rows"]


@pytest.fixture(scope="module", autouse=True)
def own_decoder():
    """Let this module have a decoder of its own, in which files do what they say."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        idle = queue.LifoQueue()
        idle.put(None)
        monkeypatch.setattr(decoder, "CHILD", "tests.doubles.decoders.hostile_decoder")
        monkeypatch.setattr(pool, "_idle", idle)
        yield
        if one := idle.get_nowait():
            one.close()


@pytest.mark.parametrize("name", HEADERS)
def test_the_process_reads_the_same(name):
    data = HEADERS[name]
    assert pool.study_image(data) == study.study_image(data, pool._SALT)
    assert pool.header_text(data, KEYWORDS) == texts.header_text(data, KEYWORDS)


def test_another_process_gives_a_study_the_same_hash():
    before = pool.study_image(HEADERS["film"]).study
    with pytest.raises(UnreadableImage):
        pool.study_image(DICOM + b"crash")
    assert pool.study_image(HEADERS["another study"]).study != before
    assert pool.study_image(HEADERS["film"]).study == before != ""


@pytest.mark.parametrize(
    ("act", "name"), [("crash", "undecodable"), ("loop", "too slow"), ("hoard in passing", "too much memory")]
)
def test_a_header_that_ends_the_process(monkeypatch, act, name):
    pool.header_text(HEADERS["film"], KEYWORDS)
    monkeypatch.setattr(decoder, "SECONDS", 1 if name == "too slow" else 20)
    for read in (pool.study_image, lambda data: pool.header_text(data, KEYWORDS)):
        with pytest.raises(UnreadableImage, match="please export") as refusal:
            read(DICOM + act.encode())
        assert refusal.value.name == name


def test_such_a_film_stands_alone_and_the_others_do_not():
    films = looked_into(HEADERS["film"], DICOM + b"crash", HEADERS["film"])
    assert [each.image.header.view for each in films] == ["AP", "", "AP"]
    assert films[0].image.study == films[2].image.study != ""
    assert films[1].image == StudyImage()


def test_only_some_may_end_the_process(monkeypatch):
    asked = []
    monkeypatch.setattr(sources_films, "MOST_LOST", 2)
    monkeypatch.setattr(sources_films, "study_image", lambda start: asked.append(start) or pool.study_image(start))
    films = looked_into(*[DICOM + b"crash"] * 3, HEADERS["film"])
    assert len(asked) == 2
    assert [each.image for each in films] == [StudyImage()] * 4


def test_such_a_film_does_not_say_whose_it_is():
    assert origin_of(DICOM + b"crash").image is None
    with pytest.raises(PatientNotKept, match="does not say in a valid form"):
        origin_of(DICOM + b"crash", keep_patient=True)


def looked_into(*headers):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number, data in enumerate(headers):
            archive.writestr(str(number), data)
    (found,) = look_into([Source("a.zip", "a.zip", lambda: io.BytesIO(packed.getvalue()))]).values()
    return found.films


APP = """
import io, sys
from model_store.sources.films import Source, look_into
from model_store.decoding.pool import decode
data = open(sys.argv[1], "rb").read()
(found,) = look_into([Source("a", "a", lambda: io.BytesIO(data))]).values()
assert found.films[0].image.header.view == "AP"
assert decode(data).header.view == "AP"
assert not {"pydicom", "gdcm"} & set(sys.modules)
# Its values are checked, and the new objects written, by pydicom.
from model_store.export.dicom.deidentify import origin_of
assert origin_of(data, keep_patient=True).attributes["PatientID"] == "MARK"
print(sorted(name for name in sys.modules if name in sys.argv[2:]))
"""
PARSERS = (
    *("dicom.read", "dicom.file", "dicom.pixels", "dicom.texts", "dicom.study"),
    *("picture.missing_pixels", "picture.read"),
)


def test_the_app_itself_loads_no_parser(tmp_path):
    (tmp_path / "film").write_bytes(film("AP", PatientID="MARK", SeriesInstanceUID="1.2.4"))
    names = [f"model_store.film.{name}" for name in PARSERS]
    command = [sys.executable, "-c", APP, str(tmp_path / "film"), *names]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "[]\n"
