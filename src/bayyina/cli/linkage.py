"""``bayyina link``: rows of one list or two that are the same person, or people of the workspace.

Files need neither a workspace nor Django; what does is loaded only where no file is named.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from bayyina.cli.printing import counted, json_option, show
from bayyina.errors import InputError, StorageError
from bayyina.linkage.columns import ROLES, Field, PersonList
from bayyina.linkage.decisions import decided_pairs
from bayyina.linkage.linking import Linkage, LinkOptions, link_lists
from bayyina.linkage.list_files import read_lists
from bayyina.linkage.result_files import check_outputs, write_clusters, write_pairs
from bayyina.linkage.seeds import DEFAULT_SEED
from bayyina.linkage.summary import HOW, Summary, summarise
from bayyina.model.places import Gazetteer

WORKSPACE_MODULE = "bayyina.cli.linkage_of_workspace"
"""Links the workspace; it needs Django, so it is loaded only when it is asked for."""


class _Probability(click.FloatRange):
    """A probability that leaves some doubt; what is not a number is none."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """The number, if it lies in the range."""
        number = float(super().convert(value, param, ctx))
        if math.isnan(number):
            self.fail("not a number.", param, ctx)
        return number


PROBABILITY = _Probability(0.001, 0.999)
"""Type of options that are probabilities."""

_OF_FILES = {
    "--id": "id_column", "--pairs": "pairs", "--clusters": "clusters", "--model": "model",
    "--with-repeats": "with_repeats", "--between-only": "between_only",
}  # fmt: skip
_COLUMNS = {f"--{role.replace('_', '-')}": role for role in (*ROLES, "occupation")}
_OF_WORKSPACE = {
    "--strict": "strict", "--lenient": "lenient", "--anew": "anew", "--keyed": "keyed",
    "--list": "list_name", "--out": "out", "--from": "from_pairs",
}  # fmt: skip

_HELP = {
    "name": "Column with whole names; may be repeated.",
    "given": "Column with given names.",
    "father": "Column with the father's name.",
    "family": "Column with family names (الكنية).",
    "mother": "Column with the mother's name.",
    "birth": "Column with dates of birth, whole or partial.",
    "date": "Column with another date, such as that of the arrest; may be repeated.",
    "age": "Column with ages in years.",
    "sex": "Column with the sex.",
    "place": "Column with a place; may be repeated.",
    "register": "Column with the number in the civil register (الخانة), with or without its place; "
    "relatives share it.",
    "register_place": "Column with the place of that register (القيد); goes with --register.",
    "text": "Column with another text that helps to tell people apart; may be repeated.",
}


def role_options(command: Any) -> Any:
    """Give a command an option for each role that a column can have."""
    for role in reversed(ROLES):
        command = click.option(
            f"--{role.replace('_', '-')}", role, multiple=True, metavar="COLUMN", help=_HELP[role]
        )(command)
    return command


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--id", "id_column", metavar="COLUMN", help="Column with the ids.")
@role_options
@click.option(
    "--occupation", "occupation", multiple=True, metavar="COLUMN", help="The same as --text."
)
@click.option("--pairs", type=click.Path(path_type=Path), help="Write pairs here.")
@click.option("--clusters", type=click.Path(path_type=Path), help="Write who is who here.")
@click.option("--model", type=click.Path(path_type=Path), help="Write the weights here, as JSON.")
@click.option(
    "--unique",
    multiple=True,
    metavar="LIST",
    help="No two rows of this list (A or B; in the workspace its name) are one person; may be "
    "repeated.",
)
@click.option(
    "--with-repeats",
    is_flag=True,
    help="The lists repeat people: do not take one for free of repeats because it seems so.",
)
@click.option("--between-only", is_flag=True, help="Compare rows of A with rows of B only.")
@click.option(
    "--threshold",
    type=PROBABILITY,
    help="Probability from which rows of files are joined; 0.5 unless given.",
)
@click.option(
    "--strict",
    type=PROBABILITY,
    help="Workspace: probability from which strict figures join people; 0.95 unless given.",
)
@click.option(
    "--lenient",
    type=PROBABILITY,
    help="Workspace: probability from which lenient figures do; 0.5 unless given.",
)
@click.option(
    "--anew", is_flag=True, help="Workspace: link everybody, in place of all runs before."
)
@click.option("--keyed", is_flag=True, help="Workspace: compare keyed digests in place of names.")
@click.option("--list", "list_name", metavar="NAME", help="Workspace: answer for this list.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Workspace: write the list's answers here, as CSV.",
)
@click.option(
    "--from",
    "from_pairs",
    type=click.Path(path_type=Path),
    help="Workspace: bring pairs that linking files wrote; with --of LIST, once or twice.",
)
@click.option("--of", "of_lists", multiple=True, metavar="NAME", help="Lists of the pairs' ids.")
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=DEFAULT_SEED, show_default=True)
@click.option(
    "--lang", type=click.Choice(["en", "ar"]), default="en", help="Language of the reasons."
)
@json_option
def link(
    files: tuple[Path, ...],
    seed: int,
    unique: tuple[str, ...],
    as_json: bool,
    **settings: Any,
) -> None:
    """Find the rows of list A, or of lists A and B, that are the same person.

    Without files the people of the workspace are linked: all of them at first, later what is new.
    --list NAME says of a list who in it is known from others, who is new, and who is to be
    reviewed.

    The pairs file says id_a, id_b, score, decision (same, unsure, different) and reasons; the
    clusters file gives each row the number of its person. No labels are needed; the same files
    give the same answer. Results are indicators for people who decide.
    """
    if not files:
        _refuse(settings, _OF_FILES | _COLUMNS, "goes with files of lists")
        import_module(WORKSPACE_MODULE).link_of_workspace(
            seed=seed, unique=unique, as_json=as_json, settings=settings
        )
        return
    _refuse(settings, _OF_WORKSPACE, "goes with the workspace, without files")
    _link_files(files, seed=seed, unique=unique, as_json=as_json, **settings)


def _refuse(settings: Mapping[str, Any], options: Mapping[str, str], why: str) -> None:
    """Refuse options that do not go with what is linked."""
    for option, name in options.items():
        if settings[name]:
            raise InputError(f"{option} {why}.", hint="See `bayyina link --help`.")


def _link_files(
    files: tuple[Path, ...],
    *,
    id_column: str | None,
    occupation: tuple[str, ...],
    pairs: Path | None,
    clusters: Path | None,
    model: Path | None,
    unique: tuple[str, ...],
    with_repeats: bool,
    between_only: bool,
    threshold: float | None,
    seed: int,
    lang: Any,
    as_json: bool,
    **roles: Any,
) -> None:
    """Link one file or two, and write pairs and clusters."""
    if len(files) > 2:
        raise InputError("One list or two can be linked.", hint="Name one file or two.")
    if id_column is None or pairs is None or clusters is None:
        missing = "--id" if id_column is None else "--pairs" if pairs is None else "--clusters"
        raise click.UsageError(f"Missing option '{missing}'.")
    if not set(unique) <= {"A", "B"}:
        raise InputError("Files are called A and B.", hint="Write --unique A, or --unique B.")
    if len(files) == 1 and (between_only or "B" in unique):
        raise InputError("There is only one list.", hint="Name a second file, or leave B out.")
    outputs = [pairs, clusters, *([model] if model is not None else [])]
    check_outputs(outputs, files)
    fields = fields_of_roles(
        {**{role: roles[role] for role in ROLES}, "text": (*roles["text"], *occupation)}
    )
    read = read_lists(files, id_column, fields)
    lists = [one.people for one in read]
    options = LinkOptions(
        seed=seed,
        threshold=0.5 if threshold is None else threshold,
        unique=frozenset("AB".index(label) for label in unique),
        notice_unique=not with_repeats,
        between_only=between_only,
    )
    linkage = link_lists(lists, fields, options, gazetteer=Gazetteer.load())
    decided = decided_pairs(linkage)
    write_pairs(pairs, lists, linkage, decided, lang)
    write_clusters(clusters, lists, linkage)
    if model is not None:
        _write_model(model, linkage)
    summary = summarise(linkage, decided)
    notes = [note for one in read for note in one.notes] + list(linkage.people.notes)
    document = _document(lists, fields, linkage, summary, notes)
    document["files"] = {"pairs": str(pairs), "clusters": str(clusters)}
    show(document, _in_words(document), as_json=as_json)


def fields_of_roles(roles: Mapping[str, Sequence[str]]) -> list[Field]:
    """The columns to compare, as the options name them.

    Raises:
        InputError: a column is named twice in one role.
    """
    fields = [Field(role, column) for role in ROLES for column in roles[role]]
    seen: set[Field] = set()
    for field in fields:
        if field in seen:
            raise InputError(
                f"Column {field.column!r} is given twice as --{field.role.replace('_', '-')}.",
                hint="Name it once.",
            )
        seen.add(field)
    return fields


def _document(
    lists: Sequence[PersonList],
    fields: Sequence[Field],
    linkage: Linkage,
    summary: Summary,
    notes: Sequence[str],
) -> dict[str, Any]:
    noticed = linkage.unique and not linkage.options.unique
    return {
        "rows": {one.label: len(one) for one in lists},
        "fields": [field.label for field in fields],
        "candidates": linkage.candidates,
        "candidates_found": linkage.raw_candidates,
        "pairs": {
            "same": summary.same,
            "unsure": summary.unsure,
            "different": summary.different,
        },
        "clusters": summary.clusters,
        "clusters_of_several": summary.of_several,
        "unique": ["AB"[number] for number in sorted(linkage.unique)],
        "unique_how": "noticed" if noticed else "declared" if linkage.unique else "",
        "threshold": linkage.options.threshold,
        "estimated": {
            "precision": _rounded(summary.precision),
            "recall": _rounded(summary.recall),
            "how": HOW,
        },
        "seed": linkage.options.seed,
        "model_digest": linkage.model.digest,
        "notes": list(notes),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _in_words(document: Mapping[str, Any]) -> str:
    rows = ", ".join(
        f"{counted(count, 'row')} of list {label}" for label, count in document["rows"].items()
    )
    found = document["pairs"]
    several = document["clusters_of_several"]
    lines = [
        f"{rows}; {counted(document['candidates'], 'pair')} compared.",
        f"{counted(found['same'], 'pair')} joined, {found['unsure']:,} unsure.",
        f"{counted(document['clusters'], 'person')}, {several:,} of them in several rows.",
    ]
    if document["unique_how"] == "noticed":
        named = " and ".join(document["unique"])
        lines.append(
            f"List {named}: hardly anybody stands in it twice, so it was taken to repeat nobody"
            " (--with-repeats if it does)."
        )
    estimated = document["estimated"]
    if estimated["precision"] is not None and estimated["recall"] is not None:
        lines.append(
            f"By the model itself, {estimated['precision']:.1%} of the joined pairs are right, and"
            f" {estimated['recall']:.1%} of what could be found was joined. Review a sample."
        )
    lines += document["notes"]
    lines += [f"Written: {path}" for path in document["files"].values()]
    return "\n".join(lines)


def _write_model(path: Path, linkage: Linkage) -> None:
    text = json.dumps(linkage.model.to_json(), ensure_ascii=False, indent=1) + "\n"
    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise StorageError(
            f"{path} cannot be written: {error.strerror}.", hint="Choose another place."
        ) from error
