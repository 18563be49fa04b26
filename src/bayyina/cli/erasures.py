"""``bayyina erase``: two people destroy what is said about a record."""

from __future__ import annotations

import click

from bayyina.app.erasing import REASONS, ErasureResult, erase_record
from bayyina.cli.evidence_opening import workspace_with_vault
from bayyina.cli.printing import counted, json_option, progress_bar, show


def in_words(result: ErasureResult) -> str:
    """What became of an erasure, for a person."""
    name, people = result.record, " and ".join(result.people)
    if result.state == "agreed":
        lines = [
            f"{name}: {people} agrees that it be erased (batch {result.batch}); nothing is gone yet.",
            "A second person with the role data-protection must give the same command.",
            f"It will empty {counted(result.rows, 'row')} and cannot be taken back.",
        ]
        if result.lapsed:
            lines.insert(
                1,
                f"Another reason was given before, so the agreement of {' and '.join(result.lapsed)} "
                f"has lapsed: it takes two people who both name {result.reason}.",
            )
    elif result.batch is None:
        lines = [f"{name} was erased before; no traces of it are left in the workspace."]
    else:
        lines = [
            f"{name} is erased by {people} (batch {result.batch}): {counted(result.rows, 'row')} emptied."
        ]
    if result.linked:
        lines.append(f"Records that point at it, and stay: {', '.join(result.linked)}.")
    verb = "went" if result.state == "erased" else "will go"
    if result.copies:
        lines.append(f"Copies of it, which {verb} with it: {', '.join(result.copies)}.")
    if result.kept_aside:
        lines.append(f"Rows kept aside that speak of it and {verb} with it: {result.kept_aside}.")
    if result.kept_aside_left:
        lines.append(
            f"Rows kept aside that speak of it and cannot be erased: {result.kept_aside_left}. They "
            "were stored without a key of their own."
        )
    if result.kept_aside_sealed:
        lines.append(
            f"Rows kept aside that are sealed and were not looked into: {result.kept_aside_sealed}. "
            "Somebody who is cleared can look for the name with `bayyina kept-aside NAME --reason WHY`."
        )
    return "\n".join(lines)


@click.command()
@click.argument("record_id")
@click.option(
    "--reason", required=True, metavar="CODE", help=f"Why: {', '.join(REASONS)}; never a text."
)
@json_option
def erase(record_id: str, reason: str, as_json: bool) -> None:
    """Agree that the record RECORD_ID be erased; the second person's call carries it out."""
    with workspace_with_vault() as workspace, progress_bar() as progress:
        result = erase_record(workspace, record_id=record_id, reason=reason, progress=progress)
    show(result.to_json(), in_words(result), as_json=as_json)
