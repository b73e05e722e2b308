"""Is every file answered for, once, in order, whatever it is called and whatever it holds?"""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from model_store.batch import Answer, answer_all
from model_store.disk.weights import sha256_of
from model_store.export.written import Output
from model_store.film.load import load_radiograph
from model_store.reading.decision.calibration import Calibration
from model_store.reading.film_check.verdict import FilmRefused, QualityReport, Reason
from tests.doubles.batch_doubles import (  # noqa: F401
    BRIGHT,
    CROP,
    JPEG,
    KEYS,
    PNG,
    FakeClassifier,
    answer,
    films_folder,
    read_command,
)


@pytest.fixture
def fake(card):
    return FakeClassifier(card)


class TestAnswers:
    def test_a_film_that_is_read(self, films, fake):
        path = films / "a.png"
        path.write_bytes(PNG)
        given = answer(path, fake, Output())
        radiograph = load_radiograph(PNG)
        expected = float(radiograph.reduced.mean()) / 255
        assert given == Answer(
            path=str(path),
            sha256=radiograph.sha256,
            status="read",
            reason=None,
            probability=expected,
            suspected=expected >= 0.4,
            answer="suspected" if expected >= 0.4 else "not suspected",
            operating_point=0.4,
            operating_points=None,
            conformal=None,
            second_opinion=None,
            version="drawn-1",
            seconds=given.seconds,
            weights_sha256="5" * 64,
            calibration=Calibration.by_temperature(1.5).as_json(),
            gate="read",
            reasons=[],
            in_lung={"share": 0.75, "chance": 0.5},
            zones=["left upper", "right lower"],
            hottest="left upper",
            source_format="PNG",
            transfer_syntax=None,
            window=None,
            warnings=[],
            choice=None,
        )
        assert given.seconds > 0
        assert list(json.loads(given.as_json())) == KEYS

    def test_a_version_that_reads_against_its_gate_says_so_with_each_answer(self, films, card):
        (films / "a").write_bytes(PNG)
        (films / "b").write_bytes(BRIGHT)
        read, refused = (answer(films / name, FakeClassifier(card, "It did not pass."), Output()) for name in "ab")
        assert (read.against_gate, refused.against_gate) == ("It did not pass.", None)
        assert read.as_line().endswith("s) It did not pass.")

    @pytest.mark.parametrize(("point", "suspected"), [(0.01, True), (0.99, False)])
    def test_the_decision_is_made_at_the_versions_operating_point(self, films, card, point, suspected):
        (films / "a").write_bytes(PNG)
        given = answer(films / "a", FakeClassifier(replace(card, operating_point=point)), Output())
        assert (given.operating_point, given.suspected) == (point, suspected)
        assert (": pneumonia suspected," in given.as_line()) is suspected
        assert (": pneumonia not suspected," in given.as_line()) is not suspected

    @pytest.mark.parametrize(
        ("rule_out", "rule_in", "said"),
        [
            (0.01, 0.02, "pneumonia suspected"),
            (0.01, 0.99, "not sure whether it is pneumonia"),
            (0.98, 0.99, "pneumonia not suspected"),
        ],
    )
    def test_with_three_points_there_are_three_answers(self, films, card, rule_out, rule_in, said):
        (films / "a").write_bytes(PNG)
        points = {"rule_out": rule_out, "balanced": rule_out, "rule_in": rule_in}
        limits = {"alpha": 0.05, "thresholds": {"NORMAL": 1.0, "PNEUMONIA": 0.0}}
        content = {**card.content, "operating_points": points, "conformal": limits}
        given = answer(films / "a", FakeClassifier(replace(card, operating_point=rule_out, content=content)), Output())
        assert given.as_line().startswith(f"{films / 'a'}: {said}, probability ")
        assert said == f"pneumonia {given.answer}" or given.answer == "not sure"
        assert (given.operating_points, given.suspected) == (points, given.probability >= rule_out)
        assert given.conformal == {"alpha": 0.05, "set": ["NORMAL", "PNEUMONIA"]}
        is_unsure = given.answer == "not sure"
        assert ("s) Second opinion by conformal prediction" in given.as_line()) is is_unsure
        assert (given.second_opinion is not None) is is_unsure
        assert list(json.loads(given.as_json())) == KEYS

    @pytest.mark.parametrize(
        ("data", "reason", "name"),
        [
            (b"", "is empty", "empty"),
            (b"text", "is not a picture", "not a picture"),
            (PNG[:3000], "cut off at its end", "damaged"),
            (b"GIF89a" + bytes(50), "is a GIF file", "other format"),
            (bytes(128) + b"DICM", "DICOM file is damaged", "damaged"),
            (BRIGHT, "No two lungs", "no lungs"),
        ],
    )
    def test_a_film_that_is_refused(self, films, fake, data, reason, name):
        path = films / "a.png"
        path.write_bytes(data)
        given = answer(path, fake, Output(heatmaps=films / "maps", overlays=films / "overlays"))
        assert given.status == "refused"
        assert reason in given.reason
        assert (given.gate, given.reasons) == ("refuse", [{"name": name, "sentence": given.reason}])
        assert (given.in_lung, given.zones, given.hottest) == (None, [], None)
        assert given.sha256 == sha256_of(path)
        assert given.probability is given.suspected is given.answer is given.conformal is given.second_opinion is None
        assert (given.operating_point, given.version) == (0.4, "drawn-1")
        assert given.as_line() == f"{path}: refused: {given.reason}"
        assert list(films.iterdir()) == [path], "a refused film has no pictures"

    def test_a_film_that_is_read_with_warnings(self, films, fake, monkeypatch):
        (films / "a.png").write_bytes(PNG)
        found = [Reason("blurred", "warn", "The film is blurred."), Reason("small", "warn", "The film is small.")]
        reading = replace(fake.read(load_radiograph(PNG)), quality=QualityReport(tuple(found)))
        monkeypatch.setattr(fake, "read", lambda _: reading)
        given = answer(films / "a.png", fake, Output())
        assert (given.status, given.gate, given.reason) == ("read", "warn", None)
        assert given.reasons == [{"name": each.name, "sentence": each.sentence} for each in found]
        assert given.as_line().endswith(" s) Warning: The film is blurred. Warning: The film is small.")
        assert len(given.as_line().splitlines()) == 1

    def test_every_reason_of_a_refusal_is_said(self, films, fake, monkeypatch):
        """The line of a person holds the first refusal alone, that of a program all that was found."""
        (films / "a.png").write_bytes(PNG)
        found = (Reason("rotated", "refuse", "It is turned.", "turn"), Reason("blurred", "warn", "It is blurred."))

        def refuse(_):
            raise FilmRefused(QualityReport(found))

        monkeypatch.setattr(fake, "read", refuse)
        given = answer(films / "a.png", fake, Output())
        assert (given.status, given.gate, given.reason) == ("refused", "refuse", "It is turned.")
        assert [each["name"] for each in given.reasons] == ["rotated", "blurred"]
        assert given.sha256 == load_radiograph(PNG).sha256
        assert given.as_line().endswith(": refused: It is turned.")

    def test_a_map_that_lies_nowhere(self, films, fake, monkeypatch):
        (films / "a.png").write_bytes(PNG)
        reading = fake.read(load_radiograph(PNG))
        nowhere = replace(reading.explanation, evidence=None)
        monkeypatch.setattr(fake, "read", lambda _: replace(reading, explanations=(nowhere,)))
        given = answer(films / "a.png", fake, Output())
        assert (given.status, given.in_lung, given.zones, given.hottest) == ("read", None, [], None)

    def test_a_file_that_is_not_there(self, films, fake):
        for path in (films / "none.png", films / "none" / "deeper.png"):
            given = answer(path, fake, Output())
            assert (given.status, given.sha256) == ("refused", None)
            assert "is missing or may not be opened; please check" in given.reason
            assert [each["name"] for each in given.reasons] == ["missing"]

    def test_a_pipe_is_not_waited_for(self, films, fake):
        os.mkfifo(films / "pipe.png")
        (films / "z.png").write_bytes(PNG)
        pipe, film = answer_all([films], fake, Output())
        assert (pipe.status, pipe.sha256) == ("refused", None)
        assert "not an ordinary file" in pipe.reason
        assert (pipe.gate, [each["name"] for each in pipe.reasons]) == ("refuse", ["not a file"])
        assert film.status == "read"

    def test_a_device_is_not_read(self, fake):
        (given,) = answer_all([Path("/dev/zero")], fake, Output())
        assert "not an ordinary file" in given.reason

    @pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
    def test_a_file_that_may_not_be_opened(self, films, fake):
        (films / "a.png").write_bytes(PNG)
        (films / "a.png").chmod(0)
        given = answer(films / "a.png", fake, Output())
        assert (given.status, given.sha256) == ("refused", None)
        assert "may not be opened" in given.reason

    def test_a_file_that_cannot_be_read_to_its_end(self, films, fake, monkeypatch):
        (films / "a.png").write_bytes(PNG)
        monkeypatch.setattr(Path, "open", lambda *_: (_ for _ in ()).throw(OSError(5, "Input/output error")))
        given = answer(films / "a.png", fake, Output())
        assert (given.status, given.sha256) == ("refused", None)
        assert "may not be opened" in given.reason

    def test_a_name_too_long_for_the_file_system(self, films, fake):
        (films / "a.png").write_bytes(PNG)
        given = list(answer_all([films / ("n" * 300), films / "a.png"], fake, Output()))
        assert [each.status for each in given] == ["refused", "read"]


