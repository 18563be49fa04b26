"""Erasing a record: two people sign, the second one's call carries it out.

What was said about the record is emptied and its key destroyed, in the transaction of the
entry that says so. The hashes stay, so every proof about other records holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias
from uuid import UUID

from bayyina.app.changes import ChangeWriter, change, discard_open_batches
from bayyina.app.erased_rows import ClosingRows, blank_rows, closing_rows
from bayyina.app.erased_together import ErasedTogether, erased_together
from bayyina.app.erasure_traces import redact_reports, remove_traces
from bayyina.app.evidence_vault import departing, open_vault, settle_vault
from bayyina.app.legal_holds import refuse_held
from bayyina.app.live import is_erased
from bayyina.app.members import current_members
from bayyina.app.permissions import allows, require
from bayyina.app.ports import Progress
from bayyina.app.rows import (
    KEPT_ROW,
    ErasureRow,
    MemberRow,
    RecordRow,
    StatementRow,
    batch_of,
)
from bayyina.app.same_people import people_by_handle
from bayyina.app.short_ids import record_number
from bayyina.app.snapshots import ERASE
from bayyina.app.workspace import Workspace
from bayyina.custody.determinations import (
    NEEDED_PEOPLE,
    Erasure,
    SignedDecision,
    check_two_people,
    sign_decision,
)
from bayyina.errors import InputError, PermissionRefusedError
from bayyina.keys.record_keys import KeyWrap
from bayyina.keys.salts import salt

AGREE: Final = "agree-erasure"
"""Action of the first person's entry; that of the second is ``ERASE``."""

REASONS: Final[Mapping[str, str]] = {
    "withdrawn-consent": "the informant took their consent back",
    "objection": "the person concerned objects",
    "danger": "holding it endangers somebody",
    "unlawful": "it should not have been collected",
    "order": "a court or an authority ordered it",
    "mistake": "it was entered by mistake",
}
"""Why a record may be erased. A code, because the log keeps it for ever."""


@dataclass(frozen=True)
class ErasureResult:
    """What became of a call."""

    record: str
    """Short id."""

    state: str
    """``agreed`` while a second person is needed, otherwise ``erased``."""

    reason: str
    """Code of the reason."""

    people: tuple[str, ...]
    """Who agreed."""

    rows: int
    """How many rows it empties."""

    batch: int | None
    """The batch of this call; None when the record was erased before."""

    linked: tuple[str, ...] = ()
    """Records that point at it: they stay, and are erased one by one if they have to go."""

    copies: tuple[str, ...] = ()
    """Copies of it that go with it: of imports that were undone and repeated."""

    kept_aside: int = 0
    """Rows kept aside that hold an id, a name or a long text of it, and go with it."""

    kept_aside_left: int = 0
    """Such rows that cannot go, because they have no key of their own."""

    kept_aside_sealed: int = 0
    """Rows kept aside that are sealed, and that this person is not cleared to look into."""

    lapsed: tuple[str, ...] = ()
    """Other people whose agreement lapsed, because another reason was given after it."""

    def to_json(self) -> dict[str, Any]:
        """The document that ``erase --json`` prints."""
        return {
            **vars(self),
            "people": list(self.people),
            "needed": 0 if self.state == "erased" else NEEDED_PEOPLE - len(self.people),
            "linked": list(self.linked),
            "copies": list(self.copies),
            "lapsed": list(self.lapsed),
        }


_Standing: TypeAlias = Mapping[int, Sequence[ErasureRow]]
"""Agreements that count, by the record that they are about."""


def erase_record(
    workspace: Workspace, *, record_id: str, reason: str, progress: Progress
) -> ErasureResult:
    """Agree that a record be erased; with a second person's agreement it is carried out.

    Copies of the record and rows kept aside that speak of it go with it, each by a signature
    of its own. An agreement is about the rows that there are and for one reason: it lapses
    when something more is said about the record, and when another reason is given after it. A call about a record that was erased before removes traces that an
    interrupted call has left.

    Raises:
        InputError: there is no such record or reason.
        CheckFailedError: a legal hold covers the record, or something that would go with it.
        PermissionRefusedError: the member may not erase, has agreed already, or signs with
            the key of the other person.
        CustodyError: a row about the record is not what the log committed to.
        BusyError: an import is running; or the record is erased and another process keeps
            traces of it from being removed.
        StorageError: a file could not be written.
    """
    require(workspace, "erase")
    if reason not in REASONS:
        raise InputError(
            "That is not a reason for an erasure.",
            hint=f"Use one of {', '.join(REASONS)}; a text could say something about the person.",
            code="no-such-reason",
        )
    # No import may add to the record meanwhile, and a killed one leaves nothing of it.
    with workspace.store.import_lock():
        discard_open_batches(workspace)
        number = record_number(workspace, record_id)
        if not is_erased(workspace.store, number):
            result = _agree(workspace, number, reason)
        else:
            result = _erased_before(workspace, number)
            settle_vault(workspace, open_vault(workspace))
    if result.state == "erased":
        remove_traces(workspace, progress)
    return result


