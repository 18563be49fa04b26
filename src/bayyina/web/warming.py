"""What pages of a large workspace need in memory, read when the first person has signed in.

Otherwise whoever searches first, or opens the first record, would wait for it. It is read by one
thread beside the pages; a page that needs it meanwhile waits no longer than without.
"""

from __future__ import annotations

from bayyina.app.finding import find_records
from bayyina.app.linked_records import pointers_at
from bayyina.app.searching_texts import find_texts
from bayyina.app.workspace import Workspace
from bayyina.db.connecting import close_this_thread
from bayyina.errors import BayyinaError
from bayyina.web.faults import log_fault
from bayyina.web.kept_figures import quiet

ANY_NAME = "Ahmad"
"""A name to look for; who is found is told to nobody."""


def read_ahead(workspace: Workspace) -> None:
    """Read what searches and pages of records need; the work of a thread of its own."""
    try:
        find_records(workspace, ANY_NAME, quiet, limit=1, with_names=False)
        pointers_at(workspace, [0])
        find_texts(workspace, ANY_NAME, quiet, limit=1)
    except BayyinaError:
        return  # the disk refuses, or others write: whoever asks is told then
    except Exception as error:  # noqa: BLE001 - pages do without
        log_fault("Reading ahead", error)
    finally:
        close_this_thread()
