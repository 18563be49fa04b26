"""What of records may leave: consent, sensitivity, embargo, deaths nobody was told of, detail.

The rules are asked in the order of how little they tell: what is sealed says only that it is
sealed, whatever else would hold of it. Of a record that is refused nothing else is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from bayyina.disclosure.outputs import (
    GENERALISED,
    REFUSED,
    TOTAL,
    Output,
    RecordLine,
    Removal,
    StatementLine,
)
from bayyina.disclosure.rules import Recipient, Rules
from bayyina.model.vocabulary import LEVELS

DENIED: Final = frozenset({"refused", "withdrawn"})
"""States of consent in which nothing leaves."""

GIVEN: Final = "given"
"""The state in which something may."""

SEALED: Final = "sealed"
"""The level of what leaves in no output."""

FINENESS: Final = {
    "place": ("country", "governorate", "district", "subdistrict", "community", "neighbourhood"),
    "date": ("year", "month", "day"),
}
"""Precisions from the coarsest to the finest."""


def decide_records(output: Output, rules: Rules) -> Iterator[Removal]:
    """What of the records of an output does not leave as it is."""
    recipient = output.recipient or rules.recipients["public"]
    allowed = allowed_levels(recipient, output.level)
    for record, statements in output.records:
        why = _of_record(record, recipient, allowed)
        if why:
            yield Removal(record.id, TOTAL, REFUSED, why, rules.reasons[why])
        else:
            yield from _of_statements(statements, recipient, allowed, rules)


def allowed_levels(recipient: Recipient, asked: str = "") -> frozenset[str]:
    """Levels of properties that may leave; what is sealed is never among them."""
    most = LEVELS.index(recipient.level)
    if asked:
        most = min(most, LEVELS.index(asked))
    return frozenset(LEVELS[: most + 1]) - {SEALED}


def consented(consents: Iterable[str], recipient: Recipient) -> str:
    """The rule by which consent forbids a use; empty where it does not."""
    said = set(consents)
    if said & DENIED:
        return "refused"
    if recipient.asks and said - {GIVEN}:
        return "no_consent"
    return ""


def _of_record(one: RecordLine, recipient: Recipient, allowed: frozenset[str]) -> str:
    if one.is_sealed or one.level == SEALED:
        return "sealed"
    if one.reveals_untold and not recipient.learns_of_deaths:
        return "untold"
    if one.is_objected:
        return "objected"
    if one.level not in allowed:
        return "level"
    return consented(one.consents, recipient)


def _of_statements(
    statements: Sequence[StatementLine],
    recipient: Recipient,
    allowed: frozenset[str],
    rules: Rules,
) -> Iterator[Removal]:
    for one in statements:
        why = _of_statement(one, recipient, allowed)
        if why:
            yield Removal(one.id, TOTAL, REFUSED, why, rules.reasons[why])
        elif one.is_blurred:
            yield Removal(one.id, TOTAL, GENERALISED, "embargo", rules.reasons["embargo"])
        elif one.kind:
            finest = rules.finest[recipient.purpose].get(one.kind, "")
            if is_finer(one.kind, one.precision, finest):
                is_ranked = one.precision in FINENESS.get(one.kind, ())
                action, to = (GENERALISED, finest) if is_ranked else (REFUSED, "")
                yield Removal(one.id, TOTAL, action, "coarser", rules.reasons["coarser"], to)


def _of_statement(one: StatementLine, recipient: Recipient, allowed: frozenset[str]) -> str:
    if one.is_sealed or one.level == SEALED:
        return "sealed"
    if one.is_of_staff:
        return "staff"
    if one.level not in allowed:
        return "level"
    return consented(one.consents, recipient) if one.consents else ""


def is_finer(kind: str, precision: str, than: str) -> bool:
    """Whether a place or date tells more than may leave; what cannot be ranked does."""
    order = FINENESS.get(kind, ())
    if than not in order:
        return True
    if precision not in order:
        return than != order[-1]
    return order.index(precision) > order.index(than)
