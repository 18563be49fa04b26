"""Fictional people, bodies, photographs, profiles and papers for tests of identification."""

from __future__ import annotations

from pathlib import Path

from bayyina.app.importing import import_list
from bayyina.app.rows import RecordRow
from bayyina.app.workspace import Workspace
from bayyina.tables.mapping import Mapping
from tests.app.conftest import quiet

HEAD = """
version = 1
[list]
name = "{name}"
asserted_on = 2023-08-31
release = "partial"
fictional = true
{more}
[row]
record = "{record}"
key = "id"
[columns]
{columns}
"""

PEOPLE = """
name = { to = "name", lang = "ar" }
mother = { to = "name.mother", lang = "ar" }
born = { to = "birth_date" }
register_place = { to = "register_place" }
register_number = { to = "register_number" }
card = { to = "identifier", scheme = "card" }
[[acts]]
type = "Arrest"
when = { column = "arrest" }
columns = { branch = { to = "by", as = "group" } }
"""
PEOPLE_HEADER = "id,name,mother,born,register_place,register_number,card,arrest,branch"
PEOPLE_ROWS = (
    "FICT-P1,سامر فؤاد الحلبي,هدى,1988-03-02,دوما,17,,2012-05-01,Branch 215 (raids)",
    "FICT-P2,جهاد كريم النجار,سلوى,1990,حرستا,40,,2012-06-01,Branch 215 (raids)",
    "FICT-P3,أيمن هاني المقداد,ندى,1979-01-01,درعا,5,215/1030,2012-05-20,Branch 215 (raids)",
    "FICT-P4,بلال هيثم الحمصي,رنا,1985,حمص,9,,2013-07-01,Branch 227 (region)",
)

BODIES = """
branch = { to = "branch_number" }
number = { to = "body_number" }
exam = { to = "examination_number" }
day = { to = "photographed_on" }
mark = { to = "distinctive_mark", lang = "en" }
clothing = { to = "clothing", lang = "en" }
disfigurement = { to = "disfigurement" }
"""
BODIES_HEADER = "id,branch,number,exam,day,mark,clothing,disfigurement"
BODIES_ROWS = (
    "FICT-B1,215,1010,1,2012-09,anchor tattoo left forearm,,minimal",
    "FICT-B2,215,1020,2,2012-09,,blue striped shirt brown belt,severe",
    "FICT-B3,215,1030,3,2012-09,,,",
    "FICT-B4,227,2000,4,2012-09,,,",
)

PROFILES = """
person = { to = "person", link = "key", list = "People" }
mark = { to = "distinctive_mark", lang = "en" }
clothing = { to = "clothing", lang = "en" }
"""
PROFILES_HEADER = "id,person,mark,clothing"
PROFILES_ROWS = ("FICT-A1,FICT-P1,small anchor tattoo,", "FICT-A2,FICT-P2,,blue striped shirt")

FAMILIES = """
body = { to = "body", link = "key", list = "Bodies" }
person = { to = "person", link = "key", list = "People" }
basis = { to = "basis", split = "|" }
state = { to = "state" }
date = { to = "date" }
"""
FAMILIES_HEADER = "id,body,person,basis,state,date"

PHOTOS = """
branch = { to = "card_branch_number" }
number = { to = "card_number" }
exam = { to = "card_examination_number" }
"""
PHOTOS_HEADER = "id,branch,number,exam"

PAPERS = """
kind = { to = "kind" }
named = { to = "named", lang = "ar" }
mother = { to = "named_mother", lang = "ar" }
born = { to = "named_birth_date" }
register_place = { to = "named_register_place" }
register_number = { to = "named_register_number" }
died = { to = "stated_date" }
cause = { to = "stated_cause", lang = "ar" }
notified = { to = "family_notified" }
"""
PAPERS_HEADER = "id,kind,named,mother,born,register_place,register_number,died,cause,notified"
PAPERS_ROWS = (
    "FICT-C1,death_certificate,سامر فؤاد حلبي,هدى,1988-03-02,دوما,17,2013-01-05,نوبة قلبية,no",
    "FICT-C2,death_certificate,جهاد كريم النجار,ليلى,1990,حرستا,40,2013-01-05,نوبة قلبية,no",
    "FICT-C3,civil_registry_extract,أيمن هاني المقداد,,,,,2011-01-01,,no",
)


def take(
    workspace: Workspace,
    folder: Path,
    name: str,
    record: str,
    columns: str,
    header: str,
    *rows: str,
    more: str = "",
) -> None:
    """Import rows as a list of that name."""
    file = folder / "given.csv"
    file.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    text = HEAD.format(name=name, record=record, columns=columns, more=more)
    done = import_list(
        workspace,
        file=file,
        mapping=Mapping.parse(text, workspace.vocabulary),
        report=folder / "rows.csv",
        progress=quiet,
    )
    assert done.rows.kept_aside == 0, (folder / "rows.csv").read_text(encoding="utf-8")


def take_people_and_bodies(workspace: Workspace, folder: Path) -> None:
    """Four people, four bodies, two ante-mortem profiles, each from a list of its own."""
    take(workspace, folder, "People", "Person", PEOPLE, PEOPLE_HEADER, *PEOPLE_ROWS)
    take(workspace, folder, "Bodies", "PhotographedBody", BODIES, BODIES_HEADER, *BODIES_ROWS)
    take(
        workspace, folder, "Profiles", "AnteMortemProfile", PROFILES, PROFILES_HEADER,
        *PROFILES_ROWS,
    )  # fmt: skip


def take_papers(workspace: Workspace, folder: Path, *rows: str) -> None:
    """Papers about people."""
    take(workspace, folder, "Papers", "Document", PAPERS, PAPERS_HEADER, *(rows or PAPERS_ROWS))


def ids(workspace: Workspace, record_type: str) -> list[str]:
    """Short ids of all records of a type, in order of number."""
    rows = [row.number for row in workspace.store.scan(RecordRow) if row.record_type == record_type]
    return [workspace.short_id(number) for number in sorted(rows)]
