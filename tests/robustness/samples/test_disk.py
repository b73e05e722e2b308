"""A sample of R13: what a full disk leaves behind, and in which words it is said."""

import os

import pytest

from tests.robustness import disk_really_full
from tests.robustness.disk_full import Operation, changes_of_versions, each_write_fails, trainings
from tests.robustness.report import Result


@pytest.fixture(scope="module")
def changes(tmp_path_factory) -> dict[str, Result]:
    folder = tmp_path_factory.mktemp("changes")
    return {each.name: each_write_fails(each, every=_every(each)) for each in changes_of_versions(folder)}


def _every(operation: Operation) -> int:
    return 9 if operation.name in ("export", "import") else 1


@pytest.fixture(scope="module")
def trained(tmp_path_factory) -> dict[str, Result]:
    with trainings(tmp_path_factory.mktemp("training")) as operations:
        return {operation.name: each_write_fails(operation, every=31) for operation in operations}


@pytest.mark.parametrize("name", ["activate", "roll back", "export", "import"])
def test_each_write_of_a_change_fails(changes, name):
    assert changes[name].count > 1
    assert changes[name].failures == []


@pytest.mark.parametrize("name", ["training", "examination"])
def test_each_write_of_a_training_fails(trained, name):
    assert trained[name].count > 1
    assert trained[name].failures == []


def test_a_disk_that_is_really_full(tmp_path):
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    try:
        with disk_really_full.small_disk(tmp_path / "disk") as disk:
            results = [
                disk_really_full.with_less_room(operation, disk, (4096, 2**25))
                for operation in changes_of_versions(disk)
                if operation.name in ("activate", "export")
            ]
    except disk_really_full.MountRefused as refusal:
        pytest.skip(str(refusal))
    assert [result.failures for result in results] == [[], []]
