"""Decisions of people: judgements about pairs, and signed determinations about records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from bayyina.app.changes import ChangeWriter, change
from bayyina.app.compared_lines import compared_lines
from bayyina.app.determination_words import AGAINST, DECISIONS, FOR, NEITHER, OBJECTING, word_of
from bayyina.app.evidence_lines import EvidenceReader
from bayyina.app.examination_lines import examination_lines
from bayyina.app.grounds import Grounds
from bayyina.app.linked_records import surroundings
from bayyina.app.live import live_batches, live_statements
from bayyina.app.objections import state_without_objection
from bayyina.app.own_files import own_standards
from bayyina.app.pending_halves import without_lapsed
from bayyina.app.permissions import require
from bayyina.app.recorded_conditions import check_conditions
from bayyina.app.reviewing_judgements import StandingJudgements
from bayyina.app.rival_claims import rival_lines
from bayyina.app.rows import (
    DeterminationRow,
    JudgementRow,
    MemberRow,
    RecordRow,
    batch_of,
)
from bayyina.app.same_people import people_by_handle
from bayyina.app.short_ids import link_targets, record_number
from bayyina.app.signed_decisions import signed_decision, who_entered
from bayyina.app.workspace import Workspace
from bayyina.custody.determinations import (
    EARLIER,
    Determination,
    check_two_people,
    sign_decision,
)
from bayyina.errors import CheckFailedError, InputError, PermissionRefusedError
from bayyina.keys.salts import pair_key, salt
from bayyina.model.vocabulary import UNRECOGNISED
from bayyina.standards.documentation_standard import DocumentationStandard, EvidenceLine
from bayyina.standards.evaluation import evaluate

VERDICTS = ("same", "different", "unsure")
"""What a judgement may say."""


def judge_pair(
    workspace: Workspace,
    *,
    record_a: str,
    record_b: str,
    verdict: str,
    reasons: str,
    replace: bool = False,
    is_once: bool = False,
) -> int:
    """Say whether two records are about the same somebody; the number of the batch.

    Later judgements about a pair stand in place of earlier ones; all are kept. With
    ``replace`` also in place of somebody else's that says the opposite. With ``is_once`` a
    judgement that the member has recorded before in the same words is refused, whatever was said
    since: a request that is sent again must not bring an old word back.

    Raises:
        InputError: a record does not exist, or both are the same one.
        CheckFailedError: it contradicts judgements that stand, or was recorded before.
        PermissionRefusedError: the member may not judge.
    """
    require(workspace, "judge", records=_numbers(workspace, record_a, record_b))
    if verdict not in VERDICTS:
        raise InputError(f"{verdict} is not a judgement.", hint=f"Use {', '.join(VERDICTS)}.")
    if not reasons.strip():
        raise InputError("A judgement needs its reasons.", hint="Say why in a sentence.")
    with change(workspace, "judge") as writer:
        first, second = sorted(
            (standing_record(workspace, record_a), standing_record(workspace, record_b)),
            key=lambda r: r.number,
        )
        if first.number == second.number:
            raise InputError("A record cannot be compared with itself.")
        if first.record_type != second.record_type:
            raise InputError(
                f"A {first.record_type} and a {second.record_type} cannot be the same.",
                hint="Judge two records of one type, such as two people.",
            )
        if is_once:
            _refuse_again(workspace, first.number, second.number, verdict, reasons)
        standing = StandingJudgements(workspace)
        standing.take(first.number, second.number, verdict, replace=replace)
        writer.add(
            JudgementRow,
            salted_by=pair_key(writer.record_key(first), writer.record_key(second)),
            record_a=first.number,
            record_b=second.number,
            verdict=verdict,
            score=None,
            reasons=reasons,
            member=workspace.member.number,
        )
        writer.finish({})
        return writer.batch


def _refuse_again(workspace: Workspace, a: int, b: int, verdict: str, reasons: str) -> None:
    """Refuse a judgement that the member at work recorded before, standing or not.

    Raises:
        CheckFailedError: they did.
    """
    own = {
        row.number
        for row in workspace.store.scan(MemberRow)
        if row.handle == workspace.member.handle
    }
    for row in workspace.store.find(JudgementRow, "record_a", [a]):
        said = (row.record_b, row.verdict, row.reasons.strip())
        if said == (b, verdict, reasons.strip()) and row.member in own:
            raise CheckFailedError(
                f"{workspace.member.handle} has recorded this judgement before, in the same words "
                f"(batch {batch_of(row.number)}).",
                hint="Nothing was changed. To judge so anew, say in other words why.",
                code="already-judged",
            )


class Asked(NamedTuple):
    """What a person decides, before it is signed."""

    decision: str
    """One of ``DECISIONS``."""

    verdict: str
    """``for`` or ``against``."""

    standard: str
    """Name of the documentation standard; ``EARLIER`` for a decision brought from elsewhere."""


def determine_record(
    workspace: Workspace,
    *,
    record_id: str,
    decision: str,
    verdict: str,
    standard: str,
    reasons: str,
    lines: Sequence[str] = (),
    conditions: Sequence[str] = (),
) -> dict[str, Any]:
    """Decide about a record under a named standard, signed with the member's own key.

    A decision that a record meets the standard names its lines of evidence, which must
    suffice; what is signed includes them. It takes effect when as many people as the standard
    asks for, none of whom entered the record, have signed it and nobody is against it.

    Args:
        workspace: Where the record is.
        record_id: Short id of the record.
        decision: One of ``DECISIONS``.
        verdict: ``for`` or ``against``.
        standard: Name of the standard, which must be one for records of this type.
        reasons: The person's reasons.
        lines: Lines of evidence, each ``line=ID`` of the statement or record that states it.
        conditions: Conditions that are recorded, written likewise.

    Raises:
        InputError: the record, the standard, a line or what it cites does not exist, the
            standard is not for such records, or there are no reasons.
        CheckFailedError: the lines do not meet the standard.
        PermissionRefusedError: the member may not decide, entered the record, or has
            decided this already.
    """
    require(workspace, "determine", records=_numbers(workspace, record_id))
    rules = standard_named(workspace, standard)
    asked = Asked(decision, verdict, standard)
    check_words(asked, reasons)
    record = standing_record(workspace, record_id)
    if record.record_type not in workspace.vocabulary.kinds_of(rules.applies_to):
        raise InputError(
            f"The standard {standard} is for records of type {rules.applies_to}, "
            f"and {record_id} is a {record.record_type}.",
            hint=f"Decide about the {rules.applies_to} itself; `bayyina record ID` shows ids.",
        )
    earlier, entered_by = earlier_words(workspace, record, asked, workspace.member.handle)
    grounds = weighed(workspace, record, rules, asked, reasons, lines, conditions)
    row, key = _written(workspace, record_id, asked, grounds)
    last = [*earlier, row]
    if word_of(row) == NEITHER:
        state = state_without_objection(workspace, last, rules.people)
    else:
        state = state_in_words(workspace, asked, rules.people, last, key, entered_by)
    return {"record": record_id, "state": state}


def bring_decision(
    workspace: Workspace, *, record_id: str, practice: str, reasons: str
) -> dict[str, Any]:
    """Sign that a record was verified under an earlier practice before it was brought here.

    One person with a role of its own suffices, who did not enter the record. Figures show
    such records apart from those that two people verified here.

    Raises:
        InputError: the record does not exist, or there are no reasons.
        PermissionRefusedError: the member may not do so, entered the record, or has said so.
    """
    require(workspace, "bring-decisions", records=_numbers(workspace, record_id))
    if not practice.strip():
        raise InputError("Name whose earlier practice it was.", hint="Such as its organisation.")
    asked = Asked("verified", FOR, EARLIER)
    check_words(asked, reasons)
    record = standing_record(workspace, record_id)
    earlier_words(workspace, record, asked, workspace.member.handle)
    _written(workspace, record_id, asked, Grounds(reasons, practice=practice.strip()))
    return {
        "record": record_id,
        "state": f"verified under earlier practice of {practice.strip()}, "
        f"by the word of {workspace.member.handle}",
    }


def _numbers(workspace: Workspace, *short_ids: str) -> Iterator[int]:
    """The records that a decision is about; read only where somebody's roles are for a case."""
    return (record_number(workspace, one) for one in short_ids)