class TestFolders:
    def test_every_file_is_answered_for_once_and_in_order(self, films, fake):
        names = [
            "a.png",
            "b.dcm",
            "no-ending",
            ".hidden",
            "z.txt",
            "deep/a.PNG",
            "deep/deeper/deepest/film",
            "deep/.x/y.jpg",
        ]
        for name in names:
            path = films / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(PNG if name != "z.txt" else b"text")
        (films / "empty").mkdir()
        given = list(answer_all([films], fake, Output()))
        assert [each.path for each in given] == [
            str(films / name)
            for name in (
                *(".hidden", "a.png", "b.dcm", "no-ending", "z.txt"),
                *("deep/a.PNG", "deep/.x/y.jpg", "deep/deeper/deepest/film"),
            )
        ]
        assert [each.status for each in given] == ["read"] * 4 + ["refused"] + ["read"] * 3

    def test_paths_are_answered_for_in_the_order_given(self, films, fake):
        for name in ("b", "a", "c"):
            (films / name).write_bytes(PNG)
        given = answer_all([films / "c", films / "a", films / "none", films / "c"], fake, Output())
        assert [Path(each.path).name for each in given] == ["c", "a", "none", "c"]

    def test_a_bad_file_never_stops_the_rest(self, films, fake):
        contents = [PNG, b"", JPEG[:500], JPEG, b"\xff\xd8\xff", PNG[:-30], BRIGHT, PNG]
        for number, data in enumerate(contents):
            (films / f"{number}.png").write_bytes(data)
        statuses = [each.status for each in answer_all([films], fake, Output())]
        assert statuses == ["read", "refused", "refused", "read", "refused", "refused", "refused", "read"]

    def test_links(self, films, fake, tmp_path):
        (tmp_path / "film.png").write_bytes(PNG)
        (films / "good.png").symlink_to(tmp_path / "film.png")
        (films / "lost.png").symlink_to(tmp_path / "none")
        (films / "ring.png").symlink_to(films / "ring.png")
        given = {Path(each.path).name: each.status for each in answer_all([films], fake, Output())}
        assert given == {"good.png": "read", "lost.png": "refused", "ring.png": "refused"}

    def test_a_linked_folder_is_answered_for(self, films, fake, tmp_path):
        (tmp_path / "elsewhere").mkdir()
        (films / "linked").symlink_to(tmp_path / "elsewhere")
        assert [Path(each.path).name for each in answer_all([films], fake, Output())] == ["linked"]

    def test_a_folder_that_may_not_be_opened_is_answered_for(self, films, fake, monkeypatch):
        (films / "closed").mkdir()
        (films / "z.png").write_bytes(PNG)
        scandir = os.scandir

        def guarded(path):
            if os.fspath(path).endswith("closed"):
                raise PermissionError(13, "Permission denied", os.fspath(path))
            return scandir(path)

        monkeypatch.setattr(os, "scandir", guarded)
        given = {Path(each.path).name: each.status for each in answer_all([films], fake, Output())}
        assert given == {"closed": "refused", "z.png": "read"}

    def test_one_file_is_read_at_a_time(self, films, fake):
        """The second file does not even exist when the first is answered for, so nothing is gathered beforehand."""
        (films / "1").write_bytes(PNG)
        given = answer_all([films / "1", films / "2"], fake, Output())
        assert next(given).status == "read"
        (films / "2").write_bytes(JPEG)
        assert next(given).status == "read"
