"""No use case without a comparison of its rows with its entry: a new one is found here."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
APP = ROOT / "src" / "bayyina" / "app"
TESTS = Path(__file__).parent

OPENERS = ("change", "writing_batch")
"""What opens a change; its action is the second argument."""

COMPARED_ELSEWHERE = {
    "init": "test_use_cases_are_logged.test_making_a_workspace: there are no rows before it",
}
"""Actions that another comparison than ``check_change`` covers, and which."""


def trees(folder: Path) -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(folder.glob("*.py")):
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def constants() -> dict[str, str]:
    """Texts that modules of the use cases name, by name."""
    found = {}
    for _, tree in trees(APP):
        for node in tree.body:
            if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(
                node.value, ast.Constant
            ):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                for target in targets:
                    if isinstance(target, ast.Name) and isinstance(node.value.value, str):
                        found[target.id] = node.value.value
    return found


def actions() -> dict[str, str]:
    """Every action that a use case opens a change for, and where."""
    named = constants()
    found: dict[str, str] = {}
    for path, tree in trees(APP):
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or len(node.args) < 2:
                continue
            name = node.func.id if isinstance(node.func, ast.Name) else ""
            if name in OPENERS:
                for text in texts_of(node.args[1], named):
                    found[text] = f"{path.name}, line {node.lineno}"
    return found


def texts_of(node: ast.expr, named: dict[str, str]) -> list[str]:
    if isinstance(node, ast.Constant):
        return [str(node.value)]
    if isinstance(node, ast.Name):
        return [named[node.id]] if node.id in named else []
    if isinstance(node, ast.IfExp):
        return texts_of(node.body, named) + texts_of(node.orelse, named)
    return []


def compared() -> set[str]:
    """Every action that a test compares."""
    found = set()
    for _, tree in trees(TESTS):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "check_change":
                found |= {
                    str(part.value)
                    for part in node.args
                    if isinstance(part, ast.Constant) and isinstance(part.value, str)
                }
    return found


def test_every_action_is_compared_with_its_entry() -> None:
    opened = actions()
    assert len(opened) >= 12  # the search itself works
    missing = {
        action: place
        for action, place in opened.items()
        if action not in compared() and action not in COMPARED_ELSEWHERE
    }
    assert missing == {}