def standard_named(workspace: Workspace, name: str) -> DocumentationStandard:
    """The documentation standard of a name; raises ``InputError`` where there is none."""
    known = own_standards(workspace.folder)
    if name not in known:
        raise InputError(
            f"There is no documentation standard named {name}.",
            hint=f"Known are {', '.join(sorted(known))}.",
        )
    return known[name]


def check_words(asked: Asked, reasons: str) -> None:
    """Refuse what is no decision or verdict, or has no reasons; raises ``InputError``."""
    if asked.decision not in DECISIONS:
        raise InputError(
            f"{asked.decision} is not a decision.", hint=f"Use {', '.join(DECISIONS)}."
        )
    if asked.verdict not in (FOR, AGAINST):
        raise InputError(f"{asked.verdict} is not a verdict.", hint="Use for or against.")
    if not reasons.strip():
        raise InputError("A determination needs its reasons.", hint="Say why in a sentence.")


def earlier_words(
    workspace: Workspace, record: RecordRow, asked: Asked, handle: str
) -> tuple[list[DeterminationRow], set[str]]:
    """The last words of the others about the record under the standard; who entered it."""
    entered_by = who_entered(workspace, record.number)
    if handle in entered_by:
        raise PermissionRefusedError(
            f"{handle} entered this record and so cannot decide about it.",
            hint="Ask somebody who did not enter it.",
        )
    standing = live_batches(workspace.store)
    last: dict[str, DeterminationRow] = {}
    said = [
        row
        for row in workspace.store.find(DeterminationRow, "record", [record.number])
        if row.standard == asked.standard and batch_of(row.number) in standing
    ]
    for row in without_lapsed(workspace, said):
        last[_handle(workspace, row)] = row
    people = people_by_handle(workspace.store)
    mine = next(
        (last.pop(one) for one in sorted(last) if people.get(one) == people.get(handle, handle)),
        None,
    )
    if mine is not None and (mine.decision, mine.verdict) == (asked.decision, asked.verdict):
        raise PermissionRefusedError(
            f"{handle} has decided this already.",
            hint="A second person must decide it now.",
        )
    return list(last.values()), entered_by


