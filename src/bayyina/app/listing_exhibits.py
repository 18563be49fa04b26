"""The list of exhibits with its custody annex: records, who says so, files, leaves, proofs.

Beside the pages stand a machine-readable copy, a proof file for every statement listed, and
``SHA256SUMS``, which ``sha256sum -c`` checks. A court receives it: what it may not have, for want of an
informant's consent or because it is sealed, is left out and counted; what an embargo generalises
stands generalised and has no proof file, because a proof shows the statement.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from bayyina.app.counting import open_engine
from bayyina.app.family_told import FamilyTold
from bayyina.app.linked_records import pointers_at
from bayyina.app.live import erased_records, live_batches, live_statements
from bayyina.app.members import handles_by_uuid
from bayyina.app.permissions import require
from bayyina.app.person_papers import today
from bayyina.app.person_statements import Said, source_names, words_of
from bayyina.app.ports import Progress
from bayyina.app.proving import prove_statement, statement_leaf
from bayyina.app.recipients import find_recipient
from bayyina.app.releasing import Allowed, Release
from bayyina.app.rows import RecordRow, batch_of
from bayyina.app.short_ids import record_number
from bayyina.app.site_disclosure import term_names
from bayyina.app.workspace import Workspace
from bayyina.app.writing_documents import log_run, write_pages
from bayyina.custody.merkle import leaf_hash
from bayyina.custody.notes import Ed25519Verifier
from bayyina.errors import CheckFailedError, InputError
from bayyina.reporting.data_files import write_file
from bayyina.reporting.exhibit_pages import (
    Exhibit,
    ExhibitFile,
    ExhibitList,
    ExhibitSource,
    ExhibitStatement,
    exhibit_page,
)
from bayyina.reporting.submissions.form_file import Wording

LISTED: Final = 500
"""Records that one list may hold: somebody reads it."""

DEATHS: Final = frozenset({"Death", "Execution", "DeathRegistration"})
"""Types whose records say that somebody died."""

EVIDENCE: Final = "EvidenceItem"
"""Type of the records of files in the archive."""

STEM: Final = "exhibits"
"""Stem of the files."""


@dataclass(frozen=True)
class WrittenExhibits:
    """A list and its files."""

    exhibits: ExhibitList
    """What it holds."""

    files: Mapping[str, tuple[Path, ...]]
    """Page and PDF, by language."""

    document: Path
    """The machine-readable copy."""

    sums: Path
    """``SHA256SUMS`` over every other file."""

    batch: int
    """The batch that records the writing."""


def write_exhibits(
    workspace: Workspace,
    records: Sequence[str],
    progress: Progress,
    *,
    languages: Sequence[str],
    out_folder: Path,
    query: str | None = None,
) -> WrittenExhibits:
    """Write the list of some records, in the order given, and of those that a question counts.

    Args:
        workspace: Where the records are.
        records: Short ids.
        progress: Told proofs written.
        languages: Of the pages.
        out_folder: Where the files go.
        query: A figure query whose certain records are listed too, the lowest numbers first.

    Raises:
        InputError: there is no such record, none at all, or more than ``LISTED``.
        CheckFailedError: a record that is named may not go to a court.
        QueryError: the question cannot be read.
        PermissionRefusedError: the member may not build reports or read records.
    """
    require(workspace, "report")
    require(workspace, "export-records")
    numbers = _chosen(workspace, records, query, progress)
    gathered = _Gatherer(workspace, numbers).whole()
    proofs = [line for one in gathered.exhibits for line in one.statements if line.proof]
    for done, line in enumerate(proofs):
        progress(done, len(proofs), "proofs written")
        write_file(
            out_folder / line.proof, prove_statement(workspace, line.id, decided=True).encode()
        )
    progress(len(proofs), len(proofs), "proofs written")
    fictional = workspace.identity.fictional
    files = write_pages(
        workspace,
        lambda lang: exhibit_page(gathered, lang, is_fictional=fictional),
        languages,
        out_folder / STEM,
    )
    text = json.dumps(exhibits_document(gathered), ensure_ascii=False, indent=1, sort_keys=True)
    document = write_file(out_folder / f"{STEM}.json", f"{text}\n".encode())
    pages = [path for paths in files.values() for path in paths]
    written = [document, *pages, *(out_folder / line.proof for line in proofs)]
    sums = write_file(out_folder / "SHA256SUMS", _sums(written, out_folder).encode())
    parameters = {
        "records": " ".join(one.record for one in gathered.exhibits),
        "languages": " ".join(languages),
        "sums": hashlib.sha256(sums.read_bytes()).hexdigest(),
    }
    details: dict[str, str | int] = {
        "records": len(gathered.exhibits),
        "sums": parameters["sums"],
    }
    batch = log_run(workspace, "list-exhibits", "exhibits", parameters, details)
    return WrittenExhibits(gathered, files, document, sums, batch)


def exhibits_document(exhibits: ExhibitList) -> dict[str, Any]:
    """The list as a JSON-ready document."""
    return asdict(exhibits)


def _sums(paths: Sequence[Path], folder: Path) -> str:
    """Lines as ``sha256sum`` writes and checks them."""
    return "".join(
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}\n"
        for path in sorted(paths)
    )


def _chosen(
    workspace: Workspace, records: Sequence[str], query: str | None, progress: Progress
) -> list[int]:
    numbers = [record_number(workspace, one) for one in records]
    if query is not None:
        with open_engine(workspace, progress) as engine:
            numbers += sorted(ref.number for ref in engine.open(query) if ref.certain)
    numbers = list(dict.fromkeys(numbers))
    if not numbers:
        raise InputError(
            "A list of exhibits needs a record.", hint="Give short ids, or a --query that counts."
        )
    if len(numbers) > LISTED:
        raise InputError(
            f"{len(numbers)} records are too many for one list of exhibits (at most {LISTED}).",
            hint="Ask a narrower question, or make several lists.",
        )
    return numbers


class _Gatherer:
    """Collects what a list holds."""

    def __init__(self, workspace: Workspace, numbers: Sequence[int]) -> None:
        store = workspace.store
        self._workspace = workspace
        self._batches = live_batches(store)
        self._numbers = numbers
        self._rows = {row.number: row for row in store.find(RecordRow, "number", numbers)}
        erased = erased_records(store)
        for number in numbers:
            row = self._rows.get(number)
            if row is None or batch_of(number) not in self._batches or number in erased:
                raise InputError(
                    f"{workspace.short_id(number)} is not a record that stands.",
                    hint="`bayyina figures open` lists records.",
                    code="no-such-record",
                )
        self._said = self._statements(numbers)
        self._release = Release(workspace, find_recipient(workspace, "court"))
        self._allowed = self._decided(self._rows, self._said)
        for number, refused in self._allowed.refused.items():
            raise CheckFailedError(
                f"{workspace.short_id(number)} may not go to a court: {refused.reason.en}",
                hint="`bayyina release check` says it of each record; nothing was written.",
                code="disclosure",
            )
        self._people = handles_by_uuid(store)

    def whole(self) -> ExhibitList:
        """The whole list."""
        workspace, store = self._workspace, self._workspace.store
        exhibits = tuple(
            self._exhibit(f"E-{place}", number) for place, number in enumerate(self._numbers, 1)
        )
        sources = source_names(
            workspace,
            (one.row.source for own in self._said.values() for one in own if one.row.source),
        )
        newest = store.checkpoints()[-1]
        origin = workspace.identity.origin
        key = Ed25519Verifier(origin, workspace.keys.log.public_key().public_bytes_raw())
        return ExhibitList(
            day=today(workspace),
            exhibits=exhibits,
            files=self._files(exhibits),
            sources=tuple(
                ExhibitSource(workspace.short_id(number), name)
                for number, name in sorted(sources.items())
            ),
            withheld=sum(
                self._allowed.is_out(one.row) for own in self._said.values() for one in own
            ),
            untold=self._untold(),
            custody_size=newest.size,
            checkpoint=newest.note,
            log_key=key.vkey,
        )

    def _statements(self, numbers: Collection[int]) -> dict[int, list[Said]]:
        names = term_names(self._workspace)
        said: dict[int, list[Said]] = defaultdict(list)
        for row in live_statements(self._workspace.store, sorted(numbers), self._batches):
            said[row.record].append(Said(row, *names[row.term]))
        return said

    def _decided(
        self, rows: Mapping[int, RecordRow], said: Mapping[int, Sequence[Said]]
    ) -> Allowed:
        """What of some records a court may have."""
        return self._release.decide(
            rows, {number: [one.row for one in said.get(number, ())] for number in rows}
        )

    def _exhibit(self, mark: str, number: int) -> Exhibit:
        workspace, own = self._workspace, self._said[number]
        record_type = self._rows[number].record_type
        kind = workspace.vocabulary.types.get(record_type)
        label = kind.label if kind is not None else {"en": record_type, "ar": record_type}
        lines = (self._line(one) for one in own if not self._allowed.is_out(one.row))
        return Exhibit(
            mark=mark,
            record=workspace.short_id(number),
            type=record_type,
            label=Wording(label["en"], label["ar"]),
            statements=tuple(line for line in lines if line is not None),
        )

    def _line(self, one: Said) -> ExhibitStatement | None:
        workspace, row = self._workspace, one.row
        shown = self._release.shown(row, self._allowed)
        told = replace(one, row=row._replace(value=shown.value, original=shown.original))
        words = self._linked(one) or words_of(workspace, told)
        if words is None:
            return None
        batch = self._batches[batch_of(row.number)]
        identifier = workspace.statement_id(row.number)
        prop = workspace.vocabulary.types[one.record_type].properties[one.property]
        return ExhibitStatement(
            id=identifier,
            property=Wording(prop.label["en"], prop.label["ar"]),
            said=words,
            is_blurred=shown.blurred,
            source=workspace.short_id(row.source) if row.source is not None else "",
            locator=row.locator or "",
            evidence=workspace.short_id(row.evidence) if row.evidence is not None else "",
            entry=batch.entry or 0,
            recorded_at=batch.opened_at,
            recorded_by=self._people.get(batch.actor, ""),
            leaf=leaf_hash(statement_leaf(workspace, row, batch)).hex(),
            proof="" if shown.blurred else f"proofs/{identifier}.proof",
        )

    def _linked(self, one: Said) -> Wording | None:
        """A statement that names another record is said by that record's id."""
        kind = self._workspace.vocabulary.types.get(one.record_type)
        prop = kind.properties.get(one.property) if kind is not None else None
        value = one.row.value or ""
        if prop is None or prop.type != "link" or not value.isdecimal():
            return None
        short = self._workspace.short_id(int(value))
        return Wording(short, short)

    def _files(self, exhibits: Sequence[Exhibit]) -> tuple[ExhibitFile, ...]:
        marks = {number: one.mark for number, one in zip(self._numbers, exhibits, strict=True)}
        resting: dict[int, set[str]] = defaultdict(set)
        for number, own in self._said.items():
            for one in own:
                if one.row.evidence is not None:
                    resting[one.row.evidence].add(marks[number])
                if one.property == "scan" and (one.row.value or "").isdecimal():
                    resting[int(one.row.value or "")].add(marks[number])
        for pointer in pointers_at(self._workspace, self._numbers):
            if pointer.record_type == EVIDENCE:
                resting[pointer.record].add(marks[pointer.target])
        for number, row in self._rows.items():
            if row.record_type == EVIDENCE:
                resting[number].add(marks[number])
        said = self._statements(resting)
        rows = self._workspace.store.find(RecordRow, "number", sorted(resting))
        allowed = self._decided({row.number: row for row in rows}, said)
        return tuple(
            self._file(
                number,
                [one for one in said[number] if not allowed.is_out(one.row)],
                resting[number],
            )
            for number in sorted(resting)
            if number not in allowed.refused
        )

    def _file(self, number: int, own: Sequence[Said], marks: Collection[str]) -> ExhibitFile:
        first = {one.property: one for one in reversed(own)}
        in_clear = {name: one for name, one in first.items() if not one.row.has_sealed}
        named = in_clear.get("title") or in_clear.get("file_name")
        size = first["size"].row.num_lo if "size" in first else None
        return ExhibitFile(
            item=self._workspace.short_id(number),
            name=(named.row.value or "") if named is not None else "",
            kind=words_of(self._workspace, first["kind"]) if "kind" in first else None,
            size=size,
            sha256=(first["digest"].row.value or "") if "digest" in first else "",
            exhibits=tuple(sorted(marks, key=lambda mark: int(mark[2:]))),
        )

    def _untold(self) -> tuple[str, ...]:
        """Records of a death whose family no record says was told."""
        deaths = [n for n in self._numbers if self._rows[n].record_type in DEATHS]
        untold = FamilyTold(self._workspace).untold_records(deaths)
        return tuple(self._workspace.short_id(n) for n in deaths if n in untold)
