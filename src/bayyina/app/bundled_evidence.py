"""Evidence files of a bundle: their bytes from the vault, what happened to them, and the gaps."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final

from bayyina.app.embargoed_files import tells_withheld_place
from bayyina.app.evidence_fixity_runs import METHOD, FixityRun, fixity_runs
from bayyina.app.evidence_items import names_in_place, read_items
from bayyina.app.evidence_redacting import REDACTION
from bayyina.app.evidence_vault import EVIDENCE, Vault, keys_of_items, open_vault
from bayyina.app.live import live_batches, live_statements
from bayyina.app.rows import RecordRow, StatementRow
from bayyina.app.sealed_rows import SealedRows
from bayyina.app.site_disclosure import embargo_of
from bayyina.app.workspace import Workspace
from bayyina.bundle.contents import (
    BundledFile,
    BundledRecord,
    BundledStatement,
    CustodyEvent,
    Gap,
    Withheld,
)
from bayyina.custody.merkle import leaf_hash
from bayyina.custody.proofs import RowProof
from bayyina.keys.sealing import is_sealed
from bayyina.vault.blob_reading import item_parts
from bayyina.vault.item_keys import ItemKeys

BEFORE: Final = ("captured_on", "collected_on", "received_on")
"""Properties that say where an item was before it was taken in."""

CHUNK: Final = 2_000
"""Records that are read at a time."""

PROGRAM: Final = "bayyina"
"""Agent of what the program does by itself."""


class EvidenceBundler:
    """Adds the files of evidence records to a set."""

    def __init__(
        self,
        workspace: Workspace,
        *,
        only: Collection[int] | None = None,
        sealed: SealedRows | None = None,
    ) -> None:
        """Read from the vault of ``workspace``.

        Args:
            workspace: Whose vault it is.
            only: The files of these records alone, if given.
            sealed: Opens original names of files that are sealed, if they are to be told.
        """
        self._workspace, self._only, self._sealed = workspace, only, sealed
        self._vault: Vault | None = None
        self._runs: list[FixityRun] | None = None
        self._rows: dict[int, RecordRow] = {}
        self._names: dict[int, list[StatementRow]] = {}
        self._keys: dict[int, ItemKeys] = {}
        self._embargo = embargo_of(workspace)
        self.files: list[BundledFile] = []
        """Files of the records that were taken."""

        self.events: list[CustodyEvent] = []
        """What happened to them."""

        self.gaps: list[Gap] = []
        """Times before intake."""

    def know(self, numbers: Iterable[int]) -> None:
        """Read beforehand, for many records at once, what ``take`` needs of each."""
        store = self._workspace.store
        left = (one for one in numbers if self._only is None or one in self._only)
        term, batches = store.terms().get((EVIDENCE, "file_name")), live_batches(store)
        while some := list(islice(left, CHUNK)):
            found = store.find(RecordRow, "number", some)
            rows = [row for row in found if row.record_type == EVIDENCE]
            self._rows.update((row.number, row) for row in rows)
            self._keys.update(keys_of_items(self._workspace, rows))
            for one in live_statements(store, [row.number for row in rows], batches):
                if one.term == term:
                    self._names.setdefault(one.record, []).append(one)

    def take(self, record: BundledRecord, number: int) -> BundledRecord:
        """Take the file of an evidence record that is known; the answer names it."""
        said = {
            name: [one for one in record.statements if one.row.get("property") == name]
            for name in {str(one.row.get("property")) for one in record.statements}
        }
        digests = [one for one in said.get("digest", ()) if one.state == "stands"]
        is_left_out = self._only is not None and number not in self._only
        if record.type != EVIDENCE or not digests or is_left_out:
            return record
        row = self._rows[number]
        if self._embargo.withheld and self._only is None and self._tells_place(row):
            return _without_file(record, {one.id for one in (*digests, *said.get("sha512", ()))})
        digest = digests[0]
        sha256 = str(digest.row["value"])
        stated = self._names.get(number, [])
        name = _text(said, "file_name") or self._opened_name(stated)
        self.files.append(
            BundledFile(
                sha256=sha256,
                size=_number(said, "size"),
                media_type=_text(said, "media_type") or "application/octet-stream",
                original_name=name or next(iter(names_in_place(record.id, stated)), record.id),
                name_withheld=not name,
                record=record.id,
                open=self._opener(number),
                digest_statement=digest.id,
                derived_from=_shown(said, "derived_from"),
                tool=" ".join(_text(said, name) for name in ("tool", "tool_version")).strip(),
            )
        )
        self._tell(record, sha256, digest, said)
        self._tell_checks(number, sha256)
        return replace(record, files=(sha256,))

    def finish(self) -> None:
        """Name parents by digest, once all files are known; parents that are not here by id."""
        digests = {one.record: one.sha256 for one in self.files}
        self.files = [
            replace(one, derived_from=digests.get(one.derived_from, one.derived_from))
            for one in self.files
        ]

    def _tells_place(self, row: RecordRow) -> bool:
        """Whether its file says where a site under embargo is."""
        (item,) = read_items(self._workspace, [row]) or (None,)
        return item is not None and tells_withheld_place(self._workspace, self._embargo, item)

    def _opened_name(self, stated: Sequence[StatementRow]) -> str:
        """The original name of a file where it is sealed and may be told here; empty elsewhere."""
        opened = self._sealed.opened(stated) if self._sealed is not None else []
        return next((row.value for row in opened if row.value and not is_sealed(row.value)), "")

    def _opener(self, number: int) -> Callable[[bytearray], Iterator[memoryview]]:
        if self._vault is None:
            self._vault = open_vault(self._workspace)
        store, keys = self._vault.store, self._keys.get(number)

        def blocks(room: bytearray) -> Iterator[memoryview]:
            return iter(()) if keys is None else item_parts(store, keys, room)

        return blocks

    def _tell(
        self,
        record: BundledRecord,
        sha256: str,
        digest: BundledStatement,
        said: Mapping[str, Sequence[BundledStatement]],
    ) -> None:
        taken_in, agent = str(digest.row["recorded_at"]), str(digest.row["recorded_by"])
        known = [one for name in BEFORE for one in said.get(name, ())]
        for one in said.get("captured_on", ()):
            self._event(
                "capture", str(one.row["value"]), f"As stated by {one.id}.", "stated", "", sha256
            )
        detail = "Read once, digested, encrypted and stored; the original is not changed."
        self._event("ingestion", taken_in, detail, "stored", agent, sha256)
        made = "SHA-256 and SHA-512." if said.get("sha512") else "SHA-256."
        self._event("message digest calculation", taken_in, made, sha256, PROGRAM, sha256)
        if said.get("derived_from"):
            how = _text(said, "derivation") or "made from another item"
            kind = "redaction" if _text(said, "derivation") == REDACTION else "migration"
            self._event(kind, taken_in, how, "made", agent, sha256)
        since = min((str(one.row.get("date_lo", "")) for one in known), default="")
        self.gaps.append(Gap(record.id, since, taken_in, tuple(one.id for one in known)))

    def _tell_checks(self, number: int, sha256: str) -> None:
        """The last fixity check of an item, and every one at which its bytes did not hold."""
        if self._runs is None:
            self._runs = list(fixity_runs(self._workspace))
        own = [
            run for run in self._runs if any(first <= number <= last for first, last in run.ranges)
        ]
        for place, run in enumerate(own, 1):
            found = run.found.get(number)
            if found is not None or place == len(own):
                ended = found or "the bytes hold"
                self._event("fixity check", run.time, METHOD, ended, run.actor, sha256)

    def _event(
        self, kind: str, time: str, detail: str, ended: str, agent: str, sha256: str
    ) -> None:
        number = f"event-{len(self.events) + 1}"
        self.events.append(CustodyEvent(number, kind, time, detail, ended, agent, (sha256,)))


def _text(said: Mapping[str, Sequence[BundledStatement]], name: str) -> str:
    return next((str(one.row.get("value", "")) for one in said.get(name, ())), "")


def _shown(said: Mapping[str, Sequence[BundledStatement]], name: str) -> str:
    return next((one.shown for one in said.get(name, ())), "")


def _without_file(record: BundledRecord, statements: Collection[str]) -> BundledRecord:
    """A record whose file is left out because of an embargo, with the digests of it."""
    withheld = [
        Withheld(one.id, leaf_hash(RowProof.from_text(one.proof).leaf).hex(), "embargo")
        for one in record.statements
        if one.id in statements
    ]
    left = tuple(one for one in record.statements if one.id not in statements)
    return replace(record, statements=left, withheld=(*record.withheld, *withheld))


def _number(said: Mapping[str, Sequence[BundledStatement]], name: str) -> int:
    text = _text(said, name)
    return int(text) if text.isdecimal() else 0
