"""Is a patient named as people read names and dates, and only by what the header says?"""

from datetime import date

from model_store.export.page import wording


def test_a_patient_in_one_line():
    header = {
        "PatientName": "Yamada^Tarou=山田^太郎=やまだ^たろう",
        "PatientID": "4711",
        "PatientBirthDate": "20190517",
        "PatientSex": None,
        "StudyDate": "20231105",
        "StudyTime": "031415",
    }
    assert wording.patient_line(header) == (
        "Patient Yamada Tarou / 山田 太郎 / やまだ たろう, number 4711, born 2019-05-17, examined 2023-11-05"
    )
    assert wording.patient_line({"PatientName": "", "PatientID": None}) == ""


def test_dates_have_the_year_first():
    assert wording.made_on(date(2026, 11, 29)) == "Page made on 2026-11-29 by X-Ray Reader"
