"""Which sources are copies of one origin, and so count as one."""

from __future__ import annotations

from collections.abc import Mapping

from bayyina.app.live import live_batches, live_statements
from bayyina.app.rows import RecordRow, batch_of
from bayyina.app.workspace import Workspace

_MOST_STEPS = 50


def origins_by_name(workspace: Workspace) -> dict[str, str]:
    """The name of the origin that each source goes back to, by the source's name.

    An origin is named by the mapping of a list, or is another source; a source without one
    goes back to itself. Two sources with the same origin are copies as far as counting
    independent lists is concerned.
    """
    store = workspace.store
    with store.read():
        batches = live_batches(store)
        numbers = [
            row.number
            for row in store.find(RecordRow, "record_type", ["Source"])
            if batch_of(row.number) in batches
        ]
        terms = {number: name for (_, name), number in store.terms().items()}
        said: dict[str, dict[int, str]] = {"name": {}, "list_name": {}, "origin": {}}
        for row in live_statements(store, numbers, batches):
            values = said.get(terms[row.term])
            if values is not None and row.value:
                values[row.record] = row.value
    names = {**said["list_name"], **said["name"]}
    stated = {
        names[number]: _named(origin, names)
        for number, origin in sorted(said["origin"].items())
        if number in names
    }
    return {name: _root(name, stated) for name in names.values()}


def _named(origin: str, names: Mapping[int, str]) -> str:
    """The name of an origin that may be stated by the number of a source."""
    return names.get(int(origin), origin) if origin.isdecimal() else origin


def _root(name: str, stated: Mapping[str, str]) -> str:
    """Where a chain of copies begins; a chain that bites its tail ends where it is noticed."""
    here, seen = name, {name}
    for _ in range(_MOST_STEPS):
        origin = stated.get(here)
        if origin is None or origin in seen:
            break
        here = origin
        seen.add(here)
    return min(seen) if stated.get(here) in seen else here
