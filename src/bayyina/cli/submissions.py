"""``bayyina submit``: forms of UN bodies and courts, filled from records; nothing is sent."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from bayyina.app.sealed_papers import Handing
from bayyina.app.submitting import PreparedSubmission, prepare_submission
from bayyina.cli.opening import workspace_at_work
from bayyina.cli.papers import WARNING, handing_options
from bayyina.cli.printing import json_option, show
from bayyina.errors import InputError
from bayyina.reporting.submissions.form_file import Wording, shipped_forms
from bayyina.reporting.submissions.preparing import Answer

SUBMITTER_FILE = "Text file with name and address of who submits; it goes into the document only."


@click.command()
@click.argument("form", type=click.Choice(shipped_forms()))
@click.argument("person")
@click.option("--lang", "languages", multiple=True, type=click.Choice(["en", "ar"]))
@click.option("--out", type=click.Path(path_type=Path), help="Folder for the files.")
@click.option("--submitter-file", type=click.Path(path_type=Path), help=SUBMITTER_FILE)
@click.option("--state", default="SYR", show_default=True, help="The State concerned (ISO 3166).")
@click.option("--as-of", "as_of", help="The day of the submission; today without it.")
@handing_options
@json_option
def submit(
    form: str,
    person: str,
    languages: tuple[str, ...],
    out: Path | None,
    submitter_file: Path | None,
    state: str,
    as_of: str | None,
    recipients: tuple[str, ...],
    in_clear: bool,
    as_json: bool,
) -> None:
    """Prepare the FORM of a body about a PERSON (a short id), in both languages.

    Lists what is missing; refuses without the family's consent to this use, and before the
    family has been told of a death. Where it would hold what is sealed, say who can read the
    files. Nothing is sent.
    """
    submitter = _text(submitter_file) if submitter_file is not None else ""
    with workspace_at_work() as workspace:
        folder = out or workspace.folder / "submissions" / f"{form}-{person}"
        prepared = prepare_submission(
            workspace,
            form=form,
            person=person,
            languages=languages or ("en", "ar"),
            out_folder=folder,
            submitter=submitter,
            state=state,
            as_of=_day(as_of) if as_of is not None else None,
            handing=Handing(recipients, in_clear),
        )
    document = _document(prepared, person)
    show(document, _in_words(document), as_json=as_json)
    if prepared.submission.refusal is not None:
        raise click.exceptions.Exit(1)


def _document(prepared: PreparedSubmission, person: str) -> dict[str, Any]:
    filled = prepared.submission
    refusal = filled.refusal
    return {
        "form": filled.form.form,
        "body": _both(filled.form.body),
        "person": person,
        "as_of": filled.as_of.isoformat(),
        "state": "refused" if refusal is not None else "prepared",
        "procedure": filled.urgency,
        "complete": filled.is_complete,
        "elements": [_element(answer, prepared.sealed) for answer in filled.answers],
        "missing": [element.id for element in filled.missing],
        "warnings": [_both(one) for one in filled.warnings],
        "refusal": None
        if refusal is None
        else {
            "code": refusal.code,
            "reason": _both(refusal.reason),
            "resolution": _both(refusal.resolution),
            "alternative": filled.form.alternative if refusal.code == "not-a-party" else None,
        },
        "files": {lang: [str(path) for path in paths] for lang, paths in prepared.files.items()},
        "left_out": list(prepared.left_out),
        "in_clear": prepared.in_clear,
        "batch": prepared.batch,
    }


def _element(answer: Answer, sealed: frozenset[str]) -> dict[str, Any]:
    return {
        "id": answer.element.id,
        "label": _both(answer.element.label),
        "minimal": answer.element.minimal,
        "given": answer.is_given,
        "statements": [
            {
                "value": None if fact.statement in sealed else _both(fact.words),
                "lang": fact.lang,
                "source": fact.source,
                "statement": fact.statement,
            }
            for fact in answer.facts
        ],
    }


def _both(words: Wording) -> dict[str, str]:
    return {"en": words.en, "ar": words.ar}


def _in_words(document: dict[str, Any]) -> str:
    refusal = document["refusal"]
    lines = [f"{document['body']['en']} ({document['form']})"]
    lines += [f"- {one['en']}" for one in document["warnings"]]
    if refusal is not None:
        lines += [f"Refused: {refusal['reason']['en']}", refusal["resolution"]["en"]]
        return "\n".join(lines)
    lines.append(f"Procedure: {document['procedure']}")
    given = [one["label"]["en"] for one in document["elements"] if one["given"]]
    lines.append(f"Given: {'; '.join(given) or 'nothing'}")
    labels = {one["id"]: one for one in document["elements"]}
    for name in document["missing"]:
        part = " (part of the minimum)" if labels[name]["minimal"] else ""
        lines.append(f"Missing: {labels[name]['label']['en']}{part}")
    lines += [path for paths in document["files"].values() for path in paths]
    lines += [WARNING] if document["in_clear"] else []
    lines.append("Nothing has been sent.")
    return "\n".join(lines)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise InputError(f"{path} cannot be read: {reason}.", hint="Check the path.") from error


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError(
            f"--as-of is not a day: {text}.", hint="Write it as 2024-02-21."
        ) from error