def _agree(workspace: Workspace, number: int, reason: str) -> ErasureResult:
    """Sign and log the agreement; with that of somebody else, empty the rows."""
    with departing(workspace) as note_departure, workspace.store.transaction():
        record = _record(workspace, number)
        together = erased_together(workspace, record)
        refuse_held(workspace, together.records)
        closing = [(row, closing_rows(workspace, row)) for row in together.records]
        standing = {
            row.number: _standing(workspace, rows, row.number, reason) for row, rows in closing
        }
        unsigned = [(row, rows) for row, rows in closing if not _has_own(workspace, standing, row)]
        if not unsigned:
            raise PermissionRefusedError(
                f"{workspace.member.handle} has agreed to this already.",
                hint="A second person must give the same command, with a key of their own.",
            )
        is_complete = all(_others(workspace, standing, row) for row, _ in closing)
        with change(workspace, ERASE if is_complete else AGREE) as writer:
            fresh = {
                row.number: _signed(workspace, writer, rows, row.number, reason)
                for row, rows in unsigned
            }
            people: tuple[str, ...] = (workspace.member.handle,)
            if is_complete:
                agreed = {
                    row.number: _two_people(workspace, standing, fresh, row, writer.facts.key)
                    for row, _ in closing
                }
                people = agreed[number]
                note_departure(row for row, _ in closing)
                for row, rows in closing:
                    blank_rows(workspace, row, rows)
                redact_reports(workspace, together.report_keys)
            total = sum(rows.count for _, rows in closing)
            writer.finish({"reason": reason, "rows": total})
    return ErasureResult(
        record=workspace.short_id(number),
        state="erased" if is_complete else "agreed",
        reason=reason,
        people=people,
        rows=total,
        batch=writer.batch,
        linked=_linked(workspace, number),
        copies=_copies(workspace, together, number),
        kept_aside=len(together.kept_aside),
        kept_aside_left=together.beyond,
        kept_aside_sealed=together.unread,
        lapsed=() if is_complete else _lapsed(workspace, closing, standing, reason),
    )


def _two_people(
    workspace: Workspace,
    standing: _Standing,
    fresh: Mapping[int, ErasureRow],
    record: RecordRow,
    batch_key: bytes,
) -> tuple[str, ...]:
    """The people who agree that a record go, among them whoever signs with ``batch_key`` now."""
    decisions = [_decision(workspace, row) for row in standing[record.number]]
    if record.number in fresh:
        decisions.append(_decision(workspace, fresh[record.number], batch_key))
    return check_two_people(decisions, entered_by=())


def _copies(workspace: Workspace, together: ErasedTogether, number: int) -> tuple[str, ...]:
    """Ids of the copies among what goes together."""
    return tuple(
        workspace.short_id(row.number)
        for row in together.records
        if row.number != number and row.record_type != KEPT_ROW
    )


def _has_own(workspace: Workspace, standing: _Standing, record: RecordRow) -> bool:
    """Whether the person at work has agreed that a record go."""
    return any(
        _person(workspace, _signer(workspace, row)) == _person(workspace, workspace.member)
        for row in standing[record.number]
    )


def _others(workspace: Workspace, standing: _Standing, record: RecordRow) -> list[ErasureRow]:
    """Agreements of other people that a record go."""
    own = _person(workspace, workspace.member)
    return [
        row for row in standing[record.number] if _person(workspace, _signer(workspace, row)) != own
    ]


def _person(workspace: Workspace, member: MemberRow) -> str:
    """The person behind a membership, whatever other handles they have or had."""
    return people_by_handle(workspace.store).get(member.handle, member.handle)


def _signer(workspace: Workspace, row: ErasureRow) -> MemberRow:
    """The member row that an agreement was signed with."""
    return workspace.store.find(MemberRow, "number", [row.member])[0]


def _standing(
    workspace: Workspace, closing: ClosingRows, number: int, reason: str
) -> list[ErasureRow]:
    """Agreements about exactly these rows for this reason, after the last for another one.

    What somebody signed who may no longer erase counts no longer.
    """
    about = _about(workspace, closing, number)
    since = _last_other(about, reason)
    people = {row.handle: row for row in current_members(workspace.store)}
    standing = []
    for row in about:
        signer = _signer(workspace, row)
        now = people.get(signer.handle)
        is_able = now is not None and now.sign_public == signer.sign_public and allows(now, "erase")
        if is_able and row.number > since:
            standing.append(row)
    return standing


