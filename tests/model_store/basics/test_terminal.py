"""Do libraries write beside a command's own lines?"""

import subprocess
import sys

import pytest

SCRIPT = """
import logging, os, sys, warnings
from model_store.basics.terminal import only_own_lines

only_own_lines()
os.write(2, b"a library in C\\n")
warnings.warn("a library")
logging.getLogger("a library").warning("a library")
logging.error("a library")
print("own", file=sys.stderr)
{last}
"""


@pytest.mark.parametrize(("last", "said"), [("", "own"), ("raise ValueError('an error')", "ValueError: an error")])
def test_own_lines_alone_stand_on_standard_error(request, last, said):
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(last=last)],
        cwd=request.config.rootpath,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr.startswith("own\n")
    assert done.stderr.splitlines()[-1] == said
    assert "a library" not in done.stderr
    assert done.stdout == ""


def test_a_standard_error_that_is_closed(request):
    command = [
        sys.executable,
        "-c",
        "from model_store.basics.terminal import only_own_lines; only_own_lines(); print('own')",
    ]
    done = subprocess.run(
        ["sh", "-c", 'exec "$@" 2>&-', "sh", *command],
        cwd=request.config.rootpath,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "own\n")
