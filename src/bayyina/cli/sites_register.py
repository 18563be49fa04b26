"""``bayyina sites register|list|show|watch``: the register of sites of a workspace."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from bayyina.app.site_records import COUNTS, find_site, read_site, read_sites
from bayyina.app.site_registering import Registered, register_sites
from bayyina.app.site_views import SiteEvent, SiteRecord, SiteStatement
from bayyina.app.site_watching import Watched, series_of_sites, watch_site, watch_state
from bayyina.app.workspace import Workspace
from bayyina.cli.opening import workspace_at_work
from bayyina.cli.printing import counted, json_option, progress_bar, show
from bayyina.cli.sites_guard import opens_position, reason_given
from bayyina.cli.sites_register_documents import (
    AlertDocument,
    SiteDocument,
    SiteEventDocument,
    SiteLineDocument,
    SiteStatementDocument,
    UnwatchedDocument,
    WatchDocument,
)
from bayyina.cli.sites_register_text import alert_words, line_words, site_words
from bayyina.errors import InputError
from bayyina.reporting.submissions.form_file import Wording
from bayyina.sites.dating import WORDS
from bayyina.sites.published import published_sites

LANGUAGE = click.Choice(["en", "ar"])


@click.command("register")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--published",
    is_flag=True,
    help="Also register the five sites near Damascus that press and associations have named.",
)
@json_option
def register_command(files: tuple[Path, ...], published: bool, as_json: bool) -> None:
    """Take sites into the register from FILES (*.site.geojson), each statement with its source.

    The same files registered again change nothing.
    """
    chosen = [*files, *(published_sites() if published else ())]
    if not chosen:
        raise InputError("No file is named.", hint="Name a *.site.geojson file, or --published.")
    with workspace_at_work() as workspace:
        done = register_sites(workspace, files=chosen)
    document = {
        "batch": done.batch,
        "sites": [{"key": key, "id": short} for key, short in done.sites],
        "records": done.records,
        "statements": done.statements,
        "closures": done.closures,
        "erased": done.erased,
    }
    show(document, _registered_in_words(done), as_json=as_json)


def _registered_in_words(done: Registered) -> str:
    head = (
        "Nothing new: the register holds all of this already."
        if done.batch is None
        else f"Batch {done.batch}: {done.records} new records, {done.statements} new statements, "
        f"{counted(done.closures, 'statement')} closed."
    )
    left = (
        [f"{counted(done.erased, 'record')} were erased here and stay so."] if done.erased else []
    )
    return "\n".join([head, *left, *(f"  {short:<10} {key}" for key, short in done.sites)])


@click.command("list")
@click.option("--lang", type=LANGUAGE, default="en", show_default=True)
@json_option
def list_command(lang: str, as_json: bool) -> None:
    """List the sites of the register with their states."""
    with workspace_at_work() as workspace:
        lines = [_line(one, watch_state(workspace, one.number)) for one in read_sites(workspace)]
    empty = {"en": "No site is registered.", "ar": "لا موقع في السجل."}[lang]
    words = "\n".join(line_words(line, lang) for line in lines) or empty
    show({"sites": lines}, words, as_json=as_json)


@click.command("show")
@click.argument("site")
@click.option("--lang", type=LANGUAGE, default="en", show_default=True)
@opens_position
@json_option
def show_command(site: str, lang: str, opens: bool, reason: str, as_json: bool) -> None:
    """Show a SITE (its own id or its short id): states, history, counts, sufficiency, steps."""
    why = reason_given(reason, opens=opens)
    with workspace_at_work() as workspace:
        found = read_site(workspace, site, reason=why)
        document = site_document(found, watch_state(workspace, found.number))
    show(document, site_words(document, lang), as_json=as_json)


@click.command("watch")
@click.argument("site", required=False)
@click.argument("series", required=False, type=click.Path(path_type=Path))
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    help="Watch every site that has a series here, named by its id: invented-place.csv.",
)
@click.option("--from", "begin", metavar="DAY", help="First day judged, when watching begins.")
@click.option(
    "--false-alarms-per-year",
    type=float,
    help="How often a year a quiet place may be called disturbed; set when watching begins.",
)
@click.option("--lang", type=LANGUAGE, default="en", show_default=True)
@json_option
def watch_command(
    site: str | None,
    series: Path | None,
    folder: Path | None,
    begin: str | None,
    false_alarms_per_year: float | None,
    lang: str,
    as_json: bool,
) -> None:
    """Hold new observations of a SITE against what is usual there; alerts become records.

    SERIES is a CSV file as of `sites date`; only what is later than the last observation taken
    in is judged, so the file may grow. The first call learns from its first two years, or from
    what lies before --from. With --folder, many sites are watched one after the other; a series that
    cannot be judged is named with its reason, and the others go on.
    """
    if folder is not None and site is None:
        _watch_all(folder, false_alarms_per_year, lang, as_json=as_json)
        return
    if folder is not None or site is None or series is None:
        raise InputError(
            "It is not said what to watch.", hint="Give a site and its series, or only --folder."
        )
    with workspace_at_work() as workspace:
        watched = watch_site(
            workspace,
            site=site,
            series=series,
            begin=_day(begin),
            false_alarms_per_year=false_alarms_per_year,
        )
    document = _watch_document(watched)
    show(document, alert_words(document, lang), as_json=as_json)


def _watch_all(folder: Path, rate: float | None, lang: str, *, as_json: bool) -> None:
    """Watch every registered site that has a series in a folder."""
    documents: list[WatchDocument | UnwatchedDocument] = []
    lines = []
    with workspace_at_work() as workspace, progress_bar() as progress:
        files = series_of_sites(workspace, folder)
        for done, (key, path) in enumerate(files, start=1):
            try:
                watched = watch_site(
                    workspace,
                    site=key,
                    series=path,
                    false_alarms_per_year=_rate(workspace, key, rate),
                )
            except InputError as error:
                documents.append({"key": key, "file": path.name, "reason": str(error)})
                lines.append(f"{key}: {error}")
                continue
            finally:
                progress(done, len(files), "sites")
            document = _watch_document(watched)
            documents.append(document)
            lines.append(alert_words(document, lang))
    show(list(documents), "\n".join(lines), as_json=as_json)


def _rate(workspace: Workspace, key: str, rate: float | None) -> float | None:
    """The rate for a site that is not watched yet; one that is keeps its own."""
    return None if watch_state(workspace, find_site(workspace, key).number) else rate


def site_document(site: SiteRecord, watch: str | None) -> SiteDocument:
    """A site as a document."""
    return {
        "id": site.id,
        "key": site.key,
        "name": _both(site.name),
        "embargo": site.embargo,
        "position": None
        if site.position is None
        else {
            "latitude": site.position.latitude,
            "longitude": site.position.longitude,
            "of": site.position_of,
        },
        "states": [_statement(one) for one in site.of("state")],
        "counts": [_statement(one) for one in site.of(*COUNTS)],
        "statements": [_statement(one) for one in site.statements],
        "history": [_event(one) for one in site.history],
        "watch": watch,
        "witnesses": [one.name for one in site.witnesses],
        "facilities": [
            {
                "id": one.id,
                "name": one.name,
                "kind": _both(one.kind) if one.kind is not None else None,
                "military": one.military,
                "distance_km": one.distance_km,
            }
            for one in site.facilities
        ],
        "decided": [
            {
                "standard": one.standard,
                "sufficient": one.sufficient,
                "people": list(one.people),
                "against": list(one.against),
            }
            for one in site.decided
        ],
        "at_hand": [
            {
                "standard": one.standard,
                "met": one.met,
                "lines": [{"line": line.line, "origin": line.origin} for line in one.lines],
                "reasons": [_both(words) for words in one.words],
            }
            for one in site.at_hand
        ],
        "steps": [
            {
                "step": one.step,
                "phase": one.phase,
                "words": _both(one.words),
                "protocols": list(one.protocols),
                "done": one.done,
            }
            for one in site.steps
        ],
        "words": WORDS,
    }


def _line(site: SiteRecord, watch: str | None) -> SiteLineDocument:
    return {
        "id": site.id,
        "key": site.key,
        "name": _both(site.name),
        "states": [_statement(one) for one in site.of("state")],
        "embargo": site.embargo,
        "events": len(site.history),
        "watch": watch,
    }


def _event(event: SiteEvent) -> SiteEventDocument:
    return {
        "id": event.id,
        "type": event.type,
        "label": _both(event.label),
        "basis": event.basis,
        "first": event.first,
        "last": event.last,
        "sites": dict(event.sites),
        "statements": [_statement(one) for one in event.statements],
    }


def _statement(one: SiteStatement) -> SiteStatementDocument:
    return {
        "id": one.id,
        "property": one.property,
        "label": _both(one.label),
        "value": one.value,
        "words": _both(one.words),
        "low": one.low,
        "high": one.high,
        "source": one.source.name if one.source is not None else None,
        "source_id": one.source.id if one.source is not None else None,
        "locator": one.locator,
        "asserted_on": one.asserted_on,
        "certainty": one.certainty,
    }


def _watch_document(watched: Watched) -> WatchDocument:
    alerts: list[AlertDocument] = [
        {
            "record": alert.record,
            "new": alert.is_new,
            "last_clear_before": alert.episode.last_clear_before,
            "first_changed": alert.episode.first_changed,
            "confirmed_on": alert.episode.confirmed_on,
            "ended_by": alert.episode.ended_by,
            "strength": alert.episode.strength,
        }
        for alert in watched.alerts
    ]
    return {
        "site": watched.site,
        "key": watched.key,
        "state": watched.state,
        "history_until": watched.history_until,
        "watched_until": watched.watched_until,
        "taken_in": watched.taken_in,
        "false_alarm_rate": watched.false_alarm_rate,
        "alerts": alerts,
        "series_sha256": watched.series_sha256,
        "batch": watched.batch,
        "words": WORDS,
    }


def _both(words: Wording) -> dict[str, str]:
    return {"en": words.en, "ar": words.ar}


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"--from is not a day: {text}.", hint="Write it as 2023-06-01.") from error
