"""Which version reads films: what is activated, with what reason, what leads back, and what may be removed?"""

import threading
from datetime import UTC, datetime

import pytest

from model_store.versions.activation import active_file
from model_store.versions.activation.activation import Activation, NothingToRollBack, VersionInUse, remove_version
from model_store.versions.activation.active_file import ACTIVE, ActivationDamaged
from model_store.versions.activation.proof import BelowGate
from model_store.versions.bundled import BUNDLED
from model_store.versions.registry import ModelNotFound
from tests.doubles.cards import SHARED_CARD
from tests.doubles.faults import names_in

REASON = "it was asked for in this test"


def compared(version, active, *, passed):
    identities = {"active": {"identity": active.card.identity}, "challenger": {"identity": version.card.identity}}
    return {"comparison": {"passed": passed, **identities, "sets": [{"key": "held_out", "n": 1}]}}


@pytest.fixture
def activation(xray_home):
    return Activation(xray_home)


@pytest.fixture
def add(activation, tmp_path):
    """Return a function that registers a version whose weights are its name's bytes.

    With `passed` it was compared with the bundled version.
    """

    def register(name, *, passed=None, **card):
        weights, registry = tmp_path / "weights", activation.registry
        weights.write_bytes(name.encode() * 100)
        version = registry.register(name, weights, SHARED_CARD | card)
        if passed is not None:
            registry.add_to_card(name, compared(version, registry.version(BUNDLED), passed=passed))
        return registry.version(name)

    return register


@pytest.fixture
def three(activation, add):
    """Versions v1, v2 and v3, activated in this order."""
    for name in ("v1", "v2", "v3"):
        add(name)
        activation.activate(name, by="anna", reason=REASON)
    return activation


class TestActivate:
    def test_at_first_the_bundled_version_reads(self, activation):
        assert activation.active_name() == BUNDLED
        assert activation.active(verify=True).problem is None
        assert activation.active().version == activation.registry.version(BUNDLED)
        assert (activation.previous_name(), activation.log()) == (None, [])
        assert not activation.home.exists(), "looking writes nothing"

    def test_the_activated_version_reads(self, activation, add):
        version = add("v1")
        activation.activate("v1", by="anna", reason=REASON)
        assert activation.active_name() == "v1"
        active = activation.active(verify=True)
        assert (active.version, active.problem) == (version, None)
        assert activation.previous_name() == BUNDLED

    def test_the_log_says_who_when_and_why(self, activation, add):
        before = datetime.now(UTC).replace(microsecond=0)
        add("v1", passed=True)
        add("v2", passed=False)
        activation.activate("v1", by="anna")
        activation.activate("v2", by="ben", reason=f"  {REASON}\n")
        activation.roll_back(by="anna")
        log = activation.log()
        when = [datetime.fromisoformat(entry.when) for entry in log]
        assert before <= when[0] <= when[1] <= when[2] <= datetime.now(UTC)
        assert [(e.action, e.version, e.before, e.by, e.reason, e.gate) for e in log] == [
            ("activate", "v1", BUNDLED, "anna", None, "passed"),
            ("activate", "v2", "v1", "ben", REASON, "not passed"),
            ("rollback", "v1", "v2", "anna", None, "not compared"),
        ]

    def test_the_log_says_what_read_from_then_on(self, activation, add):
        """A name may be given anew after a version was removed; hash, operating point and calibration stay true."""
        first, second = add("v1"), add("v2", temperature=2.5, operating_point=0.25)
        activation.activate("v1", by="anna", reason=REASON)
        activation.activate("v2", by="anna", reason=REASON)
        activation.roll_back(by="anna")
        remove_version("v2")
        named = [(e.weights_sha256, e.operating_point, e.calibration) for e in activation.log()]
        of_first = (first.card.weights_sha256, 0.4, first.card.calibration)
        assert first.card.calibration != second.card.calibration
        assert named == [of_first, (second.card.weights_sha256, 0.25, second.card.calibration), of_first]

    def test_an_unknown_version(self, activation):
        with pytest.raises(ModelNotFound, match="There is no version 'none'; there are bundled"):
            activation.activate("none", by="anna", reason=REASON)
        assert activation.active_name() == BUNDLED

    def test_what_is_active_already_stays_without_a_word(self, three):
        log = three.log()
        three.activate("v3", by="anna")
        assert (three.log(), three.previous_name()) == (log, "v2")

    def test_the_bundled_version_needs_no_reason(self, three):
        three.activate(BUNDLED, by="anna")
        assert three.active_name() == BUNDLED
        assert three.log()[-1].gate == "passed"
        assert three.roll_back(by="anna") == "v3"


