"""``bayyina media words``: where a machine reads given words in a picture; leads for a redaction."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypedDict

import click

from bayyina.cli.printing import json_option, show
from bayyina.media.redaction.running import words_in_picture

NOTE = (
    "A machine read this: leads for a person to look at. What is not found may stand there all "
    "the same, above all in Arabic, in handwriting and on plates. Faces are not looked for."
)


class WordLeadDocument(TypedDict):
    """A place where a text may stand."""

    text: str
    rectangle: list[int]
    agreement: float


class WordLeadsDocument(TypedDict):
    """Places in a picture, as a machine read it."""

    file: str
    leads: list[WordLeadDocument]
    not_found: list[str]
    note: str


DOCUMENTS: Mapping[str, Any] = {"media words": WordLeadsDocument}
"""Documents by command."""


@click.command("words")
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("texts", nargs=-1, required=True, metavar="TEXT...")
@click.option("--lang", default="ara+eng", show_default=True, help="As tesseract names them.")
@json_option
def words(file: Path, texts: tuple[str, ...], lang: str, as_json: bool) -> None:
    """Suggest regions of the picture FILE in which each TEXT may stand, for a redaction plan.

    Tesseract reads the picture as it is shown; what it gives are leads. In words, the answer is
    the beginning of a plan: look at each region, correct it, and give the reason.
    """
    found = words_in_picture(file, texts, languages=lang)
    leads: list[WordLeadDocument] = [
        {"text": texts[one.which], "rectangle": list(one.rectangle), "agreement": one.agreement}
        for one in found
    ]
    seen = {one.which for one in found}
    document: WordLeadsDocument = {
        "file": str(file),
        "leads": leads,
        "not_found": [text for which, text in enumerate(texts) if which not in seen],
        "note": NOTE,
    }
    lines = [f"# {NOTE}", "version: 1", "redact:"]
    for one in found:
        left, top, width, height = one.rectangle
        lines += [
            f"  - region: {{kind: other, rectangle: [{left}, {top}, {width}, {height}]}}",
            f"    reason: other  # text {one.which + 1}, letters agree by {one.agreement:.0f} of 100",
        ]
    lines += [f"# not found: text {which + 1}" for which in range(len(texts)) if which not in seen]
    show(document, "\n".join(lines), as_json=as_json)
