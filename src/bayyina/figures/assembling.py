"""Assembling a cut: from the statements that stand to wide tables, kept as Parquet files.

A cut (custody size, known-at date, strict or lenient) is assembled once for each
vocabulary and kept beside the snapshot; nothing in it depends on a methodology. The work is
done in a scratch database on disk, so memory stays bounded whatever the size.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import secrets
import shutil
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import duckdb

from bayyina.errors import StorageError
from bayyina.figures.asking import one_row
from bayyina.figures.assembled import FORMAT, SOURCE, Assembled, Column, Table
from bayyina.figures.custody_tables import make_custody
from bayyina.figures.facts import Facts, make_facts, source_names
from bayyina.figures.known_deaths import make_told
from bayyina.figures.record_links import make_links, make_people
from bayyina.figures.relations import PERSON
from bayyina.figures.sealing import Seal
from bayyina.figures.snapshot import ASSEMBLED, Snapshot
from bayyina.figures.validity import Cut, make_valid_view
from bayyina.figures.verification import add_verification, make_determined, make_verified
from bayyina.figures.wide_tables import WideTable, make_wide
from bayyina.model.vocabulary import Vocabulary

KEPT: Final = 12
"""So many assembled cuts are kept on disk; the oldest go first."""

DESCRIPTION: Final = "description.json"
"""Name of the file that describes an assembled cut."""

_LOG: Final = logging.getLogger(__name__)
_WORK: Final = "making-"
_ABANDONED_SECONDS: Final = 86_400.0


def database_settings(threads: int, memory: str) -> dict[str, str | bool | int | float | list[str]]:
    """Settings of every DuckDB connection here: bounded, and calling nobody."""
    return {
        "threads": threads,
        "memory_limit": memory,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "allow_community_extensions": False,
    }


def assembled_folder(
    snapshot: Snapshot,
    cut: Cut,
    vocabulary: Vocabulary,
    *,
    threads: int = 2,
    memory: str = "1GB",
    seal: Seal | None = None,
) -> Path:
    """The folder with the assembled cut; it is made if it is not there yet.

    Raises:
        StorageError: the disk refused.
    """
    home = snapshot.folder / ASSEMBLED
    target = home / cache_key(snapshot, cut, vocabulary)
    if (target / DESCRIPTION).is_file() and not (seal is None or _is_sealed(seal, target)):
        shutil.rmtree(target, ignore_errors=True)
    if (target / DESCRIPTION).is_file():
        if seal is not None and not seal.holds_folder(target, target.name):
            raise _changed(target)
        with contextlib.suppress(OSError):  # a folder that may only be read serves as well
            target.touch()
        return target
    if seal is not None and not seal.holds_snapshot(snapshot):
        raise _changed(snapshot.folder)
    work = home / f"{_WORK}{secrets.token_hex(8)}"
    try:
        home.mkdir(exist_ok=True)
        work.mkdir()
        _assemble(work, snapshot, cut, vocabulary, database_settings(threads, memory))
        if seal is not None:
            seal.put_folder(work, target.name)
        _move_into_place(work, target)
    except (OSError, duckdb.IOException, duckdb.OutOfMemoryException) as error:
        raise StorageError(
            f"The figures' tables could not be written: {type(error).__name__}.",
            hint="Free space on the disk and try again; no record was changed.",
        ) from error
    finally:
        shutil.rmtree(work, ignore_errors=True)
    _forget_oldest(home, keep=target)
    return target


def _is_sealed(seal: Seal, folder: Path) -> bool:
    """Whether assembled files are as they were made; if not, that is told."""
    if seal.holds_folder(folder, folder.name):
        return True
    _LOG.warning("Files that figures were prepared in had been changed; they are made anew.")
    return False


def _changed(folder: Path) -> StorageError:
    return StorageError(
        f"Files in the folder {folder.name} that figures are counted on were changed meanwhile.",
        hint="Ask again: they are made anew from the records.",
    )


def cache_key(snapshot: Snapshot, cut: Cut, vocabulary: Vocabulary) -> str:
    """Name of a cut's folder: equal exactly when the outcome is."""
    content = [
        FORMAT,
        duckdb.__version__,
        sorted(snapshot.pointer.files),
        cut.custody_size,
        None if cut.known_at is None else cut.known_at.isoformat(),
        cut.lenient,
        cut.linked,
        vocabulary.digest,
    ]
    return hashlib.sha256(json.dumps(content).encode("ascii")).hexdigest()[:32]


