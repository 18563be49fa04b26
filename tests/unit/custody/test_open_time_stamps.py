"""Promises of calendars and proofs in blocks: OpenTimestamps, read, judged, put together."""

from __future__ import annotations

import os
import random
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bayyina.custody.open_time_stamp_merging import merge_open_time_stamps
from bayyina.custody.open_time_stamps import (
    CONTRADICTS,
    MATCHES,
    NO_HEADER,
    PENDING,
    UNKNOWN,
    Attestation,
    OpenTimeStamp,
    fits,
    judge,
    read_header,
    read_open_time_stamp,
)
from bayyina.errors import CustodyError
from tests.made_calendars import PENDING as PENDING_TAG
from tests.made_calendars import block_proof, pending_proof, reached, start

GENESIS = bytes.fromhex(
    "01000000" + "00" * 32 + "3ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a"
    "29ab5f49ffff001d1dac2b7c"
)
"""Header of the first block of Bitcoin."""


def test_pending_shows_nothing() -> None:
    stamp = read_open_time_stamp(pending_proof(b"data"))
    assert fits(stamp, b"data")
    assert not fits(stamp, b"other")
    assert [one.state for one in judge(stamp, {})] == [PENDING]


def test_a_block_without_and_with_its_header() -> None:
    stamp = read_open_time_stamp(block_proof(b"data", 17))
    assert [one.state for one in judge(stamp, {})] == [NO_HEADER]
    assert [one.state for one in judge(stamp, {17: GENESIS})] == [CONTRADICTS]
    easy = GENESIS[:36] + reached(b"data") + GENESIS[68:72] + b"\xff\xff\x7f\x20" + bytes(4)
    assert [one.state for one in judge(stamp, {17: easy})] == [CONTRADICTS]  # no work in it
    with pytest.raises(CustodyError):
        judge(stamp, {17: b"short"})


def test_the_first_block() -> None:
    header = read_header(GENESIS)
    assert header.has_work
    assert header.time == datetime(2009, 1, 3, 18, 15, 5, tzinfo=UTC)
    stamp = OpenTimeStamp("sha256", bytes(32), (Attestation("bitcoin", "0", header.root, 0),))
    (verdict,) = judge(stamp, {0: GENESIS})
    assert (verdict.state, verdict.time) == (MATCHES, header.time)


THIRD_PARTY = {
    "bad-stamp.txt.ots": [NO_HEADER],
    "hello-world.txt.ots": [NO_HEADER],
    "incomplete.txt.ots": [PENDING],
    "merkle1.txt.ots": [PENDING, PENDING],
    "merkle2.txt.ots": [PENDING, PENDING],
    "merkle3.txt.ots": [PENDING, PENDING],
    "two-calendars.txt.ots": [PENDING, PENDING],
    "unknown-notary.txt.ots": [UNKNOWN],
    "known-and-unknown-notary.txt.ots": [PENDING, UNKNOWN],
    "different-blockchains.txt.ots": [PENDING, UNKNOWN, PENDING, NO_HEADER],
    "empty.ots": [NO_HEADER],
    "gdp2q25-2nd.pdf.ots": [NO_HEADER],
    "bitcoin.pdf.ots": [NO_HEADER],
}


@pytest.mark.data
def test_third_party_proofs(test_data: Path) -> None:
    folder = test_data / "evidence/opentimestamps"
    if not folder.is_dir():
        pytest.skip("The proofs are not on this machine.")
    for name, states in THIRD_PARTY.items():
        stamp = read_open_time_stamp((folder / name).read_bytes())
        assert [one.state for one in judge(stamp, {})] == states, name
        file = folder / name.removesuffix(".ots")
        if file.is_file():
            assert fits(stamp, file.read_bytes()), name
    hello = read_open_time_stamp((folder / "hello-world.txt.ots").read_bytes())
    assert hello.digest.hex().startswith("03ba204e")
    block = hello.attestations[0]
    assert (block.height, block.message[::-1].hex()[:8]) == (358391, "8a1b66ec")
    bad = read_open_time_stamp((folder / "bad-stamp.txt.ots").read_bytes())
    assert bad.attestations[0].message != block.message
    assert read_open_time_stamp((folder / "sha1/a-or-b.ots").read_bytes()).is_weak
    gdp = read_open_time_stamp((folder / "gdp2q25-2nd.pdf.ots").read_bytes())
    assert gdp.attestations[0].height == 912095
    for path in sorted((folder / "invalid").glob("*.ots")):
        with pytest.raises(CustodyError):
            read_open_time_stamp(path.read_bytes())


@pytest.mark.data
def test_third_party_proofs_are_written_as_they_were(test_data: Path) -> None:
    """What the reference program wrote is written alike, and merging a proof with itself adds nothing."""
    folder = test_data / "evidence/opentimestamps"
    if not folder.is_dir():
        pytest.skip("The proofs are not on this machine.")
    for name in THIRD_PARTY:
        proof = (folder / name).read_bytes()
        assert merge_open_time_stamps([proof]) == proof, name
        assert merge_open_time_stamps([proof, proof]) == proof, name
    with pytest.raises(CustodyError, match="different digests"):
        merge_open_time_stamps([(folder / f"merkle{n}.txt.ots").read_bytes() for n in (1, 2)])


def test_a_promise_and_what_completes_it_are_one_proof() -> None:
    first, second = pending_proof(b"data"), pending_proof(b"data", "https://other.example.org")
    block = block_proof(b"data", 17)
    whole = merge_open_time_stamps([first, second, block])
    found = read_open_time_stamp(whole).attestations
    assert sorted(one.kind for one in found) == ["bitcoin", "calendar", "calendar"]
    assert {one.message for one in found} == {reached(b"data")}
    assert merge_open_time_stamps([block, second, first, whole]) == whole
    deep = start(b"data") + b"\x08" * 2_000 + b"\x00" + PENDING_TAG + b"\x02\x01x"
    assert len(read_open_time_stamp(merge_open_time_stamps([deep, block])).attestations) == 2
    for damaged in (b"", block[:-1], block + b"x"):
        with pytest.raises(CustodyError):
            merge_open_time_stamps([first, damaged])


def test_damaged_proofs_end_in_one_sentence() -> None:
    good = block_proof(b"data", 17)
    dice = random.Random(2)
    for length in range(len(good)):
        with pytest.raises(CustodyError):
            read_open_time_stamp(good[:length])
    with pytest.raises(CustodyError, match="after the end"):
        read_open_time_stamp(good + b"x")
    for _ in range(2_000):
        changed = bytearray(good)
        for _ in range(dice.randrange(1, 4)):
            changed[dice.randrange(len(changed))] = dice.randrange(256)
        try:
            judge(read_open_time_stamp(bytes(changed)), {17: GENESIS})
        except CustodyError:
            continue
    bomb = good[:65] + b"\xf3" * 200 + good[65:]
    with pytest.raises(CustodyError):
        read_open_time_stamp(bomb)
    with pytest.raises(CustodyError):
        read_open_time_stamp(good[:65] + os.urandom(1) * (2 << 20))
