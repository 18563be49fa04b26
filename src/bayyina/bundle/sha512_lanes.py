"""SHA-512 of eight messages side by side, in registers of 512 bits (AVX-512).

No processor of today has instructions for SHA-512, so one file after the other takes longer to
digest than to read, copy and write; eight at once take a third. The compression function is that
of FIPS 180-4, section 6.4.2, its constants are those of section 4.2.3. The rounds stand in
the code in sixteens, which keeps it quick to compile.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from bayyina.bundle.digest_lanes import Loop, Writer, fractions_of_roots

LANES: Final = 8
"""Messages that are digested at once: words of 64 bits in a register of 512."""

_WORDS: Final = 16
_ROUNDS: Final = 80
_VECTOR: Final = f"<{LANES} x i64>"
_WIDTH: Final = 8 * _WORDS
"""Bytes of the constants of sixteen rounds."""


class _Working(NamedTuple):
    """The eight working variables, as names of vectors."""

    a: str
    b: str
    c: str
    d: str
    e: str
    f: str
    g: str
    h: str


class _Code(Writer):
    """Writes the module: for each block, four times sixteen rounds in a loop, then the last."""

    def text(self) -> str:
        """The module in LLVM's language."""
        constants = ", ".join(f"i64 {_signed(one)}" for one in fractions_of_roots(3, _ROUNDS))
        self._body()
        return "\n".join(
            [
                f"@constants = private constant [{_ROUNDS} x i64] [{constants}]",
                f"declare {_VECTOR} @llvm.fshr.v{LANES}i64({_VECTOR}, {_VECTOR}, {_VECTOR})",
                f"declare {_VECTOR} @llvm.bswap.v{LANES}i64({_VECTOR})",
                "define void @compress(ptr noalias %messages, i64 %blocks, ptr noalias %state) {",
                *self.lines,
                "  ret void",
                "}",
            ]
        )

    def _body(self) -> None:
        add = self.lines.append
        add("entry:")
        messages = [self.new(f"load ptr, ptr {self.at('%messages', 8 * n)}") for n in range(LANES)]
        places = [self.at("%state", 8 * LANES * n) for n in range(8)]
        before = [self.new(f"load {_VECTOR}, ptr {place}, align 8") for place in places]
        add("  br label %loop\nloop:\n  %block = phi i64 [0, %entry], [%next, %last]")
        for n, value in enumerate(before):
            add(f"  %in{n} = phi {_VECTOR} [{value}, %entry], [%out{n}, %last]")
        offset = self.new("shl i64 %block, 7")
        rows = [self.new(f"getelementptr i8, ptr {one}, i64 {offset}") for one in messages]
        read = [one for half in (0, 64) for one in self._transposed(rows, half)]
        add("  br label %rounds\nrounds:\n  %round = phi i64 [0, %loop], [%further, %rounds]")
        for n in range(8):
            add(f"  %now{n} = phi {_VECTOR} [%in{n}, %loop], [%then{n}, %rounds]")
        for n, value in enumerate(read):
            add(f"  %word{n} = phi {_VECTOR} [{value}, %loop], [%new{n}, %rounds]")
        words = [f"%word{n}" for n in range(_WORDS)]
        done = self._rounds(_Working(*(f"%now{n}" for n in range(8))), words, "%round")
        for n, value in enumerate(done):
            add(f"  %then{n} = {_same(value)}")
        for n, value in enumerate(self._scheduled(words)):
            add(f"  %new{n} = {_same(value)}")
        add(f"  %further = add i64 %round, {_WIDTH}")
        add(f"  %again = icmp ult i64 %further, {8 * (_ROUNDS - _WORDS)}")
        add("  br i1 %again, label %rounds, label %last\nlast:")
        last = [f"%new{n}" for n in range(_WORDS)]
        done = self._rounds(_Working(*(f"%then{n}" for n in range(8))), last, "%further")
        for n, value in enumerate(done):
            add(f"  %out{n} = add {_VECTOR} %in{n}, {value}")
        add("  %next = add i64 %block, 1\n  %more = icmp ult i64 %next, %blocks")
        add("  br i1 %more, label %loop, label %end\nend:")
        for n, place in enumerate(places):
            add(f"  store {_VECTOR} %out{n}, ptr {place}, align 8")

    def _rounds(self, now: _Working, words: Sequence[str], place: str) -> _Working:
        """Sixteen rounds, whose constants lie so many bytes after the first."""
        constants = self.new(f"getelementptr i8, ptr @constants, i64 {place}")
        for number, word in enumerate(words):
            constant = self._everywhere(self.new(f"load i64, ptr {self.at(constants, 8 * number)}"))
            big1 = self._xor(*(self._turn(now.e, by) for by in (14, 18, 41)))
            choice = self._xor(now.g, self._op("and", now.e, self._xor(now.f, now.g)))
            first = self._add(now.h, word, constant, choice, big1)
            big0 = self._xor(*(self._turn(now.a, by) for by in (28, 34, 39)))
            either = self._op("and", now.c, self._op("or", now.a, now.b))
            majority = self._op("or", self._op("and", now.a, now.b), either)
            now = _Working(
                self._add(first, big0, majority), now.a, now.b, now.c,
                self._add(now.d, first), now.e, now.f, now.g,
            )  # fmt: skip
        return now

    def _scheduled(self, before: Sequence[str]) -> list[str]:
        """The words of the next sixteen rounds."""
        words = list(before)
        for number in range(_WORDS, 2 * _WORDS):
            early, late = words[number - 15], words[number - 2]
            small0 = self._xor(
                self._turn(early, 1), self._turn(early, 8), self._op("lshr", early, _all(7))
            )
            small1 = self._xor(
                self._turn(late, 19), self._turn(late, 61), self._op("lshr", late, _all(6))
            )
            words.append(self._add(words[number - 16], small0, words[number - 7], small1))
        return words[_WORDS:]

    def _transposed(self, rows: Sequence[str], start: int) -> list[str]:
        """Eight words of each message, as eight vectors of one word of every message."""
        found = []
        for row in rows:
            value = self.new(f"load {_VECTOR}, ptr {self.at(row, start)}, align 1")
            found.append(self.new(f"call {_VECTOR} @llvm.bswap.v{LANES}i64({_VECTOR} {value})"))
        for width in (1, 2, 4):  # swap across the diagonal: words, then pairs, then halves
            swapped = list(found)
            for one in range(LANES):
                if one & width:
                    continue
                upper, lower = found[one], found[one + width]
                kept = [n if not n & width else n - width + LANES for n in range(LANES)]
                moved = [n + width if not n & width else n + LANES for n in range(LANES)]
                swapped[one] = self._shuffled(upper, lower, kept)
                swapped[one + width] = self._shuffled(upper, lower, moved)
            found = swapped
        return found

    def _shuffled(self, one: str, other: str, order: Sequence[int]) -> str:
        mask = ", ".join(f"i32 {n}" for n in order)
        return self.new(
            f"shufflevector {_VECTOR} {one}, {_VECTOR} {other}, <{LANES} x i32> <{mask}>"
        )

    def _everywhere(self, value: str) -> str:
        one = self.new(f"insertelement {_VECTOR} poison, i64 {value}, i32 0")
        return self.new(
            f"shufflevector {_VECTOR} {one}, {_VECTOR} poison, <{LANES} x i32> zeroinitializer"
        )

    def _op(self, what: str, one: str, other: str) -> str:
        return self.new(f"{what} {_VECTOR} {one}, {other}")

    def _turn(self, value: str, by: int) -> str:
        same = f"{_VECTOR} {value}"
        return self.new(
            f"call {_VECTOR} @llvm.fshr.v{LANES}i64({same}, {same}, {_VECTOR} {_all(by)})"
        )

    def _add(self, first: str, *others: str) -> str:
        for one in others:
            first = self._op("add", first, one)
        return first

    def _xor(self, first: str, *others: str) -> str:
        for one in others:
            first = self._op("xor", first, one)
        return first


def _same(value: str) -> str:
    """A value under another name."""
    return f"bitcast {_VECTOR} {value} to {_VECTOR}"


def _all(value: int) -> str:
    """A vector with one value in every lane."""
    return "<" + ", ".join([f"i64 {value}"] * LANES) + ">"


def _signed(value: int) -> int:
    return value - (1 << 64) if value >> 63 else value


SHA512: Final = Loop(
    "sha512",
    LANES,
    8 * _WORDS,
    8,
    tuple(fractions_of_roots(2, 8)),
    ("avx512f",),
    lambda: _Code().text(),
)
"""SHA-512 of eight messages."""
