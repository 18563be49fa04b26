"""``bayyina claims compare``: published numbers beside those of the workspace."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any, Final

import click

from bayyina.app.comparing_claims import ComparedClaim, compare_claims
from bayyina.claims.numbers import written
from bayyina.claims.reading import published_names, read_claims
from bayyina.cli.opening import workspace_at_work
from bayyina.cli.printing import json_option, progress_bar, show

VERDICTS: Final = ("agrees", "explained", "differs", "not asked")
WORDS: Final = {
    "en": {
        "agrees": "agrees",
        "explained": "explained by {dimension}",
        "differs": "differs; no single dimension explains it",
        "not asked": "not asked: {reason}",
    },
    "ar": {
        "agrees": "متفق",
        "explained": "يفسره {dimension}",
        "differs": "مختلف؛ ولا يفسره بُعد واحد",
        "not asked": "لم يُسأل: {reason}",
    },
}


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--lang",
    type=click.Choice(["en", "ar"]),
    default="en",
    show_default=True,
    help="Language of the comparison in words.",
)
@json_option
def compare(files: tuple[str, ...], lang: str, as_json: bool) -> None:
    """Hold the workspace's own figures against the numbers that FILE says were published.

    FILE is a *.claims.yaml, or the name of published claims that are shipped. A claim's own
    `query` is asked, or one made from its scope; where the numbers differ, the question is
    asked again with one dimension changed (party, period, axis, rules, known at).
    """
    places = [n if n in published_names() and not Path(n).is_file() else Path(n) for n in files]
    facts = read_claims(places)
    with workspace_at_work() as workspace, progress_bar() as progress:
        compared = compare_claims(workspace, facts, progress)
    counted = Counter(one.verdict for one in compared)
    document = {
        "claims": len(facts.claims),
        "counts": {verdict: counted[verdict] for verdict in VERDICTS},
        "compared": [_document(one) for one in compared],
    }
    show(document, "\n".join(_lines(compared, lang)), as_json=as_json)


def _document(one: ComparedClaim) -> dict[str, Any]:
    number = one.claim.number
    return {
        "claim": one.claim.id,
        "published": number.stated if number is not None else None,
        "comparator": one.claim.claim.comparator,
        "document": one.claim.document,
        "verdict": one.verdict,
        "query": one.query,
        "value": one.value,
        "range": list(one.range) if one.range is not None else None,
        "dimension": one.dimension,
        "others": [
            {"dimension": other.dimension, "query": other.query, "value": other.value}
            for other in one.others
        ],
        "reason": one.reason,
    }


def _lines(compared: list[ComparedClaim], lang: str) -> list[str]:
    lines = []
    for one in compared:
        number = one.claim.number
        published = written(number.stated) if number is not None else ""
        own = written(one.value) if one.value is not None else "-"
        verdict = WORDS[lang][one.verdict].format(
            dimension=one.dimension_text(lang), reason=one.reason
        )
        lines.append(f"{one.claim.id}  {published} | {own}  {verdict}")
        lines += [f"    {one.query}"] if one.query else []
        lines += [
            f"    {written(other.value)}  {other.query}"
            for other in one.others
            if one.verdict == "differs" or other.dimension == one.dimension
        ]
    return lines or ["-"]
