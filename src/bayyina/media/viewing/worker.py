"""The child's side: shows one thing of one file, and answers with one JSON document.

Run as ``python -m bayyina.media.viewing.worker`` by ``running``, under limits and without
network. An error that nobody foresaw ends it; the parent says then that it cannot be shown.
"""

from __future__ import annotations

import json
import os
import sys
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bayyina.errors import BayyinaError
from bayyina.media.viewing.captures import is_package, list_captures, show_capture
from bayyina.media.viewing.messages import show_text
from bayyina.media.viewing.pictures import count_pages, draw_page, draw_picture, page_text
from bayyina.media.worker import refuse_network


def answer(job: Mapping[str, Any]) -> dict[str, Any]:
    """Do one job."""
    path, kind, what = Path(job["path"]), str(job["kind"]), job["show"]
    veiled = bool(job.get("veiled", True))
    if what == "pages":
        count = count_pages(path)
        page = min(max(int(job["page"]), 1), max(count, 1))
        return {"count": count, "page": page, "text": page_text(path, page)}
    if what == "page":
        return draw_page(path, int(job["page"]), veiled=veiled)
    if what == "picture":
        return draw_picture(path, veiled=veiled)
    if what == "captures" or (what == "text" and "zip" in kind and is_package(path)):
        everything = bool(job.get("everything"))
        return {"captures": list_captures(path, kind, int(job["first"]), everything=everything)}
    if what == "capture":
        return show_capture(path, kind, int(job["number"]), veiled=veiled)
    return show_text(path, kind, int(job["chat"]), int(job["first"]))


def main() -> None:
    """Read the job from standard input, answer on standard output."""
    warnings.simplefilter("ignore")
    sys.addaudithook(refuse_network)
    stream = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    try:
        said = answer(json.loads(sys.stdin.buffer.read()))
    except BayyinaError as error:
        said = {"refused": error.message}
    except (MemoryError, RecursionError):
        said = {"refused": "The file needs more memory than showing it may take."}
    stream.write(json.dumps(said).encode("ascii"))
    stream.flush()


if __name__ == "__main__":
    main()