def weighed(
    workspace: Workspace,
    record: RecordRow,
    rules: DocumentationStandard,
    asked: Asked,
    reasons: str,
    lines: Sequence[str],
    conditions: Sequence[str],
) -> Grounds:
    """What the decision rests on; refused when it does not meet the standard."""
    own = live_statements(workspace.store, [record.number], live_batches(workspace.store))
    links = link_targets(workspace, own)
    around = surroundings(workspace, record, links)
    reader = EvidenceReader(workspace, around.circle)
    grounds = Grounds(
        reasons, reader.lines(lines), reader.conditions(conditions), standard=rules.digest
    )
    if asked.verdict == AGAINST or asked.decision in OBJECTING:
        return grounds
    evidence = [EvidenceLine(one.name, one.origin) for one in grounds.lines]
    evidence += _objections(workspace, record, rules)
    evidence += rival_lines(workspace, record)
    evidence += compared_lines(workspace, record, grounds)
    evidence += examination_lines(workspace, record, grounds)
    check_conditions(workspace, grounds.conditions)
    found = evaluate(
        rules,
        evidence,
        conditions=[one.name for one in grounds.conditions],
        stated=_stated(workspace, [record.number, *around.accounts]),
        vocabulary=workspace.vocabulary,
    )
    if not found.met:
        why = " ".join(reason.message for reason in found.reasons)
        raise CheckFailedError(
            f"The record does not meet {rules.name}: {why}",
            hint="Name what you rely on with --line LINE=ID; "
            "`bayyina record ID` shows statements and linked records.",
            code="standard-not-met",
        )
    return grounds


