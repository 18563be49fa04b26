"""The documentation as web pages: it builds without a warning and loads nothing from elsewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

LOADED = re.compile(
    r"""<(?:script|img|iframe|source|video|audio|embed)\b[^>]*\bsrc=["']?((?:https?:)?//[^"'\s>]+)"""
    r"""|<link\b[^>]*\bhref=["']?((?:https?:)?//[^"'\s>]+)"""
    r"""|url\(["']?((?:https?:)?//[^"')]+)|@import\s+["']((?:https?:)?//[^"']+)""",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built documentation."""
    folder = tmp_path_factory.mktemp("site")
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "mkdocs",
        "build",
        "--strict",
        "--quiet",
        "--site-dir",
        folder,
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def loaded_from_elsewhere(text: str) -> list[str]:
    return ["".join(found) for found in LOADED.findall(text)]


def test_pages_load_nothing_from_elsewhere(site: Path) -> None:
    files = [path for path in site.rglob("*") if path.suffix in {".html", ".css"}]
    assert len(files) > 20
    found = {path.name: loaded_from_elsewhere(path.read_text(encoding="utf-8")) for path in files}
    assert {name: addresses for name, addresses in found.items() if addresses} == {}


def test_check_for_loading_notices_each_way() -> None:
    page = (
        '<script src="https://cdn.example/a.js"></script><link rel="stylesheet" href="//f.example/x.css">'
        "<style>@import 'https://g.example/y.css'; a{background:url(http://h.example/z.png)}</style>"
        '<a href="https://fine.example">a link loads nothing</a><img src="local.png">'
    )
    assert len(loaded_from_elsewhere(page)) == 4


def test_python_packages_have_pages(site: Path) -> None:
    assert (site / "reference" / "python" / "errors.html").is_file()
