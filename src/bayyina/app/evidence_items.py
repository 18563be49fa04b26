"""Items as the workspace knows them: what they are, what they were made from, when last checked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from bayyina.app.evidence_fixity_runs import last_checks
from bayyina.app.evidence_vault import EVIDENCE, item_rows
from bayyina.app.live import live_batches, live_statements
from bayyina.app.permissions import sight
from bayyina.app.rows import BatchRow, RecordRow, StatementRow, batch_of
from bayyina.app.short_ids import record_number
from bayyina.app.workspace import Workspace
from bayyina.errors import InputError
from bayyina.keys.sealing import is_sealed, mark_in


@dataclass(frozen=True)
class Item:
    """One item that stands."""

    number: int
    """Number of its record."""

    row: RecordRow
    """Its record."""

    id: str
    """Short id."""

    sha256: str
    """Digest of its bytes, hex."""

    sha512: str
    """The longer one; empty where it was not made."""

    size: int
    """Number of its bytes."""

    media_type: str
    """What it was taken for at intake; later tools' words stand beside it."""

    names: tuple[str, ...]
    """File names under which it arrived; its id with their ending where they are sealed."""

    paths: tuple[str, ...]
    """Where it lay."""

    parent: int | None
    """Record number of the item that it was made from."""

    derivation: str
    """How it was made; empty for an original."""

    is_sealed: bool
    """Whether each look at it is an entry of the log."""

    last_checked: str | None
    """When its bytes were last re-read; None: never."""


def find_item(workspace: Workspace, short_id: str) -> RecordRow:
    """The record of an item that stands or was erased.

    Raises:
        InputError: there is no such item.
    """
    number = record_number(workspace, short_id)
    store = workspace.store
    rows = store.find(RecordRow, "number", [number])
    if not rows or batch_of(number) not in live_batches(store) or rows[0].record_type != EVIDENCE:
        raise InputError(
            f"There is no evidence item {short_id} that stands.",
            hint="`bayyina evidence list` lists items with their ids.",
            code="no-such-item",
        )
    return rows[0]


def read_items(workspace: Workspace, rows: Sequence[RecordRow]) -> list[Item]:
    """The items of these records, erased ones left out, in order."""
    store = workspace.store
    standing = [row for row in rows if row.wrapped_key is not None]
    names = {term: name for (kind, name), term in store.terms().items() if kind == EVIDENCE}
    numbers = [row.number for row in standing]
    said: dict[int, dict[str, list[StatementRow]]] = {number: {} for number in numbers}
    for one in live_statements(store, numbers, live_batches(store)):
        said[one.record].setdefault(names.get(one.term, ""), []).append(one)
    checks = last_checks(workspace, sorted(row.number for row in item_rows(workspace)))
    return [_item(workspace, row, said[row.number], checks.get(row.number)) for row in standing]


def list_items(workspace: Workspace, *, media_type: str = "", derived_from: str = "") -> list[Item]:
    """Items that stand, in order of intake.

    Args:
        workspace: Where they are.
        media_type: Only those whose media type begins so, such as ``image/``.
        derived_from: Only those made from the item with this short id.

    Raises:
        InputError: there is no such item.
        PermissionRefusedError: the member may not read records.
    """
    seen = sight(workspace, "export-records")
    parent = find_item(workspace, derived_from).number if derived_from else None
    batches = live_batches(workspace.store)
    items = read_items(workspace, standing_rows(workspace, batches))
    return [
        one
        for one in items
        if one.media_type.startswith(media_type)
        and parent in (None, one.parent)
        and seen.covers(one.row.number)
    ]


def standing_rows(
    workspace: Workspace, batches: Collection[int] | dict[int, BatchRow]
) -> list[RecordRow]:
    """Records of items in batches that stand, erased ones among them."""
    return [row for row in item_rows(workspace) if batch_of(row.number) in batches]


def derived_items(workspace: Workspace, number: int) -> list[int]:
    """Record numbers of the items that were made from one."""
    store = workspace.store
    term = store.terms().get((EVIDENCE, "derived_from"))
    rows = store.find(StatementRow, "value", [str(number)])
    batches = live_batches(store)
    found = {row.record for row in rows if row.term == term and batch_of(row.number) in batches}
    return sorted({row.record for row in live_statements(store, sorted(found), batches)})


def names_in_place(short_id: str, stated: Iterable[StatementRow]) -> tuple[str, ...]:
    """What an item is called where its file names are sealed: its id, with their ending."""
    sealed = [one.value for one in stated if one.value and is_sealed(one.value)]
    return tuple(dict.fromkeys(f"{short_id}{mark_in(value)}" for value in sealed))


def _item(
    workspace: Workspace,
    row: RecordRow,
    said: dict[str, list[StatementRow]],
    checked: str | None,
) -> Item:
    def texts(name: str) -> tuple[str, ...]:
        values = (one.value for one in said.get(name, ()) if one.value)
        return tuple(dict.fromkeys(value for value in values if not is_sealed(value)))

    def text(name: str) -> str:
        return next(iter(texts(name)), "")

    parent, size = text("derived_from"), text("size")
    short = workspace.short_id(row.number)
    return Item(
        number=row.number,
        row=row,
        id=short,
        sha256=text("digest"),
        sha512=text("sha512"),
        size=int(size) if size.isdecimal() else 0,
        media_type=text("media_type"),
        names=texts("file_name") or names_in_place(short, said.get("file_name", ())),
        paths=texts("file_path"),
        parent=int(parent) if parent.isdecimal() else None,
        derivation=text("derivation"),
        is_sealed="yes" in texts("sealed"),
        last_checked=checked,
    )
