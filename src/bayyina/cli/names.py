"""``bayyina names``: names in two scripts; commands that need neither workspace nor Django."""

from __future__ import annotations

from collections import Counter
from importlib import import_module
from itertools import islice, pairwise
from pathlib import Path

import click

from bayyina.cli.name_files import PairTable, name_lines, open_pairs, write_row, written_whole
from bayyina.cli.names_documents import (
    NameComparisonDocument,
    NameMatchDocument,
    NameMatchesDocument,
    NamePairsDocument,
    RomanizedDocument,
)
from bayyina.cli.printing import counted, json_option, progress_bar, show
from bayyina.errors import InputError
from bayyina.names.comparing import SAME, UNSURE, NameComparison, compare_names
from bayyina.names.normal_forms import script_of
from bayyina.names.reason_words import PARTS, reason_in
from bayyina.names.romanizing import romanize

BATCHES_MODULE = "bayyina.names.batches"
"""Compares many; it loads a compiler, so it is loaded only when a file is given."""

MATCHING_MODULE = "bayyina.names.matching"
"""Finds names of one list in another; it loads the same."""

CHUNK = 50_000
"""Rows that are compared at a time."""


@click.group()
def names() -> None:
    """Names in Arabic and Latin script. Scores are indicators for people who decide."""


@names.command()
@click.argument("a", required=False)
@click.argument("b", required=False)
@click.option("--pairs", type=click.Path(path_type=Path), help="A table with the columns a and b.")
@click.option("--out", type=click.Path(path_type=Path), help="Where the table goes, with scores.")
@click.option(
    "--lang", type=click.Choice(["en", "ar"]), default="en", help="Language of the reasons."
)
@json_option
def compare(
    a: str | None, b: str | None, pairs: Path | None, out: Path | None, lang: str, as_json: bool
) -> None:
    """Compare the names A and B, or all pairs of a table, in any scripts.

    Two names are answered with every point of the score, by part of the name. With --pairs
    and --out each row of a table gets a score from 0 to 1 and a decision: same, unsure (a person
    should look) or different. Other columns and the order of the rows stay.
    """
    if pairs is not None:
        if out is None or a is not None:
            raise InputError(
                "--pairs goes with --out, and with no names beside it.",
                hint="Write `names compare --pairs FILE.tsv --out OUT.tsv`",
            )
        _compare_table(pairs, out, as_json=as_json)
        return
    if a is None or b is None or out is not None:
        raise InputError(
            "Two names are compared, or a table of them.",
            hint='Write `names compare "NAME" "NAME"`, or `names compare --pairs FILE --out FILE`',
        )
    found = compare_names(a, b)
    document: NameComparisonDocument = {
        "a": a,
        "b": b,
        "score": found.score,
        "decision": found.decision,
        "parts": [
            {
                "part": part.part,
                "a": part.a,
                "b": part.b,
                "score": part.score,
                "points": part.points,
                "reason": reason_in(part.reason, lang),
            }
            for part in found.parts
        ],
    }
    show(document, _in_words(found, lang), as_json=as_json)


_DECISIONS = {
    "en": {
        "same": "same: proposed as one name",
        "unsure": "unsure: a person should look",
        "different": "different: not proposed",
    },
    "ar": {
        "same": "واحد: يُقترح اسماً واحداً",
        "unsure": "غير مؤكد: على إنسان أن ينظر",
        "different": "مختلف: لا يُقترح",
    },
}
_NOTHING = {"en": "One side has no name to compare.", "ar": "لا اسم يُقارن في أحد الطرفين."}


def _in_words(found: NameComparison, lang: str) -> str:
    """The score, and every point of it by part; as shown, too, the points sum to the score."""
    lines = [
        f"{points / 100:+.2f}  {PARTS[part.part] if lang == 'ar' else part.part}: "
        + (f"{part.a or '-'} | {part.b or '-'}: " if part.a or part.b else "")
        + reason_in(part.reason, lang)
        + (f" ({part.score:.2f})" if part.a and part.b else "")
        for part, points in zip(found.parts, _hundredths(found), strict=True)
    ] or [_NOTHING[lang]]
    return "\n".join((f"{found.score:.2f}  {_DECISIONS[lang][found.decision]}", *lines))


def _hundredths(found: NameComparison) -> list[int]:
    """The points of each part in hundredths, rounded so that they sum to the score as shown."""
    sums = [round(100 * sum(part.points for part in found.parts[:end]))
            for end in range(len(found.parts) + 1)]  # fmt: skip
    return [after - before for before, after in pairwise(sums)]


