"""Legal holds: while one stands, nothing that it covers can be erased.

To destroy what a court or an inquiry needs can be an offence, whatever other reason there is for
it. One person places a hold; to lift it takes two, each with a key of their own. A hold covers a
record and whatever has to do with it, or the whole workspace.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bayyina.app.changes import change
from bayyina.app.linked_records import surroundings
from bayyina.app.live import live_batches, live_statements
from bayyina.app.permissions import require
from bayyina.app.rows import MemberRow, RecordRow, RunRow, batch_of
from bayyina.app.same_people import people_by_handle
from bayyina.app.short_ids import link_targets, record_number
from bayyina.app.workspace import Workspace
from bayyina.app.writing_documents import add_run
from bayyina.custody.canonical import canonical_json
from bayyina.custody.determinations import NEEDED_PEOPLE
from bayyina.errors import CheckFailedError, InputError, PermissionRefusedError
from bayyina.keys.signing import HOLD, is_signed, sign

RUN: Final = "legal-hold"
"""Kind of the runs that record a hold, or a person's word that it be lifted."""

PLACE: Final = "place-hold"
LIFT: Final = "lift-hold"

GROUNDS: Final[Mapping[str, str]] = {
    "court-order": "a court ordered that it be kept",
    "proceedings": "it is needed in proceedings that are under way",
    "expected-proceedings": "proceedings are to be expected",
    "inquiry": "a commission or a prosecutor inquires into it",
    "request": "an authority or a party asked that it be kept",
}
"""Why a hold is placed. A code, because the log keeps it for ever."""

STANDS, LIFTED = "stands", "lifted"


@dataclass(frozen=True)
class Hold:
    """A hold, and how far lifting it has come."""

    id: str
    """Such as ``H-12``."""

    records: tuple[int, ...]
    """Numbers of the records that it names; none: the whole workspace."""

    ground: str
    """A code of ``GROUNDS``."""

    reference: str
    """Number or name of the proceedings; may be empty."""

    placed_by: str
    """Handle."""

    day: str
    """Day on which it was placed."""

    lifting: tuple[str, ...]
    """Handles of the different people who signed that it be lifted."""

    reasons: tuple[str, ...]
    """Their reasons, in the same order."""

    @property
    def state(self) -> str:
        """``stands`` until two people have lifted it."""
        return LIFTED if len(self.lifting) >= NEEDED_PEOPLE else STANDS


def place_hold(
    workspace: Workspace, *, records: Sequence[str], ground: str, reference: str = ""
) -> Hold:
    """Place a hold on some records, or on the whole workspace where none is named.

    Raises:
        InputError: there is no such record or ground.
        PermissionRefusedError: the member may not.
    """
    require(workspace, "hold")
    if ground not in GROUNDS:
        raise InputError("There is no such ground.", hint=f"Grounds are {', '.join(GROUNDS)}.")
    numbers = [record_number(workspace, one) for one in dict.fromkeys(records)]
    known = {row.number for row in workspace.store.find(RecordRow, "number", numbers)}
    unknown = [one for one in numbers if one not in known]
    if unknown:
        raise InputError(
            f"There is no record {workspace.short_id(unknown[0])}.", code="no-such-record"
        )
    with change(workspace, PLACE) as writer:
        identifier = f"H-{writer.batch}"
        body = {
            "hold": identifier,
            "what": PLACE,
            "records": " ".join(map(str, sorted(numbers))),
            "ground": ground,
            "reference": reference.strip(),
        }
        add_run(writer, RUN, _signed(workspace, body))
        writer.finish({"hold": identifier, "ground": ground, "records": len(numbers)})
    return find_hold(workspace, identifier)


def lift_hold(workspace: Workspace, *, hold: str, reasons: str) -> Hold:
    """Sign that a hold be lifted; the second person's signature lifts it.

    Raises:
        InputError: there is no such hold that stands, or no reasons.
        PermissionRefusedError: the member may not, has signed already, or signs with the key of
            the other person.
    """
    require(workspace, "hold")
    if not reasons.strip():
        raise InputError(
            "Lifting a hold needs its reasons.", hint="Say why it is no longer needed."
        )
    found = find_hold(workspace, hold)
    if found.state == LIFTED:
        raise InputError(f"{hold} was lifted already.", code="no-such-hold")
    people = people_by_handle(workspace.store)
    own = workspace.member.handle
    if people.get(own, own) in {people.get(one, one) for one in found.lifting}:
        raise PermissionRefusedError(
            f"{own} has signed this already.",
            hint="A second person must give the same command, with a key of their own.",
        )
    with change(workspace, LIFT) as writer:
        body = {"hold": hold, "what": LIFT, "reasons": reasons.strip()}
        add_run(writer, RUN, _signed(workspace, body))
        writer.finish({"hold": hold})
    return find_hold(workspace, hold)


