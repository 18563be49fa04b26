"""Rows to drafts: what each row of a list says, as its mapping reads it.

A row is accepted, accepted with warnings, or kept aside with the reason. Nothing is
dropped: a reading always holds the row's cells, and a text that cannot be read is kept
verbatim beside what could be.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Sequence

from bayyina.model.drafts import RecordDraft, RowProblem, RowReading
from bayyina.model.places import Gazetteer
from bayyina.model.vocabulary import Vocabulary
from bayyina.tables import problems
from bayyina.tables.block_readers import BlockReader, Content, Surroundings
from bayyina.tables.chronology import Chronology
from bayyina.tables.mapping import Mapping, block_key
from bayyina.tables.mapping_parts import ROW, Block, Key
from bayyina.tables.problems import KEPT_ASIDE, status_of
from bayyina.tables.row_keys import KeyReader, OfContent, RowKeys, marked_key


class RowReader:
    """Reads the rows of one file with one mapping.

    It remembers the keys of the rows it has read, so that the second row with a key is
    noticed: make a new reader for each file, and give it the rows in order.
    """

    def __init__(
        self,
        mapping: Mapping,
        header: Sequence[str],
        vocabulary: Vocabulary,
        gazetteer: Gazetteer,
        of_content: OfContent | None = None,
        marked_keys: Collection[str] = (),
    ) -> None:
        """Make a mapping ready for a file's columns.

        With ``of_content``, rows without ids are known by what it makes of their content's
        digest; without it by the digest itself, which confirms a guess of the content. The same
        stands for the ids of the blocks ``marked_keys``.

        Raises:
            MappingError: The header lacks columns, or a constant cannot be read.
        """
        mapping.check_header(header)
        around = Surroundings(
            tuple(header), vocabulary, gazetteer, mapping.facts, mapping.label, _prefixes(mapping)
        )
        self._width = len(header)
        self._keys = RowKeys(
            mapping.row.key or Key(),
            header,
            mapping.facts,
            of_content,
            is_marked=ROW in marked_keys,
        )
        self._row = BlockReader(mapping.row, around, mapping.checks)
        self._blocks = [
            (
                BlockReader(block, around),
                _own_key(block, header, of_content if block.id in marked_keys else None),
            )
            for block in mapping.blocks
        ]
        self._chronology = Chronology((mapping.row, *mapping.blocks), mapping.facts.asserted_on)
        self._order = sorted(range(len(header)), key=header.__getitem__)
        self._seed = hashlib.sha256("\x1f".join(sorted(header)).encode("utf-8"))

    def read(
        self, number: int, cells: tuple[str, ...], found: Iterable[RowProblem] = ()
    ) -> RowReading:
        """Read one row.

        Args:
            number: Its number in the file.
            cells: Its cells.
            found: What reading the file has noticed about it.
        """
        digest = self._digest(cells)
        noticed = list(found)
        if len(cells) != self._width or status_of(noticed) == KEPT_ASIDE:
            return _aside(number, "", noticed, digest, cells)
        key = self._keys.of(number, cells, digest)
        if key.problem is not None:
            noticed.append(key.problem)
        noticed += [_required(column) for column in self._row.missing(cells)]
        records = self._records(key.row, key.record, cells, noticed)
        if not records:
            noticed.append(_says_nothing())
        noticed += self._chronology.problems(records)
        status = status_of(noticed)
        if status == KEPT_ASIDE:
            return _aside(number, key.row, noticed, digest, cells)
        return RowReading(number, key.row, status, tuple(records), tuple(noticed), digest, cells)

    def _records(
        self, row_key: str, record_key: str, cells: tuple[str, ...], noticed: list[RowProblem]
    ) -> list[RecordDraft]:
        """Draft the row's own record and the further ones; none when it states nothing."""
        own = self._row.read(cells)
        stated: list[tuple[Block, str, Content]] = []
        for reader, own_key in self._blocks:
            content = reader.read(cells)
            if content is not None:
                block = reader.block
                key = own_key(cells) if own_key is not None else ""
                name = f"{block.type}:{key}" if key else block_key(row_key, block)
                stated.append((block, name, content))
        if own is None or not (own.values or own.links or stated):
            return []
        keys = {ROW: record_key, **{block.id: key for block, key, _ in stated}}
        drafts = [_draft(self._row.block, record_key, own, keys, noticed)]
        drafts += [_draft(block, key, content, keys, noticed) for block, key, content in stated]
        return drafts

    def _digest(self, cells: tuple[str, ...]) -> bytes:
        """Digest a row's cells by column name, so that the order of columns does not matter."""
        digest = self._seed.copy()
        if len(cells) == self._width:
            cells = tuple([cells[index] for index in self._order])
        lengths = ",".join(map(str, map(len, cells)))
        digest.update(f"{lengths}\x1f{''.join(cells)}".encode("utf-8", "surrogatepass"))
        return digest.digest()


def _draft(
    block: Block, key: str, content: Content, keys: dict[str, str], noticed: list[RowProblem]
) -> RecordDraft:
    noticed += content.problems
    links = [(name, keys[target]) for name, target in block.links if target in keys]
    if len(links) < len(block.links):
        noticed.append(_link_without_record(block.id))
    return RecordDraft(block.type, key, tuple(content.values), (*links, *content.links))


def _prefixes(mapping: Mapping) -> dict[str, str]:
    """Say how keys of this list begin, by the type of record: the row's own are bare."""
    own_keys = {block.type: f"{block.type}:" for block in mapping.blocks if block.key is not None}
    return {mapping.row.type: ""} | {t: p for t, p in own_keys.items() if t != mapping.row.type}


def _own_key(
    block: Block, header: Sequence[str], mark: OfContent | None
) -> Callable[[Sequence[str]], str] | None:
    if block.key is None:
        return None
    read = KeyReader(block.key.columns, header)
    if mark is None:
        return read

    def read_marked(cells: Sequence[str]) -> str:
        key = read(cells)
        return marked_key(key, mark) if key else ""

    return read_marked


def _aside(
    number: int, key: str, found: list[RowProblem], digest: bytes, cells: tuple[str, ...]
) -> RowReading:
    return RowReading(number, key, KEPT_ASIDE, (), tuple(found), digest, cells)


def _required(column: str) -> RowProblem:
    return RowProblem(
        column,
        problems.REQUIRED_MISSING,
        f"The column “{column}” is empty, and the mapping says that no row can be without it.",
    )


def _says_nothing() -> RowProblem:
    return RowProblem(
        "", problems.REQUIRED_MISSING, "No column that the mapping reads is filled in this row."
    )


def _link_without_record(name: str) -> RowProblem:
    return RowProblem(
        "",
        problems.LINK_WITHOUT_RECORD,
        f"The row states `{name}` but not the record that it is about.",
    )
