"""``bayyina certificates``: leaked certificates and register extracts laid to the disappeared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from bayyina.app.certificate_matches import STATES, match_states, propose_match, settle_matches
from bayyina.app.certificate_words import CERTIFICATE_WORDS, certificate_reason
from bayyina.app.identification_words import LANGUAGES, lacks_words
from bayyina.app.identifying import standing_record
from bayyina.app.matching_certificates import (
    DOCUMENT,
    STANDARD,
    TOP,
    Paper,
    match_certificates,
)
from bayyina.app.workspace import Workspace
from bayyina.cli.identification import lang_option, write_csv
from bayyina.cli.opening import workspace_at_work
from bayyina.cli.printing import json_option, progress_bar, show

_SHOWN = 20


@click.group()
def certificates() -> None:
    """Death certificates and register extracts: whose they may be, and what is decided."""


@certificates.command()
@click.argument("document", required=False)
@click.option("--top", type=click.IntRange(1, 50), default=TOP, show_default=True, help="At most.")
@click.option("--out", type=click.Path(path_type=Path), help="Write all candidates to a CSV file.")
@lang_option
@json_option
def candidates(document: str | None, top: int, out: Path | None, lang: str, as_json: bool) -> None:
    """Whom among the disappeared a DOCUMENT may be about, and why; without one, of every paper."""
    with workspace_at_work() as workspace, progress_bar() as progress:
        only = None if document is None else standing_record(workspace, document, DOCUMENT).number
        papers = match_certificates(workspace, progress, top=top, only=only)
        told = [_told(workspace, paper) for paper in papers]
    answer: dict[str, Any] = {
        "standard": STANDARD,
        "papers": len(told),
        "with_candidates": sum(bool(one["candidates"]) for one in told),
        "documents": told if out is None else [],
        "file": None if out is None else str(out),
    }
    if out is not None:
        write_csv(out, _flat(told))
    show(answer, _in_words(answer, told, lang), as_json=as_json)


@certificates.command()
@click.argument("document")
@click.argument("person")
@click.option(
    "--line", "lines", multiple=True, metavar="LINE=ID", help="What it rests on; may be repeated."
)
@json_option
def propose(document: str, person: str, lines: tuple[str, ...], as_json: bool) -> None:
    """Record that DOCUMENT may be about PERSON; two others decide with `bayyina determine`."""
    with workspace_at_work() as workspace:
        answer = propose_match(workspace, document=document, person=person, basis=lines)
    text = (
        f"{answer['record']} proposes it (batch {answer['batch']}). Nobody's timeline changes.\n"
        f"Two people who did not enter it decide: `bayyina determine {answer['record']} "
        f"--standard {STANDARD} --line LINE=ID --reasons ...`."
    )
    show(answer, text, as_json=as_json)


@certificates.command()
@json_option
def board(as_json: bool) -> None:
    """Where every match stands."""
    with workspace_at_work() as workspace, progress_bar() as progress:
        found = match_states(workspace, progress)
        rows: list[dict[str, Any]] = [
            {
                "record": workspace.short_id(one.record),
                "document": workspace.short_id(one.document),
                "person": workspace.short_id(one.person),
                "state": one.state,
                "settled": one.state == one.stated,
                "people": list(one.people),
                "conflicts": list(one.conflicts),
            }
            for one in found
        ]
    counted = Counter(row["state"] for row in rows)
    answer = {"counts": {state: counted[state] for state in STATES}, "rows": rows}
    lines = [f"  {counted[state]:>6,}  {state.replace('_', ' ')}" for state in STATES]
    for row in rows[:_SHOWN]:
        notes = [code.replace("_", " ") for code in row["conflicts"]]
        notes += [] if row["settled"] else ["not settled: `bayyina certificates settle`"]
        lines.append(
            f"  {row['record']}: {row['document']} / {row['person']}: "
            f"{row['state'].replace('_', ' ')}{'; ' if notes else ''}{'; '.join(notes)}"
        )
    show(answer, "\n".join(lines), as_json=as_json)


@certificates.command()
@json_option
def settle(as_json: bool) -> None:
    """Bring timelines in line with the signatures; nobody is notified."""
    with workspace_at_work() as workspace, progress_bar() as progress:
        found = settle_matches(workspace, progress)
    lines = []
    for one in found:
        tail = f"; registration {one['registration']}" if one["registration"] else ""
        lines.append(f"{one['record']}: {one['before']} -> {one['after']}{tail}")
    if found:
        lines.append("The paper's words stand as the state's claim; nobody was notified.")
    show(
        {"settled": found}, "\n".join(lines) or "Every timeline says what was signed.",
        as_json=as_json,
    )  # fmt: skip


def _told(workspace: Workspace, paper: Paper) -> dict[str, Any]:
    short = workspace.short_id
    return {
        "document": short(paper.document),
        "kind": paper.kind,
        "candidates": [
            {
                "person": short(one.person),
                "record": short(one.record),
                "lines": list(one.lines),
                "lacks": {g: lacks_words(workspace.vocabulary, one.lacks, g) for g in LANGUAGES},
                "joined": one.joined,
                "parts": [part._asdict() for part in one.parts],
            }
            for one in paper.candidates
        ],
    }


def _flat(told: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "document": paper["document"],
            "person": one["person"],
            **{
                says: [part["part"] for part in one["parts"] if part["says"] == says]
                for says in ("agrees", "similar", "differs")
            },
            "joined": "yes" if one["joined"] else "no",
            "lacks": one["lacks"]["en"],
        }
        for paper in told
        for one in paper["candidates"]
    ]


def _in_words(answer: Mapping[str, Any], told: Sequence[Mapping[str, Any]], lang: str) -> str:
    words = CERTIFICATE_WORDS[lang]
    lines = []
    for paper in [one for one in told if one["candidates"]][:_SHOWN]:
        lines.append(paper["document"])
        for one in paper["candidates"]:
            lines.append(f"  {one['person']}{words['joined'] if one['joined'] else ''}")
            for part in one["parts"]:
                reason = f" ({certificate_reason(part['reason'], lang)})" if part["reason"] else ""
                lines.append(
                    f"    {words[part['says']]}: {words[part['part']]}: "
                    f"{part['paper']} / {part['person']}{reason}"
                )
            lacks = one["lacks"][lang]
            lines.append("    " + (words["lacks"].format(lacks) if lacks else words["enough"]))
    if answer["with_candidates"] > _SHOWN:
        lines.append(f"+ {answer['with_candidates'] - _SHOWN:,} (--out FILE.csv)")
    lines.append(words["papers"].format(papers=answer["papers"], some=answer["with_candidates"]))
    return "\n".join(lines)
