"""How the commands of ``evidence`` are used where every command is."""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

from tests.app.evidence_cases import FORM
from tests.cli.conftest import Program

Words = list[str | Path]


def picture() -> bytes:
    """A white PNG of 300 by 100 pixels, and a remark that makes each another file."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)

    head = struct.pack(">IIBBBBB", 300, 100, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\x00" + b"\xff" * 300) * 100)
    remark = b"Comment\x00FICTIONAL " + os.urandom(8).hex().encode()
    parts = ((b"IHDR", head), (b"tEXt", remark), (b"IDAT", rows), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)


def new_file(program: Program, data: bytes | None = None) -> Path:
    number = len(list(program.folder.glob("picture-*")))
    return program.file(f"picture-{number}.png", data or picture())


def item(program: Program) -> str:
    """The id of an item that was taken in."""
    answer = program("evidence", "add", new_file(program), "--json")
    assert answer.status == 0, answer.err
    return str(answer.document["items"][0]["id"])


def words_of_derive(program: Program) -> Words:
    parent = item(program)
    made = new_file(program)
    return ["evidence", "derive", parent, made, "--tool", "convert", "--kind", "working_copy"]


def words_of_describe(program: Program) -> Words:
    form = program.file("one.evidence.yaml", FORM.format(item=item(program)))
    return ["evidence", "describe", form]


def words_of_list(program: Program) -> Words:
    item(program)
    return ["evidence", "list", "--type", "image/"]


def words_of_check(program: Program) -> Words:
    item(program)
    return ["evidence", "check", "--limit", "1", "--rate-limit", "100"]


PLAN = """version: 1
redact:
  - region: {kind: card, rectangle: [10, 10, 40, 20]}
    reason: source
"""


def words_of_redact(program: Program) -> Words:
    number = len(list(program.folder.glob("copy-*")))
    plan = program.file("one.redaction.yaml", PLAN)
    out = program.folder / f"copy-{number}.png"
    return ["redact", new_file(program), "--plan", plan, "--out", out]


def words_of_evidence_redact(program: Program) -> Words:
    number = len(list(program.folder.glob("picture-*")))
    plan = program.file("one.redaction.yaml", PLAN.replace("10, 10", f"{number}, 10"))
    return ["evidence", "redact", item(program), "--plan", plan]


EVIDENCE_CASES: dict[str, Callable[[Program], Words]] = {
    "evidence add": lambda program: [
        *("evidence", "add", new_file(program), "--source", "FICT courier"),
        *("--captured", "2013-05", "--consent", "given", "--consent-for", "courts"),
    ],
    "evidence list": words_of_list,
    "evidence show": lambda program: ["evidence", "show", item(program)],
    "evidence derive": words_of_derive,
    "evidence ocr": lambda program: ["evidence", "ocr", item(program), "--lang", "eng"],
    "evidence inspect": lambda program: ["evidence", "inspect", item(program)],
    "media words": lambda program: [
        *("media", "words", new_file(program), "FICT Alif", "--lang", "eng"),
    ],
    "redact": words_of_redact,
    "evidence redact": words_of_evidence_redact,
    "evidence describe": words_of_describe,
    "evidence check": words_of_check,
}
"""How each command is used."""
