"""A pair side by side: what each record says, in both scripts, and why they were linked."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import product
from math import log
from typing import Any, Final

from bayyina.app.linked_records import pointers_at
from bayyina.app.list_names import source_names
from bayyina.app.live import erased_records, live_batches, live_statements
from bayyina.app.ports import Progress
from bayyina.app.reviewing import judgement_history, links_of, pair_id, read_pair
from bayyina.app.rows import LinkRow, RecordRow, RunRow, StatementRow, batch_of
from bayyina.app.workspace import Workspace
from bayyina.errors import InputError
from bayyina.figures.relations import PERSON, person_link
from bayyina.figures.review_queue import probability
from bayyina.keys.sealing import is_sealed
from bayyina.names.comparing import compare_names
from bayyina.names.normal_forms import script_of
from bayyina.names.romanizing import romanize

_PARTS: Final = ("name.given", "name.father", "name.grandfather", "name.family")
_OF_ACTS: Final = ("date", "place", "age", "age_class", "manner", "by")


def show_pair(workspace: Workspace, text: str, progress: Progress) -> dict[str, Any]:
    """Both sides of a pair, the comparison of their names by part, and the linkage's reasons.

    Raises:
        InputError: it is not the id of a pair of people that stand.
        PermissionRefusedError: the member may not judge.
    """
    pair = read_pair(workspace, text)
    with links_of(workspace, progress) as reader:
        link = reader.link_of(*pair)
    sides = [_side(workspace, number) for number in pair]
    return {
        "id": pair_id(workspace, *pair),
        "decision": link[0] if link else "",
        "score": round(probability(link[1]), 4) if link else None,
        "sides": sides,
        "names": _names(sides),
        "reasons": _reasons(workspace, pair),
        "judgements": judgement_history(workspace, text),
    }


def _side(workspace: Workspace, number: int) -> dict[str, Any]:
    store = workspace.store
    batches = live_batches(store)
    found = store.find(RecordRow, "number", [number])
    if not found or batch_of(number) not in batches or found[0].record_type != PERSON:
        raise InputError(
            f"There is no person {workspace.short_id(number)} that stands.",
            hint="It may have come with an import that was undone.",
            code="no-such-record",
        )
    if number in erased_records(store):
        raise InputError(f"{workspace.short_id(number)} was erased.", code="no-such-record")
    terms = {term: pair[1] for pair, term in store.terms().items()}
    rows = live_statements(store, [number], batches)
    source = found[0].source
    return {
        "record": workspace.short_id(number),
        "list": source_names(store, [source]).get(source, "") if source is not None else "",
        "list_key": found[0].list_key or "",
        "names": _stated_names(rows, terms),
        "stated": {
            name: value
            for row in rows
            if (name := terms[row.term])
            and not name.startswith("name")
            and (value := row.value)
            and not is_sealed(value)
        },
        "acts": _acts(workspace, number),
    }


def _stated_names(rows: Sequence[StatementRow], terms: dict[int, str]) -> list[dict[str, str]]:
    """Every name with its part, as stated, and a spelling in Latin letters."""
    named = []
    for row in rows:
        part = terms[row.term]
        if part.startswith("name") and row.value and not is_sealed(row.value):
            named.append({"part": part, "text": row.value, "latin": _latin(row.value)})
    whole = {one["part"]: one["text"] for one in named}
    pieces = [whole[part] for part in _PARTS if part in whole]
    if "name" not in whole and pieces:
        text = " ".join(pieces)
        named.insert(0, {"part": "name", "text": text, "latin": _latin(text)})
    return named


def _latin(text: str) -> str:
    if script_of(text) != "arabic":
        return text
    spellings = romanize(text, 1)
    return spellings[0].text if spellings else ""


def _acts(workspace: Workspace, number: int) -> list[dict[str, str]]:
    """What was done to a person: type, date, place."""
    store, vocabulary = workspace.store, workspace.vocabulary
    about = {
        one.record: one.record_type
        for one in pointers_at(workspace, [number])
        if (link := person_link(vocabulary, one.record_type)) is not None
        and link.name == one.property
        and link.level != "sealed"
    }
    terms = {term: pair[1] for pair, term in store.terms().items()}
    acts: dict[int, dict[str, str]] = {
        record: {"record": workspace.short_id(record), "type": kind}
        for record, kind in sorted(about.items())
    }
    for row in live_statements(store, sorted(about), live_batches(store)):
        if terms[row.term] in _OF_ACTS and row.value:
            acts[row.record][terms[row.term]] = row.value
    return list(acts.values())


def _names(sides: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """The best comparison of a whole name of the one with one of the other, by part."""
    texts = [[one["text"] for one in side["names"] if one["part"] == "name"] for side in sides]
    compared = [(one, other, compare_names(one, other)) for one, other in product(*texts)]
    if not compared:
        return None
    a, b, best = max(compared, key=lambda one: one[2].score)
    return {
        "a": a,
        "b": b,
        "score": best.score,
        "decision": best.decision,
        "parts": [part._asdict() for part in best.parts],
    }


def _reasons(workspace: Workspace, pair: tuple[int, int]) -> list[dict[str, Any]]:
    """How each comparison of the latest run came out for the pair, and what it weighs there."""
    store = workspace.store
    live = live_batches(store)
    rows = [
        row
        for row in store.find(LinkRow, "record_a", [pair[0]])
        if row.record_b == pair[1] and batch_of(row.number) in live and row.levels
    ]
    if not rows:
        return []
    run = store.find(RunRow, "number", [rows[-1].run])[0]
    model = json.loads(json.loads(run.parameters).get("model", "{}"))
    reasons = []
    for one, digit in zip(model.get("comparisons", ()), rows[-1].levels or "", strict=False):
        level = int(digit, 36)
        if level:
            weight = round(log(one["m"][level] / one["u"][level]), 1)
            reasons.append(
                {"field": one["label"], "level": one["level_names"][level], "weight": weight}
            )
    return sorted(reasons, key=lambda one: -one["weight"])
