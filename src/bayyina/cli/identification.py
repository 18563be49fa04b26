"""``bayyina identify``: photographed bodies, whose they may be, and what is decided."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from bayyina.app.identification_states import STATES
from bayyina.app.identification_words import (
    CONFLICTS,
    LANGUAGES,
    SAYS,
    TEXTS,
    found_words,
    lacks_words,
    line_label,
)
from bayyina.app.identification_words import STATES as STATE_WORDS
from bayyina.app.identifying import (
    propose_identification,
    settle_identifications,
    standing_record,
)
from bayyina.app.identifying_cards import group_photographs
from bayyina.app.identifying_known import cross_check, write_lists
from bayyina.app.identifying_leads import Lead, LeadFinder
from bayyina.app.identifying_reading import (
    BODY,
    board_rows,
    photographs_of,
    read_board,
    values_of,
)
from bayyina.app.identifying_reading import STANDARD as PHOTOGRAPHS
from bayyina.app.lead_rankers import known_programs, reviewers, switch_off, switch_on
from bayyina.app.ranked_leads import ranked
from bayyina.app.workspace import Workspace
from bayyina.cli.opening import workspace_at_work
from bayyina.cli.printing import counted, json_option, progress_bar, show
from bayyina.errors import InputError
from bayyina.tables.row_report import harmless_cell

_SHOWN = 20
lang_option = click.option(
    "--lang", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Language."
)


@click.group()
def identify() -> None:
    """Photographed bodies: cards, candidates, the board, and what two people decided."""


@identify.command()
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@json_option
def group(dry_run: bool, as_json: bool) -> None:
    """Group photographs into bodies by the numbers on the cards they show."""
    with workspace_at_work() as workspace, progress_bar() as progress:
        found = group_photographs(workspace, progress, dry_run=dry_run)
        document = {**found.to_json(workspace), "dry_run": dry_run}
    verb = "would be made" if dry_run else "made"
    lines = [
        f"Photographs whose cards somebody looked at: {document['images']}.",
        f"Bodies {verb}: {len(document['new_bodies'])}; bodies in all: {document['bodies']}.",
        f"More photographs of bodies that stand: {sum(document['more_photographs'].values())}.",
        f"Cards that do not tell a body, grouped with nothing: {len(document['unreadable'])}.",
    ]
    lines += [
        f"  {one['code'].replace('_', ' ')}: branch {one['branch'] or '?'}, "
        f"detainee {one['detainee'] or '?'}: {', '.join(one['records'][:8])}"
        for one in document["conflicts"][:_SHOWN]
    ]
    if len(document["conflicts"]) > _SHOWN:
        lines.append(f"  and {len(document['conflicts']) - _SHOWN} more conflicts (--json).")
    show(document, "\n".join(lines), as_json=as_json)


@identify.command()
@click.option("--as-of", "day", metavar="DAY", help="The day, such as 2023-06-30; default today.")
@click.option("--state", type=click.Choice(STATES), help="Only bodies in this state.")
@click.option("--out", type=click.Path(path_type=Path), help="Write the bodies to a CSV file.")
@lang_option
@json_option
def board(day: str | None, state: str | None, out: Path | None, lang: str, as_json: bool) -> None:
    """Where every body stands, and how many are in each state."""
    as_of = None if day is None else _day(day)
    with workspace_at_work() as workspace, progress_bar() as progress:
        found = read_board(workspace, progress, as_of=as_of)
        rows = [r for r in board_rows(workspace, found) if state in (None, r["state"])]
    signed = sum(one.by == "two_people" for one in found.states)
    document: dict[str, Any] = {
        "as_of": found.as_of.isoformat(),
        "bodies": len(found.states),
        "photographs": found.photographs,
        "counts": dict(found.counts),
        "identified_by": {
            "two_people": signed,
            "stated": found.counts["identified"] - signed,
        },
        "result": {name: found.result[name] for name in LANGUAGES},
        "standard": PHOTOGRAPHS,
        "conflicts": sum(bool(one.conflicts) for one in found.states),
        "rows": rows,
        "file": None if out is None else str(out),
    }
    if out is not None:
        write_csv(out, rows)
        document["rows"] = []
    show(document, _board_words(document, rows, state, lang), as_json=as_json)


@identify.command()
@click.argument("body", required=False)
@click.option("--out", type=click.Path(path_type=Path), help="Write all leads to a CSV file.")
@lang_option
@json_option
def candidates(body: str | None, out: Path | None, lang: str, as_json: bool) -> None:
    """Who a BODY may be and why; without BODY, of every body that is not identified."""
    with workspace_at_work() as workspace, progress_bar() as progress:
        number = None if body is None else standing_record(workspace, body, BODY).number
        finder = LeadFinder(workspace, progress)
        program = ""
        if number is not None:
            program, leads = ranked(workspace, finder, number)
            found = {number: leads}
        else:
            found = {one: finder.leads(one) for one in finder.open_bodies()}
        told = [_of_body(workspace, finder, one, leads) for one, leads in found.items()]
        words = _candidate_words(workspace, finder, found, lang)
    if body is None:
        told = [one for one in told if one["candidates"]]
    document = {"standard": PHOTOGRAPHS, "ranked_by": program or None, "bodies": told}
    if out is not None:
        write_csv(out, _flat(told))
        document["bodies"] = []
    document["file"] = None if out is None else str(out)
    show(document, words, as_json=as_json)


@identify.command()
@click.argument("body")
@click.argument("person")
@click.option(
    "--line", "lines", multiple=True, metavar="LINE=ID", help="What it rests on; may be repeated."
)
@click.option("--candidate", is_flag=True, help="A lead to look at, not yet to be verified.")
@json_option
def propose(body: str, person: str, lines: tuple[str, ...], candidate: bool, as_json: bool) -> None:
    """Record that BODY may be PERSON; two others decide with `bayyina determine`."""
    with workspace_at_work() as workspace:
        document = propose_identification(
            workspace, body=body, person=person, basis=lines, only_candidate=candidate
        )
    text = (
        f"{document['record']} proposes it (batch {document['batch']}). It identifies nobody.\n"
        f"Two people who did not enter it decide: `bayyina determine {document['record']} "
        f"--decision identified --standard {PHOTOGRAPHS} --line LINE=ID --reasons ...`."
    )
    show(document, text, as_json=as_json)


@identify.command()
@json_option
def settle(as_json: bool) -> None:
    """Write into the records what the signatures came to, so that figures follow."""
    with workspace_at_work() as workspace, progress_bar() as progress:
        found = settle_identifications(workspace, progress)
    document = {"settled": [{**vars(one), "people": list(one.people)} for one in found]}
    lines = [
        f"{one.record}: {one.before} -> {one.after}"
        + (f", {one.result}, by {' and '.join(one.people)}" if one.result else "")
        for one in found
    ]
    show(document, "\n".join(lines) or "Every record says what was signed.", as_json=as_json)


@identify.command()
@click.option("--known-at", "day", metavar="DAY", help="By what sources had said on this day.")
@click.option("--folder", type=click.Path(path_type=Path), help="Write a CSV for each answer here.")
@json_option
def known(day: str | None, folder: Path | None, as_json: bool) -> None:
    """Cross-check who is identified with the records: already known, or not."""
    at = "" if day is None else _day(day).isoformat()
    with workspace_at_work() as workspace, progress_bar() as progress:
        found = cross_check(workspace, progress, known_at=at)
    files = [] if folder is None else write_lists(folder, found)
    document = {
        "query": found.query,
        "bodies": found.bodies,
        "people": found.people,
        "counts": dict(found.counts),
        "rows": [] if files else [dict(row) for row in found.rows],
        "files": files,
    }
    counts = found.counts
    lines = [
        f"Identified bodies: {found.bodies:,}, of {counted(found.people, 'person')}.",
        f"  {counts['known']:>7,}  known: another source states the death under torture",
        f"  {counts['not_known']:>7,}  not known before",
        f"  {counts['unknown']:>7,}  cannot be said with certainty",
        f"The figure: {found.query}",
        *(f"Written: {path}" for path in files),
    ]
    show(document, "\n".join(lines), as_json=as_json)


@identify.command()
@click.option("--on", "program", metavar="PROGRAM", help="Ask for an installed program.")
@click.option("--off", is_flag=True, help="Switch it off.")
@json_option
def faces(program: str | None, off: bool, as_json: bool) -> None:
    """Ranking leads by faces: off unless two reviewers ask, and never evidence."""
    if program is not None and off:
        raise click.UsageError("Name a program with --on, or switch it off.")
    with workspace_at_work() as workspace:
        if program is not None:
            document = switch_on(workspace, program)
        elif off:
            document = switch_off(workspace)
        else:
            name, people = reviewers(workspace)
            document = {
                "program": name,
                "reviewers": list(people),
                "on": len(people) > 1,
                "installed": list(known_programs()),
                "batch": None,
            }
    state = "on" if document["on"] else "off"
    asked = f"; asked for by {' and '.join(document['reviewers'])}" if document["reviewers"] else ""
    text = f"Ranking by faces is {state}{asked}. It orders leads for two reviewers and carries nothing."
    show(document, text, as_json=as_json)


def write_csv(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows as CSV, lists joined by spaces.

    Raises:
        InputError: the file cannot be written.
    """
    try:
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            if rows:
                writer.writerow(rows[0])
            for row in rows:
                writer.writerow([_cell(value) for value in row.values()])
    except OSError as error:
        raise InputError(
            f"{path} cannot be written: {error.strerror}.", hint="Name another file."
        ) from error


