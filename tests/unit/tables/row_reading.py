"""Reading rows given as columns, for tests of mappings."""

from __future__ import annotations

from bayyina.model.drafts import RowReading, ValueDraft
from bayyina.model.places import Gazetteer
from bayyina.model.vocabulary import Vocabulary
from bayyina.tables.applying import RowReader
from bayyina.tables.mapping import Mapping


class Reader:
    """Reads rows given as tables of columns."""

    def __init__(
        self, text: str, header: tuple[str, ...], vocabulary: Vocabulary, gazetteer: Gazetteer
    ) -> None:
        self.header = header
        self.mapping = Mapping.parse(text, vocabulary)
        self._reader = RowReader(self.mapping, header, vocabulary, gazetteer)
        self._number = 1

    def row(self, **cells: str) -> RowReading:
        self._number += 1
        return self._reader.read(
            self._number, tuple(cells.get(name, "") for name in self.header), ()
        )


def values(reading: RowReading, at: int = 0) -> dict[str, ValueDraft]:
    return {value.property: value for value in reading.records[at].values}


def codes(reading: RowReading) -> list[tuple[str, str]]:
    return [(problem.code, problem.column) for problem in reading.problems]
