"""``bayyina claims check``: no workspace, no database."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any, Final

import click

from bayyina.claims.checking import check_claims
from bayyina.claims.claim_set import ClaimSet
from bayyina.claims.findings import CLASSES, ClaimFinding
from bayyina.claims.reading import published_names, read_claims
from bayyina.cli.printing import json_option, show

HEADINGS: Final = {
    "en": {"contradiction": "CONTRADICTION", "doubt": "DOUBT", "explained": "EXPLAINED"},
    "ar": {"contradiction": "تناقض", "doubt": "موضع شك", "explained": "مفسَّر"},
}
SUMMARY: Final = {
    "en": "Claims: {claims}. Contradictions: {contradiction}. Doubts: {doubt}. Explained: {explained}.",
    "ar": "الادعاءات: {claims}. التناقضات: {contradiction}. مواضع الشك: {doubt}. المفسَّر: {explained}.",
}
SETTLED: Final = {"en": "Settled by", "ar": "يحسمه"}
CERTAINTY: Final = {
    "en": {"certain": "certain", "likely": "likely", "possible": "possible"},
    "ar": {"certain": "مؤكد", "likely": "مرجَّح", "possible": "ممكن"},
}


@click.command()
@click.argument("files", nargs=-1, metavar="[FILE]...")
@click.option("--builtin", is_flag=True, help="Add all published claims that are shipped.")
@click.option(
    "--lang",
    type=click.Choice(["en", "ar"]),
    default="en",
    show_default=True,
    help="Language of the findings in words.",
)
@json_option
def check(files: tuple[str, ...], builtin: bool, lang: str, as_json: bool) -> None:
    """Find what contradicts what in the claims of FILE; several files are read together.

    FILE is a *.claims.yaml, or the name of published claims that are shipped. Ends with 1
    when there is a contradiction. Findings are indicators: each says what would settle it.
    """
    names = [*files, *(n for n in published_names() if builtin and n not in files)]
    if not names:
        raise click.UsageError(
            f"Name a claims file, or shipped claims: {', '.join(published_names())}."
        )
    facts = read_claims([_place(name) for name in names])
    findings = check_claims(facts)
    show(_document(facts, names, findings), _text(facts, findings, lang), as_json=as_json)
    if any(found.grade == "contradiction" for found in findings):
        raise click.exceptions.Exit(1)


def _place(name: str) -> str | Path:
    path = Path(name)
    return name if name in published_names() and not path.is_file() else path


def _document(facts: ClaimSet, names: list[str], findings: list[ClaimFinding]) -> dict[str, Any]:
    return {
        "claims": len(facts.claims),
        "files": names,
        "counts": _counts(findings),
        "findings": [_finding(facts, found) for found in findings],
    }


def _counts(findings: list[ClaimFinding]) -> dict[str, int]:
    counted = Counter(found.grade for found in findings)
    return {grade: counted[grade] for grade in CLASSES}


def _finding(facts: ClaimSet, found: ClaimFinding) -> dict[str, Any]:
    return {
        "id": found.id,
        "class": found.grade,
        "kind": found.kind,
        "claims": list(found.claims),
        "detail": found.detail["en"],
        "detail_ar": found.detail["ar"],
        "certainty": found.certainty,
        "resolution": found.resolution["en"],
        "resolution_ar": found.resolution["ar"],
        "rule": found.rule,
        "where": [
            {
                "claim": name,
                "file": facts.by_id[name].file,
                "line": facts.by_id[name].line,
                "document": facts.by_id[name].document,
                "locator": facts.by_id[name].claim.source.locator,
            }
            for name in found.claims
        ],
    }


def _text(facts: ClaimSet, findings: list[ClaimFinding], lang: str) -> str:
    lines = []
    for found in findings:
        certainty = CERTAINTY[lang][found.certainty]
        lines.append(f"{HEADINGS[lang][found.grade]} ({certainty}) {found.kind}")
        lines.append(f"  {found.detail[lang]}")
        lines.append(f"  {SETTLED[lang]}: {found.resolution[lang]}")
        lines.extend(f"    {_where(facts, name)}" for name in found.claims)
        lines.append("")
    lines.append(SUMMARY[lang].format(claims=len(facts.claims), **_counts(findings)))
    return "\n".join(lines)


def _where(facts: ClaimSet, name: str) -> str:
    stated = facts.by_id[name]
    locator = f", {stated.claim.source.locator}" if stated.claim.source.locator else ""
    line = f", line {stated.line}" if stated.line else ""
    return f"{name}: {stated.document}{locator} ({stated.file}{line})"
