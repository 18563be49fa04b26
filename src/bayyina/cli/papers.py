"""``bayyina dossier``, ``letter``, ``facility``, ``matrix``: documents for work on cases."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from bayyina.app.facility_sheets import facility_sheet, write_facility_sheet
from bayyina.app.filling_matrices import DEFAULT_PARTY, fill_matrix, write_matrix
from bayyina.app.person_papers import write_dossier, write_letter
from bayyina.app.sealed_papers import Handing
from bayyina.cli.opening import workspace_at_work
from bayyina.cli.printing import counted, json_option, progress_bar, show
from bayyina.reporting.family_letter import unknowns
from bayyina.reporting.matrix_files import shipped_matrices

WARNING = (
    "WARNING: these files hold what is sealed, and whoever gets hold of them can read it. Hand them "
    "over, then remove them."
)

LANGUAGE = click.Choice(["en", "ar"])

F = TypeVar("F", bound=Callable[..., Any])


def file_options(command: F) -> F:
    """Give a command that writes a paper ``--lang`` and ``--out``."""
    out = click.option("--out", type=click.Path(path_type=Path), help="Folder for the files.")
    lang = click.option(
        "--lang", "languages", multiple=True, type=LANGUAGE, help="Both if not given."
    )
    return lang(out(command))


def handing_options(command: F) -> F:
    """Give a command whose paper may hold what is sealed ``--recipient`` and ``--in-clear``."""
    clear = click.option(
        "--in-clear",
        is_flag=True,
        help="Write what is sealed so that anybody can read it; the log keeps that.",
    )
    recipient = click.option(
        "--recipient",
        "recipients",
        multiple=True,
        metavar="AGE-KEY",
        help="Encrypt the files to this key of age (age1...); repeatable.",
    )
    return recipient(clear(command))


@click.command()
@click.argument("person")
@file_options
@handing_options
@json_option
def dossier(
    person: str,
    languages: tuple[str, ...],
    out: Path | None,
    recipients: tuple[str, ...],
    in_clear: bool,
    as_json: bool,
) -> None:
    """Write everything that stands of a PERSON (a short id) as a document.

    Where it holds what is sealed, which whoever is cleared may write, say who can read the files.
    """
    with workspace_at_work() as workspace:
        done = write_dossier(
            workspace,
            person,
            languages=languages or ("en", "ar"),
            out_folder=out or workspace.folder / "papers" / person,
            handing=Handing(recipients, in_clear),
        )
    document: dict[str, Any] = {
        "person": person,
        "records": len(done.dossier.persons),
        "events": len(done.dossier.events),
        "decisions": len(done.dossier.decisions),
        "withheld": done.dossier.withheld,
        "files": {lang: [str(path) for path in paths] for lang, paths in done.files.items()},
        "in_clear": done.in_clear,
        "batch": done.batch,
    }
    lines = [
        f"{counted(document['events'], 'record')} about {person}; sealed: {document['withheld']}"
    ]
    lines += [str(path) for paths in done.files.values() for path in paths]
    lines += [WARNING] if done.in_clear else []
    show(document, "\n".join(lines), as_json=as_json)


@click.command()
@click.argument("person")
@file_options
@handing_options
@json_option
def letter(
    person: str,
    languages: tuple[str, ...],
    out: Path | None,
    recipients: tuple[str, ...],
    in_clear: bool,
    as_json: bool,
) -> None:
    """Write the letter to the family of a PERSON (a short id): known, not known, what comes next.

    Where a death is recorded it is refused (status 1) until two people who did not enter the
    record have decided that the family may be told.
    """
    with workspace_at_work() as workspace:
        done = write_letter(
            workspace,
            person,
            languages=languages or ("en", "ar"),
            out_folder=out or workspace.folder / "papers" / person,
            handing=Handing(recipients, in_clear),
        )
    document: dict[str, Any] = {
        "person": person,
        "events": [one.type for one in done.letter.events],
        "unknown": list(unknowns(done.letter)),
        "withheld": list(done.withheld),
        "files": {lang: [str(path) for path in paths] for lang, paths in done.files.items()},
        "in_clear": done.in_clear,
        "batch": done.batch,
    }
    lines = [f"Told: {', '.join(document['events']) or 'nothing but the name'}"]
    if done.withheld:
        lines.append(f"Not told, because nobody released it: {', '.join(done.withheld)}")
    lines += [str(path) for paths in done.files.values() for path in paths]
    lines += [WARNING] if done.in_clear else []
    show(document, "\n".join(lines), as_json=as_json)


@click.command()
@click.argument("name")
@file_options
@json_option
def facility(name: str, languages: tuple[str, ...], out: Path | None, as_json: bool) -> None:
    """Write who was held or served in the facility NAME and when, and who may have seen it.

    NAME is the short id of its record, a code of the vocabulary, a name or an alias. People
    stand by the ids of their records, witnesses by id and pseudonym.
    """
    with workspace_at_work() as workspace, progress_bar() as progress:
        sheet = facility_sheet(workspace, name, progress)
        files, batch = write_facility_sheet(
            workspace,
            sheet,
            languages=languages or ("en", "ar"),
            out_folder=out or workspace.folder / "papers" / f"facility-{sheet.code}",
        )
    document: dict[str, Any] = {
        "facility": sheet.code,
        "name": {"en": sheet.name.en, "ar": sheet.name.ar},
        "figures": {unit: figure.document for unit, figure in sheet.figures.items()},
        "acts": [
            {
                "record": one.record,
                "type": {"en": one.label.en, "ar": one.label.ar},
                "person": one.person or None,
                "date": one.day.en if one.day else None,
                "until": one.until.en if one.until else None,
                "sources": list(one.sources),
            }
            for one in sheet.stays
        ],
        "involvement": [
            {"person": one.person or None, "act": one.act, "as_stated": [r.en for r in one.role]}
            for one in sheet.services
        ],
        "possible_witnesses": [
            {"record": one.record, "kind": one.kind, "pseudonym": one.pseudonym or None}
            for one in sheet.witnesses
        ],
        "files": {lang: [str(path) for path in paths] for lang, paths in files.items()},
        "batch": batch,
    }
    told = (
        f"{sheet.acts} acts, {len(sheet.services)} alleged involvements, "
        f"{len(sheet.witnesses)} possible witnesses"
    )
    lines = [f"{sheet.name.en}: {told}"]
    lines += [str(path) for paths in files.values() for path in paths]
    show(document, "\n".join(lines), as_json=as_json)


@click.command()
@click.argument("name", type=click.Choice(shipped_matrices()))
@click.option("--by", "party", default=DEFAULT_PARTY, show_default=True, help="Whose acts.")
@file_options
@json_option
def matrix(
    name: str, party: str, languages: tuple[str, ...], out: Path | None, as_json: bool
) -> None:
    """Write the matrix NAME of an instrument: what is recorded, and what evidence is missing.

    People in it are alleged to be involved, and stand by the ids of their records.
    """
    with workspace_at_work() as workspace, progress_bar() as progress:
        filled = fill_matrix(workspace, name, progress, party=party)
        files, batch = write_matrix(
            workspace,
            filled,
            languages=languages or ("en", "ar"),
            out_folder=out or workspace.folder / "papers" / name,
        )
    missing = [one.id for one in filled.missing]
    document: dict[str, Any] = {
        "matrix": name,
        "elements": [
            {
                "id": one.id,
                "title": {"en": one.title.en, "ar": one.title.ar},
                "figures": [figure.document for figure in filled.figures[one.id]],
                "needs": {"en": one.needs.en, "ar": one.needs.ar},
                "recorded": one.id not in missing,
            }
            for one in filled.matrix.elements
        ],
        "missing": missing,
        "alleged": [
            {"person": one.person, "acts": one.acts, "as_stated": [d.en for d in one.degrees]}
            for one in filled.alleged
        ],
        "files": {lang: [str(path) for path in paths] for lang, paths in files.items()},
        "batch": batch,
    }
    lines = [f"{filled.matrix.title.en}: nothing recorded for {', '.join(missing) or 'no element'}"]
    lines += [str(path) for paths in files.values() for path in paths]
    show(document, "\n".join(lines), as_json=as_json)
