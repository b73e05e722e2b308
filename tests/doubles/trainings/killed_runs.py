"""A training of a network of the film check that is killed in its fifth step, and taken up again."""

import pytest

from model_store.disk.weights import load_weights
from model_store.trainings.folder import RunFolder
from tests.doubles.trainings.training_doubles import Killed


def assert_that_a_kill_changes_nothing(fit, learner, network, file, folder):
    """Train undisturbed, and again with a kill in between: the weights are the same.

    `fit` trains a run into a folder and returns the card, `learner` is the class of what it trains, `network` makes an
    empty network, `file` names the weights in a folder, and `folder` is an empty one.
    """

    def weights(name):
        run, out = RunFolder(folder / name), folder / f"{name}-out"
        run.path.mkdir(exist_ok=True)
        card = fit(run, out, epochs=2, seed=1)
        made = network()
        load_weights(made, file(out), sha256=card["weights_sha256"])
        return made.get_weights()

    calm, steps, step = weights("calm"), [], learner.step

    def dying(self, batch, progress):
        steps.append(progress)
        if len(steps) == 5:
            raise Killed
        return step(self, batch, progress)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(learner, "step", dying)
        with pytest.raises(Killed):
            weights("killed")
    resumed = weights("killed")
    assert any("resumed at epoch" in line for line in RunFolder(folder / "killed").log_tail())
    for one, other in zip(calm, resumed, strict=True):
        assert other == pytest.approx(one, abs=2e-3)
