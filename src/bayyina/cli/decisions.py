"""``bayyina determine`` and ``bayyina judge``: decisions of people."""

from __future__ import annotations

import click

from bayyina.app.deciding import determine_record, judge_pair
from bayyina.cli.opening import workspace_at_work
from bayyina.cli.printing import json_option, show


@click.command()
@click.argument("record_id")
@click.option("--decision", default="verified", show_default=True, help="What is decided.")
@click.option("--against", is_flag=True, help="You decide that it does not meet the standard.")
@click.option("--standard", required=True, help="Name of the documentation standard.")
@click.option("--reasons", required=True, help="Why, in a sentence.")
@json_option
def determine(
    record_id: str, decision: str, against: bool, standard: str, reasons: str, as_json: bool
) -> None:
    """Decide about the record RECORD_ID, signed with your own key; it takes two people."""
    with workspace_at_work() as workspace:
        state = determine_record(
            workspace,
            record_id=record_id,
            decision=decision,
            verdict="against" if against else "for",
            standard=standard,
            reasons=reasons,
        )
    show(state, f"{record_id}: {state['state']}.", as_json=as_json)


@click.command()
@click.argument("record_a")
@click.argument("record_b")
@click.argument("verdict", type=click.Choice(["same", "different", "unsure"]))
@click.option("--reasons", required=True, help="Why, in a sentence.")
@json_option
def judge(record_a: str, record_b: str, verdict: str, reasons: str, as_json: bool) -> None:
    """Say whether RECORD_A and RECORD_B are about the same somebody."""
    with workspace_at_work() as workspace:
        batch = judge_pair(
            workspace, record_a=record_a, record_b=record_b, verdict=verdict, reasons=reasons
        )
    document = {"batch": batch, "verdict": verdict}
    show(document, f"{record_a} and {record_b}: {verdict} (batch {batch}).", as_json=as_json)
