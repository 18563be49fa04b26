"""``bayyina dossier`` and ``bayyina letter``: documents about one person."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from bayyina.app.person_papers import write_dossier, write_letter
from bayyina.cli.opening import workspace_at_work
from bayyina.cli.printing import json_option, show
from bayyina.reporting.family_letter import unknowns

LANGUAGE = click.Choice(["en", "ar"])


@click.command()
@click.argument("person")
@click.option("--lang", "languages", multiple=True, type=LANGUAGE, help="Both if not given.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder for the files.")
@json_option
def dossier(person: str, languages: tuple[str, ...], out: Path | None, as_json: bool) -> None:
    """Write everything that stands of a PERSON (a short id) and is not sealed as a document."""
    with workspace_at_work() as workspace:
        done = write_dossier(
            workspace,
            person,
            languages=languages or ("en", "ar"),
            out_folder=out or workspace.folder / "papers" / person,
        )
    document: dict[str, Any] = {
        "person": person,
        "records": len(done.dossier.persons),
        "events": len(done.dossier.events),
        "decisions": len(done.dossier.decisions),
        "withheld": done.dossier.withheld,
        "files": {lang: [str(path) for path in paths] for lang, paths in done.files.items()},
        "batch": done.batch,
    }
    lines = [f"{document['events']} records about {person}; sealed: {document['withheld']}"]
    lines += [str(path) for paths in done.files.values() for path in paths]
    show(document, "\n".join(lines), as_json=as_json)


@click.command()
@click.argument("person")
@click.option("--lang", "languages", multiple=True, type=LANGUAGE, help="Both if not given.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder for the files.")
@json_option
def letter(person: str, languages: tuple[str, ...], out: Path | None, as_json: bool) -> None:
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
        )
    document: dict[str, Any] = {
        "person": person,
        "events": [one.type for one in done.letter.events],
        "unknown": list(unknowns(done.letter)),
        "withheld": list(done.withheld),
        "files": {lang: [str(path) for path in paths] for lang, paths in done.files.items()},
        "batch": done.batch,
    }
    lines = [f"Told: {', '.join(document['events']) or 'nothing but the name'}"]
    if done.withheld:
        lines.append(f"Not told, because nobody released it: {', '.join(done.withheld)}")
    lines += [str(path) for paths in done.files.values() for path in paths]
    show(document, "\n".join(lines), as_json=as_json)