def _cell(value: Any) -> Any:
    """A value as a cell that no spreadsheet takes for a formula; a list joined by spaces."""
    text = " ".join(value) if isinstance(value, list) else value
    return harmless_cell(text) if isinstance(text, str) else text


def _day(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError as error:
        raise InputError(f"{text} is not a day.", hint="Write it as 2023-06-30.") from error


def _of_body(
    workspace: Workspace, finder: LeadFinder, body: int, leads: Sequence[Lead]
) -> dict[str, Any]:
    short, vocabulary = workspace.short_id, workspace.vocabulary
    return {
        "body": short(body),
        "taken_before": finder.fits_window(body),
        "candidates": [
            {
                "person": short(lead.person),
                "origins": lead.origins,
                "identifications": [short(number) for number in lead.identifications],
                "lacks": {g: lacks_words(vocabulary, lead.lacks, g) for g in LANGUAGES},
                "face": lead.face,
                "lines": [
                    {
                        "line": one.line,
                        "label": {g: line_label(vocabulary, one.line, g) for g in LANGUAGES},
                        "says": one.says,
                        "found": {g: found_words(vocabulary, one, g) for g in LANGUAGES},
                        "cites": short(one.cites),
                        "origin": one.origin,
                        "source": one.source,
                    }
                    for one in lead.lines
                ],
            }
            for lead in leads
        ],
    }


def _flat(told: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "body": one["body"],
            "person": lead["person"],
            "origins": lead["origins"],
            **{
                says: [line["line"] for line in lead["lines"] if line["says"] == says]
                for says in ("supports", "contradicts", "leads")
            },
            "lacks": lead["lacks"]["en"],
        }
        for one in told
        for lead in one["candidates"]
    ]