def _assemble(
    work: Path,
    snapshot: Snapshot,
    cut: Cut,
    vocabulary: Vocabulary,
    settings: Mapping[str, str | bool | int | float | list[str]],
) -> None:
    with _scratch(work, settings) as connection:
        make_valid_view(connection, snapshot, cut)
        standards = make_determined(connection, snapshot)
        facts = make_facts(connection, vocabulary, standards)
        linkage = make_people(connection, snapshot, cut, vocabulary, facts)
        make_links(connection, vocabulary, facts)
        make_verified(connection, facts)
        present = [name for name in vocabulary.types if name in facts.types_present]
        present.sort(key=lambda name: name != PERSON)  # the others copy from people
        if PERSON not in present:
            present.insert(0, PERSON)
        wide = {
            name: make_wide(connection, vocabulary, facts, name, further=add_verification)
            for name in present
        }
        custody = make_custody(connection, vocabulary, facts, wide)
        make_told(connection, facts)
        copied = wide[PERSON].columns
        tables = {name: _described(connection, table, copied) for name, table in wide.items()}
        names = [table.name for table in wide.values()] + ["link", "rep", "told"]
        split = (0, 0)
        if custody is not None:
            names += ["custody_one", "custody_many"]
            split = (_rows(connection, "custody_one"), _rows(connection, "custody_many"))
        for name in names:
            _export(connection, work / f"{name}.parquet", name, facts, tables, custody)
        description = Assembled(
            custody_size=cut.custody_size,
            known_at=None if cut.known_at is None else cut.known_at.isoformat(),
            lenient=cut.lenient,
            last_day=_last_day(connection),
            tables=tables,
            custody=_custody_table(wide, custody, copied),
            custody_split=split,
            domains={name: sets.sets for name, sets in facts.domains.items()},
            sources=source_names(connection),
            linkage=linkage,
            files=tuple(names),
        )
    (work / DESCRIPTION).write_text(description.to_json(), encoding="utf-8")


@contextlib.contextmanager
def _scratch(
    work: Path, settings: Mapping[str, str | bool | int | float | list[str]]
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database on disk for the time of the work."""
    path = work / "scratch.duckdb"
    connection = duckdb.connect(str(path), config=dict(settings))
    try:
        connection.execute("SET preserve_insertion_order = true")
        yield connection
    finally:
        connection.close()
        path.unlink(missing_ok=True)
        shutil.rmtree(work / "scratch.duckdb.tmp", ignore_errors=True)


def _described(
    connection: duckdb.DuckDBPyConnection, table: WideTable, person: Mapping[str, Column]
) -> Table:
    rows, sole, lone = one_row(
        connection,
        "SELECT count(*), coalesce(bool_and(sole), TRUE), coalesce(bool_and(lone), TRUE) "
        f'FROM "{table.name}"',
    )
    return Table(
        name=table.name,
        columns=table.columns,
        person_columns={prop: person[prop] for prop in table.person_columns},
        rows=int(rows),
        sole=bool(sole),
        lone=bool(lone),
    )


def _custody_table(
    wide: Mapping[str, WideTable],
    custody: Mapping[str, Column] | None,
    person: Mapping[str, Column],
) -> Table | None:
    if custody is None:
        return None
    copied = next(table.person_columns for name, table in wide.items() if name != PERSON)
    return Table("custody", custody, {prop: person[prop] for prop in copied}, sole=True)


def _export(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    name: str,
    facts: Facts,
    tables: Mapping[str, Table],
    custody: Mapping[str, Column] | None,
) -> None:
    """Write a table as Parquet, codes in the smallest type that holds them."""
    by_name = {table.name: table for table in tables.values()}
    columns = by_name[name].columns if name in by_name else (custody or {})
    domains = {f"c_{prop}": c.domain for prop, c in columns.items() if c.kind == "coded"}
    domains["c_source"] = SOURCE
    person = tables[PERSON].columns
    domains.update({f"p_{prop}": c.domain for prop, c in person.items() if c.kind == "coded"})
    there = connection.execute(f'DESCRIBE "{name}"').fetchall()
    replaced = [
        f'CAST("{column}" AS {facts.domains[domains[column]].column_type}) AS "{column}"'
        for column, *_ in there
        if column in domains
    ]
    replace = f"REPLACE ({', '.join(replaced)})" if replaced else ""
    target = path.as_posix().replace("'", "''")
    connection.execute(f"COPY (SELECT * {replace} FROM \"{name}\") TO '{target}' (FORMAT parquet)")


def _rows(connection: duckdb.DuckDBPyConnection, name: str) -> int:
    return int(one_row(connection, f'SELECT count(*) FROM "{name}"')[0])


def _last_day(connection: duckdb.DuckDBPyConnection) -> int:
    """Day of the last batch that stands."""
    day = "SELECT coalesce(max(day) - DATE '1970-01-01', 0) FROM standing_batch"
    return int(one_row(connection, day)[0])


def _move_into_place(work: Path, target: Path) -> None:
    """Rename the finished folder; when another process was faster, its outcome is the same."""
    try:
        work.rename(target)
    except OSError:
        if not (target / DESCRIPTION).is_file():
            raise


def _forget_oldest(home: Path, *, keep: Path) -> None:
    """Remove all but the newest cuts, and what a process that was killed left half-made."""
    folders = sorted(
        (path for path in home.iterdir() if (path / DESCRIPTION).is_file()),
        key=lambda path: path.stat().st_mtime,
    )
    for path in folders[:-KEPT]:
        if path != keep:
            shutil.rmtree(path, ignore_errors=True)
    for path in home.glob(f"{_WORK}*"):
        with contextlib.suppress(OSError):
            if path.stat().st_mtime < time.time() - _ABANDONED_SECONDS:
                shutil.rmtree(path, ignore_errors=True)
