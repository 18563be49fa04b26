"""``bayyina review``: people look at links and decide."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from bayyina.app.reviewing import (
    SAMPLE_SIZE,
    VERDICTS,
    Decided,
    decide_pairs,
    draw_sample,
    judgement_history,
    next_pairs,
    review_state,
)
from bayyina.app.reviewing_pairs import show_pair
from bayyina.cli.opening import workspace_at_work
from bayyina.cli.printing import counted, json_option, progress_bar, show
from bayyina.errors import FileUnreadableError
from bayyina.linkage.seeds import DEFAULT_SEED


@click.group(invoke_without_command=True)
@click.pass_context
def review(context: click.Context) -> None:
    """Look at pairs of people that the linkage is unsure of, and decide."""
    if context.invoked_subcommand is None:
        context.invoke(state)


@review.command()
@json_option
def state(as_json: bool = False) -> None:
    """Say how far the review has come, and what the sample tells of the links."""
    with workspace_at_work() as workspace, progress_bar() as progress:
        document = review_state(workspace, progress)
    show(document, _state_in_words(document), as_json=as_json)


def _state_in_words(document: Mapping[str, Any]) -> str:
    judged = document["judged"]
    lines = [
        (
            f"{counted(document['waiting'], 'pair')} wait; judged: {judged['same']:,} same, "
            f"{judged['different']:,} different, {judged['unsure']:,} unsure."
        ),
    ]
    sample = document["sample"]
    if sample is None:
        lines.append("No sample is drawn; `bayyina review sample` draws one.")
    else:
        lines.append(f"Sample: {sample['judged']:,} of {counted(sample['pairs'], 'pair')} judged.")
        for threshold in ("strict", "lenient"):
            told = [
                f"{name} {one['value']:.3f} [{one['low']:.3f}, {one['high']:.3f}]"
                for name, one in sample[threshold].items()
                if one is not None
            ]
            lines.append(f"  {threshold} links: {', '.join(told) or 'too few pairs are judged'}")
    return "\n".join(lines)


@review.command(name="next")
@click.option("--limit", type=click.IntRange(1), default=10, show_default=True)
@click.option("--sample", is_flag=True, help="Pairs of the sample, in an order that says nothing.")
@json_option
def next_(limit: int, sample: bool, as_json: bool) -> None:
    """List the pairs that matter most, with their ids."""
    with workspace_at_work() as workspace, progress_bar() as progress:
        found = next_pairs(workspace, progress, limit=limit, sample=sample)
    lines = [f"  {'worth':>6} {'score':>6} {'effect':>6}  pair"]
    lines += [
        f"  {one['worth']:>6.2f} {one['score']:>6.3f} {one['effect']:>6.1f}  {one['id']}  "
        f"{one['decision']}"
        for one in found
    ]
    text = "\n".join(lines) if found else "No pair waits."
    show({"pairs": found}, text, as_json=as_json)


@review.command(name="show")
@click.argument("pair")
@json_option
def show_(pair: str, as_json: bool) -> None:
    """Show both records of PAIR side by side, and why they were linked."""
    with workspace_at_work() as workspace, progress_bar() as progress:
        document = show_pair(workspace, pair, progress)
    show(document, _pair_in_words(document), as_json=as_json)


def _pair_in_words(document: Mapping[str, Any]) -> str:
    head = document["id"]
    if document["score"] is not None:
        head += f": {document['decision']}, score {document['score']}"
    lines = [head]
    for side in document["sides"]:
        lines += ["", f"{side['record']}  {side['list']}  {side['list_key']}"]
        for name in side["names"]:
            latin = f"  ({name['latin']})" if name["latin"] not in ("", name["text"]) else ""
            lines.append(f"  {name['part']:<16}{name['text']}{latin}")
        lines += [f"  {key:<16}{value}" for key, value in side["stated"].items()]
        for act in side["acts"]:
            rest = ", ".join(f"{k} {v}" for k, v in act.items() if k not in ("record", "type"))
            lines.append(f"  {act['type']:<16}{rest}  [{act['record']}]")
    names = document["names"]
    if names is not None:
        lines += ["", f"names: {names['score']:.3f} {names['decision']}"]
        lines += [
            f"  {part['part']:<12}{part['points']:>+7.3f}  {part['a']} | {part['b']}  {part['reason']}"
            for part in names["parts"]
        ]
    if document["reasons"]:
        lines += ["", "reasons (natural logarithms):"]
        lines += [
            f"  {one['weight']:>+5.1f}  {one['field']}: {one['level']}"
            for one in document["reasons"]
        ]
    lines += _judgements(document["judgements"])
    return "\n".join(lines)


def _judgements(found: list[dict[str, Any]]) -> list[str]:
    return [
        f"  {one['at']}  {one['id']}  {one['verdict']}, {one['person']} (batch {one['batch']}, "
        f"{one['state']}): {one['reasons']}"
        for one in found
    ]


@review.command()
@click.argument("pair")
@click.argument("verdict", type=click.Choice(list(VERDICTS)))
@click.option("--reason", "--reasons", "reason", required=True, help="Why, in a sentence.")
@click.option("--replace", is_flag=True, help="In place of somebody else's opposite judgement.")
@json_option
def decide(pair: str, verdict: str, reason: str, replace: bool, as_json: bool) -> None:
    """Judge the PAIR: same, different or unsure."""
    with workspace_at_work() as workspace, progress_bar() as progress:
        batch = decide_pairs(workspace, [Decided(pair, verdict, reason)], progress, replace=replace)
    show(
        {"batch": batch, "decided": 1},
        f"{pair}: {verdict} (batch {batch}; `bayyina undo {batch}` takes it back).",
        as_json=as_json,
    )


@review.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--reason", "--reasons", "reason", default="", help="Of lines that give none.")
@click.option("--replace", is_flag=True, help="In place of somebody else's opposite judgements.")
@json_option
def batch(file: Path, reason: str, replace: bool, as_json: bool) -> None:
    """Judge the pairs of FILE, a CSV with the columns id and verdict, and perhaps reason.

    All of them are written, or none; a pair that has two verdicts is refused with its rows.
    """
    decisions = _read_decisions(file, reason)
    with workspace_at_work() as workspace, progress_bar() as progress:
        number = decide_pairs(workspace, decisions, progress, replace=replace)
    show(
        {"batch": number, "decided": len(decisions)},
        f"{counted(len(decisions), 'pair')} judged (batch {number}; `bayyina undo {number}` takes them back).",
        as_json=as_json,
    )


def _read_decisions(path: Path, reason: str) -> list[Decided]:
    """The decisions of a CSV file; lines without a verdict are left out."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        reader = csv.DictReader(text.splitlines())
        lines = [(reader.line_num, line) for line in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        why = getattr(error, "strerror", None) or "it is not a CSV file in UTF-8"
        raise FileUnreadableError(
            f"The decisions cannot be read from {path}: {why}.",
            hint="Give a CSV with the columns id and verdict.",
        ) from error
    if not lines or not {"id", "verdict"} <= set(lines[0][1]):
        raise FileUnreadableError(
            f"{path.name} has no columns id and verdict.", hint="Name them in its first line."
        )
    return [
        Decided(
            line["id"] or "", (line["verdict"] or "").strip(), line.get("reason") or reason, row
        )
        for row, line in lines
        if (line["verdict"] or "").strip()
    ]


@review.command()
@click.argument("pair", required=False)
@json_option
def history(pair: str | None, as_json: bool) -> None:
    """List all judgements in the order of the log, or those of PAIR."""
    with workspace_at_work() as workspace:
        found = judgement_history(workspace, pair)
    text = "\n".join(_judgements(found)) or "Nobody has judged."
    show({"judgements": found}, text, as_json=as_json)


@review.command()
@click.option("--size", type=click.IntRange(1), default=SAMPLE_SIZE, show_default=True)
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=DEFAULT_SEED, show_default=True)
@json_option
def sample(size: int, seed: int, as_json: bool) -> None:
    """Draw pairs whose judgements tell how right the links are."""
    with workspace_at_work() as workspace, progress_bar() as progress:
        document = draw_sample(workspace, progress, size=size, seed=seed)
    show(
        document,
        f"{counted(document['pairs'], 'pair')} drawn; `bayyina review next --sample` lists them.",
        as_json=as_json,
    )
