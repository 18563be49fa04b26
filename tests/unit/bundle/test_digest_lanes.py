"""Digests side by side are those of the standard library, whatever the lengths."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bayyina.bundle import composing
from bayyina.bundle.bag_writing import BagWriter, Block, PayloadFile, SideBySide, bytes_blocks
from bayyina.bundle.digest_lanes import Lanes, Loop, fractions_of_roots
from bayyina.bundle.digests import BLOCK
from bayyina.bundle.sha256_pairs import SHA256
from bayyina.bundle.sha512_lanes import LANES, SHA512
from bayyina.errors import InputError


@pytest.fixture(scope="module", params=[SHA256, SHA512], ids=["sha256", "sha512"])
def loop(request: pytest.FixtureRequest) -> Loop:
    found: Loop = request.param
    return found


@pytest.fixture(scope="module")
def lanes(loop: Loop) -> Lanes:
    made = Lanes.made(loop)
    if made is None:
        pytest.skip(f"this processor lacks one of {loop.needed}")
    return made


def test_constants_are_those_of_the_standard() -> None:
    assert [hex(one) for one in fractions_of_roots(2, 8)[::7]] == [
        "0x6a09e667f3bcc908", "0x5be0cd19137e2179",
    ]  # fmt: skip
    assert [hex(one) for one in fractions_of_roots(3, 80)[::79]] == [
        "0x428a2f98d728ae22", "0x6c44198c4a475817",
    ]  # fmt: skip


def test_digests_are_those_of_hashlib(lanes: Lanes, loop: Loop) -> None:
    def expected(message: bytes | memoryview) -> str:
        return hashlib.new(loop.algorithm, message).hexdigest()

    dice = random.Random(5)
    near = [
        0,
        1,
        55,
        56,
        57,
        63,
        64,
        65,
        119,
        120,
        110,
        111,
        112,
        113,
        127,
        128,
        129,
        239,
        240,
        241,
        255,
        256,
        257,
    ]
    for _ in range(150):
        lengths = [
            dice.choice([*near, dice.randrange(3_000)]) for _ in range(dice.randrange(3 * LANES))
        ]
        messages = [dice.randbytes(length) for length in lengths]
        assert lanes.digests(messages) == [expected(one) for one in messages]
    one = dice.randbytes(700_001)
    alike = [memoryview(one)[n:] for n in range(LANES)]
    assert lanes.digests(alike) == [expected(part) for part in alike]


def test_threads_do_not_disturb_each_other(lanes: Lanes, loop: Loop) -> None:
    groups = [[random.Random(n).randbytes(20_000) for _ in range(LANES)] for n in range(20)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lanes.digests, groups))
    assert found == [
        [hashlib.new(loop.algorithm, one).hexdigest() for one in group] for group in groups
    ]


def test_lanes_that_differ_from_hashlib_are_not_used(loop: Loop) -> None:
    wrong = (loop.start[0] ^ 1, *loop.start[1:])
    assert Lanes.made(loop._replace(start=wrong)) is None


def test_a_processor_without_what_is_needed_gets_none(loop: Loop) -> None:
    assert Lanes.made(loop._replace(needed=("no such feature",))) is None


def test_where_nothing_can_be_compiled_there_is_none(
    loop: Loop, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Lanes.made(loop._replace(text=lambda: "no such language")) is None

    def unknown() -> None:
        raise RuntimeError("failed to get host cpu features.")

    monkeypatch.setattr("llvmlite.binding.get_host_cpu_features", unknown)
    assert Lanes.made(loop) is None


@pytest.mark.parametrize("lacking", [[SHA256], [SHA512], [SHA256, SHA512]])
def test_what_is_not_done_side_by_side_is_done_one_by_one(
    lacking: list[Loop], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Lanes.made
    monkeypatch.setattr(Lanes, "made", lambda loop: None if loop in lacking else made(loop))
    found = composing._side_by_side.__wrapped__()
    messages = [bytes([n]) * n * 99 for n in range(11)]
    assert (found is None) == (len(lacking) == 2)
    if found is not None:
        assert found(messages) == together(messages)


def together(messages: Sequence[Block]) -> list[tuple[str, str]]:
    return [(hashlib.sha256(one).hexdigest(), hashlib.sha512(one).hexdigest()) for one in messages]


@pytest.mark.parametrize(
    "prepare",
    [None, lambda: None, lambda: together, composing._side_by_side],
    ids=["never", "nothing", "at once", "compiled"],
)
def test_a_bag_is_the_same_however_it_is_digested(
    tmp_path: Path, prepare: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The first part of the files waits until the answer is there.
    monkeypatch.setattr("bayyina.bundle.bag_writing.AT_A_TIME", 7)
    dice = random.Random(6)
    sizes = [0, 1, 200, *[dice.randrange(9_000) for _ in range(37)], BLOCK, BLOCK + 1, 3 * BLOCK]
    contents = [dice.randbytes(size) for size in sizes]

    def blocks(data: bytes) -> PayloadFile:
        cut = [data[at : at + BLOCK] for at in range(0, len(data), BLOCK)]
        digest = hashlib.sha256(data).hexdigest()
        return PayloadFile(f"f/{len(data)}-{digest[:9]}", lambda _: iter(cut), digest)

    items = [blocks(data) for data in contents]
    with BagWriter(tmp_path / "bag") as writer:
        with writer.adding(items, None, prepare):  # type: ignore[arg-type]
            pass
        found = {one.path: one for one in writer.written.values()}
        writer.write_manifests()
        writer.finish([])
    for item, data in zip(items, contents, strict=True):
        one = found[f"data/{item.path}"]
        assert (one.size, one.sha256, one.sha512) == (
            len(data), hashlib.sha256(data).hexdigest(), hashlib.sha512(data).hexdigest(),
        )  # fmt: skip
        assert (tmp_path / "bag" / one.path).read_bytes() == data


@pytest.mark.parametrize("prepare", [None, lambda: together], ids=["one by one", "together"])
def test_files_whose_blocks_lie_in_one_room_are_written_and_digested_whole(
    tmp_path: Path, prepare: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bayyina.bundle.bag_writing.AT_A_TIME", 5)
    dice = random.Random(7)
    sizes = [0, 1, 70, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 5, 6, 7, 2 * BLOCK + 9, 8, 9]
    contents = [dice.randbytes(size) for size in sizes * 2]

    def in_room(data: bytes) -> PayloadFile:
        def blocks(room: bytearray) -> Iterator[memoryview]:
            for start in range(0, len(data) or 1, len(room)):
                part = data[start : start + len(room)]
                room[: len(part)] = part
                yield memoryview(room)[: len(part)]

        digest = hashlib.sha256(data).hexdigest()
        return PayloadFile(digest, blocks, digest)

    with BagWriter(tmp_path / "bag") as writer:
        distinct = [in_room(data) for data in dict.fromkeys(contents)]
        with writer.adding(distinct, None, prepare):  # type: ignore[arg-type]
            pass
        writer.write_manifests()
        writer.finish([])
    for data in contents:
        path = f"data/{hashlib.sha256(data).hexdigest()}"
        assert (tmp_path / "bag" / path).read_bytes() == data
        found = writer.written[path]
        assert (found.size, found.sha512) == (len(data), hashlib.sha512(data).hexdigest())


def test_a_file_that_is_not_what_it_should_be_is_found_among_those_kept(tmp_path: Path) -> None:
    def at_once() -> SideBySide:
        return together

    items = [PayloadFile(f"{n}", bytes_blocks(b"x" * n), "0" * 64 if n == 90 else "")
             for n in range(200)]  # fmt: skip
    with (
        pytest.raises(InputError, match="not what its record says"),
        BagWriter(tmp_path / "bag") as writer,
        writer.adding(items, None, at_once),
    ):
        pass
    assert list(tmp_path.iterdir()) == []
