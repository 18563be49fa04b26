"""Deciding what an output may contain: one function for every output.

The decision is pure: it knows no database and no file. Whoever writes an output describes it,
asks here, and writes what may stand; each removal carries its rule and its reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bayyina.disclosure.outputs import (
    GENERALISED,
    HIDDEN,
    REFUSED,
    TOTAL,
    Cell,
    Decision,
    Detail,
    Key,
    Output,
    PersonLine,
    Removal,
    SiteLine,
    Table,
)
from bayyina.disclosure.records import FINENESS, decide_records
from bayyina.disclosure.rules import FewRule, Rules, Words, load_rules
from bayyina.disclosure.suppression import COMPLEMENTARY, suppressed
from bayyina.errors import InputError

_OPEN_TO: Final = frozenset({"court", "internal"})
"""Purposes for which a death may be seen of which the family was not told."""


def decide_output(output: Output, rules: Rules | None = None) -> Decision:
    """What of an output may leave, with a reason for everything that may not.

    1. Small numbers that would lead to somebody are hidden, and what would give them away.
    2. A person whose death the family was not told of, or who did not agree, is refused.
    3. A site under embargo that is named or placed is refused.
    4. Places and dates of single people are generalised.
    5. Of records: what is sealed, too sensitive, not consented to, objected to or would tell of a
       death before the family knows is refused; places and dates are generalised.

    Args:
        output: All that it would contain.
        rules: Those that come with the program if not given.

    Raises:
        InputError: nobody knows the purpose; what has no rules does not leave.
    """
    known = rules or load_rules()
    if output.purpose not in known.finest:
        raise InputError(
            f"There are no rules for an output for {output.purpose}.",
            hint=f"Purposes are: {', '.join(known.finest)}.",
        )
    return Decision(
        (
            *_numbers(output, known),
            *(part for one in output.persons for part in _person(one, output.purpose, known)),
            *(part for one in output.sites for part in _site(one, output.purpose, known)),
            *(part for one in output.details for part in _detail(one, output.purpose, known)),
            *decide_records(output, known),
        )
    )


def rule_for(table: Table, cell: Cell, rules: Rules) -> FewRule | None:
    """The first rule that hides a cell of a table; None where it may be shown."""
    for rule in rules.few:
        if not 0 < cell.value < rule.smallest:
            continue
        if rule.one_source and not cell.is_one_source:
            continue
        if rule.untold and not cell.has_untold:
            continue
        if rule.holds_of(table.topics, table.dimensions):
            return rule
    return None


def asks_for_sources(table: Table, rules: Rules | None = None) -> int:
    """Below which number the records of a table's cells matter; 0 where they never do."""
    few = (rules or load_rules()).few
    return max(
        (
            rule.smallest
            for rule in few
            if (rule.one_source or rule.untold) and rule.holds_of(table.topics, table.dimensions)
        ),
        default=0,
    )


def _numbers(output: Output, rules: Rules) -> Iterator[Removal]:
    if output.purpose == "internal":  # who works here can open the records behind each number
        return
    primary: dict[str, dict[Key, str]] = {}
    for table in output.tables:
        found = {cell.key: rule_for(table, cell, rules) for cell in (table.total, *table.cells)}
        primary[table.id] = {key: rule.id for key, rule in found.items() if rule is not None}
    reasons = {rule.id: rule.reason for rule in rules.few}
    reasons[COMPLEMENTARY] = rules.reasons[COMPLEMENTARY]
    used = {rule for keys in primary.values() for rule in keys.values()}
    smallest = max((rule.smallest for rule in rules.few if rule.id in used), default=0)
    hidden = suppressed(output.tables, primary, smallest)
    for table in output.tables:
        for cell in (table.total, *table.cells):
            rule_id = hidden[table.id].get(cell.key)
            if rule_id is not None:
                yield Removal(table.id, cell.key, HIDDEN, rule_id, reasons[rule_id])


def _person(one: PersonLine, purpose: str, rules: Rules) -> Iterator[Removal]:
    def refused(name: str) -> Removal:
        return Removal(one.id, TOTAL, REFUSED, name, rules.reasons[name])

    if purpose in _OPEN_TO:  # what a court orders to be shown is not for a family to learn first
        return
    if one.is_dead and not one.family_told:
        yield refused("untold")
    if {"refused", "withdrawn"} & set(one.consents):
        yield refused("refused")
    elif "given" not in one.consents:
        yield refused("no_consent")


def _site(one: SiteLine, purpose: str, rules: Rules) -> Iterator[Removal]:
    if one.is_withheld and one.tells_place and purpose != "court":
        yield Removal(one.id, TOTAL, REFUSED, "embargo", rules.reasons["embargo"])


def _detail(one: Detail, purpose: str, rules: Rules) -> Iterator[Removal]:
    order = FINENESS.get(one.kind, ())
    finest = rules.finest[purpose].get(one.kind, "")
    reason: Words = rules.reasons["coarser"]
    if one.precision not in order or finest not in order:  # what cannot be ranked is kept back
        yield Removal(one.id, TOTAL, REFUSED, "coarser", reason)
    elif order.index(one.precision) > order.index(finest):
        yield Removal(one.id, TOTAL, GENERALISED, "coarser", reason, finest)
