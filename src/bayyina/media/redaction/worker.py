"""The child's side: makes one copy, or checks one, and answers with one JSON document.

Run as ``python -m bayyina.media.redaction.worker`` by ``running``, under limits and without
network. An error that nobody foresaw ends it; the parent refuses the file then.
"""

from __future__ import annotations

import codecs
import json
import os
import sys
import warnings
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from bayyina.errors import BayyinaError
from bayyina.media.redaction.checking import check_copy
from bayyina.media.redaction.films import redact_film
from bayyina.media.redaction.leads import find_leads
from bayyina.media.redaction.pages import redact_pdf
from bayyina.media.redaction.pictures import redact_picture
from bayyina.media.redaction.results import Made, RedactionCheckError, refuse
from bayyina.media.redaction.sheets_writing import ODS, XLSX
from bayyina.media.redaction.tables import redact_csv, redact_sheets
from bayyina.media.redaction.telling import telling
from bayyina.media.redaction.texts import redact_json, redact_text
from bayyina.media.signatures import structural_type
from bayyina.media.steps import PICTURES
from bayyina.media.worker import refuse_network
from bayyina.standards.redaction_plan import RedactionPlan, read_plan_text

PLAIN: Final = frozenset({"", "txt", "text", "md", "log", "srt", "vtt"})
"""Endings of names of texts that stand as they are read."""

_TABLES: Final = frozenset({"csv", "tsv", "tab"})
_JSON_LINES: Final = frozenset({"jsonl", "ndjson"})

TEXTS: Final = PLAIN | _TABLES | _JSON_LINES | {"json"}
"""Endings of names of texts of all kinds."""


def make(path: Path, plan: RedactionPlan, out: Path, ending: str, seconds: float) -> Made:
    """Make a copy by what the file is.

    Raises:
        BayyinaError: the plan cannot be carried out on it.
    """
    kind = _kind(path, ending)
    if kind in PICTURES:
        return redact_picture(path, plan, out)
    if kind == "application/pdf":
        return redact_pdf(path, plan, out)
    if kind in (XLSX, ODS) or kind.endswith("excel.sheet.macroEnabled.12"):
        return redact_sheets(path, plan, out, ODS if kind == ODS else XLSX)
    if kind.startswith(("audio/", "video/")):
        return redact_film(path, plan, out, kind, seconds)
    if kind == "application/json" or ending in _JSON_LINES or ending == "json":
        return redact_json(path, plan, out, lines=_is_lines(path, ending))
    if kind == "text/plain" and ending in _TABLES:
        return redact_csv(path, plan, out)
    if kind == "text/plain" and ending in PLAIN:
        return redact_text(path, plan, out)
    return refuse(
        f"A file of this kind ({kind or 'unknown'}, ending “{ending}”) is not redacted.",
        "Make a text, a table, a picture, a PDF, a sound or a film of it first.",
    )


def _kind(path: Path, ending: str) -> str:
    """The type by structure; the mark of UTF-16 at the beginning of a text is no sound."""
    with path.open("rb") as file:
        head = file.read(2)
    if head in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) and ending in TEXTS:
        return "text/plain"
    return structural_type(path) or ""


def _is_lines(path: Path, ending: str) -> bool:
    """Whether each line of a file is JSON by itself."""
    if ending in _JSON_LINES:
        return True
    try:
        json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        return True
    return False


def answer(job: Mapping[str, Any]) -> dict[str, Any]:
    """Do one job."""
    if job["do"] == "leads":
        texts, languages = [str(one) for one in job["texts"]], str(job["languages"])
        return find_leads(Path(job["path"]), texts, languages, float(job["seconds"]))
    if job["do"] == "tells":
        return {"tells": telling(Path(job["path"]))}
    plan = read_plan_text(str(job["plan"]), str(job["plan_name"]))
    seconds = float(job["seconds"])
    if job["do"] == "make":
        made = make(Path(job["path"]), plan, Path(job["out"]), str(job["ending"]), seconds)
        return {"made": asdict(made)}
    return {"checks": check_copy(Path(job["out"]), plan, Made(**job["made"]), seconds)}


def main() -> None:
    """Read the job from standard input, answer on standard output."""
    warnings.simplefilter("ignore")
    sys.addaudithook(refuse_network)
    stream = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    try:
        said = answer(json.loads(sys.stdin.buffer.read()))
    except RedactionCheckError as error:
        said = {"failed": [error.message, error.hint]}
    except BayyinaError as error:
        said = {"refused": [error.message, error.hint, error.code]}
    except (MemoryError, RecursionError):
        said = {
            "refused": ["The file needs more memory than a redaction may take.", "Split it.", ""]
        }
    stream.write(json.dumps(said).encode("ascii"))
    stream.flush()


if __name__ == "__main__":
    main()
