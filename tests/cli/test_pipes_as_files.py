"""A pipe or a device where a file should be is refused at once: nobody would ever write to it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Program

pytestmark = pytest.mark.skipif(
    not hasattr(os, "mkfifo"), reason=f"{sys.platform} has no named pipes"
)

PLACES: tuple[tuple[str, ...], ...] = (
    ("log", "check-proof", "PIPE"),
    ("log", "verify", "--checkpoint", "PIPE"),
    ("log", "calendar", "PIPE"),
    ("log", "witness", "--state", "w", "--new", "example.org/1", "PIPE"),
    ("evidence", "describe", "PIPE"),
    ("evidence", "add", "photo.jpg", "--mapping", "PIPE"),
    ("redact", "photo.jpg", "--plan", "PIPE", "--out", "out.jpg"),
    ("claims", "check", "PIPE"),
    ("import", "PIPE", "--suggest"),
    ("bundle", "verify", "folder", "--authority", "PIPE"),
    ("backup", "verify", "PIPE"),
)


@pytest.mark.parametrize("words", PLACES, ids=lambda words: " ".join(words[:2]))
def test_a_pipe_is_refused_and_not_waited_for(
    program: Program, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.chdir(program.folder)
    os.mkfifo("pipe")
    program.file("photo.jpg", b"\xff\xd8\xff\xd9")
    Path("folder").mkdir()
    answer = program(*(word.replace("PIPE", "pipe") for word in words), "--json")
    assert answer.status == 2
    assert "is not a plain file" in answer.sentence()
    assert answer.document["error"]["code"] == "file-unreadable"
    assert not Path("out.jpg").exists()
