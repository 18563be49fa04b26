"""Keeping a scan in the register: its scenes as evidence items, its episodes as disturbances.

Every scene that was looked at becomes an ``EvidenceItem`` with its name, day, platform, baseline
and digest, so that what a date rests on can be asked for again. Neither position nor pixels are
kept. The same scan kept again changes nothing.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from bayyina import __version__
from bayyina.app.changes import ChangeWriter, change
from bayyina.app.live import live_batches
from bayyina.app.permissions import require
from bayyina.app.rows import RecordRow, RunRow, batch_of
from bayyina.app.site_alerts import NOTE, image_source
from bayyina.app.site_records import find_site
from bayyina.app.workspace import Workspace
from bayyina.custody.canonical import canonical_json
from bayyina.errors import InputError
from bayyina.model.drafts import ValueDraft
from bayyina.model.quantities import read_quantity
from bayyina.sites.changed_ground import ChangedGround
from bayyina.sites.dating import Episode
from bayyina.sites.plate_images import digest_of_scene
from bayyina.sites.scan_files import is_fictional
from bayyina.sites.scanning import Scan
from bayyina.sites.site_cubes import RADAR, USED, SceneRecord

ACTION: Final = "scan-site"
"""What the log calls a scan that is kept."""

METHOD: Final = "site minus surroundings, exact segmentation, calibrated on stable places"
"""How episodes come about."""


@dataclass(frozen=True)
class KeptScan:
    """What keeping a scan came to."""

    site: str
    """Short id of the site."""

    scenes: int
    """New evidence items."""

    disturbances: tuple[str, ...]
    """Short ids of the episodes' records, in order of time, those of earlier calls among them."""

    batch: int | None
    """The batch; None where nothing was new."""


def keep_scan(workspace: Workspace, *, site: str, found: Scan) -> KeptScan:
    """Keep the scenes and episodes of a scan under a registered site.

    Args:
        workspace: Where the site is registered.
        site: Its short id, or the id of its file.
        found: The scan.

    Raises:
        InputError: there is no such site, or the scenes are invented and the workspace is not.
        PermissionRefusedError: the member may not import.
    """
    require(workspace, "import")
    if is_fictional(found) and not workspace.identity.fictional:
        raise InputError(
            "These scenes are invented, and this workspace is a real one.",
            hint="Invented and real data never meet; nothing was changed.",
            code="fictional",
        )
    row = find_site(workspace, site)
    with change(workspace, ACTION) as writer:
        kept = _Keeper(workspace, writer, row, found).keep()
        if kept.batch is None:
            writer.discard()
        return kept


