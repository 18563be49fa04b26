"""The lists of a workspace for ``bayyina estimate --query``; loaded only for it."""

from __future__ import annotations

from collections.abc import Sequence

from bayyina.app.estimating import capture_histories
from bayyina.cli.opening import workspace_at_work
from bayyina.cli.printing import progress_bar
from bayyina.estimation.captures import Captures


def captures_of_workspace(
    query: str, *, lists: Sequence[str], by: Sequence[str], impossible: Sequence[str]
) -> Captures:
    """Who is on which list among the people that a figure query counts.

    Raises:
        WorkspaceError: the folder is not a workspace that this version can open.
        QueryError: the query cannot be read.
        InputError: there is no such source.
    """
    with workspace_at_work() as workspace, progress_bar() as progress:
        return capture_histories(
            workspace, query, progress, lists=lists, by=by, impossible=impossible
        )
