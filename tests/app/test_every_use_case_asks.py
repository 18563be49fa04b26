"""Deny by default: every public function over a workspace asks for a permission, or says why not."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2] / "src" / "bayyina"
APP = ROOT / "app"
LISTED = Path(__file__).with_name("asks_no_permission.toml")

ASKING = frozenset({"require", "require_case", "sight", "chosen_case"})
"""What asks whether the member at work may."""

Name = tuple[str, str]
"""Module and name of a function."""


class Function(NamedTuple):
    """A function of the use cases."""

    name: Name
    takes_workspace: bool
    calls: frozenset[Name]
    asks_itself: bool


def functions() -> Mapping[Name, Function]:
    found = {}
    for path in sorted(APP.glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        imported = dict(imports(tree))
        for node in tree.body:
            if isinstance(node, ast.FunctionDef):
                one = read(path.stem, node, imported)
                found[one.name] = one
    return found


def imports(tree: ast.Module) -> Iterator[tuple[str, Name]]:
    """Names that a module imports from other use cases, and what they are."""
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("bayyina.app."):
            for one in node.names:
                yield one.asname or one.name, (str(node.module).split(".")[-1], one.name)


def read(module: str, node: ast.FunctionDef, imported: Mapping[str, Name]) -> Function:
    given = [*node.args.posonlyargs, *node.args.args]
    first = given[0].annotation if given else None
    called = {
        part.func.id
        for part in ast.walk(node)
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Name)
    }
    return Function(
        (module, node.name),
        first is not None and ast.unparse(first) == "Workspace",
        frozenset(imported.get(name, (module, name)) for name in called),
        bool(called & ASKING),
    )


def asking(known: Mapping[Name, Function]) -> set[Name]:
    """Functions that ask, or call one that does."""
    found = {name for name, one in known.items() if one.asks_itself}
    while True:
        more = {name for name, one in known.items() if one.calls & found} - found
        if not more:
            return found
        found |= more


def public(known: Mapping[Name, Function]) -> set[Name]:
    return {
        name for name, one in known.items() if one.takes_workspace and not name[1].startswith("_")
    }


def listed() -> dict[str, list[str]]:
    content = tomllib.loads(LISTED.read_text(encoding="utf-8"))
    return {reason: names for group in content.values() for reason, names in group.items()}


def test_every_public_function_asks_or_is_listed_with_its_reason() -> None:
    known = functions()
    excused = {name for names in listed().values() for name in names}
    silent = {".".join(name) for name in public(known) - asking(known)}
    assert len(public(known)) > 150, "the functions were not found"
    assert silent - excused == set(), "ask with `require`, or say in the list why not"
    assert excused - silent == set(), "these ask by now, or are gone: take them off the list"


def test_the_list_gives_reasons_and_names_nothing_twice() -> None:
    names = [name for group in listed().values() for name in group]
    assert len(names) == len(set(names))
    assert all(len(reason.split()) >= 5 for reason in listed())


def test_what_a_door_calls_without_asking_stands_in_its_own_group() -> None:
    """Commands and pages call what asks; the few other functions they use are named apart."""
    content = tomllib.loads(LISTED.read_text(encoding="utf-8"))
    inner = {name for names in content["inner"].values() for name in names}
    used: dict[str, set[str]] = {}
    for path in ROOT.rglob("*.py"):
        if APP in path.parents or (ROOT / "db") in path.parents:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for _, (module, name) in imports(tree):
            used.setdefault(f"{module}.{name}", set()).add(str(path.relative_to(ROOT)))
    assert {name: sorted(used[name]) for name in inner & used.keys()} == {}