class _Keeper:
    """Writes one scan."""

    def __init__(
        self, workspace: Workspace, writer: ChangeWriter, site: RecordRow, found: Scan
    ) -> None:
        self._workspace = workspace
        self._writer = writer
        self._site = site
        self._found = found
        self._batches = live_batches(workspace.store)
        self._today = workspace.clock.now().date().isoformat()
        self._source: int | None = None
        self._new = 0

    def keep(self) -> KeptScan:
        items = {
            record.identifier: self._item(record)
            for record in self._found.cube.records
            if record.outcome in (USED, RADAR)
        }
        scenes = self._new
        episodes = zip(self._found.dating.episodes, self._found.grounds, strict=True)
        numbers = [self._episode(episode, ground, items) for episode, ground in episodes]
        if self._new:
            self._run()
            self._writer.finish({"scenes": scenes, "disturbances": self._new - scenes})
        return KeptScan(
            self._workspace.short_id(self._site.number),
            scenes,
            tuple(self._workspace.short_id(number) for number in numbers),
            self._writer.batch if self._new else None,
        )

    def _item(self, record: SceneRecord) -> int:
        """The evidence item of a scene."""
        digest, files = digest_of_scene(record)
        key = f"scene:{self._site.number}:{record.identifier}:{digest[:16]}"
        held = self._held(key)
        if held is not None:
            return held
        taken = record.moment[:10]
        baseline = f", baseline {record.baseline}" if record.baseline else ""
        orbit = f", orbit {record.orbit}" if record.orbit else ""
        of = "" if files == 1 else f"; digest of the list of its {files} files"
        locator = f"{record.platform}{baseline}{orbit}; taken {record.moment} UTC{of}"
        drafts = [
            ValueDraft("title", record.identifier),
            ValueDraft("kind", "satellite_image"),
            ValueDraft("digest", digest),
            ValueDraft("captured_on", taken, taken, taken),
            ValueDraft("shows", str(self._site.number)),
            *(ValueDraft("file_name", file.name) for file in record.files),
        ]
        return self._record("EvidenceItem", key, drafts, locator)

    def _episode(
        self, episode: Episode, ground: ChangedGround | None, items: dict[str, int]
    ) -> int:
        """The disturbance that an episode is."""
        key = f"scan:{self._site.number}:{episode.last_clear_before}:{episode.first_changed}"
        held = self._held(key)
        if held is not None:
            return held
        drafts = [
            ValueDraft("site", str(self._site.number)),
            ValueDraft("kind", "ground_disturbance"),
            _between("date", *_bracket(episode)),
            *(ValueDraft("seen_in", str(items[name])) for name in self._seen_in(episode)),
            ValueDraft("documented_on", self._today, self._today, self._today),
            ValueDraft("note", self._words(episode), lang="en"),
            ValueDraft("note", NOTE["ar"], lang="ar"),
        ]
        if episode.end is not None and episode.end_interval95 is not None:
            drafts.append(_between("end_date", *episode.end_interval95))
        if ground is not None:
            area = read_quantity(f"{ground.interval95[0]:.0f}-{ground.interval95[1]:.0f}")
            drafts.append(ValueDraft("area_m2", area.text, num_lo=area.lo, num_hi=area.hi))
        return self._record("SiteDisturbance", key, drafts, f"cube {self._found.cube.digest[:16]}")

    def _seen_in(self, episode: Episode) -> list[str]:
        """The scenes on both sides of the onset."""
        days = (episode.last_clear_before, episode.first_changed)
        return [
            record.identifier
            for record in self._found.cube.records
            if record.outcome == USED and datetime.fromisoformat(record.moment).date() in days
        ]

    def _words(self, episode: Episode) -> str:
        low, high = episode.onset_interval95
        rate = self._found.dating.false_alarm_rate
        return (
            f"{NOTE['en']} Began about {max(episode.onset, low)} (95 %: {low} to {high}); last clear "
            f"image before {episode.last_clear_before}, first changed {episode.first_changed}; "
            f"{episode.kind}, {episode.strength} standard deviations; {rate or 0:g} false alarms a year "
            f"accepted; {METHOD}; bayyina {__version__}."
        )

    def _record(self, record_type: str, key: str, drafts: list[ValueDraft], locator: str) -> int:
        if self._source is None:
            short = self._workspace.short_id(self._site.number)
            name = f"Scanning of site {short} in images"
            self._source = image_source(self._workspace, self._writer, name)
        number, own_key = self._writer.add_record(record_type, None, key)
        self._writer.describe_list(self._source, self._today)
        for draft in drafts:
            self._writer.add_statement(number, own_key, record_type, draft, locator)
        self._new += 1
        return number

    def _run(self) -> None:
        dating, cube = self._found.dating, self._found.cube
        parameters = canonical_json(
            {
                "site": self._site.number,
                "cube_sha256": cube.digest,
                "method": METHOD,
                "version": __version__,
                "false_alarms_per_year": str(dating.false_alarm_rate or ""),
                "bands": " ".join(cube.bands),
                "state": dating.state,
                "observations": dating.observations,
                "offsets_removed": sum(
                    bool(one.offset and one.offset.removed) for one in cube.records
                ),
            }
        )
        self._writer.add(
            RunRow,
            run_kind="scan-site",
            parameters=parameters.decode(),
            digest=hashlib.sha256(parameters).hexdigest(),
        )

    def _held(self, key: str) -> int | None:
        rows = self._workspace.store.find(RecordRow, "list_key", [key])
        return next((row.number for row in rows if batch_of(row.number) in self._batches), None)


def _bracket(episode: Episode) -> tuple[date, date]:
    """The days between which it began: after the last clear image, by the first changed one."""
    first = min(episode.last_clear_before + timedelta(days=1), episode.first_changed)
    return first, episode.first_changed


def _between(name: str, first: date, last: date) -> ValueDraft:
    low, high = first.isoformat(), last.isoformat()
    return ValueDraft(name, low if low == high else f"{low}/{high}", low, high)
