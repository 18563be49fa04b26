"""What a workspace keeps to know a row again confirms no guess about it without the case key."""

from __future__ import annotations

import hashlib

import pytest

from bayyina.app.known_lists import KnownList
from bayyina.app.rows import ListRow, RecordRow
from bayyina.app.verifying import verify_workspace
from bayyina.keys.row_marks import KEYED, RowMarks, is_plain, mark_of_content
from bayyina.model.drafts import RowReading
from bayyina.tables.applying import RowReader
from bayyina.tables.mapping import Mapping
from tests.app.conftest import HEADER, MAPPING, ROWS, Bench, quiet

BY_NAME = MAPPING.replace('key = "id"', 'key = ["id", "name"]')
BY_CONTENT = MAPPING.replace('key = "id"', "key = {{ content = true }}")


def _plain(bench: Bench, mapping: str, *rows: str) -> list[RowReading]:
    """Rows as anybody reads them who has the program and the list, and no key."""
    parsed = Mapping.parse(
        mapping.format(asserted_on="2023-08-31", release="partial"), bench.amal.vocabulary
    )
    reader = RowReader(
        parsed, tuple(HEADER.split(",")), bench.amal.vocabulary, bench.amal.gazetteer
    )
    return [reader.read(n, tuple(row.split(","))) for n, row in enumerate(rows, start=2)]


def _store_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make imports write what versions wrote that had no keyed digests."""
    monkeypatch.setattr(KnownList, "row_digest", KnownList._plain_digest)
    both = KnownList._row_keys
    monkeypatch.setattr(KnownList, "_row_keys", lambda self, reading: both(self, reading)[::-1])
    monkeypatch.setattr(KnownList, "key_marks", lambda self, telling: (b"", frozenset()))


def test_no_digest_of_a_guessed_row_is_stored(bench: Bench) -> None:
    bench.take_in(*ROWS)
    bench.take_in(*ROWS, mapping=BY_CONTENT.replace("Register", "Second register"))
    stored = "\n".join(
        [
            *("\n".join((row.key, row.digest)) for row in bench.amal.store.scan(ListRow)),
            *(row.list_key or "" for row in bench.amal.store.scan(RecordRow)),
        ]
    )
    for reading in _plain(bench, MAPPING, *ROWS):
        for reads in {r.mapping.reading_digest for r in _known(bench)} | {""}:
            guess = hashlib.sha256(reads.encode() + reading.digest).hexdigest()
            assert guess[:20] not in stored
        assert reading.digest.hex()[:20] not in stored
    assert all(row.digest.startswith(KEYED) for row in bench.amal.store.scan(ListRow))


def _known(bench: Bench) -> list[KnownList]:
    return [
        KnownList.load(
            bench.amal.store,
            Mapping.parse(
                text.format(asserted_on="2023-08-31", release="partial"), bench.amal.vocabulary
            ),
            bench.amal.keys.marks,
        )
        for text in (MAPPING, BY_CONTENT)
    ]


@pytest.mark.parametrize("mapping", [MAPPING, BY_CONTENT, BY_NAME])
def test_rows_stored_by_earlier_versions_are_known_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, mapping: str
) -> None:
    with monkeypatch.context() as before:
        _store_as_before(before)
        bench.take_in(*ROWS, mapping=mapping)
        stored = list(bench.amal.store.scan(ListRow))
    assert stored
    assert all(is_plain(row.digest) for row in stored)
    again = bench.take_in(*ROWS, mapping=mapping)
    assert (again.batch, again.changes.unchanged) == (None, len(ROWS))
    fresh = "FICT-9,Tha Nine,M,1991,2014,Homs,held,"
    later = bench.take_in(*ROWS, fresh, mapping=mapping)
    assert (later.changes.records, later.changes.unchanged) == (2, len(ROWS))
    newest = list(bench.amal.store.scan(ListRow))[-1]
    assert newest.digest.startswith(KEYED)
    gone = bench.take_in(
        *ROWS[1:4],
        fresh,
        mapping=mapping,
        release="complete",
        asserted_on="2023-09-30",
        confirm=True,
    )
    assert gone.changes.withdrawn == (1 if mapping is MAPPING else 2)
    report = verify_workspace(bench.amal, progress=quiet)
    assert report.ok, report.findings


def test_the_digest_of_a_row_kept_aside_depends_on_the_case_key() -> None:
    cells = hashlib.sha256(b"cells").digest()
    one, other = RowMarks(bytes(32)), RowMarks(bytes([1]) * 32)
    assert one.of_aside(cells) != other.of_aside(cells)
    assert one.of_row(cells, "x") != other.of_row(cells, "x") != other.of_row(cells, "y")
    assert mark_of_content(one.content_key, cells) != mark_of_content(other.content_key, cells)
    assert len(one.of_row(cells, "x")) == 64
    assert not is_plain(one.of_row(cells, "x"))
    assert cells.hex()[:32] != one.of_aside(cells)


BY_RELATIVE = (
    MAPPING
    + """
[[acts]]
id = "mother"
type = "Person"
key = "mother"
columns = {{ mother = {{ to = "name", lang = "en" }} }}
"""
)


def test_ids_of_other_people_in_a_row_that_are_names_are_marks(bench: Bench) -> None:
    header = HEADER + ",mother"
    mother = "FICT- Zarnuqash Obtaminel"
    rows = [f"FICT-{n},Alif {n},M,1990,12/05/2013,Homs,held,,{mother}" for n in (1, 2)]
    bench.take_in(*rows, mapping=BY_RELATIVE, header=header)
    keys = [row.list_key or "" for row in bench.amal.store.scan(RecordRow)]
    assert not any("Zarnuqash" in key for key in keys)
    assert len([key for key in keys if key.startswith("Person:")]) == 1
    later = bench.take_in(
        *rows, f"FICT-3,Alif 3,M,1990,12/05/2013,Homs,held,,{mother}",
        mapping=BY_RELATIVE, header=header, asserted_on="2023-09-30",
    )  # fmt: skip
    assert later.changes.records == 2


def test_ids_that_are_names_are_marks(bench: Bench) -> None:
    rows = [f"{place},{name},M,2005-02-01,12/05/2013,Homs,held," for place, name in NAMES]
    first = bench.take_in(*rows, mapping=BY_NAME)
    keys = [row.list_key or "" for row in bench.amal.store.scan(RecordRow)]
    keys += [row.key for row in bench.amal.store.scan(ListRow)]
    keys.append((bench.folder / "rows.csv").read_text(encoding="utf-8"))
    assert first.changes.records > 2
    assert not any(name in key for _, name in NAMES for key in keys)
    again = bench.take_in(*rows, mapping=BY_NAME)
    assert (again.batch, again.changes.unchanged) == (None, 2)
    changed = [row.replace("Homs", "Aleppo") for row in rows]
    later = bench.take_in(*changed, mapping=BY_NAME, asserted_on="2023-09-30")
    assert (later.changes.records, later.changes.statements) == (0, 2)


NAMES = (("FICT-1", "Qambartani Vexlerhoum"), ("FICT-2", "Zarnuqash Obtaminel"))
