"""An import in a process of its own that stops at every sign of progress until it is told to go on.

Arguments: workspace folder, list, mapping. It writes ``rows N`` and reads a line, again and
again; with ``free`` as a fourth argument it does not wait.
"""

from __future__ import annotations

import sys
from pathlib import Path

from bayyina.app.importing import import_list
from bayyina.db.opening import open_workspace
from bayyina.tables.mapping import Mapping


def main(folder: str, file: str, mapping: str, mode: str = "waits") -> None:
    """Import the list."""
    workspace = open_workspace(Path(folder), person="amal", passphrase="amal")

    def step(done: int, total: int | None, what: str) -> None:
        if mode == "free":
            return
        print(f"rows {done}", flush=True)
        if not sys.stdin.readline():
            raise SystemExit(3)

    result = import_list(
        workspace,
        file=Path(file),
        mapping=Mapping.load(Path(mapping), workspace.vocabulary),
        report=Path(file).with_suffix(".rows.csv"),
        progress=step,
    )
    workspace.store.close()
    print(f"batch {result.batch}", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
