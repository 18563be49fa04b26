"""Conditions that the records themselves can bear out: they must state what is claimed.

That a body is hardly disfigured must have been recorded by somebody of that body; a statement
of something else, cited in its place, does not do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from bayyina.app.grounds import Ground
from bayyina.app.rows import StatementRow
from bayyina.app.short_ids import statement_number
from bayyina.app.workspace import Workspace
from bayyina.errors import CheckFailedError

RECORDED: Final[Mapping[str, tuple[str, str | None]]] = {
    "minimal_disfigurement_recorded": ("disfigurement", "minimal"),
    "unusual_mark_recorded": ("distinctive_mark", None),
}
"""Conditions, with the property that records each and the value that it must have."""


def check_conditions(workspace: Workspace, conditions: Iterable[Ground]) -> None:
    """Refuse a condition whose citation does not state it.

    Raises:
        CheckFailedError: a record is cited, or a statement of something else.
    """
    names = {term: pair for pair, term in workspace.store.terms().items()}
    for one in conditions:
        wanted = RECORDED.get(one.name)
        if wanted is None:
            continue
        said = None
        if "-S-" in one.cites:
            number = statement_number(workspace, one.cites)
            rows = workspace.store.find(StatementRow, "number", [number])
            said = (names[rows[0].term][1], rows[0].value) if rows else None
        if said is None or said[0] != wanted[0] or wanted[1] not in (None, said[1]):
            value = f" that it is {wanted[1]}" if wanted[1] else ""
            raise CheckFailedError(
                f"{one.cites} does not record {one.name}.",
                hint=f"Cite the statement of the body's {wanted[0]}{value}; "
                "`bayyina record ID` shows statements.",
                code="condition-not-recorded",
            )
