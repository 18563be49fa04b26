"""Watching a site: new observations against what is usual there, and alerts as records.

The state of watching is kept in the workspace, so that each call takes up where the last one
ended and the same observations change nothing. An episode that three clear observations confirm
becomes a ``SiteDisturbance``: an indicator, with the series, the method and the rate of false
alarms behind it. It counts where disturbances are counted, such as under an order to preserve
evidence. Watching goes on after it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np

from bayyina.app.changes import change
from bayyina.app.live import setting
from bayyina.app.permissions import require
from bayyina.app.rows import RecordRow, SettingRow
from bayyina.app.site_alerts import AlertWriter
from bayyina.app.site_files import SITE_KEY
from bayyina.app.site_records import WATCH_SETTING, find_site
from bayyina.app.workspace import Workspace
from bayyina.custody.canonical import canonical_json
from bayyina.errors import BusyError, FileUnreadableError, InputError
from bayyina.model.json_reading import JsonSyntaxError, read_json
from bayyina.sites.calibration import DEFAULT_RATE_SITE
from bayyina.sites.dating import check_rate
from bayyina.sites.series import Series, merge_days
from bayyina.sites.series_files import read_series
from bayyina.sites.watching import (
    LEAST_HISTORY,
    WatchedEpisode,
    WatchState,
    begin_watching,
    observe,
)

ACTION: Final = "watch-site"
"""What the log calls a call that took in observations."""

SERIES_ENDING: Final = ".csv"
"""What the series in a folder end in."""

HISTORY_DAYS: Final = 730
"""Days of history from which watching learns what is usual, where no day is named."""


@dataclass(frozen=True)
class Alert:
    """A confirmed episode as a record."""

    record: str
    """Short id of the SiteDisturbance."""

    episode: WatchedEpisode
    """What was found."""

    is_new: bool
    """Whether this call made the record."""


@dataclass(frozen=True)
class Watched:
    """What a call of watching came to."""

    site: str
    """Short id of the site."""

    key: str
    """Its id in the site file."""

    state: str
    """``quiet``, ``watch``, ``probable`` or ``confirmed``."""

    history_until: str
    """Last day of what watching learned from."""

    watched_until: str
    """Last observation that was taken in."""

    taken_in: int
    """Observations that this call judged."""

    false_alarm_rate: float
    """False alarms a year that the threshold allows."""

    alerts: tuple[Alert, ...]
    """All confirmed episodes of the site, in order of time."""

    series_sha256: str
    """Of the file (hex)."""

    batch: int | None
    """The batch; None where nothing was new."""


@dataclass(frozen=True)
class _Kept:
    """What the workspace keeps of a watched site."""

    state: WatchState
    """The state of the statistic."""

    rate: float
    """Rate of false alarms a year it was begun with."""

    history_until: str
    """Last day of the history."""

    records: tuple[int, ...]
    """Numbers of the records of its episodes, in order."""

    def to_text(self) -> str:
        return canonical_json(
            {
                "state": json.dumps(self.state.to_json(), sort_keys=True),
                "rate": str(self.rate),
                "history_until": self.history_until,
                "records": " ".join(map(str, self.records)),
            }
        ).decode()

    @classmethod
    def from_text(cls, text: str) -> _Kept:
        try:
            data: Any = read_json(text).data
            return cls(
                WatchState.from_json(json.loads(data["state"])),
                float(data["rate"]),
                data["history_until"],
                tuple(int(number) for number in data["records"].split()),
            )
        except (JsonSyntaxError, KeyError, TypeError, ValueError) as error:
            raise InputError(
                "The kept state of watching this site cannot be read.",
                hint="Begin anew with --from and the whole series.",
            ) from error


def watch_site(
    workspace: Workspace,
    *,
    site: str,
    series: Path,
    begin: date | None = None,
    false_alarms_per_year: float | None = None,
) -> Watched:
    """Take in the observations of a series that are later than those taken in before.

    Args:
        workspace: Where the site is registered.
        site: Its short id, or the id of its file.
        series: CSV file as ``sites date`` reads it.
        begin: First day that is judged when watching begins; without it, two years of at least
            40 clear days are learned from.
        false_alarms_per_year: Accepted for a place where nothing happens; set when watching
            begins.

    Raises:
        InputError: there is no such site, the series has other bands than before, too little
            history, or ``begin`` is given for a site that is watched already.
        FileUnreadableError: the series cannot be read.
        BusyError: another process watched the site meanwhile.
        PermissionRefusedError: the member may not import.
    """
    require(workspace, "import")
    check_rate(false_alarms_per_year)
    row = find_site(workspace, site)
    read = merge_days(read_series(series)).clear()
    digest = _sha256(series)
    name = f"{WATCH_SETTING}{row.number}"
    stored = setting(workspace.store, name)
    if stored is not None and (begin is not None or false_alarms_per_year is not None):
        raise InputError(
            "This site is watched already; where watching began and its rate stay as they are.",
            hint="Leave --from and --false-alarms-per-year out.",
        )
    kept = _begun(read, begin, false_alarms_per_year) if stored is None else _Kept.from_text(stored)
    state, taken_in = _judged(kept.state, read)
    if stored is not None and state == kept.state:
        return _answer(workspace, row, kept, taken_in=0, digest=digest, before=len(kept.records))
    with change(workspace, ACTION) as writer:
        if setting(workspace.store, name) != stored:
            raise BusyError(
                "Somebody else has just watched this site.", hint="Call it again; nothing changed."
            )
        before = len(kept.records)
        writing = AlertWriter(workspace, writer, row, digest, kept.rate)
        records = writing.write(kept.records, kept.state.episodes, state.episodes)
        finished = replace(kept, state=state, records=records)
        writer.add(SettingRow, name=name, text=finished.to_text())
        writer.finish(
            {"series_sha256": digest, "observations": taken_in, "alerts": len(records) - before}
        )
        batch = writer.batch
    return _answer(
        workspace, row, finished, taken_in=taken_in, digest=digest, before=before, batch=batch
    )


def series_of_sites(workspace: Workspace, folder: Path) -> list[tuple[str, Path]]:
    """The series in a folder, each with the id of the site that it is named by, in order of names.

    Raises:
        InputError: it is no folder, holds none, or one that no registered site is named like.
    """
    if not folder.is_dir():
        raise InputError(f"{folder} is not a folder.", hint="Name a folder that holds series.")
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() == SERIES_ENDING)
    if not files:
        raise InputError(
            f"{folder.name} holds no series.",
            hint="Name each file by its site: invented-place.csv.",
        )
    for path in files:
        find_site(workspace, path.stem)
    return [(path.stem, path) for path in files]


def watch_state(workspace: Workspace, site: int) -> str | None:
    """The state of watching a site; None where nobody watches it."""
    stored = setting(workspace.store, f"{WATCH_SETTING}{site}")
    return None if stored is None else _Kept.from_text(stored).state.state


def _answer(
    workspace: Workspace,
    row: RecordRow,
    kept: _Kept,
    *,
    taken_in: int,
    digest: str,
    before: int,
    batch: int | None = None,
) -> Watched:
    pairs = zip(kept.records, kept.state.episodes, strict=True)
    return Watched(
        site=workspace.short_id(row.number),
        key=(row.list_key or "").removeprefix(SITE_KEY),
        state=kept.state.state,
        history_until=kept.history_until,
        watched_until=date.fromordinal(kept.state.last_day).isoformat(),
        taken_in=taken_in,
        false_alarm_rate=kept.rate,
        alerts=tuple(
            Alert(workspace.short_id(number), episode, place >= before)
            for place, (number, episode) in enumerate(pairs)
        ),
        series_sha256=digest,
        batch=batch,
    )


def _begun(series: Series, begin: date | None, rate: float | None) -> _Kept:
    """Learn from the history."""
    days = series.days
    if begin is not None:
        count = int(np.searchsorted(days, begin.toordinal()))
    elif len(days):
        by_time = int(np.searchsorted(days, days[0] + HISTORY_DAYS))
        count = min(len(days), max(by_time, 2 * LEAST_HISTORY))
    else:
        count = 0
    accepted = DEFAULT_RATE_SITE if rate is None else rate
    state = begin_watching(_rows(series, slice(0, count)), false_alarms_per_year=accepted)
    until = date.fromordinal(state.last_day).isoformat()
    return _Kept(state, accepted, until, ())


def _rows(series: Series, rows: slice) -> Series:
    control = None if series.control is None else series.control[rows]
    return replace(
        series,
        days=series.days[rows],
        values=series.values[rows],
        weights=series.weights[rows],
        control=control,
    )


def _judged(state: WatchState, series: Series) -> tuple[WatchState, int]:
    """The state after the observations that are later than the last one, and how many."""
    missing = [band for band in state.bands if band not in series.bands]
    if missing:
        raise InputError(
            f"The series lacks bands that this site is watched in: {', '.join(missing)}.",
            hint="Give the same bands under the same names.",
        )
    columns = [series.bands.index(band) for band in state.bands]
    first = int(np.searchsorted(series.days, state.last_day + 1))
    if state.has_control and series.control is None and first < len(series.days):
        raise InputError(
            "This site is held against its surroundings, and the series has none.",
            hint="Give the columns control_BAND.",
        )
    taken_in = 0
    for place in range(first, len(series.days)):
        control = series.control if state.has_control else None
        after = observe(
            state,
            date.fromordinal(int(series.days[place])),
            [float(value) for value in series.values[place, columns]],
            control=None
            if control is None
            else [float(value) for value in control[place, columns]],
            weight=float(series.weights[place]),
        )
        taken_in += after is not state
        state = after
    return state, taken_in


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise FileUnreadableError(
            f"{path.name} cannot be read: {error.strerror or 'the system refused'}.",
            hint="Check the path; nothing was changed.",
        ) from error
