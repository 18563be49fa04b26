"""SHA-512 side by side: the digests are those of the standard library, whatever the lengths."""

from __future__ import annotations

import hashlib
import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bayyina.bundle.bag_writing import BagWriter, PayloadFile, SideBySide, bytes_blocks
from bayyina.bundle.digests import BLOCK
from bayyina.bundle.sha512_lanes import LANES, Lanes, fractions_of_roots
from bayyina.errors import InputError


@pytest.fixture(scope="module")
def lanes() -> Lanes:
    made = Lanes.made()
    if made is None:
        pytest.skip("this processor has no registers of 512 bits")
    return made


def test_constants_are_those_of_the_standard() -> None:
    assert [hex(one) for one in fractions_of_roots(2, 8)[::7]] == [
        "0x6a09e667f3bcc908", "0x5be0cd19137e2179",
    ]  # fmt: skip
    assert [hex(one) for one in fractions_of_roots(3, 80)[::79]] == [
        "0x428a2f98d728ae22", "0x6c44198c4a475817",
    ]  # fmt: skip


def test_digests_are_those_of_hashlib(lanes: Lanes) -> None:
    dice = random.Random(5)
    near = [0, 1, 63, 64, 110, 111, 112, 113, 127, 128, 129, 239, 240, 241, 255, 256, 257]
    for _ in range(150):
        lengths = [
            dice.choice([*near, dice.randrange(3_000)]) for _ in range(dice.randrange(3 * LANES))
        ]
        messages = [dice.randbytes(length) for length in lengths]
        assert lanes.digests(messages) == [hashlib.sha512(one).hexdigest() for one in messages]
    one = dice.randbytes(700_001)
    alike = [memoryview(one)[n:] for n in range(LANES)]
    assert lanes.digests(alike) == [hashlib.sha512(part).hexdigest() for part in alike]


def test_threads_do_not_disturb_each_other(lanes: Lanes) -> None:
    groups = [[random.Random(n).randbytes(20_000) for _ in range(LANES)] for n in range(20)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lanes.digests, groups))
    assert found == [[hashlib.sha512(one).hexdigest() for one in group] for group in groups]


def test_lanes_that_differ_from_hashlib_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Lanes, "agrees", lambda _: False)
    assert Lanes.made() is None


def together(messages: object) -> list[str]:
    return [hashlib.sha512(one).hexdigest() for one in messages]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "prepare",
    [None, lambda: None, lambda: together, lambda: getattr(Lanes.made(), "digests", None)],
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
        return PayloadFile(f"f/{len(data)}-{digest[:9]}", lambda: iter(cut), digest)

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
