"""A secret of 32 bytes in shares: any k of n give it back, fewer tell nothing (Shamir 1979).

Each byte of the secret is the value at 0 of a polynomial of degree k - 1 over GF(256) (the field
of AES: x^8 + x^4 + x^3 + x + 1) whose other coefficients are random; share ``i`` is the value of
all 32 polynomials at ``i``. Fewer than k shares fit every secret equally well.

Shamir's scheme does not notice a wrong share: it gives back a wrong secret. So every share
carries the id of its set, which is a digest of the secret (that has 256 bits, so its digest
cannot be searched), and a checksum; and whoever made the set can keep ``Share.mark``, a digest by
which each share is known by itself before any are put together.

On paper a share is 80 characters: 8 lines of 9 and a check character, in Crockford's base 32
(no I, L, O, U). It always has the same length and says nothing about anybody.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Final

from bayyina.errors import InputError
from bayyina.keys.salts import KEY_LENGTH

VERSION: Final = 1
"""First byte of a share."""

MOST: Final = 255
"""Shares that a set can have: the elements of GF(256) but 0."""

ID_LENGTH: Final = 5
"""Bytes of the id of a set."""

LINES: Final = 8
"""Lines of a share on paper."""

_DIGITS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS: Final = {"O": "0", "I": "1", "L": "1"}
_LINE: Final = 10
_CHECKSUM: Final = 5
_ID_PERSON: Final = b"bayyina set v1"
_SUM_PERSON: Final = b"bayyina sum v1"
_MARK_PERSON: Final = b"bayyina mark v1"


class ShareError(InputError):
    """A share cannot be used; the message says which, never what is in it."""

    code = "share"


@dataclass(frozen=True)
class Share:
    """One share of a secret."""

    set_id: bytes
    """Which set it is of (5 bytes)."""

    needed: int
    """How many shares of the set give the secret back."""

    index: int
    """Which of the set it is, from 1."""

    value: bytes = field(repr=False)
    """Its 32 bytes."""

    @property
    def mark(self) -> str:
        """A digest (32 hex digits) by which the share is known again and that tells nothing of it."""
        return blake2b(self._head() + self.value, digest_size=16, person=_MARK_PERSON).hexdigest()

    @property
    def text(self) -> str:
        """The share as people write it: 16 groups of five characters."""
        body = self._head() + self.value
        number = int.from_bytes(body + _checksum(body))
        digits = "".join(_DIGITS[(number >> (5 * place)) & 31] for place in reversed(range(72)))
        lines = [digits[start : start + _LINE - 1] for start in range(0, 72, _LINE - 1)]
        whole = "".join(line + _check_character(line) for line in lines)
        return "-".join(whole[start : start + 5] for start in range(0, len(whole), 5))

    @classmethod
    def read(cls, text: str, *, name: str = "The share") -> Share:
        """The share that somebody typed or scanned.

        Capital and small letters are the same, ``O`` is read as ``0``, ``I`` and ``L`` as ``1``;
        blanks, hyphens and line ends do not count.

        Args:
            text: What was typed.
            name: What to call it in a message.

        Raises:
            ShareError: it is too long or short, a line of it is mistyped, or it is of a version
                that this program does not know.
        """
        whole = "".join(_characters(text, name))
        if len(whole) != LINES * _LINE:
            raise ShareError(
                f"{name} has {len(whole)} characters; a share has {LINES * _LINE}.",
                hint=f"It stands on paper in {LINES} lines of two groups of five.",
            )
        digits = ""
        for line in range(LINES):
            part = whole[line * _LINE : (line + 1) * _LINE]
            if _check_character(part[:-1]) != part[-1]:
                raise ShareError(
                    f"{name} is mistyped in line {line + 1} of {LINES}.",
                    hint="Compare that line (two groups of five characters) with the paper.",
                )
            digits += part[:-1]
        data = 0
        for digit in digits:
            data = data << 5 | _DIGITS.index(digit)
        return cls._of_bytes(data.to_bytes(45), name)

    @classmethod
    def _of_bytes(cls, data: bytes, name: str) -> Share:
        body, checksum = data[:-_CHECKSUM], data[-_CHECKSUM:]
        if _checksum(body) != checksum:
            raise ShareError(
                f"{name} is mistyped: its checksum does not fit.",
                hint="Two characters may have changed places; compare it with the paper.",
            )
        if body[0] != VERSION:
            raise ShareError(
                f"{name} is of a version that this program does not know.",
                hint="Use a newer version of the program.",
            )
        needed, index = body[6], body[7]
        if not (needed >= 1 and index >= 1):
            raise ShareError(f"{name} was not made by this program.")
        return cls(body[1:6], needed, index, body[8:])

    def _head(self) -> bytes:
        return bytes([VERSION]) + self.set_id + bytes([self.needed, self.index])


def split(
    secret: bytes,
    *,
    of: int,
    needed: int,
    random: Callable[[int], bytes] = os.urandom,
) -> tuple[Share, ...]:
    """``of`` shares of ``secret``, any ``needed`` of which give it back.

    Args:
        secret: 32 bytes that nobody can guess: a key.
        of: Number of shares, up to 255.
        needed: How many give the secret back, at least 2.
        random: Source of random bytes; another one only for published vectors.

    Raises:
        InputError: the numbers do not fit, or the secret has another length.
    """
    if len(secret) != KEY_LENGTH:
        raise InputError(f"What is shared has {KEY_LENGTH} bytes, this has {len(secret)}.")
    if not 2 <= needed <= of <= MOST:
        raise InputError(
            f"{of} shares of which {needed} suffice cannot be made.",
            hint=f"At least 2 have to be needed, and there are at most {MOST}: 3 of 5 is usual.",
        )
    coefficients = [secret, *(random(KEY_LENGTH) for _ in range(needed - 1))]
    name = set_id(secret)
    return tuple(
        Share(name, needed, index, _evaluate(coefficients, index)) for index in range(1, of + 1)
    )


def combine(shares: Sequence[Share]) -> bytes:
    """The secret that shares of one set give back.

    More shares than are needed are compared with one another, so that a wrong one is named.

    Raises:
        ShareError: they are too few, of several sets, or one of them is wrong.
    """
    _check_one_set(shares)
    needed = shares[0].needed
    by_index = {share.index: share for share in shares}
    if len(by_index) < needed:
        raise ShareError(
            f"{len(by_index)} different shares were given; {needed} are needed.",
            hint="Each share counts once.",
        )
    chosen = [by_index[index] for index in sorted(by_index)]
    secret = _interpolate(chosen[:needed], 0)
    if set_id(secret) == shares[0].set_id:
        for share in chosen[needed:]:
            if _interpolate(chosen[:needed], share.index) != share.value:
                raise _wrong(share)
        return secret
    raise _first_wrong(chosen, needed)


def set_id(secret: bytes) -> bytes:
    """The id (5 bytes) of every set of shares of ``secret``."""
    return blake2b(secret, digest_size=ID_LENGTH, person=_ID_PERSON).digest()


def multiply(a: int, b: int) -> int:
    """The product of two elements of GF(256)."""
    return 0 if a == 0 or b == 0 else _EXP[_LOG[a] + _LOG[b]]


def _check_one_set(shares: Sequence[Share]) -> None:
    if not shares:
        raise ShareError("No shares were given.")
    first = shares[0]
    seen: dict[int, Share] = {}
    for share in shares:
        if (share.set_id, share.needed) != (first.set_id, first.needed):
            raise ShareError(
                f"Share {share.index} of set {share.set_id.hex()} does not belong with share "
                f"{first.index} of set {first.set_id.hex()}.",
                hint="Shares of different sets cannot be put together; nothing was opened.",
            )
        if seen.setdefault(share.index, share) != share:
            raise ShareError(f"There are two different shares with the number {share.index}.")


def _first_wrong(shares: Sequence[Share], needed: int) -> ShareError:
    """Which share is wrong, where enough others agree on the secret without it."""
    for left_out in shares:
        others = [share for share in shares if share is not left_out]
        if len(others) >= needed and (set_id(_interpolate(others[:needed], 0)) == left_out.set_id):
            return _wrong(left_out)
    numbers = ", ".join(str(share.index) for share in shares)
    return ShareError(
        f"The shares {numbers} do not give the secret back: at least one of them is wrong.",
        hint="With one share more than needed the wrong one is named.",
    )


def _wrong(share: Share) -> ShareError:
    return ShareError(
        f"Share {share.index} of set {share.set_id.hex()} is wrong: it was not made with the others.",
        hint="Leave it out; nothing was opened.",
    )


def _evaluate(coefficients: Sequence[bytes], at: int) -> bytes:
    """The value of 32 polynomials at ``at`` (Horner's rule)."""
    values = bytes(KEY_LENGTH)
    for part in reversed(coefficients):
        values = bytes(multiply(value, at) ^ c for value, c in zip(values, part, strict=True))
    return values


def _interpolate(shares: Iterable[Share], at: int) -> bytes:
    """The value at ``at`` of the 32 polynomials through the shares (Lagrange)."""
    shares = list(shares)
    result = bytearray(KEY_LENGTH)
    for share in shares:
        weight = 1
        for other in shares:
            if other.index != share.index:
                weight = multiply(
                    weight, multiply(at ^ other.index, _inverse(share.index ^ other.index))
                )
        for place, value in enumerate(share.value):
            result[place] ^= multiply(weight, value)
    return bytes(result)


def _inverse(a: int) -> int:
    return _EXP[255 - _LOG[a]]


def _tables() -> tuple[list[int], list[int]]:
    """Powers of the generator 3, twice over, and their logarithms."""
    exp, log = [0] * 510, [0] * 256
    value = 1
    for power in range(255):
        exp[power] = exp[power + 255] = value
        log[value] = power
        doubled = value << 1
        value ^= doubled ^ (0x11B if doubled & 0x100 else 0)
    return exp, log


_EXP, _LOG = _tables()


def _checksum(body: bytes) -> bytes:
    return blake2b(body, digest_size=_CHECKSUM, person=_SUM_PERSON).digest()


def _characters(text: str, name: str) -> Iterable[str]:
    for character in text.upper():
        if character.isspace() or character in "-\u2010\u2011\u2012\u2013\u2014\u200e\u200f\ufeff":
            continue
        digit = _READ_AS.get(character, character)
        if digit not in _DIGITS:
            raise ShareError(
                f"{name} holds a character that no share has.",
                hint=f"A share is written with these alone: {_DIGITS}.",
            )
        yield digit


def _check_character(line: str) -> str:
    """Luhn's check character modulo 32: finds every mistyped character of a line."""
    total = 0
    for step, character in enumerate(reversed(line)):
        value = _DIGITS.index(character) * (2 - step % 2)
        total += value // 32 + value % 32
    return _DIGITS[-total % 32]
