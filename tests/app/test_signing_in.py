"""Signing in tells nobody who is a member: the same words and the same work, whatever was wrong."""

from __future__ import annotations

import pytest

from bayyina.app.founding import Equipment
from bayyina.app.members import set_roles
from bayyina.app.outside_reviewers import add_outside_reviewer
from bayyina.db.opening import open_equipment, sign_in
from bayyina.errors import KeyLockedError
from bayyina.keys import personal
from bayyina.keys.personal import DEFAULT_COST, KdfCost, PersonalKey
from tests.app.conftest import ROWS, Bench
from tests.app.two_lists import records

TRIES = {
    "badr": "the passphrase is wrong",
    "nobody": "there is no such handle",
    "gone": "the membership ended",
    "zeina": "they review from outside",
    "lost": "the key file is not there",
    "../badr": "it is no handle",
}
"""Who is tried, and what is wrong."""


@pytest.fixture
def equipment(bench: Bench) -> Equipment:
    bench.take_in(*ROWS)
    for handle in ("badr", "gone", "lost"):
        bench.member(handle, "verifier")
    set_roles(bench.amal, handle="gone", roles=[])
    (bench.folder / "ws" / "people" / "lost.key").unlink()
    add_outside_reviewer(
        bench.amal, handle="zeina", name="Z", organisation="O",
        public=PersonalKey.generate().public, records=records(bench.amal, "Person")[:1],
    )  # fmt: skip
    return open_equipment(bench.folder / "ws", clock=bench.clock)


def test_whatever_is_wrong_costs_one_try_and_is_said_alike(
    equipment: Equipment, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[KdfCost] = []
    stretch = personal._stretch

    def counted(passphrase: str, cost: KdfCost, salt: bytes) -> bytes:
        tries.append(cost)
        return stretch(passphrase, KdfCost(64, 1), salt)

    monkeypatch.setattr(personal, "_stretch", counted)
    told = set()
    for handle in TRIES:
        tries.clear()
        with pytest.raises(KeyLockedError) as refused:
            sign_in(equipment, handle, "not the passphrase")
        assert len(tries) == 1, f"{handle}: {TRIES[handle]}"
        if handle != "badr":
            assert tries == [DEFAULT_COST], "as much as a key of today costs"
        told.add(str(refused.value).replace(handle, "?"))
    assert len(told) == 1
    equipment.store.close()
