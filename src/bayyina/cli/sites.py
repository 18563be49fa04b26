"""``bayyina sites``: when the ground was disturbed; commands that need neither workspace nor Django."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import click

from bayyina.cli.lazy import LazyCommand, LazyGroup
from bayyina.cli.printing import json_option, progress_bar, show
from bayyina.cli.sites_documents import DatingDocument, EpisodeDocument
from bayyina.errors import BayyinaError, InputError
from bayyina.sites.dating import UNREADABLE, WORDS, Dating, Episode, check_rate, date_series
from bayyina.sites.series_files import read_series
from bayyina.sites.throughput import CONTINUITIES, Account, throughput

DRAWING_MODULE = "bayyina.app.drawing_series"
"""Draws; the library for it is slow to load, so it is loaded only when it is asked for."""

TABLES = (".csv", ".tsv", ".txt")
"""Endings of the files that are taken from a folder."""

COMMANDS = {
    "date": LazyCommand("bayyina.cli.sites", "date", "Date the disturbances in series of a place."),
    "compare": LazyCommand(
        "bayyina.cli.sites_pairs", "compare_command", "What differs between two images of a place."
    ),
    "scan": LazyCommand(
        "bayyina.cli.sites_scan", "scan_command", "Date a site from a folder of satellite scenes."
    ),
    "throughput": LazyCommand(
        "bayyina.cli.sites", "throughput_command", "What an account of burials gives for a week."
    ),
    "register": LazyCommand(
        "bayyina.cli.sites_register",
        "register_command",
        "Take site files into the register of the workspace.",
    ),
    "list": LazyCommand(
        "bayyina.cli.sites_register", "list_command", "List the sites of the register."
    ),
    "show": LazyCommand(
        "bayyina.cli.sites_register",
        "show_command",
        "Show a site: states, history, counts, sufficiency, steps.",
    ),
    "watch": LazyCommand(
        "bayyina.cli.sites_register",
        "watch_command",
        "Judge new observations of a site; alerts become records.",
    ),
    "demo": LazyCommand(
        "bayyina.cli.sites_demo", "demo_command", "Write scenes of an invented place (FICTIONAL)."
    ),
    "report": LazyCommand(
        "bayyina.cli.sites_report",
        "report_command",
        "Write the page of a site in both languages (HTML, PDF).",
    ),
}


@click.group(cls=LazyGroup, table=COMMANDS)
def sites() -> None:
    """Sites: when the ground was disturbed. Findings are indicators, never verdicts."""


@click.command()
@click.argument("series", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--false-alarms-per-year",
    type=float,
    default=None,
    help="How often a year a place where nothing happens may be called disturbed. "
    "Default: 0.05; for layers of an alert product, 0.12.",
)
@click.option(
    "--plot",
    type=click.Path(path_type=Path),
    default=None,
    help="Draw the series with its episodes, as .svg or .png; one series only.",
)
@click.option("--lang", type=click.Choice(["en", "ar"]), default="en", help="Language of the plot.")
@json_option
def date(
    series: tuple[Path, ...],
    false_alarms_per_year: float | None,
    plot: Path | None,
    lang: str,
    as_json: bool,
) -> None:
    """Date the ground disturbances in SERIES: CSV files, or folders of them.

    A file has a column `date`, one column for each band and, if known, `clear` (0, 1 or a
    weight between) and `control_BAND`, the same band in undisturbed surroundings. One file
    gives one document; several files, or a folder, give a list in which every file is found again,
    also one that could not be read.
    """
    check_rate(false_alarms_per_year)
    several = len(series) > 1 or series[0].is_dir()
    if plot is not None and several:
        raise InputError("A plot shows one series.", hint="Name one file.")
    if not several:
        _one(series[0], false_alarms_per_year, plot, lang, as_json=as_json)
        return
    documents = []
    with progress_bar() as progress:
        files = _files(series)
        for done, path in enumerate(files, start=1):
            documents.append(_document_of_file(path, false_alarms_per_year))
            progress(done, len(files), "series")
    show(
        list(documents),
        "\n".join(dating_in_words(document) for document in documents),
        as_json=as_json,
    )


def _one(path: Path, rate: float | None, plot: Path | None, lang: str, *, as_json: bool) -> None:
    read = read_series(path)
    dating = date_series(read, false_alarms_per_year=rate)
    if plot is not None:
        import_module(DRAWING_MODULE).draw_series(read, dating, plot, lang=lang)
    document = dating_document(dating)
    show(document, dating_in_words({**document, "file": str(path)}), as_json=as_json)


def _files(given: tuple[Path, ...]) -> list[Path]:
    """The files given, and those of the folders given, in order of their names."""
    files: list[Path] = []
    for path in given:
        if path.is_dir():
            inside = sorted(
                p for p in path.rglob("*") if p.suffix.lower() in TABLES and p.is_file()
            )
            if not inside and len(given) == 1:
                raise InputError(f"{path} holds no CSV file.", hint="Name a folder with series.")
            files.extend(inside)
        else:
            files.append(path)
    return files


def _document_of_file(path: Path, rate: float | None) -> DatingDocument:
    """The document of one of several files; one that cannot be read says so in it."""
    try:
        document = dating_document(date_series(read_series(path), false_alarms_per_year=rate))
    except BayyinaError as error:
        return {
            "file": str(path),
            "state": UNREADABLE,
            "episodes": [],
            "observations": 0,
            "false_alarm_rate": None,
            "bands": [],
            "reason": str(error),
            "notes": [],
            "words": WORDS,
        }
    return {"file": str(path), **document}


def dating_document(dating: Dating) -> DatingDocument:
    """What was found in one series, as a document."""
    return {
        "state": dating.state,
        "episodes": [_episode(episode) for episode in dating.episodes],
        "observations": dating.observations,
        "false_alarm_rate": dating.false_alarm_rate,
        "bands": list(dating.bands),
        "reason": dating.reason or None,
        "notes": list(dating.notes),
        "words": WORDS,
    }


def _episode(episode: Episode) -> EpisodeDocument:
    low, high = episode.onset_interval95
    ended = episode.end_interval95
    return {
        "onset": low.isoformat() if episode.onset < low else episode.onset.isoformat(),
        "onset_interval95": (low.isoformat(), high.isoformat()),
        "last_clear_before": episode.last_clear_before.isoformat(),
        "first_changed": episode.first_changed.isoformat(),
        "end": episode.end.isoformat() if episode.end else None,
        "end_interval95": (ended[0].isoformat(), ended[1].isoformat()) if ended else None,
        "kind": episode.kind,
        "strength": episode.strength,
    }


def dating_in_words(document: DatingDocument) -> str:
    """The same in words."""
    file = document.get("file", "")
    lines = [f"{file}: {document['state']} ({document['observations']} clear days)."]
    if document["reason"]:
        lines.append(f"  {document['reason']}")
    for episode in document["episodes"]:
        low, high = episode["onset_interval95"]
        lines.append(
            f"  {WORDS.capitalize()} began about {episode['onset']} (95 %: {low} to {high}); "
            f"last clear image before {episode['last_clear_before']}, "
            f"first changed {episode['first_changed']}; {_ended(episode)}; "
            f"{episode['kind']}, {episode['strength']} standard deviations."
        )
    lines.extend(f"  Note: {note}" for note in document["notes"])
    return "\n".join(lines)


def _ended(episode: EpisodeDocument) -> str:
    if episode["end"] is None or episode["end_interval95"] is None:
        return "no end seen"
    low, high = episode["end_interval95"]
    return f"ended about {episode['end']} (95 %: {low} to {high})"


@click.command("throughput")
@click.option("--trucks", required=True, metavar="N or N-M", help="Loads that came together.")
@click.option("--times-a-week", required=True, metavar="N or N-M", help="How often a week.")
@click.option("--bodies", required=True, metavar="N or N-M", help="Bodies in one load.")
@click.option(
    "--continuity",
    type=click.Choice(CONTINUITIES),
    default="unknown",
    show_default=True,
    help="Whether the account says that it was always so, or only at times.",
)
@click.option("--period", default="", help="How long, in the words of the account.")
@json_option
def throughput_command(
    trucks: str, times_a_week: str, bodies: str, continuity: str, period: str, as_json: bool
) -> None:
    """What an account of burials gives for one week; never a total over years.

    Example: --trucks 2 --times-a-week 2 --bodies 150-600 --continuity at-times --period "six years"
    """
    loads, visits, each = _whole(trucks), _range(times_a_week), _whole(bodies)
    account = Account(loads, visits, each, continuity, period)
    found = throughput(account)
    low, high = found.bodies_a_week
    words = [f"{low:,} to {high:,} bodies in a week of the kind described."]
    show(
        {
            "loads_a_week": found.loads_a_week,
            "bodies_a_week": found.bodies_a_week,
            "period": period,
            "continuity": continuity,
            "total": found.total,
            "reasons": list(found.reasons),
            "reasons_ar": list(found.reasons_ar),
        },
        "\n".join([*words, "No total:", *(f"  {r}" for r in (*found.reasons, *found.reasons_ar))]),
        as_json=as_json,
    )


def _range(text: str) -> tuple[float, float]:
    """``2`` or ``150-600``."""
    parts = text.replace("–", "-").replace("..", "-").split("-")
    try:
        numbers = [float(part) for part in parts]
    except ValueError:
        numbers = []
    if len(numbers) not in (1, 2):
        raise InputError(f"'{text}' is no number or range.", hint="Write 2 or 150-600.")
    return numbers[0], numbers[-1]


def _whole(text: str) -> tuple[int, int]:
    low, high = _range(text)
    if low != int(low) or high != int(high):
        raise InputError(f"'{text}' is no whole number or range of them.", hint="Write 150-600.")
    return int(low), int(high)
