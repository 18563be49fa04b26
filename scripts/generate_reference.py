"""Write the generated pages of docs/reference, or check that they are in step.

Usage: python scripts/generate_reference.py [--check]
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts import cli_page, json_schemas, roles_page, vocabulary_page  # noqa: E402

REFERENCE = ROOT / "docs" / "reference"

PAGES: Mapping[str, Callable[[], str]] = {
    "cli.md": cli_page.page,
    "vocabulary.md": vocabulary_page.page,
    "roles.md": roles_page.page,
    **json_schemas.pages(),
}
"""Every page that is made from the product and stands in the repository."""


def stale_pages() -> dict[Path, str]:
    """Pages whose file is absent or differs, with the text they should have."""
    wanted = {REFERENCE / name: make() for name, make in PAGES.items()}
    return {
        path: text
        for path, text in wanted.items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text
    }


def main(arguments: list[str]) -> int:
    """Write what is stale; with ``--check`` only name it, and fail."""
    stale = stale_pages()
    for path, text in stale.items():
        if "--check" in arguments:
            print(f"{path.relative_to(ROOT)} is out of step; run: make reference")
        else:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