class TestGate:
    @pytest.mark.parametrize("reason", [None, "too short"])
    @pytest.mark.parametrize(("card", "fact"), [({}, "was not compared"), ({"passed": False}, "did not pass")])
    def test_below_it_a_reason_is_needed(self, activation, add, card, fact, reason):
        add("v1", **card)
        with pytest.raises(BelowGate, match=f"Version v1 {fact}"):
            activation.activate("v1", by="anna", reason=reason)
        assert (activation.active_name(), activation.log()) == (BUNDLED, [])
        activation.activate("v1", by="anna", reason=REASON)
        assert activation.active_name() == "v1"

    def test_what_passed_against_the_active_version_is_activated_without(self, activation, add):
        assert activation.gate_state(add("v1", passed=True)) == "passed"
        activation.activate("v1", by="anna")
        assert activation.active_name() == "v1"

    def test_what_passed_against_another_is_not_compared(self, activation, add):
        add("v1", passed=True)
        v2 = add("v2", passed=True)
        activation.activate("v1", by="anna")
        assert activation.gate_state(v2) == "not compared"
        with pytest.raises(BelowGate, match="v2 was not compared with the version that is active now"):
            activation.activate("v2", by="anna")

    def test_a_comparison_holds_for_what_was_compared_alone(self, activation, add):
        """The same weights calibrated anew, or with other limits, were never compared."""
        version = add("v1", passed=True)
        calibrated = activation.registry.register(
            "v1-again", version.weights, version.card.content | {"temperature": 1.6}
        )
        assert calibrated.card.weights_sha256 == version.card.weights_sha256
        assert activation.gate_state(calibrated) == "not compared"
        activation.registry.add_to_card("v1", {"lung_cells": {"least": 20.0}})
        assert activation.gate_state(activation.registry.version("v1")) == "not compared"

    def test_further_figures_in_its_card_leave_it_the_same(self, activation, add):
        add("v1", passed=True)
        activation.registry.add_to_card("v1", {"test": {"auroc": 0.9}, "note": "judged"})
        assert activation.gate_state(activation.registry.version("v1")) == "passed"

    def test_the_bundled_version_has_nothing_to_prove_and_the_active_one_is_what_it_was(self, three, add):
        registry = three.registry
        states = [three.gate_state(registry.version(name)) for name in registry.names()]
        assert states == ["passed", "not compared", "not compared", "not compared"]
        three.activate(BUNDLED, by="anna")
        add("v4", passed=True)
        three.activate("v4", by="anna")
        assert three.gate_state(registry.version("v4")) == "passed"

    def test_it_is_said_of_a_version_that_was_activated_against_it(self, activation, add):
        add("v1", passed=True)
        add("v2", passed=False)
        add("v3", passed=False)
        for name in ("v1", "v2"):
            activation.activate(name, by="anna", reason=REASON)
        said = {name: activation.against_gate(activation.registry.version(name)) for name in (BUNDLED, "v1", "v3")}
        assert set(said.values()) == {""}, "one passed, and the last never read"
        told = activation.against_gate(activation.registry.version("v2"))
        assert told.startswith("Version v2 reads films against its gate: it did not pass the comparison")
        assert activation.roll_back(by="anna") == "v1"
        assert activation.against_gate(activation.registry.version("v1")) == "", "to go back is no new activation"
        assert activation.against_gate(activation.registry.version("v2")) == told, "its results may still be shown"

    def test_it_is_said_again_when_the_way_back_leads_to_such_a_version(self, three):
        assert three.roll_back(by="anna") == "v2"
        assert "v2 reads films against its gate: it was not compared" in three.against_gate(
            three.registry.version("v2")
        )
        assert three.gate_state(three.registry.version("v2")) == "not compared"

    def test_an_active_version_of_which_the_log_says_nothing_was_not_compared(self, three):
        (three.home / ACTIVE).write_text('{"stack": ["v2"], "log": []}')
        assert "was not compared" in three.against_gate(three.registry.version("v2"))
        assert three.against_gate(three.registry.version("v1")) == ""

    def test_where_the_active_version_is_damaged_the_bundled_one_counts(self, three, add):
        three.registry.version("v3").weights.unlink()
        assert three.gate_state(add("v4", passed=True)) == "passed"
        assert three.gate_state(three.registry.version("v3")) == "not compared"