def list_holds(workspace: Workspace) -> list[Hold]:
    """All holds in the order in which they were placed, lifted ones among them.

    Raises:
        PermissionRefusedError: the member may not.
    """
    require(workspace, "hold")
    return list(_holds(workspace))


def find_hold(workspace: Workspace, hold: str) -> Hold:
    """A hold by id.

    Raises:
        InputError: there is none.
    """
    for one in _holds(workspace):
        if one.id == hold:
            return one
    raise InputError(
        f"There is no hold {hold}.", hint="`bayyina hold list` lists them.", code="no-such-hold"
    )


def refuse_held(workspace: Workspace, rows: Iterable[RecordRow]) -> None:
    """Refuse to destroy what a hold covers.

    Raises:
        CheckFailedError: one of the records, or something it has to do with, is under a hold.
    """
    standing = [one for one in _holds(workspace) if one.state == STANDS]
    if not standing:
        return
    for row in rows:
        for hold in standing:
            if not hold.records or _circle(workspace, row) & set(hold.records):
                raise CheckFailedError(
                    f"{workspace.short_id(row.number)} is under the legal hold {hold.id}: "
                    f"{GROUNDS[hold.ground]}.",
                    hint="Two people lift it with `bayyina hold lift`; nothing was erased, and no "
                    "agreement was recorded.",
                    code="legal-hold",
                )


def _circle(workspace: Workspace, row: RecordRow) -> set[int]:
    """A record and whatever has to do with it."""
    store = workspace.store
    own = live_statements(store, [row.number], live_batches(store))
    return {row.number, *surroundings(workspace, row, link_targets(workspace, own)).circle}


def _signed(workspace: Workspace, body: Mapping[str, str]) -> dict[str, Any]:
    whole: dict[str, Any] = {
        **body,
        "origin": workspace.identity.origin,
        "member": workspace.member.number,
        "key": workspace.member.sign_public,
        "time": workspace.clock.now().isoformat(),
    }
    return {
        **whole,
        "signature": sign(workspace.keys.personal, HOLD, canonical_json(whole)).hex(),
    }


def _holds(workspace: Workspace) -> Iterator[Hold]:
    """Holds with genuine signatures; a word of lifting that is not genuine counts for nothing.

    A hold whose own signature does not hold stands all the same: what keeps evidence is not
    undone by a forged byte.
    """
    store = workspace.store
    batches = live_batches(store)
    members = {row.number: row for row in store.scan(MemberRow)}
    people = people_by_handle(store)
    placed: dict[str, tuple[dict[str, Any], str]] = {}
    lifts: dict[str, dict[str, tuple[str, str, str]]] = {}
    for row in store.scan(RunRow):
        if row.run_kind != RUN or batch_of(row.number) not in batches:
            continue
        said = json.loads(row.parameters)
        if said["what"] == PLACE:
            day = (batches[batch_of(row.number)].entry_time or "")[:10]
            placed[said["hold"]] = (said, day)
        elif _is_genuine(members, said):
            handle = members[int(said["member"])].handle
            own = lifts.setdefault(said["hold"], {})
            if said["key"] not in {key for key, _, _ in own.values()}:
                own.setdefault(people.get(handle, handle), (said["key"], handle, said["reasons"]))
    for identifier, (said, day) in placed.items():
        words = list(lifts.get(identifier, {}).values())
        yield Hold(
            identifier,
            tuple(int(one) for one in said["records"].split()),
            said["ground"],
            said["reference"],
            members[int(said["member"])].handle,
            day,
            tuple(handle for _, handle, _ in words),
            tuple(reasons for _, _, reasons in words),
        )


def _is_genuine(members: Mapping[int, MemberRow], said: Mapping[str, Any]) -> bool:
    member = members.get(int(said["member"]))
    if member is None or member.sign_public != said["key"]:
        return False
    body = {name: value for name, value in said.items() if name != "signature"}
    signature = bytes.fromhex(said["signature"])
    return is_signed(bytes.fromhex(said["key"]), HOLD, canonical_json(body), signature)
