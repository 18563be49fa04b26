"""The invented workspace that the web server is measured over, in SQLite and in PostgreSQL.

The list is taken in once, into SQLite, as its users would; PostgreSQL gets a copy of the tables,
and of the folder beside them. Both are kept in the folder that is named, and used again.
"""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bench.running import run_bayyina
from tests.postgres_server import PostgresMissingError, PostgresServer

DATABASE_VARIABLE = "BAYYINA_DATABASE_URL"

DONE = "built"
"""File that says that what lies beside it is whole."""

LIKE_DEBIAN: Mapping[str, str] = {"listen_addresses": "", "max_connections": "40"}
"""PostgreSQL as Debian installs it, but that it listens to nobody outside."""

GIVEN = (
    ("محمد", "Mohammed", "Muhamad"), ("أحمد", "Ahmad", "Ahmmed"), ("خالد", "Khaled", "Khalid"),
    ("عمر", "Omar", "Umar"), ("علي", "Ali", "Aly"), ("حسن", "Hassan", "Hasan"),
    ("يوسف", "Youssef", "Yousuf"), ("سامر", "Samer", "Samir"), ("باسل", "Basel", "Bassel"),
    ("زياد", "Ziad", "Zyad"), ("طارق", "Tarek", "Tareq"), ("فراس", "Firas", "Feras"),
    ("قاسم", "Qasem", "Kasem"), ("كريم", "Karim", "Kareem"), ("مازن", "Mazen", "Mazin"),
    ("ناصر", "Nasser", "Naser"), ("نبيل", "Nabil", "Nabeel"), ("فاطمة", "Fatima", "Fatma"),
    ("مريم", "Mariam", "Maryam"), ("ليلى", "Layla", "Leila"),
)  # fmt: skip
FAMILY = (
    ("الحلبي", "al-Halabi"), ("النجار", "al-Najjar"), ("الخطيب", "al-Khatib"), ("العلي", "al-Ali"),
    ("الأسعد", "al-Asaad"), ("الصباغ", "al-Sabbagh"), ("الحداد", "al-Haddad"), ("القصاب", "al-Qassab"),
    ("البيطار", "al-Bitar"), ("الزعبي", "al-Zoubi"), ("الشامي", "al-Shami"), ("المصري", "al-Masri"),
)  # fmt: skip
"""Common names, put together at random: nobody is meant."""

PLACES = ("Homs", "Hama", "Aleppo", "Idlib", "Daraa", "Damascus", "Raqqa", "Tartus")

MAPPING = """
version = 1
[list]
name = "Invented register"
asserted_on = 2023-01-01
release = "partial"
fictional = true
[row]
record = "Person"
key = "id"
[columns]
name = { to = "name", lang = "ar" }
sex = { to = "sex", values = { M = "male", F = "female" } }
born = { to = "birth_date" }
[[acts]]
type = "Arrest"
when = { column = "arrest" }
columns = { place = { to = "place", as = "governorate" } }
"""


def write_list(path: Path, people: int) -> None:
    """An invented list: each person with one arrest."""
    chosen = random.Random(1)
    with path.open("w", encoding="utf-8") as file:
        file.write("id,name,sex,born,arrest,place\n")
        for number in range(people):
            parts = (*(chosen.choice(GIVEN)[0] for _ in range(3)), chosen.choice(FAMILY)[0])
            file.write(
                f"FICT-{number},{' '.join(parts)},{chosen.choice('MF')},{chosen.randint(1940, 2005)},"
                f"{chosen.randint(2011, 2022)}-{chosen.randint(1, 12):02d},{chosen.choice(PLACES)}\n"
            )


def sqlite_workspace(folder: Path, records: int) -> Path:
    """The workspace in SQLite with about so many records: half people, half arrests; made once."""
    made = folder / f"sqlite-{records}"
    workspace = made / "ws"
    if not (made / DONE).exists():
        shutil.rmtree(made, ignore_errors=True)
        made.mkdir(parents=True)
        write_list(made / "list.csv", records // 2)
        (made / "list.import.toml").write_text(MAPPING, encoding="utf-8")
        at = ("--workspace", str(workspace))
        run_bayyina("init", str(workspace), "--person", "amal", "--fictional")
        run_bayyina(*at, "people", "second-factor", "--not-required")
        run_bayyina(
            *at, "import", str(made / "list.csv"), "--mapping", str(made / "list.import.toml")
        )
        run_bayyina(*at, "figures", "count", "count persons", "--json")
        (made / DONE).touch()
    return workspace


@contextmanager
def postgres_workspace(
    folder: Path, records: int
) -> Iterator[tuple[Path, str, PostgresServer] | None]:
    """The same in PostgreSQL: its folder, the address, the server; None where there is no PostgreSQL."""
    made = folder / f"postgres-{records}"
    data = folder / f"postgres-data-{records}"
    if not (made / DONE).exists():
        for old in (made, data):
            shutil.rmtree(old, ignore_errors=True)
    try:
        server = PostgresServer(data, LIKE_DEBIAN)
    except (PostgresMissingError, RuntimeError) as error:
        print(f"PostgreSQL is left out: {error}")
        yield None
        return
    try:
        name = "test_1" if (made / DONE).exists() else server.create_database()
        url = server.url(name)
        workspace = made / "ws"
        if not (made / DONE).exists():
            _copy(sqlite_workspace(folder, records), workspace, url)
            (made / DONE).touch()
        yield workspace, url, server
    finally:
        server.stop()


def _copy(source: Path, target: Path, url: str) -> None:
    """A workspace in SQLite into an empty database of PostgreSQL and a folder of its own."""
    target.parent.mkdir(parents=True)
    beside = shutil.ignore_patterns("records.sqlite3*", "accounts.sqlite3*", "locks")
    shutil.copytree(source, target, ignore=beside)
    done = subprocess.run(
        [sys.executable, "-m", "bench.web_world", str(source / "records.sqlite3")],
        env=os.environ | {DATABASE_VARIABLE: url}, check=False, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"the tables could not be copied: {done.stderr[-2000:]}")


def copy_tables(file: Path, url: str) -> None:
    """Make the tables in PostgreSQL and copy all rows of SQLite's into them."""
    from psycopg import sql

    from bayyina.db.connecting import connect, connection_of, migrate, postgres_settings

    alias = connect(postgres_settings(url))
    migrate(alias)
    connection = connection_of(alias)
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as old, connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 2200")
        for (table,) in sorted(cursor.fetchall()):
            if table == "django_migrations":
                continue
            rows = old.execute(f'SELECT * FROM "{table}"')
            columns = [sql.Identifier(one[0]) for one in rows.description]
            into = sql.SQL("COPY {} ({}) FROM STDIN").format(
                sql.Identifier(table), sql.SQL(",").join(columns)
            )
            with cursor.copy(into) as copy:
                for row in rows:
                    copy.write_row(row)
        for table, column in (("batch", "batch"), ("job", "job"), ("tile", "id")):
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), "
                f"(SELECT coalesce(max({column}), 0) + 1 FROM {table}), false)"
            )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


if __name__ == "__main__":
    copy_tables(Path(sys.argv[1]), os.environ[DATABASE_VARIABLE])
