"""Which handles are one person: by a key that they share, or because they said so.

Two people are needed for a decision, and nobody decides about what they entered. A person who had
another handle before, or a key that stands in two accounts, must not count as somebody else.
"""

from __future__ import annotations

from collections.abc import Mapping
from weakref import WeakKeyDictionary

from bayyina.app.members import FORMERLY, is_whole
from bayyina.app.ports import Store
from bayyina.app.rows import MemberRow, SettingRow, batch_of


def people_by_handle(store: Store) -> Mapping[str, str]:
    """The first handle of the person behind each handle there ever was.

    Kept in memory until the log grows.
    """
    size = store.log_size()
    kept = _KEPT.get(store)
    if kept is None or kept[0] != size:
        kept = (size, _read(store))
        _KEPT[store] = kept
    return kept[1]


def handles_of_same(people: Mapping[str, str], handles: set[str]) -> set[str]:
    """These handles, and all others of the same people."""
    meant = {people.get(handle, handle) for handle in handles}
    return handles | {handle for handle, one in people.items() if one in meant}


def joined_handles(store: Store) -> list[tuple[int, str, str]]:
    """Handles that are one person's: the batch that shows it, and the two handles.

    A key that stands in two accounts shows it, and so does that somebody said so.
    """
    found: list[tuple[int, str, str]] = []
    first_with: dict[str, str] = {}
    handles: set[str] = set()
    for row in filter(_is_sound, store.scan(MemberRow)):
        handles.add(row.handle)
        for half in (f"sign {row.sign_public}", f"box {row.box_public}"):
            owner = first_with.setdefault(half, row.handle)
            if owner != row.handle:
                found.append((batch_of(row.number), row.handle, owner))
    for setting in filter(_is_sound, store.scan(SettingRow)):
        new = setting.name.removeprefix(FORMERLY)
        if new != setting.name and new in handles and setting.text in handles:
            found.append((batch_of(setting.number), new, setting.text))
    return found


def _is_sound(row: MemberRow | SettingRow) -> bool:
    """Whether a row was not changed to something that names nobody; verification names it."""
    name = row.handle if isinstance(row, MemberRow) else row.name
    return is_whole(row.number) and isinstance(name, str)


def _read(store: Store) -> Mapping[str, str]:
    person = {row.handle: row.handle for row in store.scan(MemberRow)}

    def root(handle: str) -> str:
        while person[handle] != handle:
            handle = person[handle]
        return handle

    for _, one, other in joined_handles(store):
        person[root(one)] = root(other)
    return {handle: root(handle) for handle in person}


_KEPT: WeakKeyDictionary[Store, tuple[int, Mapping[str, str]]] = WeakKeyDictionary()
