"""``bayyina methods`` and ``bayyina sentences``: how people were tortured and killed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import click

from bayyina.app.coding_methods import (
    DEFAULT_ACCOUNTS,
    METHODS,
    CodedMethod,
    CodedType,
    coded_methods,
)
from bayyina.app.following_sentences import Scope, Sentences, follow_sentences
from bayyina.app.workspace import Workspace
from bayyina.cli.opening import workspace_at_work
from bayyina.cli.printing import json_option, progress_bar, show
from bayyina.errors import InputError

LANGUAGE = click.Choice(["en", "ar"])
WORDS = {
    "en": {
        "accounts": "independent accounts",
        "source": "{} methods in the published source",
        "no number": "no number in the published source",
        "sealed": "counted together only",
        "below": "Below the threshold of {} independent accounts:",
        "none": "no account",
        "and": "; ",
    },
    "ar": {
        "accounts": "روايات مستقلة",
        "source": "{} أسلوبا في المصدر المنشور",
        "no number": "لا عدد في المصدر المنشور",
        "sealed": "تعد مجتمعة فقط",
        "below": "دون عتبة {} من الروايات المستقلة:",
        "none": "لا رواية",
        "and": "؛ ",
    },
}
Namer = Callable[[str], dict[str, str]]


@click.command()
@click.option(
    "--accounts",
    type=click.IntRange(min=1),
    default=DEFAULT_ACCOUNTS,
    show_default=True,
    help="Independent accounts that a method needs to be listed as corroborated.",
)
@click.option("--lang", type=LANGUAGE, default="en", show_default=True, help="Of the words.")
@json_option
def methods(accounts: int, lang: str, as_json: bool) -> None:
    """List the methods of torture that accounts tell of, in the eight published types.

    Copies of one origin are one account. Methods below the threshold are listed apart.
    """
    with workspace_at_work() as workspace, progress_bar() as progress:
        found = coded_methods(workspace, progress, accounts=accounts)
        names = _Names(workspace)
    document = {
        "threshold": found.threshold,
        "types": [_type(one, names) for one in found.types],
        "unrecognised": found.unrecognised,
    }
    show(document, _methods_text(document, lang), as_json=as_json)


@click.command()
@click.option("--in", "interval", default="", help="Days, such as 2011-03/2023-10; all without it.")
@click.option("--by", "party", default="", help="Who killed under torture; anybody without it.")
@click.option("--known-at", "known_at", help="Count only what sources had said by this day.")
@json_option
def sentences(interval: str, party: str, known_at: str | None, as_json: bool) -> None:
    """Follow death sentences: issued, commuted, carried out and by whom.

    People executed or killed under torture are given as a range, because one person may be
    recorded as both; only records that say so narrow it.
    """
    scope = Scope(interval, party, _day(known_at))
    with workspace_at_work() as workspace, progress_bar() as progress:
        found = follow_sentences(workspace, scope, progress)
    show(_sentences_document(found), _sentences_text(found), as_json=as_json)


class _Names:
    """Names of codes in both languages."""

    def __init__(self, workspace: Workspace) -> None:
        vocabulary = workspace.vocabulary
        lists = vocabulary.term_lists
        self._gazetteer = workspace.gazetteer
        self._groups = vocabulary.groups
        self.method: Namer = lambda code: dict(lists[METHODS].terms[code].label)
        self.purpose: Namer = lambda code: dict(lists["torture_purposes"].terms[code].label)

    def group(self, code: str) -> dict[str, str]:
        """The name of a group."""
        known = self._groups.get(code)
        return dict(known.label) if known is not None else {"en": code, "ar": code}

    def place(self, code: str) -> dict[str, str]:
        """The name of a place."""
        place = self._gazetteer.read(code)
        return {"en": code, "ar": code} if place is None else _both(place)


def _both(place: Any) -> dict[str, str]:
    return {"en": place.label_en, "ar": place.label_ar}


def _type(one: CodedType, names: _Names) -> dict[str, Any]:
    return {
        "code": one.code,
        "label": names.method(one.code),
        "stated_count": one.stated_count,
        "sealed": one.is_sealed,
        "accounts": one.whole.accounts,
        "origins": one.whole.origins,
        "acts": one.whole.acts,
        "query": one.whole.query,
        "methods": [_method(method, names) for method in one.corroborated],
        "below": [_method(method, names) for method in one.below],
    }


def _method(one: CodedMethod, names: _Names) -> dict[str, Any]:
    return {
        "code": one.code,
        "label": names.method(one.code),
        "accounts": one.accounts,
        "origins": one.origins,
        "acts": one.acts,
        "query": one.query,
        "purposes": _named(one.purposes, names.purpose),
        "places": _named(one.places, names.place),
        "bodies": _named(one.bodies, names.group),
    }


def _named(counts: Mapping[str, int], name: Namer) -> list[dict[str, Any]]:
    return [{"code": code, "label": name(code), "acts": acts} for code, acts in counts.items()]


def _methods_text(document: Mapping[str, Any], lang: str) -> str:
    words = WORDS[lang]
    lines = []
    for one in document["types"]:
        stated = one["stated_count"]
        source = words["no number"] if stated is None else words["source"].format(stated)
        told = f"{one['accounts']:,} {words['accounts']}" if one["accounts"] else words["none"]
        mark = f"{words['and']}{words['sealed']}" if one["sealed"] else ""
        lines.append(f"{one['label'][lang]}: {told} ({source}{mark})")
        lines += [_method_line(method, lang) for method in one["methods"]]
        if one["below"]:
            lines.append("  " + words["below"].format(document["threshold"]))
            lines += ["  " + _method_line(method, lang) for method in one["below"]]
    return "\n".join(lines)


def _method_line(method: Mapping[str, Any], lang: str) -> str:
    details = [
        ", ".join(f"{one['label'][lang]} {one['acts']:,}" for one in method[part])
        for part in ("purposes", "places", "bodies")
    ]
    tail = WORDS[lang]["and"].join(filter(None, details))
    return f"  {method['accounts']:>5,}  {method['label'][lang]}" + (f" ({tail})" if tail else "")


def _sentences_document(found: Sentences) -> dict[str, Any]:
    union = found.union
    return {
        "issued": found.issued.to_json(),
        "outcomes": {name: figure.to_json() for name, figure in found.outcomes.items()},
        "unsettled": found.unsettled,
        "courts": found.courts.to_json(),
        "executions": found.executions.to_json(),
        "executing_bodies": found.bodies.to_json(),
        "commutations": found.commutations.to_json(),
        "union": {
            "executed": union.executed.to_json(),
            "tortured": union.tortured.to_json(),
            "both": union.both.to_json(),
            "range": [union.low, union.high],
        },
    }


def _sentences_text(found: Sentences) -> str:
    union = found.union
    lines = [f"Death sentences: {found.issued.comparator} {found.issued.value:,}"]
    lines += [
        f"  {name.replace('_', ' ')}: {figure.value:,}"
        for name, figure in found.outcomes.items()
        if figure.value
    ]
    lines.append(f"  no outcome certainly stated: {found.unsettled:,}")
    lines.append(f"Acts recorded: {found.executions.value:,} executions, "
                 f"{found.commutations.value:,} commutations")  # fmt: skip
    lines += [f"  executed by {g.key['by']}: {g.value:,}" for g in found.bodies.groups]
    lines.append(
        f"People executed ({union.executed.value:,}) or killed under torture "
        f"({union.tortured.value:,}): between {union.low:,} and {union.high:,}"
    )
    lines.append(f"  recorded as both: {union.both.value:,}")
    return "\n".join(lines)


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError(
            f"--known-at is not a day: {text}.", hint="Write it as 2023-10-10."
        ) from error