def _compare_table(pairs: Path, out: Path, *, as_json: bool) -> None:
    if out.exists() and out.samefile(pairs):
        raise InputError(f"{out} is the table itself.", hint="Give --out another name.")
    table = open_pairs(pairs)
    counts: Counter[str] = Counter()
    with progress_bar() as tell, written_whole(out) as file:
        kept = [
            f"{name}_before" if name in ("score", "decision") else name for name in table.header
        ]
        write_row(file, [*kept, "score", "decision"], table.delimiter)
        while chunk := list(islice(table.rows, CHUNK)):
            for row, (score, decision) in _decided(table, chunk, counts):
                write_row(file, [*row, f"{score:.4f}", decision], table.delimiter)
            tell(counts["rows"], None, "Comparing pairs")
    document: NamePairsDocument = {
        "pairs": str(pairs),
        "out": str(out),
        "rows": counts["rows"],
        "same": counts["same"],
        "unsure": counts["unsure"],
        "different": counts["different"],
        "without_a_name": counts["empty"],
        "thresholds": {"same": SAME, "unsure": UNSURE},
    }
    text = (
        f"{counted(counts['rows'], 'pair')}: {counts['same']} same, {counts['unsure']} unsure, "
        f"{counts['different']} different. Written to {out}."
    )
    if counts["empty"]:
        text += f"\n{counted(counts['empty'], 'pair')} lack a name on one side: unsure, score 0."
    show(document, text, as_json=as_json)


def _decided(
    table: PairTable, chunk: list[list[str]], counts: Counter[str]
) -> list[tuple[list[str], tuple[float, str]]]:
    """Rows of full width with score and decision; ``counts`` is added to."""
    width = len(table.header)
    rows = [_of_width(row, width, table.delimiter) for row in chunk]
    sides = [(row[table.a], row[table.b]) for row in rows]
    decided = import_module(BATCHES_MODULE).decide_many(sides)
    counts["rows"] += len(rows)
    for score, decision in decided:
        counts[decision] += 1
        counts["empty"] += decision == "unsure" and score == 0
    return list(zip(rows, decided, strict=True))


def _of_width(row: list[str], width: int, delimiter: str) -> list[str]:
    """A row with as many cells as the header: cells too many stay, in the last one."""
    if len(row) > width:
        return [*row[: width - 1], delimiter.join(row[width - 1 :])]
    return [*row, *[""] * (width - len(row))]


@names.command()
@click.argument("queries", type=click.Path(path_type=Path))
@click.argument("candidates", type=click.Path(path_type=Path))
@click.option(
    "--top", type=click.IntRange(1, 1000), default=5, show_default=True, help="Matches for a query."
)
@json_option
def match(queries: Path, candidates: Path, top: int, as_json: bool) -> None:
    """Find for each name of QUERIES the most like names of CANDIDATES, one name a line.

    The answer is in the order of the queries, a blank line included. Candidates that are written alike
    are one.
    """
    asked, known = name_lines(queries), name_lines(candidates)
    document: list[NameMatchesDocument] = []
    with progress_bar() as tell:
        found = import_module(MATCHING_MODULE).match_names(asked, known, top)
        for query, matches in zip(asked, found, strict=True):
            best: list[NameMatchDocument] = [
                {"candidate": match.candidate, "score": match.score} for match in matches
            ]
            document.append({"query": query, "matches": best})
            if len(document) % 100 == 0:
                tell(len(document), len(asked), "Matching names")
    lines = []
    for entry in document:
        lines.append(entry["query"] or "(blank)")
        lines += [f"  {one['score']:.2f}  {one['candidate']}" for one in entry["matches"]]
        lines += [] if entry["matches"] else ["  nothing like it"]
    show(document, "\n".join(lines), as_json=as_json)


@names.command(name="romanize")
@click.argument("name", nargs=-1)
@click.option("--file", type=click.Path(path_type=Path), help="One name a line.")
@click.option(
    "--top", type=click.IntRange(1, 50), default=5, show_default=True, help="Spellings for a name."
)
@json_option
def romanize_command(name: tuple[str, ...], file: Path | None, top: int, as_json: bool) -> None:
    """Write each NAME in the other script, likeliest spelling first: Arabic in Latin letters, Latin in Arabic."""
    if bool(name) == (file is not None):
        raise InputError(
            "Names are given, or a file of them.",
            hint="Write `names romanize NAME`, or `names romanize --file FILE`",
        )
    given = name_lines(file) if file is not None else list(name)
    document: list[RomanizedDocument] = [
        {
            "name": one,
            "script": script_of(one),
            "candidates": [
                {"text": spelling.text, "score": spelling.score} for spelling in romanize(one, top)
            ],
        }
        for one in given
    ]
    lines = [
        f"{entry['name']}: "
        + (", ".join(one["text"] for one in entry["candidates"]) or "no spelling")
        for entry in document
    ]
    show(document, "\n".join(lines), as_json=as_json)
