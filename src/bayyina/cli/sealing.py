"""``bayyina seal``: what stands in clear and ought not to is sealed; one person suffices."""

from __future__ import annotations

import click

from bayyina.app.sealing_existing import REASONS, Sealing, seal_due, seal_records
from bayyina.cli.opening import workspace_at_work
from bayyina.cli.printing import counted, json_option, progress_bar, show
from bayyina.errors import InputError


def in_words(done: Sealing) -> str:
    """What a sealing did, for a person."""
    if done.batch is None:
        lines = ["Everything that ought to be sealed is sealed already."]
    else:
        kept = f" and {counted(done.kept_aside, 'row')} kept aside" if done.kept_aside else ""
        head = f"Sealed (batch {done.batch}): {counted(done.statements, 'statement')}{kept}."
        lines = [f"{head} Only who is cleared reads them now."]
    if done.records:
        lines.append(f"Records: {', '.join(done.records)}.")
    if done.traces_left:
        lines.append(
            "Traces are still in older files, because another process is using them. End the "
            "other programs that use this workspace, then run `bayyina seal --due`."
        )
    return "\n".join(lines)


@click.command()
@click.argument("record_ids", nargs=-1)
@click.option("--due", is_flag=True, help="All that the rules ask for and that is in clear.")
@click.option(
    "--reason", default=None, metavar="CODE", help=f"Why: {', '.join(REASONS)}; never a text."
)
@json_option
def seal(record_ids: tuple[str, ...], due: bool, reason: str | None, as_json: bool) -> None:
    """Seal what tells whose the records RECORD_IDS are, with --reason; or all that is --due.

    Quick on purpose: one person suffices. What was in clear is emptied, and nothing shows it
    any more but to those who are cleared. What left the workspace before stays where it is.
    """
    if due == bool(record_ids):
        raise InputError(
            "Name records, or give --due.", hint="`bayyina find NAME` shows the ids of records."
        )
    if record_ids and reason is None:
        raise InputError("A sealing needs a reason.", hint=f"Give --reason {'|'.join(REASONS)}.")
    with workspace_at_work() as workspace, progress_bar() as progress:
        if due:
            done = seal_due(workspace, progress)
        else:
            done = seal_records(
                workspace, records=record_ids, reason=reason or "", progress=progress
            )
    show(done.to_json(), in_words(done), as_json=as_json)
