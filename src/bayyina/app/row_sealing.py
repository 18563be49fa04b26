"""Sealing what has to be sealed, on the way of a statement into its batch."""

from __future__ import annotations

from collections.abc import Iterable

from bayyina.app.sealing_keys import no_sealing_key
from bayyina.disclosure.protected_people import Protection
from bayyina.keys.sealing import SealedContent, Sealer
from bayyina.model.drafts import ValueDraft


class RowSealing:
    """Seals the statements of one batch that its protection asks for."""

    __slots__ = ("_by_level", "_protected", "_public", "_sealer", "protection")

    def __init__(self, public: bytes | None, protection: Protection) -> None:
        """Begin a batch.

        Args:
            public: Public half of the sealing key; None in a workspace without one.
            protection: What is sealed.
        """
        self.protection = protection
        """What is sealed."""
        self._public = public
        self._sealer: Sealer | None = None
        self._by_level = protection.by_level
        self._protected: set[int] = set()

    def protect(self, records: Iterable[int]) -> None:
        """From now on what tells whose these records are is sealed."""
        self._protected.update(records)

    def concerns(self, record: int, record_type: str) -> bool:
        """Whether anything that is said of a record may have to be sealed."""
        return record_type in self._by_level or record in self._protected

    def stored(self, record: int, key: bytes, record_type: str, draft: ValueDraft) -> ValueDraft:
        """A draft as it is stored: sealed, or as it is.

        Raises:
            InputError: it has to be sealed, and the workspace has no sealing key.
        """
        protection = self.protection
        is_protected = record in self._protected
        if not protection.seals(record_type, draft, is_protected=is_protected):
            return draft
        if self._sealer is None:
            if self._public is None:
                raise no_sealing_key()
            self._sealer = Sealer(self._public)
        text = self._sealer.seal(record, key, draft.property, SealedContent(*draft[1:8]))
        lo, hi = protection.stays(record_type, draft)
        return ValueDraft(draft.property, text, lo, hi, certainty=draft.certainty)
