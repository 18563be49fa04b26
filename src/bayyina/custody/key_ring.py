"""Record and batch keys for verification, each opened once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from bayyina.custody.log_reader import LogReader
from bayyina.errors import CustodyError
from bayyina.keys.record_keys import KeyWrap

_MAX_KEPT = 200_000


class BatchFacts(NamedTuple):
    """What leaves of a batch's rows hold besides the rows: all of it from the entry."""

    number: int
    """Number of the batch."""

    uuid: str
    """Its UUIDv7."""

    recorded_at: str
    """When it was begun."""

    recorded_by: str
    """UUID of the member."""

    case: str
    """The case under whose key its keys are wrapped."""

    wrapped_key: bytes
    """Its wrapped key, from the store; empty when it is gone."""


@dataclass(frozen=True)
class CaseBook:
    """Which case each batch belongs to, and the case keys at hand."""

    keys: Mapping[str, bytes] = field(repr=False)
    """Case keys by case code."""

    usual: str
    """The case of nearly all batches."""

    others: Mapping[int, str]
    """Batches of other cases."""

    def case_of(self, batch: int) -> str:
        """The case of a batch."""
        return self.others.get(batch, self.usual)


class KeyRing:
    """Opens keys and says why one cannot be opened."""

    def __init__(self, reader: LogReader, cases: CaseBook) -> None:
        self._reader = reader
        self._cases = cases
        self._wraps = {case: KeyWrap(key) for case, key in cases.keys.items()}
        self._kept: dict[int, bytes | None] = {}
        self.damaged: dict[int, str] = {}
        """Records whose key is there and does not open, with the reason."""

    def has_case(self, case: str) -> bool:
        """Whether the key of a case is at hand."""
        return case in self._wraps

    def batch_key(self, facts: BatchFacts) -> bytes:
        """The key of a batch.

        Raises:
            CustodyError: it cannot be opened.
        """
        wrap = self._wraps.get(facts.case)
        if wrap is None:
            raise CustodyError(f"The key of the case {facts.case!r} is not at hand.")
        return wrap.open_batch(UUID(facts.uuid), facts.wrapped_key)

    def record_key(self, number: int) -> bytes | None:
        """The key of a record; None when it was destroyed.

        Raises:
            CustodyError: there is no such record, or its key does not open.
        """
        if number not in self._kept:
            self.fetch((number,))
        return self.kept(number)

    def kept(self, number: int) -> bytes | None:
        """The key of a record that was fetched before; as ``record_key``."""
        if number in self._kept:
            return self._kept[number]
        raise CustodyError(self.damaged.get(number, f"There is no record {number}."))

    def fetch(self, numbers: Collection[int]) -> None:
        """Read and open the keys of records, so far as they are not open yet."""
        missing = [number for number in numbers if number not in self._kept]
        if not missing:
            return
        if len(self._kept) + len(missing) > _MAX_KEPT:
            self._kept.clear()
            missing = list(numbers)
        for number, wrapped in self._reader.wrapped_record_keys(missing).items():
            if wrapped is None:
                self._kept[number] = None
            else:
                self._open(number, wrapped)

    def _open(self, number: int, wrapped: bytes) -> None:
        case = self._cases.case_of(number >> 32)
        wrap = self._wraps.get(case)
        if wrap is None:
            self.damaged[number] = f"the key of the case {case!r} is not at hand"
            return
        try:
            self._kept[number] = wrap.open_record(number, wrapped)
        except CustodyError:
            self.damaged[number] = "the wrapped key was changed"
