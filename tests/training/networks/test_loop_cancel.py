"""Does a cancelled training keep what it has done, and go on from there to the same end?"""

import pytest

from tests.doubles.trainings.training_doubles import ToyLearner
from tests.training.networks.test_loop import new_run, outcome, undisturbed
from training.networks.loop import train
from training.run.progress import Progress, RunCancelled


class CancelledAt(Progress):
    """Somebody cancels after so many steps."""

    def __init__(self, steps):
        super().__init__()
        self._left = steps

    def advance(self, *, share=None):
        self._left -= 1
        if self._left == 0:
            self.stop()
        super().advance(share=share)


@pytest.mark.parametrize("steps", [1, 2, 3, 4, 7, 12])
def test_cancelled_after_a_step(tmp_path, steps):
    run, learner = new_run(tmp_path / "cancelled"), ToyLearner()
    with pytest.raises(RunCancelled):
        train(learner, run, progress=CancelledAt(steps))
    assert learner.steps_made == steps
    again = ToyLearner()
    assert outcome(again, run, train(again, run)) == undisturbed(tmp_path / "calm")
    assert again.steps_made == 12 - steps, "no step is made twice"


def test_cancelled_twice(tmp_path):
    run = new_run(tmp_path / "cancelled")
    for steps in (5, 4):
        with pytest.raises(RunCancelled):
            train(ToyLearner(), run, progress=CancelledAt(steps))
    learner = ToyLearner()
    assert outcome(learner, run, train(learner, run)) == undisturbed(tmp_path / "calm")
    assert learner.steps_made == 3


def test_cancelled_in_a_validation(tmp_path):
    run, progress = new_run(tmp_path / "cancelled"), Progress()

    class Validating(ToyLearner):
        def validate(self, epoch):
            if epoch == 1:
                progress.stop()
                progress.check()
            return super().validate(epoch)

    with pytest.raises(RunCancelled):
        train(Validating(), run, progress=progress)
    learner = ToyLearner()
    assert outcome(learner, run, train(learner, run)) == undisturbed(tmp_path / "calm")
    assert learner.steps_made == 6, "the epoch whose validation was broken off is not trained again"


def test_cancelled_before_the_first_step(tmp_path):
    run, progress = new_run(tmp_path / "cancelled"), Progress()
    progress.stop()
    with pytest.raises(RunCancelled):
        train(ToyLearner(), run, progress=progress)
    assert run.checkpoint.exists()
    learner = ToyLearner()
    assert outcome(learner, run, train(learner, run)) == undisturbed(tmp_path / "calm")


def test_a_checkpoint_is_there_before_the_first_step(tmp_path):
    run = new_run(tmp_path / "begun")

    class Looking(ToyLearner):
        def step(self, batch, progress):
            assert run.checkpoint.exists()
            return super().step(batch, progress)

    train(Looking(), run)


def test_the_place_is_told(tmp_path):
    progress, places = Progress(), []

    class Telling(ToyLearner):
        def step(self, batch, done):
            places.append(progress.snapshot())
            return super().step(batch, done)

    train(Telling(epochs=2, steps=2), new_run(tmp_path / "told"), progress=progress)
    assert [(place["epoch"], place["epochs"], place["step"], place["steps"]) for place in places] == [
        (0, 2, 0, 2),
        (0, 2, 1, 2),
        (1, 2, 0, 2),
        (1, 2, 1, 2),
    ]
    assert {"loss", "val_loss"} <= progress.snapshot()["metrics"].keys()
