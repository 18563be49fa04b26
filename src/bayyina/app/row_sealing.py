"""Sealing what has to be sealed, on the way of a statement into its batch."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from bayyina.app.sealing_keys import no_sealing_key
from bayyina.custody.sealed_later import KEPT_CELLS
from bayyina.disclosure.protected_people import Protection
from bayyina.keys.sealing import SealedContent, Sealer, is_sealed, mark_of, with_mark
from bayyina.model.drafts import ValueDraft
from bayyina.sites.positions import cell_of, read_position, write_position

NOTHING: Final = "-"
"""What stands for reasons where there are none."""


_ENDING: Final = re.compile(
    r".+(?P<ending>\.(?:3gp|aac|amr|avi|bmp|csv|docx?|eml|flac|gif|gz|heic|html?|jpe?g|json|kml|kmz|"
    r"m4a|m4v|mbox|mht|mkv|mov|mp3|mp4|mpe?g|odt|ods|ogg|oga|opus|pdf|png|pptx?|rar|rtf|tar|tiff?|"
    r"tsv|txt|vcf|wacz|warc|wav|webm|webp|wma|wmv|xlsx?|xml|zip|7z))",
    re.DOTALL,
)


class KeptCells(NamedTuple):
    """What is stored of a row kept aside."""

    cells: str
    """Its cells, as a JSON array."""

    reasons: str
    """Codes of why it was kept aside, with ``|`` between them; they stay in clear."""

    ids: str = ""
    """Keyed marks of ids of the list's records that it names, with ``|`` between them."""


def ending_of(name: str) -> str:
    """The ending of a file's name, such as ``.pdf``, if it is one of a kind of file.

    What stands behind the last dot of a name may be part of somebody's.
    """
    match = _ENDING.fullmatch(name.strip().casefold())
    return match["ending"] if match else ""


class RowSealing:
    """Seals the statements of one batch that its protection asks for."""

    __slots__ = (
        "_by_level", "_concerned", "_key_of", "_marks", "_protected", "_public", "_sealers", "identifiers",
        "protection",
    )  # fmt: skip

    def __init__(
        self,
        public: bytes | None,
        protection: Protection,
        key_of: Callable[[int], bytes | None] | None = None,
        *,
        marks: bytes | None = None,
    ) -> None:
        """Begin a batch.

        Args:
            public: Public half of the sealing key; None in a workspace without one.
            protection: What is sealed.
            key_of: The public half for a record, where cases have keys of their own.
            marks: Key of the marks of sealed identifiers; None for who is not cleared.
        """
        self.protection = protection
        """What is sealed."""
        self._public = public
        self._key_of = key_of
        self._sealers: dict[bytes, Sealer] = {}
        self._marks = marks
        self.identifiers = 0
        """Identifiers that were sealed."""
        self._by_level = protection.by_level
        self._protected: set[int] = set()
        self._concerned: dict[str, frozenset[str]] = {}

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
        if not is_protected and draft.property not in self._sealed_of(record_type):
            return draft
        if not protection.seals(record_type, draft, is_protected=is_protected):
            if not protection.seals_wording(record_type, draft, is_protected=is_protected):
                return draft
            # All of it is sealed, so that who is cleared can hold it against what is in clear.
            return draft._replace(original=self._sealed(record, key, draft), lang=None)
        text = self._sealed(record, key, draft)
        if draft.property in protection.identifiers.get(record_type, ()):
            self.identifiers += 1
            if self._marks is not None:
                text = with_mark(text, mark_of(self._marks, draft.value))
        if draft.property in protection.positions.get(record_type, ()):
            exact = read_position(draft.value)
            text = text if exact is None else with_mark(text, write_position(cell_of(exact)))
        if draft.property in protection.file_names.get(record_type, ()):
            ending = ending_of(draft.value)
            text = with_mark(text, ending) if ending else text
        lo, hi = protection.stays(record_type, draft)
        return ValueDraft(draft.property, text, lo, hi, certainty=draft.certainty)

    def _sealed_of(self, record_type: str) -> frozenset[str]:
        """Properties that may have to be sealed of a record that is nobody's who is protected."""
        known = self._concerned.get(record_type)
        if known is None:
            protection = self.protection
            known = protection.names(record_type, is_protected=False).union(
                protection.file_names.get(record_type, ())
            )
            self._concerned[record_type] = known
        return known

    def stored_cells(self, record: int | None, key: bytes | None, cells: str | KeptCells) -> str:
        """The cells of a row kept aside as they are stored: sealed, then reasons and marks of ids.

        In a workspace without a sealing key they are stored as before; so are those of a row
        without a record.
        """
        kept = cells if isinstance(cells, KeptCells) else KeptCells(cells, "")
        if self._public is None or record is None or key is None or is_sealed(kept.cells):
            return kept.cells
        text = self._sealer(record).seal(record, key, KEPT_CELLS, SealedContent(kept.cells))
        return f"{text} {kept.reasons or NOTHING} {kept.ids}".rstrip()

    def _sealed(self, record: int, key: bytes, draft: ValueDraft) -> str:
        return self._sealer(record).seal(record, key, draft.property, SealedContent(*draft[1:8]))

    def _sealer(self, record: int) -> Sealer:
        public = self._public if self._key_of is None else self._key_of(record)
        if public is None:
            raise no_sealing_key()
        if public not in self._sealers:
            self._sealers[public] = Sealer(public)
        return self._sealers[public]
