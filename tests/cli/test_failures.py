"""An unforeseen error says where it happened, and nothing of the data."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import sys
from bayyina.cli import main as program
def fail(*_, **__):
    secret = "Qambartani Vexlerhoum"
    try:
        raise KeyError(secret)
    except KeyError as error:
        raise ValueError(f"invalid literal: {secret}") from error
program.program.main = fail
program.main(["doctor"])
"""


def test_an_unforeseen_error_tells_no_value() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert "Qambartani" not in done.stderr
    assert "The program failed (ValueError)" in done.stderr
    assert "bayyina/cli/main.py:" in done.stderr


def test_an_error_in_a_thread_tells_no_value() -> None:
    script = (
        "import threading\nfrom bayyina.cli.failures import never_show_values\n"
        "never_show_values()\n"
        "def fail():\n    raise ValueError('Qambartani Vexlerhoum')\n"
        "thread = threading.Thread(target=fail)\nthread.start()\nthread.join()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=120
    )
    assert "Qambartani" not in done.stderr
    assert "(ValueError)" in done.stderr
