"""Two fictional lists that report the same deaths, for decisions about them."""

from __future__ import annotations

from typing import Any

from bayyina.app.deciding import determine_record
from bayyina.app.rows import RecordRow
from bayyina.app.workspace import Workspace
from tests.app.conftest import Bench

STANDARD = "death-two-sources"

_MAPPING = """
version = 1
[list]
name = "{name}"
asserted_on = {{asserted_on}}
release = "{{release}}"
fictional = true
{more}
[row]
record = "Person"
key = "id"
[columns]
name = {{{{ to = "name", lang = "en" }}}}
number = {{{{ to = "identifier", scheme = "fict-no" }}}}
[[acts]]
type = "Death"
when = {{{{ column = "death" }}}}
columns = {{{{ place = {{{{ to = "place", as = "governorate" }}}} }}}}
"""

HEADER = "id,name,number,death,place"
ROWS = (
    "FICT-1,Alif One,1001,2013-05-02,Homs",
    "FICT-2,Ba Two,1002,2014-02,Aleppo",
    "FICT-3,Ta Three,1003,2015,",
)


def take_in(
    bench: Bench, name: str, *rows: str, more: str = "", workspace: Workspace | None = None
) -> None:
    """Import rows as a list of that name."""
    bench.take_in(
        *(rows or ROWS),
        header=HEADER,
        mapping=_MAPPING.format(name=name, more=more),
        workspace=workspace,
    )


def records(workspace: Workspace, record_type: str) -> list[str]:
    """Short ids of all records of a type, in order."""
    rows = workspace.store.scan(RecordRow)
    return [workspace.short_id(row.number) for row in rows if row.record_type == record_type]


def decide(
    workspace: Workspace, record: str, *cited: str, line: str = "list_entry", **words: Any
) -> str:
    """Verify a death, citing records or statements as lines; the state."""
    answer = determine_record(
        workspace,
        record_id=record,
        **{
            "decision": "verified",
            "verdict": "for",
            "standard": STANDARD,
            "reasons": "both lists give the day",
            "lines": [f"{line}={one}" for one in cited],
            **words,
        },
    )
    return str(answer["state"])
