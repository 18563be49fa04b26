"""Checks what no linter knows about this repository, and names file and line.

1. No index address and no path of somebody's machine stands in a tracked file.
2. No module is longer than 500 lines.
3. No module is named for a drawer (``utils`` and its kin).
4. Every requirement is pinned with a hash.
5. No third-party list was copied in: files that are not text stay small.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

INDEX_ADDRESS = re.compile(
    r"py[p]i\.(?:org|python\.org)|python[h]osted|registry\.np[m]js|deb\.deb[i]an|--(?:extra-)?index-[u]rl[ =]+\S*:"
)
"""Addresses of package indexes, written so that this file does not hold one."""

HOME_FOLDER = re.compile(r"/(?:ho[m]e|Us[e]rs)/\w+/|/ro[o]t/")
"""A path inside somebody's home folder."""

MODULE_LINES = 500
DRAWERS = {"utils", "util", "helpers", "helper", "common", "misc", "base", "manager", "stuff"}
BINARY_BYTES = 1_500_000
"""Pictures in docs/ may be this large; nothing else that is not text may stand here."""

PICTURE_SUFFIXES = {".png", ".svg"}


def tracked_files() -> list[Path]:
    """Files that git knows or would add, relative to the root."""
    listing = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    names = listing.stdout.decode("utf-8").split("\0")
    return sorted(Path(name) for name in names if name and (ROOT / name).is_file())


def own_paths() -> list[str]:
    """Paths of this machine that must not stand in a file: this checkout's own."""
    return [f"{ROOT}/", str(ROOT)] if len(ROOT.parts) > 2 else []


def text_of(path: Path) -> str | None:
    """The file's text, or None when it is not text."""
    try:
        return (ROOT / path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def addresses_in(path: Path, text: str) -> Iterator[str]:
    """Check 1."""
    for number, line in enumerate(text.splitlines(), 1):
        if INDEX_ADDRESS.search(line):
            yield f"{path}:{number}: holds the address of a package index"
        if HOME_FOLDER.search(line) or any(own in line for own in own_paths()):
            yield f"{path}:{number}: holds a path of somebody's machine"


def module_findings(path: Path, text: str) -> Iterator[str]:
    """Checks 2 and 3."""
    lines = text.count("\n")
    if lines > MODULE_LINES:
        yield f"{path}: {lines} lines; split it by what it does (at most {MODULE_LINES})"
    if path.stem in DRAWERS:
        yield f"{path}: named for a drawer; name it for what it does"


def requirement_findings(path: Path, text: str) -> Iterator[str]:
    """Check 4."""
    logical = text.replace("\\\n", " ").splitlines()
    for line in logical:
        requirement = line.strip()
        if not requirement or requirement.startswith("#"):
            continue
        if "==" not in requirement or "--hash=sha256:" not in requirement:
            yield f"{path}: not pinned with a hash: {requirement[:60]}"


def binary_findings(path: Path) -> Iterator[str]:
    """Check 5."""
    size = (ROOT / path).stat().st_size
    if path.suffix not in PICTURE_SUFFIXES:
        yield f"{path}: not UTF-8 text; only pictures may be binary"
    elif size > BINARY_BYTES:
        yield f"{path}: {size} bytes; make the picture smaller"


def findings() -> Iterator[str]:
    """Everything that is wrong, in order of path."""
    for path in tracked_files():
        text = text_of(path)
        if text is None:
            yield from binary_findings(path)
            continue
        yield from addresses_in(path, text)
        if path.suffix == ".py" and "migrations" not in path.parts:
            yield from module_findings(path, text)
        if path.parts[0] == "requirements" and path.suffix == ".txt":
            yield from requirement_findings(path, text)


def main() -> int:
    """Print every finding; the exit status is 1 when there is one."""
    found = list(findings())
    for finding in found:
        print(finding)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
