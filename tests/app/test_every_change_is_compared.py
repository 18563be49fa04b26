"""No use case without a comparison of its rows with its entry: a new one is found here."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
APP = ROOT / "src" / "bayyina" / "app"
TESTS = Path(__file__).parent

OPENERS = ("change", "writing_batch")
"""What opens a change; its action is the second argument, or the one of that name."""

COMPARED_ELSEWHERE = {
    "init": "test_use_cases_are_logged.test_making_a_workspace: there are no rows before it",
}
"""Actions that another comparison than ``check_change`` covers, and which."""


class Module(NamedTuple):
    """A module of the use cases, and what the names in it stand for."""

    name: str
    tree: ast.Module
    constants: Mapping[str, str]


class Place(NamedTuple):
    """Where an expression stands."""

    modules: list[Module]
    module: Module
    scope: ast.Module | ast.FunctionDef


def trees(folder: Path) -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(folder.glob("*.py")):
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def constants(tree: ast.Module) -> dict[str, str]:
    """Texts that a module names, by name."""
    found = {}
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Constant):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if isinstance(target, ast.Name) and isinstance(node.value.value, str):
                    found[target.id] = node.value.value
    return found


def use_cases() -> list[Module]:
    """Every module of the use cases, with its own constants and those that it imports."""
    read = {path.stem: tree for path, tree in trees(APP)}
    own = {name: constants(tree) for name, tree in read.items()}
    modules = []
    for name, tree in read.items():
        known = dict(own[name])
        for node in tree.body:
            if isinstance(node, ast.ImportFrom) and node.module:
                exported = own.get(node.module.removeprefix("bayyina.app."), {})
                for one in node.names:
                    if one.name in exported:
                        known[one.asname or one.name] = exported[one.name]
        modules.append(Module(name, tree, known))
    return modules


def called(node: ast.Call) -> str:
    """The last word of what a call calls."""
    if isinstance(node.func, ast.Name):
        return node.func.id
    return node.func.attr if isinstance(node.func, ast.Attribute) else ""


def argument(node: ast.Call, position: int, name: str) -> ast.expr | None:
    """What a call gives for a parameter."""
    if len(node.args) > position:
        return node.args[position]
    return next((word.value for word in node.keywords if word.arg == name), None)


def actions(modules: list[Module]) -> dict[str, str]:
    """Every action that a use case opens a change for, and where."""
    found: dict[str, str] = {}
    for module in modules:
        for scope in scopes(module.tree):
            for node in calls(scope):
                if called(node) in OPENERS:
                    place = f"{module.name}.py, line {node.lineno}"
                    texts = texts_of(argument(node, 1, "action"), Place(modules, module, scope))
                    assert texts, f"{place}: which action it opens cannot be read here"
                    found |= dict.fromkeys(texts, place)
    return found


def scopes(tree: ast.Module) -> Iterator[ast.Module | ast.FunctionDef]:
    """A module, and every function in it."""
    yield tree
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            yield node


def calls(scope: ast.Module | ast.FunctionDef) -> Iterator[ast.Call]:
    """Calls of a scope itself, not of the functions in it."""
    waiting: list[ast.AST] = list(ast.iter_child_nodes(scope))
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Call):
            yield node
        if not isinstance(node, ast.FunctionDef):
            waiting += ast.iter_child_nodes(node)


def texts_of(node: ast.expr | None, place: Place) -> list[str]:
    """The texts that an expression can be; none where one of them cannot be read."""
    if isinstance(node, ast.Constant):
        return [str(node.value)]
    if isinstance(node, ast.IfExp):
        one, other = (texts_of(part, place) for part in (node.body, node.orelse))
        return one + other if one and other else []
    if isinstance(node, ast.JoinedStr):
        texts = [""]
        for part in node.values:
            inner = part.value if isinstance(part, ast.FormattedValue) else part
            texts = [head + tail for head in texts for tail in texts_of(inner, place)]
        return texts
    if isinstance(node, ast.Name):
        if isinstance(place.scope, ast.FunctionDef):
            given = [one.arg for one in place.scope.args.args]
            if node.id in given:
                return given_by_callers(place, place.scope, given.index(node.id), node.id)
        known = place.module.constants
        return [known[node.id]] if node.id in known else []
    return []


def given_by_callers(
    place: Place, function: ast.FunctionDef, position: int, name: str
) -> list[str]:
    """What the calls of a function give for a parameter."""
    found: list[str] = []
    for module in [place.module] if function.name.startswith("_") else place.modules:
        for scope in scopes(module.tree):
            for node in calls(scope):
                if called(node) == function.name:
                    there = Place(place.modules, module, scope)
                    texts = texts_of(argument(node, position, name), there)
                    if not texts:
                        return []
                    found += texts
    return found


def compared() -> set[str]:
    """Every action that a test compares."""
    found = set()
    for _, tree in trees(TESTS):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and called(node) == "check_change":
                found |= {
                    str(part.value)
                    for part in node.args
                    if isinstance(part, ast.Constant) and isinstance(part.value, str)
                }
    return found


def test_every_action_is_compared_with_its_entry() -> None:
    opened = actions(use_cases())
    assert {"write-dossier", "write-letter", "watch-site", "register-sites"} <= opened.keys()
    covered = compared()
    missing = {
        action: place
        for action, place in opened.items()
        if action not in covered and action not in COMPARED_ELSEWHERE
    }
    assert missing == {}


@pytest.mark.parametrize(
    ("action", "read"),
    [
        ('"import"', {"import"}),
        ("ACTION", {"watch"}),
        ("ACTION if at_once else 'undo'", {"watch", "undo"}),
        ("kind", {"letter", "dossier"}),
        ('f"write-{kind}"', {"write-letter", "write-dossier"}),
        ("UNKNOWN", None),
        ("ACTION if at_once else unknown()", None),
        ('f"write-{unknown()}"', None),
    ],
)
def test_an_action_is_read_or_refused(action: str, read: set[str] | None) -> None:
    tree = ast.parse(
        f"def _log(workspace, kind, at_once):\n"
        f"    with changes.change(workspace, action={action}) as writer:\n"
        f"        pass\n"
        f"def letter(workspace):\n    _log(workspace, 'letter', True)\n"
        f"def dossier(workspace):\n    _log(workspace, kind='dossier', at_once=True)\n"
    )
    modules = [Module("made", tree, {"ACTION": "watch"})]
    if read is None:
        with pytest.raises(AssertionError, match=r"made\.py, line 2"):
            actions(modules)
    else:
        assert actions(modules).keys() == read
