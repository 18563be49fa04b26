"""Who opened sealed values of a record is told to who may open them; judgements are told with reasons."""

from __future__ import annotations

import pytest

from bayyina.app.deciding import judge_pair
from bayyina.app.opening_sealed import open_sealed
from bayyina.app.record_looks import looks_at, why_joined
from bayyina.app.rows import RecordRow
from bayyina.errors import PermissionRefusedError
from tests.app.conftest import ROWS, Bench


def people_of(bench: Bench) -> list[str]:
    rows = bench.amal.store.find(RecordRow, "record_type", ["Person"])
    return [bench.amal.short_id(row.number) for row in rows]


def test_openings_are_told_newest_first_and_to_who_may_open(bench: Bench) -> None:
    bench.take_in(*ROWS)
    one, other = people_of(bench)[:2]
    assert looks_at(bench.amal, one) == []
    open_sealed(bench.amal, one, reason="asked by the family")
    open_sealed(bench.amal, other, reason="another")
    (look,) = looks_at(bench.amal, one)
    assert (look.person, look.use, look.reason) == ("amal", "record", "asked by the family")
    assert look.time
    with pytest.raises(PermissionRefusedError):
        looks_at(bench.member("intake", "intake"), one)


def test_the_last_word_on_each_pair_is_told(bench: Bench) -> None:
    bench.take_in(*ROWS)
    one, other = people_of(bench)[:2]
    judge_pair(bench.amal, record_a=one, record_b=other, verdict="different", reasons="other born")
    for asked, named in ((one, other), (other, one)):
        (joined,) = why_joined(bench.amal, asked)
        assert joined == (named, "different", "amal", "other born")
    with pytest.raises(PermissionRefusedError):
        why_joined(bench.member("viewer", "viewer"), one)
