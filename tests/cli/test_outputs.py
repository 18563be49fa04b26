"""A pipe or a device as a place for output is refused before anything is done."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click
import pytest

from bayyina.cli import main
from bayyina.cli.lazy import LazyGroup
from bayyina.cli.outputs import OF_COMMANDS, OUTPUTS, OutputPath, guard_outputs
from tests.cli.conftest import Program

pytestmark = pytest.mark.skipif(
    not hasattr(os, "mkfifo"), reason=f"{sys.platform} has no named pipes"
)

PLACES: tuple[tuple[str, ...], ...] = (
    ("log", "checkpoint", "--out", "PLACE"),
    ("log", "stamp-request", "--out", "PLACE"),
    ("log", "tiles", "--out", "PLACE"),
    ("bundle", "create", "--out", "PLACE", "R-1-1"),
    ("export", "records", "--out", "PLACE"),
    ("import", "file.csv", "--report", "PLACE"),
)


@pytest.mark.parametrize("words", PLACES, ids=lambda words: " ".join(words[:2]))
@pytest.mark.parametrize("place", ["pipe", "link", "/dev/null"])
def test_what_is_neither_file_nor_folder_is_refused(
    program: Program, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], place: str
) -> None:
    monkeypatch.chdir(program.folder)
    os.mkfifo("pipe")
    Path("link").symlink_to("pipe")
    answer = program(*(word.replace("PLACE", place) for word in words), "--json")
    assert answer.status == 2
    assert "is neither a file nor a folder" in answer.sentence()


def commands(group: click.Command, context: click.Context) -> list[click.Command]:
    found = [group]
    if isinstance(group, click.Group):
        for name in group.list_commands(context):
            inner = group.get_command(context, name)
            assert inner is not None
            found += commands(inner, click.Context(inner, parent=context, info_name=name))
    return found


def test_every_option_that_is_written_to_is_guarded() -> None:
    group = LazyGroup(name="bayyina", table=main.COMMANDS)
    seen: set[str] = set()
    for command in commands(group, click.Context(group)):
        for option in command.params:
            named = OUTPUTS.intersection(option.opts)
            named |= {one for one in option.opts if (command.name, one) in OF_COMMANDS}
            if named and isinstance(option.type, click.Path):
                assert isinstance(option.type, OutputPath), (command.name, option.opts)
                assert option.type.type is Path
                seen |= named
    assert seen == OUTPUTS | {name for _, name in OF_COMMANDS}


def test_files_folders_and_new_names_pass(tmp_path: Path) -> None:
    got: list[Path] = []

    @click.command()
    @click.option("--out", type=click.Path(path_type=Path))
    def write(out: Path) -> None:
        got.append(out)

    guarded = guard_outputs(write)
    (tmp_path / "file").write_text("x")
    for name in ("file", "new", "."):
        guarded.main(["--out", str(tmp_path / name)], standalone_mode=False)
    assert [one.name for one in got] == ["file", "new", tmp_path.name]
