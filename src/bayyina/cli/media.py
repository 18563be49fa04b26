"""``bayyina media``: what files are and say, and which look alike; no workspace, no database."""

from __future__ import annotations

import json
import sys
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import click

from bayyina.cli.media_text import near_text, report_text, series_lines
from bayyina.cli.media_words import words
from bayyina.cli.printing import counted, json_option, progress_bar, show
from bayyina.media.card_readings import CardCollector, read_cards
from bayyina.media.inspecting import files_below, inspect_files
from bayyina.media.limits import COPIES
from bayyina.media.near import RADIUS, find_near, near_document
from bayyina.media.plain_data import one_line
from bayyina.media.results import MISSING, FileReport, Indicator
from bayyina.media.series import SeriesCollector

UNREADABLE_INPUT: Final = 2
MOST_SHOWN: Final = 5


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def media() -> None:
    """What files are and say, and which look alike.

    Files are opened in a process of its own, with limits, so that a broken or hostile one
    does no harm. What is found are indicators for a person to look at, never verdicts.
    """


@media.command()
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE..."
)
@click.option(
    "--lang",
    type=click.Choice(["en", "ar"]),
    default="en",
    show_default=True,
    help="Language of the findings in words.",
)
@click.option(
    "--cards",
    "cards_file",
    type=click.Path(path_type=Path),
    metavar="TABLE",
    help="Numbers that people read off cards in the photographs: path,number[,branch,examination].",
)
@click.option(
    "--copies",
    is_flag=True,
    help="Also look for regions within a picture that are alike: seconds a picture.",
)
@json_option
def inspect(
    files: tuple[Path, ...], lang: str, cards_file: Path | None, copies: bool, as_json: bool
) -> None:
    """Say what each FILE is, what it says of itself, and what a person should look at.

    A folder stands for all files in it. Several photographs are also looked at as a series:
    counters, clocks, cameras. Numbers on cards are not read here; those that people read are
    looked at along the series with ``--cards``. Regions within a picture that are alike are looked
    for with ``--copies``. The noise of a sensor is not looked at: no set is at hand on which a rate
    of false alarms could be measured. Ends with 0 whatever the files are; with 2 when one that was
    named, here or in the table, is not there.
    """
    collector = SeriesCollector()
    cards = CardCollector(read_cards(cards_file), cards_file.parent) if cards_file else None
    kept: list[bytes] = []
    outcomes: Counter[str] = Counter()
    for report in _look(files, COPIES if copies else "inspect"):
        collector.add(len(kept), report)
        if cards:
            cards.add(len(kept), report)
        outcomes[report.outcome] += 1
        said = json.dumps(report.document()) if as_json else report_text(report, lang)
        kept.append(zlib.compress(said.encode("utf-8"), 1))
    found = _together(collector.indicators(), cards.indicators() if cards else {})
    _print_reports(kept, found, lang, as_json=as_json)
    if not as_json and len(kept) > 1:
        words = ", ".join(f"{outcome} {count}" for outcome, count in outcomes.most_common())
        click.echo(f"{counted(len(kept), 'file')}: {words}.")
    unmatched = _complain_of_cards(cards) if cards else False
    _complain_of_missing(outcomes[MISSING], len(kept))
    if unmatched:
        raise click.exceptions.Exit(UNREADABLE_INPUT)


@media.command()
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE..."
)
@click.option(
    "--radius",
    type=click.IntRange(0, 128),
    default=RADIUS,
    show_default=True,
    help="Bits of 256 in which the hashes of two pictures may differ.",
)
@json_option
def near(files: tuple[Path, ...], radius: int, as_json: bool) -> None:
    """Group the FILES that look alike: copies, smaller ones, turned and mirrored ones, films.

    A folder stands for all files in it. The unit is the file: a group is not a body, a person
    or a case. No near pair is left out.
    """
    reports = list(_look(files, "near"))
    found = find_near(reports, radius=radius)
    show(near_document(reports, found, radius), near_text(reports, found), as_json=as_json)
    _complain_of_missing(sum(r.outcome == MISSING for r in reports), len(reports))


def _together(
    one: Mapping[int, tuple[Indicator, ...]], other: Mapping[int, tuple[Indicator, ...]]
) -> dict[int, tuple[Indicator, ...]]:
    return {place: (*one.get(place, ()), *other.get(place, ())) for place in {*one, *other}}


def _complain_of_cards(cards: CardCollector) -> bool:
    """Say which rows of the table stand in no series, and why; whether one is of no file."""
    unmatched = cards.unmatched()
    for paths, what in (
        (unmatched, "are of no file that was looked into"),
        (cards.ambiguous(), "are names that several different files have; write their paths"),
        (cards.without_number(), "give no number, and are in no series"),
    ):
        if paths:
            shown = ", ".join(one_line(path, 200) for path in paths[:MOST_SHOWN])
            more = f" and {len(paths) - MOST_SHOWN} more" if len(paths) > MOST_SHOWN else ""
            click.echo(
                f"{len(paths)} of {counted(len(cards.readings), 'row')} of the table of cards {what}: "
                f"{shown}{more}.",
                err=True,
            )
    return bool(unmatched)


def _print_reports(
    kept: list[bytes],
    series: Mapping[int, tuple[Indicator, ...]],
    lang: str,
    *,
    as_json: bool,
) -> None:
    """Print the reports one by one: those of 50,000 files do not fit into memory as they are."""
    write = sys.stdout.write
    write("[" if as_json else "")
    for place, packed in enumerate(kept):
        said = zlib.decompress(packed).decode("utf-8")
        more = series.get(place, ())
        if as_json:
            document = json.loads(said)
            document["indicators"].extend(indicator.document() for indicator in more)
            write((", " if place else "") + json.dumps(document, ensure_ascii=False))
        else:
            write(said + "".join(f"\n{line}" for line in series_lines(more, lang)) + "\n\n")
    write("]\n" if as_json else "")
    sys.stdout.flush()


def _look(files: tuple[Path, ...], wanted: str) -> Iterator[FileReport]:
    paths = list(files_below(files))
    with progress_bar() as tell:
        for number, report in enumerate(inspect_files(paths, wanted=wanted), 1):
            yield report
            tell(number, len(paths), "Looking into files")


def _complain_of_missing(missing: int, count: int) -> None:
    """End with 2 where something that was named is not there; the rest has been printed."""
    if missing:
        click.echo(
            f"{missing} of the {count} names given are of nothing that is there;"
            " the others have been looked into. Check the spelling of the names.",
            err=True,
        )
        raise click.exceptions.Exit(UNREADABLE_INPUT)


media.add_command(words)
