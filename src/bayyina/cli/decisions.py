"""``bayyina determine`` and ``bayyina judge``: decisions of people."""

from __future__ import annotations

import click

from bayyina.app.deciding import bring_decision, determine_record, judge_pair
from bayyina.cli.opening import workspace_at_work
from bayyina.cli.printing import json_option, show


@click.command()
@click.argument("record_id")
@click.option("--decision", default="verified", show_default=True, help="What is decided.")
@click.option(
    "--against",
    is_flag=True,
    help="You decide the opposite: that it is not so (with --decision verified, that it does not "
    "meet the standard). It takes two people too; one alone makes it disputed if others decided for it.",
)
@click.option("--standard", help="Name of the documentation standard.")
@click.option(
    "--line",
    "lines",
    multiple=True,
    metavar="LINE=ID",
    help="A line of evidence, and the statement or record that states it; may be repeated.",
)
@click.option(
    "--condition",
    "conditions",
    multiple=True,
    metavar="CONDITION=ID",
    help="A condition that is recorded, and where; may be repeated.",
)
@click.option(
    "--earlier-practice",
    "practice",
    metavar="WHOSE",
    help="It had been verified under WHOSE practice before it was brought here.",
)
@click.option("--reasons", required=True, help="Why, in a sentence.")
@json_option
def determine(
    record_id: str,
    decision: str,
    against: bool,
    standard: str | None,
    lines: tuple[str, ...],
    conditions: tuple[str, ...],
    practice: str | None,
    reasons: str,
    as_json: bool,
) -> None:
    """Decide about the record RECORD_ID, signed with your own key; it takes two people."""
    if practice is not None and (standard or lines or conditions or against):
        raise click.UsageError("--earlier-practice goes with --reasons alone.")
    if practice is None and standard is None:
        raise click.UsageError("Name the documentation standard with --standard.")
    with workspace_at_work() as workspace:
        if practice is not None:
            state = bring_decision(
                workspace, record_id=record_id, practice=practice, reasons=reasons
            )
        else:
            state = determine_record(
                workspace,
                record_id=record_id,
                decision=decision,
                verdict="against" if against else "for",
                standard=standard or "",
                reasons=reasons,
                lines=lines,
                conditions=conditions,
            )
    show(state, f"{record_id}: {state['state'].rstrip('.')}.", as_json=as_json)


@click.command()
@click.argument("record_a")
@click.argument("record_b")
@click.argument("verdict", type=click.Choice(["same", "different", "unsure"]))
@click.option("--reasons", required=True, help="Why, in a sentence.")
@click.option("--replace", is_flag=True, help="In place of somebody else's opposite judgement.")
@json_option
def judge(
    record_a: str, record_b: str, verdict: str, reasons: str, replace: bool, as_json: bool
) -> None:
    """Say whether RECORD_A and RECORD_B are about the same somebody."""
    with workspace_at_work() as workspace:
        batch = judge_pair(
            workspace,
            record_a=record_a,
            record_b=record_b,
            verdict=verdict,
            reasons=reasons,
            replace=replace,
        )
    document = {"batch": batch, "verdict": verdict}
    show(document, f"{record_a} and {record_b}: {verdict} (batch {batch}).", as_json=as_json)
