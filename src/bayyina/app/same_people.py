"""Which handles are one person: by a key that they share, or because they said so.

Two people are needed for a decision, and nobody decides about what they entered. A person who had
another handle before, or a key that stands in two accounts, must not count as somebody else.
"""

from __future__ import annotations

from collections.abc import Mapping
from weakref import WeakKeyDictionary

from bayyina.app.members import FORMERLY
from bayyina.app.ports import Store
from bayyina.app.rows import MemberRow, SettingRow


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


def _read(store: Store) -> Mapping[str, str]:
    first_with: dict[str, str] = {}
    person: dict[str, str] = {}

    def root(handle: str) -> str:
        while person[handle] != handle:
            handle = person[handle]
        return handle

    for row in store.scan(MemberRow):
        person.setdefault(row.handle, row.handle)
        for half in (f"sign {row.sign_public}", f"box {row.box_public}"):
            owner = first_with.setdefault(half, row.handle)
            person[root(row.handle)] = root(owner)
    for setting in store.scan(SettingRow):
        new = setting.name.removeprefix(FORMERLY)
        if new != setting.name and new in person and setting.text in person:
            person[root(new)] = root(setting.text)
    return {handle: root(handle) for handle in person}


_KEPT: WeakKeyDictionary[Store, tuple[int, Mapping[str, str]]] = WeakKeyDictionary()