class TestRollBack:
    def test_step_by_step_to_the_bottom(self, three):
        assert [three.roll_back(by="anna") for _ in range(3)] == ["v2", "v1", BUNDLED]
        with pytest.raises(NothingToRollBack, match="There is no version to go back to"):
            three.roll_back(by="anna")
        assert len(three.log()) == 6

    def test_a_version_that_is_gone_or_damaged_is_passed_over(self, three):
        remove_version("v2", three.home)
        three.registry.version("v1").weights.write_bytes(b"other")
        assert three.previous_name() == "v1", "hashing is left to the step itself"
        assert three.roll_back(by="anna") == BUNDLED
        assert three.previous_name() is None

    def test_it_leads_to_another_version(self, three):
        three.activate("v2", by="anna", reason=REASON)
        remove_version("v3", three.home)
        assert three.previous_name() == "v1"
        assert three.roll_back(by="anna") == "v1"

    def test_a_stack_without_the_bundled_version_ends_there_too(self, three):
        (three.home / ACTIVE).write_text('{"stack": ["v2"], "log": []}')
        assert three.previous_name() == BUNDLED
        assert three.roll_back(by="anna") == BUNDLED
        assert three.previous_name() is None


class TestRemove:
    def test_it_is_gone(self, three):
        remove_version("v2", three.home)
        assert three.registry.names() == [BUNDLED, "v1", "v3"]
        assert names_in(three.registry.folder) == ["v1", "v3"]
        assert three.active_name() == "v3"

    @pytest.mark.parametrize(("name", "fact"), [(BUNDLED, "comes with the program"), ("v3", "v3 is active; activate")])
    def test_what_is_in_use_stays(self, three, name, fact):
        with pytest.raises(VersionInUse, match=fact):
            remove_version(name, three.home)
        assert three.registry.names() == [BUNDLED, "v1", "v2", "v3"]

    @pytest.mark.parametrize("name", ["none", "", ".", "..", "../xray-home", "v1/../v2"])
    def test_an_unknown_name(self, three, name):
        with pytest.raises(ModelNotFound, match="There is no version"):
            remove_version(name, three.home)
        assert three.registry.names() == [BUNDLED, "v1", "v2", "v3"]

    def test_a_damaged_version_can_go(self, three):
        (three.registry.folder / "v1" / "card.json").write_text("{")
        remove_version("v1", three.home)
        assert three.registry.names() == [BUNDLED, "v2", "v3"]

    def test_another_version_of_that_name_is_not_on_the_way_back(self, three, add):
        remove_version("v2", three.home)
        add("v2")
        assert three.roll_back(by="anna") == "v1"

    def test_where_the_active_version_is_unknown_nothing_is_removed(self, three):
        (three.home / ACTIVE).write_text("{")
        with pytest.raises(ActivationDamaged, match=r"active\.json"):
            remove_version("v1", three.home)
        assert "v1" in three.registry.names()


def test_eight_at_once_are_all_in_the_log(activation, add, monkeypatch):
    monkeypatch.setattr(active_file, "LOCK_SECONDS", 60)  # However busy the machine is.
    names = [f"v{n}" for n in range(8)]
    for name in names:
        add(name)
    threads = [
        threading.Thread(target=Activation(activation.home).activate, args=(n,), kwargs={"by": n, "reason": REASON})
        for n in names
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    log = activation.log()
    assert sorted(entry.version for entry in log) == names
    assert [entry.before for entry in log] == [BUNDLED, *(entry.version for entry in log[:-1])]
    assert activation.active_name() == log[-1].version