def _last_other(rows: Sequence[ErasureRow], reason: str) -> int:
    """Number of the last agreement for another reason: what stands before it has lapsed."""
    return max((row.number for row in rows if row.reason != reason), default=-1)


def _about(workspace: Workspace, closing: ClosingRows, number: int) -> list[ErasureRow]:
    """Agreements about exactly these rows, whatever their reason."""
    return [
        row
        for row in workspace.store.find(ErasureRow, "erased", [number])
        if (row.rows, row.digest) == (closing.count, closing.digest)
    ]


def _lapsed(
    workspace: Workspace,
    closing: Sequence[tuple[RecordRow, ClosingRows]],
    standing: _Standing,
    reason: str,
) -> tuple[str, ...]:
    """Other people whose agreement about these rows another reason undid."""
    found = set()
    for record, rows in closing:
        about = _about(workspace, rows, record.number)
        since = _last_other(about, reason)
        found |= {_signer(workspace, row).handle for row in about if row.number <= since}
    counting = {_signer(workspace, row).handle for rows in standing.values() for row in rows}
    return tuple(sorted(found - counting - {workspace.member.handle}))


def _signed(
    workspace: Workspace, writer: ChangeWriter, closing: ClosingRows, number: int, reason: str
) -> ErasureRow:
    member = workspace.member
    position = writer.next_number(ErasureRow)
    signed = Erasure(
        origin=workspace.identity.origin,
        number=position,
        erased=number,
        rows=closing.count,
        digest=closing.digest,
        reason=reason,
        member=member.number,
        key=bytes.fromhex(member.sign_public),
        salt=salt(writer.facts.key, "erasure", position),
    )
    return writer.add(
        ErasureRow,
        erased=number,
        rows=closing.count,
        digest=closing.digest,
        reason=reason,
        member=member.number,
        signature=sign_decision(signed, workspace.keys.personal).hex(),
    )


def _decision(workspace: Workspace, row: ErasureRow, key: bytes | None = None) -> SignedDecision:
    """A row as what was signed; ``key`` is that of its batch, where it is not stored yet."""
    member = workspace.store.find(MemberRow, "number", [row.member])[0]
    if key is None:
        batch = next(b for b in workspace.store.batches() if b.batch == batch_of(row.number))
        key = KeyWrap(workspace.keys.case_key).open_batch(UUID(batch.uuid), batch.wrapped_key)
    content = Erasure(
        origin=workspace.identity.origin,
        number=row.number,
        erased=row.erased,
        rows=row.rows,
        digest=row.digest,
        reason=row.reason,
        member=row.member,
        key=bytes.fromhex(member.sign_public),
        salt=salt(key, "erasure", row.number),
    )
    return SignedDecision(_person(workspace, member), content, bytes.fromhex(row.signature))


def _erased_before(workspace: Workspace, number: int) -> ErasureResult:
    """What there is to say of a record that was erased."""
    rows = workspace.store.find(ErasureRow, "erased", [number])
    last = rows[-1]
    handles = {row.number: row.handle for row in workspace.store.scan(MemberRow)}
    since = _last_other(rows, last.reason)
    people = [
        handles[row.member] for row in rows if row.digest == last.digest and row.number > since
    ]
    return ErasureResult(
        record=workspace.short_id(number),
        state="erased",
        reason=last.reason,
        people=tuple(dict.fromkeys(people)),
        rows=last.rows,
        batch=None,
        linked=_linked(workspace, number),
    )


def _record(workspace: Workspace, number: int) -> RecordRow:
    """The record, whether it stands or came with an import that was undone."""
    found = workspace.store.find(RecordRow, "number", [number])
    if not found:
        raise InputError(
            f"There is no record {workspace.short_id(number)}.",
            hint="`bayyina figures open` lists the ids of records.",
            code="no-such-record",
        )
    return found[0]


def _linked(workspace: Workspace, number: int) -> tuple[str, ...]:
    """Records that point at a record."""
    store, types = workspace.store, workspace.vocabulary.types
    links = {
        term
        for (record_type, name), term in store.terms().items()
        if types[record_type].properties[name].type == "link"
    }
    rows = store.find(StatementRow, "value", [str(number)])
    return tuple(
        workspace.short_id(record) for record in sorted({r.record for r in rows if r.term in links})
    )
