"""Digests of several messages side by side, for the many files of a large bundle.

One message after the other leaves most of a processor idle: each step of SHA-256 and SHA-512
waits for the one before it. Where the processor can do the same step for several messages at
once, ``sha512_lanes`` and ``sha256_pairs`` write a loop in LLVM's language that does so, and
this module compiles it and feeds it. Where it cannot, nothing is made and digests are made one
by one. Before a loop is used it has to agree with ``hashlib`` on messages of awkward lengths.
"""

from __future__ import annotations

import ctypes
import hashlib
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple, Self

import llvmlite.binding as llvm
import numpy as np

WORTH: Final = 0.5
"""Share of the lanes' work that must be used: with less, one by one is as quick."""

_TESTED: Final = (0, 1, 111, 112, 127, 128, 240, 1000)

Message = bytes | bytearray | memoryview
Compress = Callable[[Any, int, int], None]


class Loop(NamedTuple):
    """A compression function for several messages, in LLVM's language.

    It defines ``compress(addresses of the messages, blocks, state)``; the state is the eight
    words of the digest, each for all messages, in the machine's order.
    """

    algorithm: str
    """Its name in ``hashlib``."""

    lanes: int
    """Messages at once."""

    block: int
    """Bytes of a block of each message."""

    word: int
    """Bytes of a word of the state."""

    start: tuple[int, ...]
    """The state before the first block."""

    needed: tuple[str, ...]
    """What the processor must have, as LLVM names it."""

    text: Callable[[], str]
    """Writes the module."""


class Lanes:
    """Digests groups of messages; safe to use from several threads."""

    def __init__(self, loop: Loop, engine: Any, compress: Compress) -> None:
        self._loop = loop
        self._engine = engine  # holds the code
        self._compress = compress
        start = np.array(loop.start, dtype=f"=u{loop.word}")
        self._start = np.repeat(start[:, None], loop.lanes, axis=1)

    @classmethod
    def made(cls, loop: Loop) -> Self | None:
        """Compile a loop; None where it cannot be, lacks what it needs, or does not agree."""
        try:
            made = cls._compiled(loop)
        except (OSError, RuntimeError):  # another LLVM, or a system that it does not know
            return None
        return made if made is not None and made.agrees() else None

    @classmethod
    def _compiled(cls, loop: Loop) -> Self | None:
        llvm.initialize_native_target()
        llvm.initialize_native_asmprinter()
        features = llvm.get_host_cpu_features()
        if not all(features.get(one) for one in loop.needed):
            return None
        target = llvm.Target.from_default_triple().create_target_machine(
            cpu=llvm.get_host_cpu_name(), features=features.flatten(), opt=2
        )
        engine = llvm.create_mcjit_compiler(llvm.parse_assembly(loop.text()), target)
        engine.finalize_object()
        kind = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_uint64, ctypes.c_void_p)
        return cls(loop, engine, kind(engine.get_function_address("compress")))

    def agrees(self) -> bool:
        """Whether they give what ``hashlib`` gives."""
        message = bytes(range(256)) * 4
        cut = [message[:length] for length in _TESTED]
        new, lanes = self._loop.algorithm, self._loop.lanes
        return all(
            self._digests(cut[start : start + lanes])
            == [hashlib.new(new, one).hexdigest() for one in cut[start : start + lanes]]
            for start in range(0, len(cut), lanes)
        )

    def digests(self, messages: Sequence[Message]) -> list[str]:
        """Digest (hex) of each message; any number, best of about one length."""
        new, lanes = self._loop.algorithm, self._loop.lanes
        order = sorted(range(len(messages)), key=lambda n: len(messages[n]))
        found = [""] * len(messages)
        for start in range(0, len(order), lanes):
            part = order[start : start + lanes]
            longest = max(len(messages[n]) for n in part)
            if sum(len(messages[n]) for n in part) < WORTH * lanes * longest:
                digests = [hashlib.new(new, messages[n]).hexdigest() for n in part]
            else:
                digests = self._digests([messages[n] for n in part])
            for number, digest in zip(part, digests, strict=True):
                found[number] = digest
        return found

    def _digests(self, messages: Sequence[Message]) -> list[str]:
        """At most as many messages as there are lanes, each in its lane."""
        loop = self._loop
        lanes = [_Lane(one, loop) for one in messages]
        state = self._start.copy()
        found = [""] * len(lanes)
        while active := [one for one in lanes if one.left]:
            step = min(one.left for one in active)
            idle = active[0].address  # read there and forgotten
            places = [one.address if one.left else idle for one in lanes]
            places += [idle] * (loop.lanes - len(lanes))
            self._compress((ctypes.c_void_p * loop.lanes)(*places), step, state.ctypes.data)
            for number, one in enumerate(lanes):
                if one.left and one.move(step):
                    found[number] = state[:, number].astype(f">u{loop.word}").tobytes().hex()
        return found


class _Lane:
    """A message: its whole blocks where they lie, then its end with the padding."""

    __slots__ = ("_block", "_body", "_end", "_is_end", "address", "left")

    def __init__(self, message: Message, loop: Loop) -> None:
        self._block = loop.block
        whole, length = len(message) // loop.block, len(message)
        rest = bytes(memoryview(message)[whole * loop.block :])
        told = 2 * loop.word  # the length in bits stands in two words
        zeros = bytes(-(len(rest) + 1 + told) % loop.block)
        padding = b"\x80" + zeros + (8 * length).to_bytes(told, "big")
        self._end = np.frombuffer(rest + padding, dtype=np.uint8)
        self._body = np.frombuffer(message, dtype=np.uint8) if whole else self._end
        self._is_end = not whole
        self.left = whole or len(self._end) // loop.block
        """Blocks that follow each other from the address on."""
        self.address = _address(self._body)
        """Where the next block lies."""

    def move(self, blocks: int) -> bool:
        """Go on by some blocks; whether that was the end of the message."""
        self.left -= blocks
        self.address += blocks * self._block
        if self.left == 0 and not self._is_end:
            self._is_end, self.left = True, len(self._end) // self._block
            self.address = _address(self._end)
        return self.left == 0


def _address(array: np.ndarray[Any, Any]) -> int:
    """Where an array lies (``.ctypes`` says the same and takes longer)."""
    return int(array.__array_interface__["data"][0])


def fractions_of_roots(degree: int, count: int) -> list[int]:
    """The first 64 bits of the fractional parts of roots of the first primes (FIPS 180-4).

    SHA-256 takes the first 32 of them.
    """
    primes: list[int] = []
    number = 2
    while len(primes) < count:
        if all(number % one for one in primes):
            primes.append(number)
        number += 1
    return [_whole_root(one << (64 * degree), degree) & ((1 << 64) - 1) for one in primes]


def _whole_root(number: int, degree: int) -> int:
    low, high = 0, 1 << (number.bit_length() // degree + 1)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if middle**degree <= number else (low, middle - 1)
    return low


class Writer:
    """Writes a function in LLVM's language, value by value."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        """Its lines so far."""
        self._count = 0

    def new(self, expression: str) -> str:
        """A value, by its name."""
        self._count += 1
        self.lines.append(f"  %v{self._count} = {expression}")
        return f"%v{self._count}"

    def at(self, pointer: str, octets: int) -> str:
        """An address so many bytes further on."""
        return self.new(f"getelementptr i8, ptr {pointer}, i64 {octets}")
