"""Signatures that wait for a second one, and when they lapse.

A signature counts towards the number that a standard asks for only if whoever made it could decide
about the record from then on until the last one that it takes: a member whose roles were taken away
meanwhile, or whose membership ended, has to sign anew or be replaced. What enough people once
signed stands, whatever becomes of them. Objections do not lapse.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from bayyina.app.determination_words import FOR, word_of
from bayyina.app.members import OUTSIDE
from bayyina.app.own_files import own_standards
from bayyina.app.permissions import allows, allows_for
from bayyina.app.ports import Store
from bayyina.app.rows import DeterminationRow, MemberRow, batch_of
from bayyina.app.same_people import people_by_handle
from bayyina.app.workspace import Workspace
from bayyina.custody.determinations import EARLIER, NEEDED_PEOPLE

DETERMINE: Final = "determine"
"""The action of deciding about a record."""


def without_lapsed(
    workspace: Workspace,
    rows: Sequence[DeterminationRow],
    needed: Mapping[str, int] | None = None,
) -> list[DeterminationRow]:
    """The rows without signatures that lapsed before enough people had signed.

    Args:
        workspace: Where the rows are.
        rows: Signatures about any records, whatever they say.
        needed: How many people a standard asks for, by its name; those of today if not given.
    """
    if not rows:
        return []
    if needed is None:
        needed = {name: one.people for name, one in own_standards(workspace.folder).items()}
    groups: dict[tuple[int, str], list[DeterminationRow]] = {}
    for row in sorted(rows, key=lambda one: one.number):
        if row.standard != EARLIER:
            groups.setdefault((row.record, row.standard), []).append(row)
    members = Memberships(workspace.store)
    lapsed = {
        number
        for (_, standard), group in groups.items()
        for number in _lapsed(members, group, needed.get(standard, NEEDED_PEOPLE))
    }
    return [row for row in rows if row.number not in lapsed]


class Memberships:
    """Every row of every member, to be asked who could do something from when to when."""

    def __init__(self, store: Store) -> None:
        """Read them; they are few."""
        self._store = store
        self._history: dict[str, list[MemberRow]] = {}
        self._handles: dict[int, str] = {}
        for row in store.scan(MemberRow):
            self._history.setdefault(row.handle, []).append(row)
            self._handles[row.number] = row.handle
        self._people = people_by_handle(store)

    def person(self, member: int) -> str:
        """The person behind a member's row."""
        handle = self._handles[member]
        return self._people.get(handle, handle)

    def could(
        self, member: int, action: str, record: int | None, since: int, until: int | None
    ) -> bool:
        """Whether a member could do something in all of a time, by numbers of rows of the log.

        Args:
            member: Number of a row of theirs.
            action: What.
            record: To which record; None where it is not about one.
            since: Number of a row that stands when the time begins.
            until: Number of a row that stands when it ends; None for now.
        """
        history = self._history[self._handles[member]]
        return all(
            row.sign_public == history[0].sign_public and self._may(row, action, record)
            for row in history
            if batch_of(row.number) > batch_of(since)
            and (until is None or batch_of(row.number) <= batch_of(until))
        )

    def _may(self, row: MemberRow, action: str, record: int | None) -> bool:
        if record is None:
            return allows(row, action)
        return allows_for(self._store, row, action, [record]) or OUTSIDE in row.roles.split()


class Half(NamedTuple):
    """Somebody's signature under something that takes several people."""

    number: int
    """Number of the row that holds it."""

    member: int
    """Number of the signer's row."""


def lapsed_halves(
    members: Memberships, halves: Sequence[Half], action: str, needed: int
) -> set[int]:
    """Numbers of the signatures under one thing that lapsed before enough people had signed.

    Args:
        members: Who could do what, and when.
        halves: The signatures, in order.
        action: What a signer must have been allowed to do until the last one that it takes.
        needed: How many people it takes.
    """
    waiting: dict[str, Half] = {}
    lapsed: set[int] = set()
    for half in (*halves, None):
        for person, one in list(waiting.items()):
            until = None if half is None else half.number
            if not members.could(one.member, action, None, one.number, until):
                lapsed.add(waiting.pop(person).number)
        if half is not None:
            waiting.setdefault(members.person(half.member), half)
        if len(waiting) >= needed:
            break
    return lapsed


def _lapsed(members: Memberships, group: Sequence[DeterminationRow], needed: int) -> Iterator[int]:
    """Numbers of the signatures of one record under one standard that lapsed."""
    pending: dict[str, dict[str, DeterminationRow]] = {}
    complete: set[str] = set()
    for row in group:
        person = members.person(row.member)
        if word_of(row) not in (FOR, None) or row.verdict != FOR:
            for waiting in pending.values():  # they changed their mind
                waiting.pop(person, None)
            continue
        if row.decision in complete:
            continue
        waiting = pending.setdefault(row.decision, {})
        yield from _gone(members, waiting, row.number)
        waiting[person] = row
        if len(waiting) >= needed:
            complete.add(row.decision)
            waiting.clear()
    for waiting in pending.values():
        yield from _gone(members, waiting, None)


def _gone(
    members: Memberships, waiting: dict[str, DeterminationRow], until: int | None
) -> list[int]:
    """Take out those who could not decide all the time; the numbers of their signatures."""
    gone = {
        person: one.number
        for person, one in waiting.items()
        if not members.could(one.member, DETERMINE, one.record, one.number, until)
    }
    for person in gone:
        del waiting[person]
    return list(gone.values())
