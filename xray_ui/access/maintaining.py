"""May this be done, and what is said where it may not or fails? Around every action that changes what is kept."""

from collections.abc import Iterator
from contextlib import contextmanager

from model_store.trainings import request
from xray_ui.access import login
from xray_ui.basics.guard import refusals_shown


@contextmanager
def maintaining() -> Iterator[None]:
    """Run the block for a maintainer alone; anybody else, and whoever meets a refusal in it, is told so.

    The role is asked here, when it is acted, since it may be another one than when the button was drawn.
    """
    with refusals_shown():
        login.require_maintainer()
        yield


def name_of_actor(typed: str = "") -> str:
    """Return who acts, for the log: who is logged in; without a login what was typed, or else the account.

    Args:
        typed: the name that somebody gave.
    """
    return login.user_name() or typed.strip() or request.account()
