"""What a record is once somebody has taken an objection back, in words."""

from __future__ import annotations

from collections.abc import Sequence

from bayyina.app.determination_words import AGAINST, FOR, word_of
from bayyina.app.rows import DeterminationRow, MemberRow
from bayyina.app.workspace import Workspace

VERIFIED = "verified"
"""What a record is to become when nobody has signed yet what it is."""


def state_without_objection(
    workspace: Workspace, last: Sequence[DeterminationRow], needed: int
) -> str:
    """Say what the last words come to, and who must sign for the record to be verified.

    Args:
        workspace: Where the record is.
        last: The last word of everybody about the record under one standard, that of the
            person at work included.
        needed: How many people the standard asks for.
    """
    handles = {row.number: row.handle for row in workspace.store.scan(MemberRow)}
    own = workspace.member.handle
    head = f"{own} does not object any more"
    against = sorted({handles[row.member] for row in last if word_of(row) == AGAINST})
    pro = [row for row in last if word_of(row) == FOR]
    if against:
        state = "disputed" if pro else "not verified"
        return f"{state}: {head}, but {' and '.join(against)} decided against it"
    decided: dict[str, set[str]] = {}
    for row in pro:
        decided.setdefault(row.decision, set()).add(handles[row.member])
    decision = max(decided, key=lambda word: len(decided[word]), default=VERIFIED)
    people = sorted(decided.get(decision, ()))
    if len(people) >= needed:
        return f"{decision} by {' and '.join(people)}: {head}"
    missing = needed - len(people)
    signed = f"{' and '.join(people)} signed for it" if people else "nobody has signed for it"
    who = "one more person" if missing == 1 else f"{missing} more people"
    return (
        f"not yet {decision}: {head}; {signed}, so {who} who did not enter it must sign that it is "
        f"{decision}. {own} may, as taking an objection back is not to sign for it"
    )
