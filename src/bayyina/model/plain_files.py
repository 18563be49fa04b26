"""Files that people name: a pipe or a device in their place is refused, for it may never end."""

from __future__ import annotations

import stat
from pathlib import Path

from bayyina.errors import FileUnreadableError


def plain_file(path: Path) -> Path:
    """The path, unless something stands there that is no file and would be waited for.

    A folder, and what cannot be looked at, are left to whoever opens the path.

    Raises:
        FileUnreadableError: it is a pipe, a socket or a device.
    """
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return path
    if stat.S_ISREG(mode) or stat.S_ISDIR(mode):
        return path
    raise FileUnreadableError(
        f"{path} is not a plain file.", hint="Copy what it gives into a file first."
    )
