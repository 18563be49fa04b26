"""Confirmed episodes of a watched site as records, with what they rest on."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from bayyina import __version__
from bayyina.app.changes import ChangeWriter
from bayyina.app.known_lists import NAMED_KEY
from bayyina.app.live import live_batches
from bayyina.app.rows import RecordRow, RunRow, batch_of
from bayyina.app.workspace import Workspace
from bayyina.custody.canonical import canonical_json
from bayyina.model.drafts import ValueDraft
from bayyina.sites.watching import WatchedEpisode

METHOD: Final = "windowed likelihood ratio over the last three clear observations (Lai 1995)"
"""How alerts come about."""

NOTE: Final = {
    "en": "Indicator: ground disturbance consistent with digging or levelling. It does not say "
    "who did it, why, or what lies below.",
    "ar": "مؤشر: اضطراب في التربة يتفق مع الحفر أو التسوية. لا يقول من فعله ولا لماذا ولا ما تحته.",
}
"""What every alert says."""


class AlertWriter:
    """Writes confirmed episodes as records."""

    def __init__(
        self, workspace: Workspace, writer: ChangeWriter, site: RecordRow, digest: str, rate: float
    ) -> None:
        self._workspace = workspace
        self._writer = writer
        self._site = site
        self._digest = digest
        self._rate = rate
        self._today = workspace.clock.now().date().isoformat()

    def write(
        self,
        known: Sequence[int],
        before: Sequence[WatchedEpisode],
        episodes: Sequence[WatchedEpisode],
    ) -> tuple[int, ...]:
        """Numbers of the records of all episodes; new ones are made, ends of open ones added.

        Args:
            known: Numbers of the records of the episodes before.
            before: The episodes as they were.
            episodes: The episodes as they are.
        """
        records = list(known)
        source = evidence = None
        for place, episode in enumerate(episodes):
            earlier = before[place] if place < len(before) else None
            if earlier == episode and place < len(records):
                continue
            if source is None or evidence is None:
                short = self._workspace.short_id(self._site.number)
                name = f"Watching of site {short} in images"
                source = image_source(self._workspace, self._writer, name)
                evidence = self._evidence(source)
            locator = self._run(episode)
            if place >= len(records):
                records.append(self._episode(episode, source, evidence, locator))
            elif episode.ended_by is not None:
                self._end(records[place], episode, source, locator)
        return tuple(records)

    def _evidence(self, source: int) -> int:
        """The series as an evidence item, by its digest."""
        number, key = self._writer.add_record("EvidenceItem", None, None)
        self._writer.describe_list(source, self._today)
        for prop, value in (
            ("title", "Series of observations of a site"),
            ("digest", self._digest),
            ("shows", str(self._site.number)),
        ):
            self._writer.add_statement(
                number, key, "EvidenceItem", ValueDraft(prop, value), "series"
            )
        return number

    def _run(self, episode: WatchedEpisode) -> str:
        """Keep how the alert came about; where it is found."""
        parameters = canonical_json(
            {
                "site": self._site.number,
                "series_sha256": self._digest,
                "method": METHOD,
                "version": __version__,
                "false_alarms_per_year": str(self._rate),
                "last_clear_before": episode.last_clear_before,
                "first_changed": episode.first_changed,
                "confirmed_on": episode.confirmed_on,
                "ended_by": episode.ended_by or "",
                "strength": str(episode.strength),
            }
        )
        run = self._writer.add(
            RunRow,
            run_kind="watch-site",
            parameters=parameters.decode(),
            digest=hashlib.sha256(parameters).hexdigest(),
        )
        return f"run {run.digest[:16]}, series {self._digest[:16]}"

    def _episode(self, episode: WatchedEpisode, source: int, evidence: int, locator: str) -> int:
        list_key = f"watch:{self._site.number}:{episode.first_changed}"
        number, key = self._writer.add_record("SiteDisturbance", None, list_key)
        self._writer.describe_list(source, self._today)
        words = (
            f"{NOTE['en']} Last clear image before {episode.last_clear_before}, first changed "
            f"{episode.first_changed}, confirmed {episode.confirmed_on}; "
            f"{episode.strength} standard deviations; {self._rate:g} false alarms a year accepted; "
            f"{METHOD}; bayyina {__version__}."
        )
        drafts = [
            ValueDraft("site", str(self._site.number)),
            ValueDraft("kind", "ground_disturbance"),
            _begun_between(episode),
            ValueDraft("seen_in", str(evidence)),
            ValueDraft("documented_on", self._today, self._today, self._today),
            ValueDraft("note", words, lang="en"),
            ValueDraft("note", NOTE["ar"], lang="ar"),
        ]
        if episode.ended_by is not None:
            drafts.append(_day_draft("end_date", episode.ended_by))
        for draft in drafts:
            self._writer.add_statement(number, key, "SiteDisturbance", draft, locator)
        return number

    def _end(self, record: int, episode: WatchedEpisode, source: int, locator: str) -> None:
        row = self._workspace.store.find(RecordRow, "number", [record])[0]
        if row.wrapped_key is None or episode.ended_by is None:
            return
        self._writer.describe_list(source, self._today)
        key = self._writer.record_key(row)
        draft = _day_draft("end_date", episode.ended_by)
        self._writer.add_statement(record, key, "SiteDisturbance", draft, locator)


def image_source(workspace: Workspace, writer: ChangeWriter, name: str) -> int:
    """The Source that findings in images of a site come from, made once."""
    batches = live_batches(workspace.store)
    for row in workspace.store.find(RecordRow, "list_key", [NAMED_KEY + name]):
        if batch_of(row.number) in batches:
            return row.number
    writer.describe_list(None, workspace.clock.now().date().isoformat())
    number, key = writer.add_record("Source", None, NAMED_KEY + name)
    for prop, value in (("name", name), ("kind", "satellite")):
        writer.add_statement(number, key, "Source", ValueDraft(prop, value), "bayyina")
    return number


def _begun_between(episode: WatchedEpisode) -> ValueDraft:
    """The days between which it began: after the last clear image, by the first changed one."""
    first = date.fromisoformat(episode.last_clear_before) + timedelta(days=1)
    last = date.fromisoformat(episode.first_changed)
    first = min(first, last)
    text = last.isoformat() if first == last else f"{first.isoformat()}/{last.isoformat()}"
    return ValueDraft("date", text, first.isoformat(), last.isoformat())


def _day_draft(name: str, day: str) -> ValueDraft:
    return ValueDraft(name, day, day, day)