def _board_words(
    document: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], state: str | None, lang: str
) -> str:
    texts, states = TEXTS[lang], STATE_WORDS[lang]
    by = document["identified_by"]
    lines = [
        texts["board"].format(
            bodies=document["bodies"], day=document["as_of"], photographs=document["photographs"]
        )
    ]
    lines += [f"  {count:>7,}  {states[name]}" for name, count in document["counts"].items()]
    lines.append(
        texts["identified"].format(
            two=by["two_people"], stated=by["stated"], result=document["result"][lang]
        )
    )
    shown = [row for row in rows if row["conflicts"] or state is not None]
    for row in shown[:_SHOWN]:
        told = "؛ ".join if lang == "ar" else "; ".join
        conflicts = told([CONFLICTS[lang][code] for code in row["conflicts"]])
        lines.append(f"  {row['body']:<14}{states[row['state']]:<16}{row['person']:<14}{conflicts}")
    if len(shown) > _SHOWN:
        lines.append(f"  + {len(shown) - _SHOWN:,} (--out FILE.csv)")
    return "\n".join(lines)


def _candidate_words(
    workspace: Workspace, finder: LeadFinder, found: Mapping[int, Sequence[Lead]], lang: str
) -> str:
    texts, vocabulary = TEXTS[lang], workspace.vocabulary
    lines = []
    shown = {body: leads for body, leads in found.items() if leads or len(found) == 1}
    for body, leads in list(shown.items())[:_SHOWN]:
        rows = finder.cases.bodies[body]
        card = {
            key: " / ".join(values_of(rows, name)) or "—"
            for key, name in (
                ("branch", "branch_number"),
                ("number", "body_number"),
                ("exam", "examination_number"),
            )
        }
        count = photographs_of(rows)
        lines.append(texts["body"].format(body=workspace.short_id(body), photographs=count, **card))
        lines.append("  " + texts["window"].format(n=finder.fits_window(body)))
        if not leads:
            lines.append("  " + texts["none"])
        for lead in leads:
            person = workspace.short_id(lead.person)
            lines.append("  " + texts["candidate"].format(person=person, origins=lead.origins))
            lines += [
                f"    {SAYS[lang][one.says]}: {line_label(vocabulary, one.line, lang)}: "
                f"{found_words(vocabulary, one, lang)} [{one.source}; {workspace.short_id(one.cites)}]"
                for one in lead.lines
            ]
            told = lacks_words(vocabulary, lead.lacks, lang)
            lines.append("    " + (texts["lacks"].format(told) if lead.lacks else texts["enough"]))
    if len(shown) > _SHOWN:
        lines.append(f"+ {len(shown) - _SHOWN:,} (--out FILE.csv)")
    return "\n".join([*lines, texts["order"]])
