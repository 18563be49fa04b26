"""``bayyina consent`` and ``objection``: what informants agree to, and who will not be named."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import click

from bayyina.app.consent_book import NOT_WITHOUT
from bayyina.app.consenting import (
    USES,
    Recorded,
    answers_document,
    consents_of,
    give_consent,
    withdraw_consent,
)
from bayyina.app.tasks import NAMING, record_objection
from bayyina.app.workspace import Workspace
from bayyina.cli.opening import workspace_at_work
from bayyina.cli.printing import json_option, progress_bar, show
from bayyina.cli.tasks import in_words, task_document
from bayyina.errors import InputError

FOR = click.option(
    "--for",
    "uses",
    multiple=True,
    metavar="USE",
    help=f"A use: {', '.join(USES)}, or a code of the list consent_purposes. May be repeated.",
)
RECIPIENT = click.option(
    "--recipient",
    "recipients",
    multiple=True,
    metavar="ID",
    help="Only for this recipient; all of that use if not given. May be repeated.",
)
ON = click.option("--on", "day", default="", help="Day of the answer; today if not given.")


@click.group()
def consent() -> None:
    """Who agreed to which use of what they told: recorded, shown, taken back."""


@consent.command()
@click.argument("informant")
@FOR
@RECIPIENT
@ON
@click.option("--explained-by", required=True, metavar="WHO", help="Who explained the uses.")
@click.option("--language", required=True, metavar="LANG", help="In which language, such as ar.")
@click.option("--way", default="", help="How: in_person, telephone, online, written, …")
@click.option("--note", default="", help="Conditions, as they were spoken.")
@click.option("--refused", is_flag=True, help="The answer was no.")
@json_option
def give(
    informant: str,
    uses: tuple[str, ...],
    recipients: tuple[str, ...],
    day: str,
    explained_by: str,
    language: str,
    way: str,
    note: str,
    refused: bool,
    as_json: bool,
) -> None:
    """Record what INFORMANT agreed to, or with --refused did not.

    INFORMANT is the short id of a source, a testimony, a file, a contact of a family or a person.
    A family's wish not to be told of a death is the use `being-told`, refused, of the person or of
    the contact.
    """
    with workspace_at_work() as workspace:
        done = give_consent(
            workspace,
            informant=informant,
            uses=uses,
            explained_by=explained_by,
            explained_in=language,
            day=day,
            recipients=recipients,
            way=way,
            note=note,
            refused=refused,
        )
        document = _document(workspace, done)
    show(document, "\n".join(_lines(document)), as_json=as_json)


@consent.command()
@click.argument("informant")
@FOR
@RECIPIENT
@ON
@click.option("--note", default="", help="What was said.")
@json_option
def withdraw(
    informant: str,
    uses: tuple[str, ...],
    recipients: tuple[str, ...],
    day: str,
    note: str,
    as_json: bool,
) -> None:
    """Record that INFORMANT took consent back, for all uses if none is named; it holds at once.

    Lists what left before and rests on what INFORMANT told. To destroy it is `bayyina erase`, which
    takes two people.
    """
    with workspace_at_work() as workspace, progress_bar() as progress:
        done = withdraw_consent(
            workspace,
            informant=informant,
            uses=uses,
            recipients=recipients,
            day=day,
            note=note,
            progress=progress,
        )
        document = _document(workspace, done)
    show(document, "\n".join(_lines(document)), as_json=as_json)


@consent.command("show")
@click.argument("informant", required=False)
@json_option
def show_consents(informant: str | None, as_json: bool) -> None:
    """Answers of INFORMANT, or of everybody, in the order in which they were recorded."""
    with workspace_at_work() as workspace:
        document = {"answers": answers_document(workspace, consents_of(workspace, informant))}
    lines = [
        f"{one['informant']} {one['state']} on {one['date']}: {', '.join(one['uses'])}"
        + (f", for {', '.join(one['recipients'])}" if one["recipients"] else "")
        for one in document["answers"]
    ]
    show(document, "\n".join(lines) or "No answer is recorded.", as_json=as_json)


@click.command()
@click.argument("person")
@click.option("--reasons", required=True, help="What the person said.")
@click.option("--received-by", required=True, metavar="WHO", help="Who took the objection.")
@click.option("--to", "uses", multiple=True, metavar="USE", help="Which uses; naming if none.")
@click.option("--by", "due", help="Day by which it is answered; 30 days from now if not given.")
@json_option
def objection(
    person: str,
    reasons: str,
    received_by: str,
    uses: tuple[str, ...],
    due: str | None,
    as_json: bool,
) -> None:
    """Record that a living PERSON objects to being named; it holds at once, and has a deadline."""
    with workspace_at_work() as workspace:
        task = record_objection(
            workspace,
            person=person,
            reasons=reasons,
            received_by=received_by,
            uses=uses or NAMING,
            due=read_day(due) if due else None,
        )
    show(task_document(task), in_words(task), as_json=as_json)


def read_day(text: str) -> date:
    """A day as it is typed.

    Raises:
        InputError: it is none.
    """
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"{text} is not a day.", hint="Write it as 2024-02-21.") from error


def _document(workspace: Workspace, done: Recorded) -> dict[str, Any]:
    (answer,) = answers_document(workspace, [done.answer])
    return {
        "answer": answer,
        "closed": done.closed,
        "affected": [one.to_json() for one in done.affected],
        "batch": done.batch,
    }


def _lines(document: Mapping[str, Any]) -> list[str]:
    answer, affected = document["answer"], document["affected"]
    lines = [f"{answer['informant']}: {answer['state']}, {', '.join(answer['uses'])}"]
    if document["closed"]:
        lines.append(f"Statements that stand no longer: {document['closed']:,}")
    if (
        answer["state"] == "withdrawn"
        and not answer["recipients"]
        and NOT_WITHOUT & {*answer["uses"]}
    ):
        lines.append("What was told is in no figure, export or report from now on.")
    if answer["state"] == "withdrawn" and not affected:
        lines.append("Nothing that left before rests on it.")
    words = {"rests": "rests on it", "perhaps": "may rest on it", "not-known": "not known"}
    lines += [
        f"Left before on {one['day']}: {one['kind']} {one['what']} (batch {one['batch']}), "
        f"{words[one['rests']]}"
        + (f"; made for {', '.join(one['recipients'])}" if one["recipients"] else "")
        for one in affected
    ]
    return lines
