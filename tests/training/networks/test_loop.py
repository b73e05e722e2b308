"""What does a training leave behind, which epoch does it choose, and when does it end?"""

import pytest

from model_store.trainings.folder import RunFolder
from tests.doubles.trainings.training_doubles import Killed, ToyLearner
from training.networks.loop import train


@pytest.fixture
def run(tmp_path):
    return new_run(tmp_path / "run")


def new_run(path):
    path.mkdir(parents=True)
    return RunFolder(path)


def outcome(learner, run, result):
    """Everything that a training leaves behind, but for the clock."""
    metrics = [{key: value for key, value in row.items() if key != "seconds"} for row in run.metrics()]
    return learner.state(), metrics, {key: value for key, value in result.items() if key != "seconds"}


def undisturbed(path, **options):
    learner, run = ToyLearner(**options), new_run(path)
    return outcome(learner, run, train(learner, run))


def test_the_toy_learns_and_overshoots(run):
    result = train(ToyLearner(), run)
    losses = [row["val_loss"] for row in run.metrics()]
    assert losses[0] > 10 > losses[2] > 1 > losses[1]
    assert (result["best_epoch"], result["epochs"], result["best_val_loss"]) == (1, 4, losses[1])


def test_each_epoch_leaves_a_row_and_a_line(run):
    train(ToyLearner(), run)
    rows = run.metrics()
    assert [row["epoch"] for row in rows] == [0, 1, 2, 3]
    assert set(rows[0]) == {"epoch", "loss", "val_loss", "seconds"}
    assert "epoch 4/4 loss" in (run.path / "log.txt").read_text()


def test_progress_is_the_share_of_all_steps_done(run):
    learner = ToyLearner(epochs=2, steps=2)
    train(learner, run)
    assert learner.progress == [0, 0.25, 0.5, 0.75]


def test_the_loss_of_an_epoch_is_the_mean_over_its_steps(run):
    class Counting(ToyLearner):
        def step(self, batch, progress):
            super().step(batch, progress)
            return float(self.steps_made)

    train(Counting(epochs=2, steps=3), run)
    assert [row["loss"] for row in run.metrics()] == [2.0, 5.0]


def test_a_finished_training_is_not_trained_again(run):
    train(ToyLearner(), run)
    learner = ToyLearner(kill_at=0)
    result = train(learner, run)
    assert (result["epochs"], learner.steps_made) == (4, 0)


def test_the_best_epoch_is_restored(run, tmp_path):
    learner = ToyLearner(losses=[3.0, 1.0, 2.0, 1.5])
    result = train(learner, run)
    assert (result["best_epoch"], result["best_val_loss"]) == (1, 1.0)
    assert learner.state() == state_after(tmp_path / "short", steps=6)
    assert learner.state() != state_after(tmp_path / "long", steps=12)


def state_after(path, *, steps):
    """The variables after so many of twelve steps, with nothing restored."""
    learner = ToyLearner(kill_at=steps, candidates=[])
    run = new_run(path)
    if steps < 12:
        with pytest.raises(Killed):
            train(learner, run)
    else:
        train(learner, run)
    return learner.state()


def test_only_candidates_are_chosen(run):
    result = train(ToyLearner(losses=[1.0, 2.0, 4.0, 3.0], candidates=[2, 3]), run)
    assert (result["best_epoch"], result["best_val_loss"]) == (3, 3.0)


def test_the_first_of_equal_epochs_is_chosen(run):
    assert train(ToyLearner(losses=[2.0, 1.0, 1.0, 1.0]), run)["best_epoch"] == 1


@pytest.mark.parametrize(
    ("losses", "patience", "epochs", "best"),
    [
        ([1.0, 2, 2, 2, 2, 0.5], 3, 4, 0),  # Three epochs without a better one: the fifth is not begun.
        ([3.0, 2, 4, 4, 1, 5], 3, 6, 4),
        ([3.0, 2, 4, 4, 4, 1], 3, 5, 1),
        ([1.0, 2, 2, 2, 2, 0.5], None, 6, 5),
        ([1.0, 0.9, 0.8, 0.7, 0.6, 0.5], 1, 6, 5),
    ],
)
def test_patience(run, losses, patience, epochs, best):
    result = train(ToyLearner(epochs=6, losses=losses), run, patience=patience)
    assert (result["epochs"], result["best_epoch"]) == (epochs, best)
    assert len(run.metrics()) == epochs


def test_without_a_candidate_the_last_weights_stay(run, tmp_path):
    learner = ToyLearner(candidates=[])
    assert train(learner, run)["best_epoch"] == -1
    assert learner.state() == state_after(tmp_path / "long", steps=12)
