"""``bayyina estimate-lists``: from lists of people to how many no list holds, in one go.

The lists are linked without labels, and how sure the links are is carried into the estimate.
Needs no workspace.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import click

from bayyina.app.estimating_linked import DRAWS, estimate_linked
from bayyina.cli.estimation import if_slow
from bayyina.cli.estimation_printing import document_of, in_words
from bayyina.cli.linkage import fields_of_roles, role_options
from bayyina.cli.printing import json_option, progress_bar, show
from bayyina.errors import InputError
from bayyina.estimation.estimating import Method
from bayyina.estimation.population_checks import Declared
from bayyina.estimation.results import Refusal
from bayyina.estimation.study import Settings
from bayyina.linkage.columns import Field, PersonList
from bayyina.linkage.linking import LinkOptions, link_lists
from bayyina.linkage.list_files import read_lists
from bayyina.model.places import Gazetteer

FEWEST = 2
"""Lists that must be named; two give a reasoned refusal, three or more an estimate."""


@click.command("estimate-lists")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--id", "id_column", required=True, metavar="COLUMN", help="Column with the ids.")
@role_options
@click.option(
    "--method",
    type=click.Choice(get_args(Method)),
    default="best",
    show_default=True,
    help="How to estimate; best combines the others and is calibrated.",
)
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=1, show_default=True)
@click.option(
    "--draws", type=click.IntRange(1, 200), default=DRAWS, show_default=True, help="Linkages drawn."
)
@click.option("--open-population", is_flag=True, help="People enter and leave what was counted.")
@click.option("--no-sensitivity", is_flag=True, help="Leave no list out in turn; quicker.")
@click.option("--lang", type=click.Choice(["en", "ar"]), default="en", help="Language of the text.")
@json_option
def estimate_lists(
    files: tuple[Path, ...],
    id_column: str,
    method: Method,
    seed: int,
    draws: int,
    open_population: bool,
    no_sensitivity: bool,
    lang: str,
    as_json: bool,
    **roles: tuple[str, ...],
) -> None:
    """Estimate how many people none of the lists FILES holds; the lists are linked first.

    All lists have the same columns and hold a person once. Ends with 1, and no number, where
    the lists do not give one.
    """
    if len(files) < FEWEST:
        raise InputError("One list has no overlap.", hint="Name two lists or more.")
    fields = fields_of_roles(roles)
    register, list_of, names = _as_one(files, id_column, fields)
    linkage = link_lists([register], fields, LinkOptions(seed=seed), gazetteer=Gazetteer.load())
    settings = Settings(method, seed, with_sensitivity=not no_sensitivity)
    declared = Declared(open_population=open_population)
    with progress_bar(lines=True) as progress:
        study = estimate_linked(
            linkage,
            names,
            declared,
            settings,
            list_of=list_of,
            draws=draws,
            progress=if_slow(progress),
        )
    show(document_of(study), in_words(study, lang), as_json=as_json)
    if isinstance(study.answer, Refusal):
        raise click.exceptions.Exit(1)


def _as_one(
    files: tuple[Path, ...], id_column: str, fields: list[Field]
) -> tuple[PersonList, list[int], list[str]]:
    """All rows as one list, the list of each row, and the names of the lists."""
    names = _names(files)
    ids: list[str] = []
    list_of: list[int] = []
    columns: dict[str, list[str]] = {field.column: [] for field in fields}
    for number, path in enumerate(files):
        people = read_lists([path], id_column, fields)[0].people
        ids += [f"{names[number]}:{one}" for one in people.ids]
        list_of += [number] * len(people)
        for column, texts in columns.items():
            texts += people.texts(column)
    return PersonList("A", ids, dict[str, Any](columns)), list_of, names


def _names(files: tuple[Path, ...]) -> list[str]:
    """Names of the lists: the files' own, told apart where two are the same."""
    names: list[str] = []
    for path in files:
        name, number = path.stem, 2
        while name in names:
            name, number = f"{path.stem} ({number})", number + 1
        names.append(name)
    return names
