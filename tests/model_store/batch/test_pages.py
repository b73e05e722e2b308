"""Does `python -m model_store read --pdf` write the page of each film that was read, and say what stands in its way?"""

import json

from tests.doubles.batch_doubles import BRIGHT, PNG, films_folder, read_command  # noqa: F401
from tests.doubles.films.dicom_sources import PATIENT, drawn_film
from tests.doubles.pdf_pages import words_on


def test_a_page_of_every_film_that_was_read(films, command):
    for name, data in {"a.png": PNG, "b": drawn_film(PATIENT), "c.png": BRIGHT, "d.png": b""}.items():
        (films / name).write_bytes(data)
    folder = films.parent / "new" / "pages"
    status, output, complaints = command(films, "--json", "--pdf", folder)
    read = [each for each in map(json.loads, output.splitlines()) if each["status"] == "read"]
    assert (status, len(read), complaints) == (0, 2, "")
    assert {path.name for path in folder.iterdir()} == {f"{each['sha256']}.pdf" for each in read}
    for each in read:
        said = words_on((folder / f"{each['sha256']}.pdf").read_bytes())
        assert f"probability {100 * each['probability']:.0f} %" in said
        assert "The patient is not named on this page." in said


def test_the_patient_is_named_where_that_is_asked_for_and_can_be(films, command):
    (films / "a").write_bytes(drawn_film(PATIENT))
    (films / "b").write_bytes(drawn_film(PATIENT | {"PatientID": "two\\numbers"}))
    (films / "c.png").write_bytes(PNG)
    folder = films.parent / "new"
    status, output, _ = command(films, "--json", "--pdf", folder, "--keep-patient")
    named, unclear, png = map(json.loads, output.splitlines())
    assert status == 0
    assert PATIENT["PatientID"] in words_on((folder / f"{named['sha256']}.pdf").read_bytes())
    assert "patient" in unclear["not_filed"]
    assert not (folder / f"{unclear['sha256']}.pdf").exists()
    assert "The patient is not named" in words_on((folder / f"{png['sha256']}.pdf").read_bytes())


def test_the_clinics_head_is_on_it_and_a_broken_one_is_said_once(films, command, xray_home):
    for name, data in {"a.png": PNG, "b": drawn_film(PATIENT)}.items():
        (films / name).write_bytes(data)
    folder, template = films.parent / "new", xray_home / "page.toml"
    template.write_text('header = ["Ward of the drawn films"]')
    assert command(films, "--pdf", folder)[2] == ""
    for path in folder.iterdir():
        assert words_on(path.read_bytes()).startswith("Ward of the drawn films")
    template.write_text("header = 1")
    status, _, complaints = command(films, "--pdf", folder)
    assert status == 0
    assert complaints.count("The template of the page cannot be used") == 1
    assert "Ward" not in words_on(next(folder.iterdir()).read_bytes())
