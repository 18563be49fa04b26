"""UUIDv7 of batches and items."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bayyina.custody.ids import (
    KIND_CODES,
    MAX_POSITION,
    is_item_of,
    item_id,
    new_batch_id,
    read_item_id,
)
from bayyina.errors import CustodyError

MILLISECONDS = st.integers(0, (1 << 48) - 1)


@given(MILLISECONDS, st.binary(min_size=10, max_size=10))
def test_batch_ids_are_uuid7(milliseconds: int, random: bytes) -> None:
    batch = new_batch_id(milliseconds, random=random)
    assert (batch.int >> 76) & 0xF == 7
    assert batch.variant == UUID(int=2 << 62).variant
    assert batch.int >> 80 == milliseconds
    assert new_batch_id(milliseconds) != new_batch_id(milliseconds)


def test_the_example_of_rfc9562() -> None:
    # Appendix A.6: 2022-02-22T19:22:22.000Z, rand_a CC3, rand_b 18C4DC0C0C07398F.
    rand_a, rand_b = 0xCC3, 0x18C4DC0C0C07398F & ((1 << 62) - 1)
    random = ((rand_a << 62) | rand_b).to_bytes(10, "big")
    batch = new_batch_id(0x017F22E279B0, random=random)
    assert str(batch) == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"


@given(MILLISECONDS, st.integers(0, MAX_POSITION), st.sampled_from(sorted(KIND_CODES)))
def test_item_ids_turn_back(milliseconds: int, position: int, kind: str) -> None:
    batch = new_batch_id(milliseconds)
    item = item_id(batch, position, kind=kind)
    read = read_item_id(item)
    assert (read.milliseconds, read.kind, read.position) == (milliseconds, kind, position)
    assert is_item_of(item, batch)
    assert not is_item_of(item, new_batch_id(milliseconds))
    assert (item.int >> 76) & 0xF == 7
    assert (item.int >> 62) & 3 == 2


@given(st.sets(st.integers(0, MAX_POSITION), min_size=2, max_size=30))
def test_ids_of_one_kind_sort_by_position(positions: set[int]) -> None:
    batch = new_batch_id(5)
    ids = [item_id(batch, position) for position in sorted(positions)]
    assert ids == sorted(ids)
    assert len(set(ids)) == len(positions)


def test_kinds_do_not_collide() -> None:
    batch = new_batch_id(5)
    assert len({item_id(batch, 3, kind=kind) for kind in KIND_CODES}) == len(KIND_CODES)
    assert len(set(KIND_CODES.values())) == len(KIND_CODES)
    assert max(KIND_CODES.values()) < 64


@pytest.mark.parametrize("position", [-1, MAX_POSITION + 1])
def test_positions_that_do_not_fit(position: int) -> None:
    with pytest.raises(CustodyError):
        item_id(new_batch_id(1), position)


def test_refuses_other_times_kinds_and_ids() -> None:
    with pytest.raises(CustodyError):
        new_batch_id(1 << 48)
    with pytest.raises(CustodyError):
        item_id(new_batch_id(1), 1, kind="unheard-of")
    for other in (UUID(int=0), UUID("6ba7b810-9dad-41d1-80b4-00c04fd430c8")):
        with pytest.raises(CustodyError):
            read_item_id(other)
