"""The short way from list files to figures: rows, drafts, a snapshot, the engine.

It leaves out the store and the log, which have tests of their own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from bayyina.figures.engine import FigureEngine
from bayyina.figures.snapshot_tables import BATCHES, CLOSURES, JUDGEMENTS, STATEMENTS
from bayyina.figures.snapshot_writing import SnapshotWriter
from bayyina.model.drafts import RecordDraft
from bayyina.model.places import Gazetteer
from bayyina.model.vocabulary import Vocabulary
from bayyina.scenario import ListFile
from bayyina.standards.methodology import Methodology, built_in_methodologies
from bayyina.tables.applying import RowReader
from bayyina.tables.mapping import Mapping
from bayyina.tables.mapping_parts import OTHER_LIST
from bayyina.tables.reading import open_table


@dataclass
class ReadList:
    """What became of a list's rows."""

    statuses: Counter[str] = field(default_factory=Counter)
    problems: Counter[str] = field(default_factory=Counter)


class Pipeline:
    """Reads lists into a snapshot and counts it."""

    def __init__(self) -> None:
        self.vocabulary = Vocabulary.load()
        self.gazetteer = Gazetteer.load()
        self.read: dict[str, ReadList] = {}
        self._numbers: dict[tuple[str, str], int] = {}
        self._rows: list[tuple[Any, ...]] = []
        self._batches: list[dict[str, Any]] = []

    def take(self, files: Sequence[ListFile]) -> None:
        for batch, file in enumerate(files, start=1):
            self._take(batch, file)

    def _take(self, batch: int, file: ListFile) -> None:
        mapping = Mapping.load(file.mapping_path, self.vocabulary)
        assert mapping.fictional
        table = open_table(file.path)
        reader = RowReader(mapping, table.header, self.vocabulary, self.gazetteer)
        report = self.read[file.path.name] = ReadList()
        entry = batch - 1
        times = {"entry": entry, "time": "2024-03-01T00:00:00.000Z", "kind": "import"}
        self._batches.append({"batch": batch, **times})
        source = batch << 32
        self._state(batch, source, "Source", "name", file.title, source, mapping)
        for number, cells, problems in table.rows():
            reading = reader.read(number, cells, problems)
            report.statuses[reading.status] += 1
            report.problems.update(problem.code for problem in reading.problems)
            for draft in reading.records:
                self._numbers[(file.title, draft.key)] = (batch << 32) | len(self._numbers) + 1
            for draft in reading.records:
                self._add(batch, file.title, draft, source, mapping)

    def _add(
        self, batch: int, title: str, draft: RecordDraft, source: int, mapping: Mapping
    ) -> None:
        record = self._numbers[(title, draft.key)]
        for value in draft.values:
            bounds = (value.date_lo, value.date_hi, value.num_lo, value.num_hi, value.lang)
            rest = (batch, record, draft.type, value.property, value.value, *bounds)
            said = mapping.facts.asserted_on
            self._rows.append((*rest, source, value.certainty, said, value.original is not None))
        for name, target in draft.links:
            other, _, key = target.rpartition(OTHER_LIST)
            number = self._numbers[(other or title, key)]
            self._state(batch, record, draft.type, name, str(number), source, mapping)

    def _state(
        self,
        batch: int,
        record: int,
        kind: str,
        name: str,
        value: str,
        source: int,
        mapping: Mapping,
    ) -> None:
        nothing = (None,) * 5
        rest = (batch, record, kind, name, value, *nothing, source, None)
        self._rows.append((*rest, mapping.facts.asserted_on, False))

    def engine(self, folder: Path) -> FigureEngine:
        SnapshotWriter(folder).write(
            since=0,
            custody_size=len(self._batches),
            statements=self._statements(),
            closures=_batch([], CLOSURES),
            batches=_batch(self._batches, BATCHES),
            judgements=_batch([], JUDGEMENTS),
        )
        methodologies = {name: Methodology.load(name) for name in built_in_methodologies()}
        return FigureEngine(folder, self.vocabulary, self.gazetteer, methodologies)

    def _statements(self) -> Iterator[pa.RecordBatch]:
        columns = list(zip(*self._rows, strict=True))
        numbers = range(len(self._rows))
        arrays = [
            pa.array(column, kind.type)
            for column, kind in zip([numbers, *columns], STATEMENTS, strict=True)
        ]
        yield pa.RecordBatch.from_arrays(arrays, schema=STATEMENTS)


def _batch(rows: list[dict[str, Any]], schema: pa.Schema) -> Iterable[pa.RecordBatch]:
    return [pa.RecordBatch.from_pylist(rows, schema=schema)]
