"""Which records are protected: of whom something that tells their identity is sealed."""

from __future__ import annotations

from collections.abc import Collection

from bayyina.app.ports import Store
from bayyina.app.rows import StatementRow
from bayyina.disclosure.protected_people import Protection
from bayyina.keys.sealing import is_sealed


def protected_records(store: Store, rules: Protection, records: Collection[int]) -> set[int]:
    """Those of some records of whom something that tells whose they are is sealed.

    What was sealed once stays so: statements that stand no longer count as well.
    """
    terms = {
        number
        for (kind, name), number in store.terms().items()
        if name in rules.identity.get(kind, ()) and name not in rules.by_level.get(kind, ())
    }
    return {
        row.record
        for row in store.find(StatementRow, "record", sorted(records))
        if (row.term in terms and is_sealed(row.value)) or is_sealed(row.original)
    }
