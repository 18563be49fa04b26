"""Small files that are evidence, a form about one of them, and ways to take them in."""

from __future__ import annotations

import os
from pathlib import Path

from bayyina.app.evidence_about import Bringing
from bayyina.app.evidence_adding import Intake, add_evidence
from bayyina.app.evidence_vault import open_vault
from bayyina.app.workspace import Workspace
from tests.app.conftest import quiet

JPEG = b"\xff\xd8\xff\xe0FICTIONAL picture that nobody took, of nothing at all"

FORM = """
version: 1
fictional: true
sources:
  leak: {{name: "FICT office", kind: insider}}
  translator: {{name: "FICT translator", kind: organisation}}
records:
  - key: certificate-1
    type: Document
    item: {item}
    source: leak
    said_on: 2023-01
    locator: page 1
    statements:
      - {{property: kind, value: death_certificate}}
      - {{property: register_number, value: "1447"}}
      - {{property: named, value: "FICT Alif Ba", lang: en}}
      - {{property: text, value: "  هوي متوفي من زمان، شو بدك ", lang: ar}}
      - {{property: translation, value: "He died long ago", lang: en, source: translator}}
      - {{property: scan, value: {item}}}
  - key: examination-1
    type: DocumentExamination
    statements:
      - {{property: document, value: certificate-1}}
      - {{property: stamp, value: agrees}}
      - {{property: signature, value: nothing_to_compare}}
      - {{property: stationery, value: agrees}}
      - {{property: register_number, value: agrees}}
      - {{property: sequence, value: not_examined}}
      - {{property: dates, value: agrees}}
      - {{property: conclusion, value: "No point differs from five papers of that office."}}
  - key: interview-1
    type: Testimony
    item: {item}
    statements:
      - {{property: text, value: "كانوا يضربونا بالكبل", lang: ar, locator: "time 00:03:10"}}
      - {{property: consent, value: given}}
      - {{property: consent_for, value: courts}}
  - id: {item}
    statements:
      - {{property: shows, value: certificate-1}}
"""


def add(workspace: Workspace, *paths: Path, **said: object) -> Intake:
    report = workspace.folder / "imports" / f"{workspace.store.log_size()}-files.csv"
    return add_evidence(
        workspace, paths=paths, report=report, progress=quiet, bringing=Bringing(**said)  # type: ignore[arg-type]
    )  # fmt: skip


def counts(done: Intake) -> tuple[int, int, int]:
    return tuple(done.count(word) for word in ("added", "already", "kept_aside"))  # type: ignore[return-value]


def blobs(workspace: Workspace) -> set[str]:
    return {one.name for one in open_vault(workspace).store.list()}


def small_files(folder: Path) -> Path:
    """A folder of small files, some of which are none."""
    (folder / "inner").mkdir(parents=True)
    (folder / "a.jpg").write_bytes(JPEG)
    (folder / "b.txt").write_text("FICTIONAL account\n")
    (folder / "empty").touch()
    (folder / "inner" / "copy of a.jpg").write_bytes(JPEG)
    (folder / "link").symlink_to("a.jpg")
    os.mkfifo(folder / "pipe")
    return folder