def _objections(
    workspace: Workspace, record: RecordRow, rules: DocumentationStandard
) -> list[EvidenceLine]:
    """Lines that stand in the way, from the last words of those who are against."""
    blocking = set(rules.blocked_by.lines) if rules.blocked_by else set()
    standing = live_batches(workspace.store)
    last: dict[str, DeterminationRow] = {}
    for row in workspace.store.find(DeterminationRow, "record", [record.number]):
        if row.standard == rules.name and batch_of(row.number) in standing:
            last[_handle(workspace, row)] = row
    last.pop(workspace.member.handle, None)
    return [
        EvidenceLine(one.name, one.origin)
        for row in last.values()
        if word_of(row) == AGAINST
        for one in Grounds.of(row.reasons).lines
        if one.name in blocking
    ]


def _stated(workspace: Workspace, records: Sequence[int]) -> set[str]:
    """Properties that are stated of a record, or of another account of it."""
    store = workspace.store
    names = {number: pair[1] for pair, number in store.terms().items()}
    rows = live_statements(store, records, live_batches(store))
    return {names[row.term] for row in rows if row.value not in (None, "", UNRECOGNISED)}


def _written(
    workspace: Workspace, record_id: str, asked: Asked, grounds: Grounds
) -> tuple[DeterminationRow, bytes]:
    """The signed row, as it stands in the log, and the key of its record."""
    with change(workspace, "determine") as writer:
        record = standing_record(
            workspace, record_id
        )  # it may have been erased or undone meanwhile
        row = _signed(workspace, writer, record, asked, grounds)
        writer.finish({"decision": asked.decision, "standard": asked.standard})
        return row, writer.record_key(record)


def _signed(
    workspace: Workspace,
    writer: ChangeWriter,
    record: RecordRow,
    asked: Asked,
    grounds: Grounds,
) -> DeterminationRow:
    reasons = grounds.to_text()
    key = writer.record_key(record)
    number = writer.next_number(DeterminationRow)
    signed = Determination(
        origin=workspace.identity.origin,
        number=number,
        record=record.number,
        **asked._asdict(),
        reasons=reasons,
        member=workspace.member.number,
        key=bytes.fromhex(workspace.member.sign_public),
        salt=salt(key, "determination", number),
    )
    return writer.add(
        DeterminationRow,
        salted_by=key,
        record=record.number,
        **asked._asdict(),
        reasons=reasons,
        member=workspace.member.number,
        signature=sign_decision(signed, workspace.keys.personal).hex(),
    )


def state_in_words(
    workspace: Workspace,
    asked: Asked,
    needed: int,
    last: Sequence[DeterminationRow],
    key: bytes,
    entered_by: set[str],
) -> str:
    """What the last words about a record come to, in words."""
    decision, verdict, _ = asked
    against = sorted(_handle(workspace, row) for row in last if word_of(row) == AGAINST)
    pro = [row for row in last if word_of(row) == FOR]
    if pro and against:
        return f"disputed: {' and '.join(against)} decided against it"
    alike = [row for row in last if (row.decision, row.verdict) == (decision, verdict)]
    try:
        people = check_two_people(
            [signed_decision(workspace, row, key) for row in alike], entered_by=entered_by
        )
    except PermissionRefusedError as refusal:
        return f"not yet {decision}: {refusal.message}"
    if len(people) < needed:
        so = "decided" if verdict == FOR else "decided that it is not"
        return f"not yet {decision}: it needs {needed} different people, and {len(people)} {so}."
    return f"{decision if verdict == FOR else f'not {decision}'} by {' and '.join(people)}"


def standing_record(workspace: Workspace, short_id: str) -> RecordRow:
    """The record of a short id; raises ``InputError`` where none stands."""
    number = record_number(workspace, short_id)
    found = workspace.store.find(RecordRow, "number", [number])
    if not found or batch_of(number) not in live_batches(workspace.store):
        raise InputError(
            f"There is no record {short_id} that stands.",
            hint="It may have come with an import that was undone.",
            code="no-such-record",
        )
    return found[0]


def _handle(workspace: Workspace, row: DeterminationRow) -> str:
    return workspace.store.find(MemberRow, "number", [row.member])[0].handle
