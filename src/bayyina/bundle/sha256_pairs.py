"""SHA-256 of two messages side by side, with the processor's own instructions for it.

These instructions (SHA-NI) take longer than they keep the processor busy, so while one message
waits for its next step, the other one can have its own: twice as many bytes a second. The
compression function is that of FIPS 180-4, section 6.2.2, its constants are those of section 4.2.2.
Each instruction does two rounds; the state stands in two registers, as Intel lays down: A B E F
and C D G H, the first word highest.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bayyina.bundle.digest_lanes import Loop, Writer, fractions_of_roots

PAIR: Final = 2
"""Messages that are digested at once."""

_ROUNDS: Final = 64
_FOUR: Final = "<4 x i32>"
_CONSTANTS: Final = tuple(one >> 32 for one in fractions_of_roots(3, _ROUNDS))
_ABEF: Final = (5, 4, 1, 0)
"""Words of the state in a register, the lowest first."""
_CDGH: Final = (7, 6, 3, 2)


class _Code(Writer):
    """Writes the module: sixteen times four rounds, for one message and the other in turn."""

    def text(self) -> str:
        """The module in LLVM's language."""
        self._body()
        three = f"{_FOUR}, {_FOUR}, {_FOUR}"
        return "\n".join(
            [
                f"declare {_FOUR} @llvm.x86.sha256rnds2({three})",
                f"declare {_FOUR} @llvm.x86.sha256msg1({_FOUR}, {_FOUR})",
                f"declare {_FOUR} @llvm.x86.sha256msg2({_FOUR}, {_FOUR})",
                f"declare {_FOUR} @llvm.bswap.v4i32({_FOUR})",
                "define void @compress(ptr noalias %messages, i64 %blocks, ptr noalias %state) {",
                *self.lines,
                "  ret void",
                "}",
            ]
        )

    def _body(self) -> None:
        add = self.lines.append
        add("entry:")
        messages = [self.new(f"load ptr, ptr {self.at('%messages', 8 * n)}") for n in range(PAIR)]
        before = [self._loaded(n, words) for n in range(PAIR) for words in (_ABEF, _CDGH)]
        add("  br label %loop\nloop:\n  %block = phi i64 [0, %entry], [%next, %loop]")
        for n, value in enumerate(before):
            add(f"  %in{n} = phi {_FOUR} [{value}, %entry], [%out{n}, %loop]")
        offset = self.new("shl i64 %block, 6")
        words = [
            self._read(self.new(f"getelementptr i8, ptr {one}, i64 {offset}")) for one in messages
        ]
        states = [("%in0", "%in1"), ("%in2", "%in3")]
        for group in range(_ROUNDS // 4):
            for n in range(PAIR):
                if group >= 4:
                    words[n].append(self._scheduled(words[n][-4:]))
                states[n] = self._four_rounds(states[n], words[n][group], group)
        for n, value in enumerate(one for state in states for one in state):
            add(f"  %out{n} = add {_FOUR} %in{n}, {value}")
        add("  %next = add i64 %block, 1\n  %more = icmp ult i64 %next, %blocks")
        add("  br i1 %more, label %loop, label %end\nend:")
        for n in range(PAIR):
            self._store(n, _ABEF, f"%out{2 * n}")
            self._store(n, _CDGH, f"%out{2 * n + 1}")

    def _four_rounds(self, state: tuple[str, str], words: str, group: int) -> tuple[str, str]:
        abef, cdgh = state
        listed = ", ".join(f"i32 {_CONSTANTS[4 * group + n]}" for n in range(4))
        summed = self.new(f"add {_FOUR} {words}, <{listed}>")
        cdgh = self._call("rnds2", cdgh, abef, summed)
        upper = self._shuffled(summed, summed, (2, 3, 2, 3))
        return self._call("rnds2", abef, cdgh, upper), cdgh

    def _scheduled(self, words: Sequence[str]) -> str:
        """The next four words from the sixteen before them."""
        first, second, third, fourth = words
        before = self._shuffled(third, fourth, (1, 2, 3, 4))
        summed = self.new(f"add {_FOUR} {self._call('msg1', first, second)}, {before}")
        return self._call("msg2", summed, fourth)

    def _read(self, place: str) -> list[str]:
        """The sixteen words of a block, by four."""
        loaded = [
            self.new(f"load {_FOUR}, ptr {self.at(place, 16 * n)}, align 1") for n in range(4)
        ]
        return [self.new(f"call {_FOUR} @llvm.bswap.v4i32({_FOUR} {one})") for one in loaded]

    def _loaded(self, message: int, words: Sequence[int]) -> str:
        value = "poison"
        for lane, word in enumerate(words):
            one = self.new(f"load i32, ptr {self._word(message, word)}, align 4")
            value = self.new(f"insertelement {_FOUR} {value}, i32 {one}, i32 {lane}")
        return value

    def _store(self, message: int, words: Sequence[int], value: str) -> None:
        for lane, word in enumerate(words):
            one = self.new(f"extractelement {_FOUR} {value}, i32 {lane}")
            self.lines.append(f"  store i32 {one}, ptr {self._word(message, word)}, align 4")

    def _word(self, message: int, word: int) -> str:
        return self.at("%state", 4 * (PAIR * word + message))

    def _call(self, name: str, *values: str) -> str:
        given = ", ".join(f"{_FOUR} {one}" for one in values)
        return self.new(f"call {_FOUR} @llvm.x86.sha256{name}({given})")

    def _shuffled(self, one: str, other: str, order: Sequence[int]) -> str:
        mask = ", ".join(f"i32 {n}" for n in order)
        return self.new(f"shufflevector {_FOUR} {one}, {_FOUR} {other}, <4 x i32> <{mask}>")


SHA256: Final = Loop(
    "sha256",
    PAIR,
    64,
    4,
    tuple(one >> 32 for one in fractions_of_roots(2, 8)),
    ("sha", "sse4.1"),
    lambda: _Code().text(),
)
"""SHA-256 of two messages."""
