import unicodedata

import pytest

from training.data.label_table import TableRow, read_table
from training.data.labelled import DatasetError
from training.data.table_columns import unused_columns


@pytest.fixture
def data(tmp_path):
    """A folder with films in three places, and one film beside it."""
    for name in ("data/train/a.png", "data/TEST/b.png", "data/c, d.png", "outside.png"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(name.encode())
    return tmp_path / "data"


def table(data, *lines, name="labels.csv", encoding="utf-8", newline="\n"):
    path = data / name
    path.write_bytes(newline.join(lines).encode(encoding))
    return path


def test_rows_with_their_line_label_and_patient(data):
    path = table(
        data, "image,label,patient", "train/a.png,NORMAL,p1", "", "TEST/b.png, sick ,", '"c, d.png",NORMAL, p 2 '
    )
    assert read_table(path, data) == [
        TableRow(2, data / "train/a.png", "NORMAL", "p1"),
        TableRow(4, data / "TEST/b.png", "sick", ""),
        TableRow(5, data / "c, d.png", "NORMAL", "p 2"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("lines", [("image;label", "c, d.png;ß"), ("Label , IMAGE", 'ß,"c, d.png"')])
def test_as_programs_write_it(data, encoding, newline, lines):
    rows = read_table(table(data, *lines, encoding=encoding, newline=newline), data)
    assert rows == [TableRow(2, data / "c, d.png", "ß", "")]


def test_columns_that_nobody_asked_for_are_passed_over(data):
    path = table(data, "age,image,label", "4,train/a.png,NORMAL")
    assert read_table(path, data)[0].label == "NORMAL"


@pytest.mark.parametrize(
    ("lines", "line"),
    [
        (["image\tlabel\tpatient", "c, d.png\tß\tp1"], 2),
        (["sep=;", "image;label;patient", "c, d.png;ß;p1"], 3),
        (['"sep=|"', "image|label|patient", "c, d.png|ß|p1"], 3),
        (["SEP=\t", "image\tlabel\tpatient", "c, d.png\tß\tp1"], 3),
        (["sep=;;;", "", "image;label;patient", "c, d.png;ß;p1"], 4),
        (["#TYPE System.Object", '"image","label","patient"', '"c, d.png","ß","p1"'], 3),
        (["Image Path;CLASS;Patient-ID;;", "c, d.png;ß;p1;;"], 2),
        (["label,PatientID,image,age", 'ß,p1,"c, d.png",4'], 2),
        (["subject,label,image", 'p1,ß,"c, d.png"'], 2),
        (["patient_id,image,label,subject", 'p1,"c, d.png",ß,s2'], 2),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_as_people_have_them(data, lines, line, encoding):
    rows = read_table(table(data, *lines, encoding=encoding, newline="\r\n"), data)
    assert rows == [TableRow(line, data / "c, d.png", "ß", "p1")]


def test_columns_that_nothing_is_read_from(data):
    path = table(data, "sep=;", "Alter;image;label;subject;;patient_id;filename", "4;train/a.png;NORMAL;s;;p;x")
    assert unused_columns(path) == ["Alter", "subject", "filename"]
    assert read_table(path, data)[0].patient == "p"
    assert unused_columns(table(data, "image,label,patient", "train/a.png,NORMAL,p")) == []


def test_paths_with_backslashes(data):
    (data / "odd\\name.png").touch()
    path = table(
        data, "image,label", "train\\a.png,x", ".\\TEST\\b.png,x", "train\\..\\TEST/b.png,x", "odd\\name.png,x"
    )
    assert [row.path for row in read_table(path, data)] == [
        data / "train/a.png",
        data / "TEST/b.png",
        data / "TEST/b.png",
        data / "odd\\name.png",
    ]


@pytest.mark.parametrize(("on_disk", "named"), [("NFD", "NFC"), ("NFC", "NFD"), ("NFD", "NFD")])
def test_names_whose_accents_stand_apart(data, on_disk, named):
    film = data / unicodedata.normalize(on_disk, "imágenes/niño é.png")
    film.parent.mkdir()
    film.touch()
    path = table(
        data, "image,label,patient", *(unicodedata.normalize(named, f"imágenes{s}niño é.png,x,Zoë") for s in "/\\")
    )
    rows = read_table(path, data)
    assert [(row.path, row.patient) for row in rows] == [(film, unicodedata.normalize("NFC", "Zoë"))] * 2


def test_images_are_named_from_the_folder_of_the_table(data):
    path = table(data / "train", "image,label", "a.png,x", "../TEST/b.png,y", "./../c, d.png,z".replace(",", "", 1))
    (data / "c d.png").touch()
    assert [row.path for row in read_table(path, data)] == [
        data / "train/a.png",
        data / "TEST/b.png",
        data / "c d.png",
    ]


def test_a_table_beside_the_data_folder(data):
    path = table(data.parent, "image,label", "data/train/a.png,x")
    assert read_table(path, data)[0].path == data / "train/a.png"


def test_a_data_folder_that_is_a_link_itself(data, tmp_path):
    (tmp_path / "shortcut").symlink_to(data)
    path = table(data, "image,label", "train/a.png,x")
    assert read_table(path, tmp_path / "shortcut")[0].path == tmp_path / "shortcut/train/a.png"


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("/etc/hostname,x", "the image is named by an absolute path; name it relative to the folder of the CSV"),
        ("C:\\films\\a.png,x", "the image is named by an absolute path"),
        ("\\\\server\\films\\a.png,x", "the image is named by an absolute path"),
        ("..\\outside.png,x", "the image lies outside of the data folder"),
        ("train\\..\\..\\outside.png,x", "the image lies outside of the data folder"),
        ("train\\nowhere.png,x", "there is no such image in the data folder"),
        ("../outside.png,x", "the image lies outside of the data folder; put it into the folder"),
        ("train/../../outside.png,x", "the image lies outside of the data folder"),
        (".,x", "the image lies outside of the data folder"),
        ("link.png,x", "the image is a link that leads out of the data folder; put the file itself into the folder"),
        ("folder/outside.png,x", "the image is a link that leads out of the data folder"),
        ("nowhere.png,x", "there is no such image in the data folder; mend its path or delete the line"),
        ("loop.png,x", "there is no such image in the data folder"),
        ("train,x", "there is no such image in the data folder"),
        (f"{'n' * 300}.png,x", "there is no such image in the data folder"),
        ("a\x00.png,x", "the image's name holds control characters; rename the file"),
        ("train/a.png,", "the label is empty; give one or delete the line"),
        ("train/a.png", "the label is empty"),
        (" ,x", "no image is named; give its path or delete the line"),
    ],
)
def test_lines_that_are_refused(data, tmp_path, line, sentence):
    (data / "link.png").symlink_to(tmp_path / "outside.png")
    (data / "folder").symlink_to(tmp_path)
    (data / "loop.png").symlink_to(data / "loop.png")
    path = table(data, "image,label", "train/a.png,x", line)
    with pytest.raises(DatasetError, match=f"^labels.csv, line 3: {sentence}"):
        read_table(path, data)


def test_a_link_within_the_data_folder_is_an_image(data):
    (data / "again.png").symlink_to(data / "train/a.png")
    assert read_table(table(data, "image,label", "again.png,x"), data)[0].path == data / "again.png"


def test_at_most_five_lines_are_numbered(data):
    path = table(data, "image,label", *(f"{number}.png,x" for number in range(8)))
    with pytest.raises(DatasetError, match=r"labels.csv, lines 2, 3, 4, 5, 6 and 3 more: there is no such image"):
        read_table(path, data)


def test_no_refusal_names_an_image(data):
    path = table(data, "image,label", "Doe_Jane.png,x")
    with pytest.raises(DatasetError) as refusal:
        read_table(path, data)
    assert "Doe" not in str(refusal.value)


@pytest.mark.parametrize(
    "first",
    ["train/a.png,NORMAL", "image", "label,patient", "image,label,label", "image;label;PatientID;Patient ID", ""],
)
def test_a_table_without_its_columns(data, first):
    path = table(data, first, "train/a.png,NORMAL")
    with pytest.raises(
        DatasetError, match=r"The first line of labels.csv does not name the columns; expected image,label"
    ):
        read_table(path, data)


def test_an_empty_table(data):
    with pytest.raises(DatasetError, match="does not name the columns"):
        read_table(table(data), data)


def test_a_line_with_more_cells_than_columns(data):
    path = table(data, "image,label", "c, d.png,NORMAL")
    with pytest.raises(
        DatasetError, match=r"labels.csv, line 2: it has more cells than the first line; put such names in"
    ):
        read_table(path, data)


@pytest.mark.parametrize("content", [b"image,label\n\xe9.png,x", b"image,label\n" + b"x" * 200_000])
def test_a_file_that_is_no_table(data, content):
    (data / "labels.csv").write_bytes(content)
    with pytest.raises(DatasetError, match=r"labels.csv is not a CSV in UTF-8; save it again as 'CSV UTF-8'"):
        read_table(data / "labels.csv", data)


@pytest.mark.parametrize(
    ("lines", "line"),
    [
        (["image,label", 'train/a.png,"NORMAL', "TEST/b.png,x"], 2),
        (["sep=;", "image;label", "TEST/b.png;x", '"c, d.png;x', "train/a.png;x"], 4),
        (['image,"label', "train/a.png,NORMAL"], None),
    ],
)
def test_a_quotation_mark_that_is_never_closed_is_named(data, lines, line):
    sentence = (
        f"^labels.csv, line {line}: a quotation mark is opened and never closed; close it or delete it"
        if line
        else "does not name the columns"
    )
    with pytest.raises(DatasetError, match=sentence):
        read_table(table(data, *lines), data)


def test_quotation_marks_within_a_name_are_part_of_it(data):
    (data / 'the "first".png').touch()
    path = table(data, "image,label", 'the "first".png,x', '"c, d.png","a ""b"""')
    assert [row.label for row in read_table(path, data)] == ["x", 'a "b"']


def test_a_table_that_is_not_there(data):
    with pytest.raises(
        DatasetError, match=r"There is no file .*nowhere.csv; expected a CSV with the columns image and"
    ):
        read_table(data / "nowhere.csv", data)


def test_a_table_in_utf_32_is_refused_with_a_sentence(data):
    path = table(data, "image,label", "train/a.png,NORMAL", encoding="utf-32")
    with pytest.raises(DatasetError, match="is not a CSV in UTF-8"):
        read_table(path, data)
