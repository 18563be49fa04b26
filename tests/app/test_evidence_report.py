"""What an intake says of a file."""

from __future__ import annotations

import json
import os

from bayyina.app.evidence_report import ADDED, FileLine


def test_a_path_that_is_no_utf8_is_told_in_text_that_any_reader_of_json_takes() -> None:
    line = FileLine(ADDED, os.fsdecode(b"/x/bad\xff.jpg"), "FICT-2-1", "00", "image/jpeg")
    told = line.to_json()["path"]
    json.dumps(told, ensure_ascii=False).encode("utf-8")
    assert told == "/x/bad\\xff.jpg"
    arabic = FileLine(ADDED, "/x/صورة.jpg", "FICT-2-2", "00", "image/jpeg")
    assert arabic.to_json()["path"] == "/x/صورة.jpg"
