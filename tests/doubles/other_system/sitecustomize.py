"""Lets this program, in every process whose path begins here, find no more of Python than there is on Windows.

Python itself imports this first. Nothing is hidden from libraries, which have modules of their own for each system.
"""

import builtins
import os
import signal
import sys
import types
from pathlib import Path

MODULES = {"fcntl", "resource", "pwd", "grp", "termios", "pty", "tty", "syslog"}
"""What Python's documentation calls "Availability: Unix"."""

ATTRIBUTES = {
    "os": {
        *("fork", "forkpty", "getuid", "geteuid", "getgid", "getegid", "getpgid", "getsid", "killpg", "setsid", "nice"),
        *(
            "O_DIRECTORY",
            "O_NOFOLLOW",
            "O_CLOEXEC",
            "chown",
            "fchmod",
            "mkfifo",
            "statvfs",
            "sched_getaffinity",
            "uname",
        ),
        *("wait", "WNOHANG", "setpgid", "setuid", "pread", "posix_fadvise", "confstr", "sysconf", "getloadavg"),
    },
    "signal": {
        "SIGKILL",
        "SIGXCPU",
        "SIGPIPE",
        "SIGHUP",
        "SIGQUIT",
        "SIGALRM",
        "SIGUSR1",
        "SIGCHLD",
        "setitimer",
        "alarm",
    },
}
TOP = Path(__file__).parents[3]
OURS = tuple(f"{TOP / package}{os.sep}" for package in ("model_store", "training", "xray_ui"))
_import = builtins.__import__


class Lacking(types.ModuleType):
    """A module without what there is on Unix alone."""

    def __init__(self, module, hidden):
        super().__init__(module.__name__)
        self._module, self._hidden = module, hidden

    def __getattr__(self, name):
        if name in self._hidden:
            raise AttributeError(name)
        return getattr(self._module, name)


LACKING = {name: Lacking(module, ATTRIBUTES[name]) for name, module in (("os", os), ("signal", signal))}


def _hiding(name, given=None, *more, **named):
    if str((given or {}).get("__file__")).startswith(OURS):
        if name.partition(".")[0] in MODULES:
            raise ImportError(f"there is no module {name} here")
        if name in LACKING:
            return LACKING[name]
    return _import(name, given, *more, **named)


builtins.__import__ = _hiding
sys.is_other_system = True
