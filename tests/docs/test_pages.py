"""What the pages say is there: links, commands, options, figure queries, pictures."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import click
import pytest

from bayyina.cli.main import program

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^( *)(`{3,})([^\n`]*)\n(.*?)^\1\2$", re.MULTILINE | re.DOTALL)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def prose(path: Path) -> str:
    """A page without its blocks of code."""
    return FENCE.sub("", path.read_text(encoding="utf-8"))


def anchors(path: Path) -> set[str]:
    """Anchors that MkDocs gives the headings of a page."""
    heads = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", head).strip().lower()) for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    broken = []
    for target in LINK.findall(prose(page)):
        if re.match(r"(https?|mailto):", target):
            continue
        path, _, anchor = unquote(target).partition("#")
        file = (page.parent / path).resolve() if path else page
        if not file.is_file() or (anchor and file.suffix == ".md" and anchor not in anchors(file)):
            broken.append(target)
    assert broken == []


def commands_in(page: Path) -> Iterator[list[str]]:
    """Every ``bayyina`` command line that stands in a block of code."""
    for _, _, _, block in FENCE.findall(page.read_text(encoding="utf-8")):
        for line in block.replace("\\\n", " ").splitlines():
            words = shlex.split(line.split(" > ")[0], comments=True)
            if words and Path(words[0]).name == "bayyina" and "..." not in words:
                yield words[1:]


SHOWN = [
    pytest.param(page, words, id=f"{name_of(page)}-{n}: {' '.join(words)[:50]}")
    for page in PAGES
    if page.name != "cli.md"
    for n, words in enumerate(commands_in(page))
]


@pytest.mark.parametrize(("page", "words"), SHOWN)
def test_commands_that_pages_show_are_understood(page: Path, words: list[str]) -> None:
    """Each parses as written; nothing is run."""
    try:
        context = program.make_context("bayyina", list(words))
        while isinstance(context.command, click.Group):
            rest = [*context._protected_args, *context.args]
            if not rest and context.command.invoke_without_command:
                break
            name, below, rest = context.command.resolve_command(context, rest)
            assert below is not None
            context = below.make_context(name, rest, parent=context)
    except click.exceptions.Exit:
        assert {"--help", "--version"} & set(words)


def test_pages_show_commands() -> None:
    assert len(SHOWN) > 15


def test_every_page_stands_in_the_navigation() -> None:
    nav = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    for page in (ROOT / "docs").rglob("*.md"):
        assert page.relative_to(ROOT / "docs").as_posix() in nav


def test_make_targets_that_pages_name_exist() -> None:
    targets = set(
        re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    )
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        shown = re.findall(r"^make ([a-z-]+)", text, re.MULTILINE) + re.findall(
            r"`make ([a-z-]+)", text
        )
        assert set(shown) <= targets, page
