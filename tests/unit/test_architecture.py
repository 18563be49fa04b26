"""Rules of the layout that import-linter cannot see: completeness, Windows, hidden imports."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "bayyina"

OUTSIDE_THE_CORE = {"db", "remote", "web", "cli"}
"""Packages that may use Django, the command-line library or a network client."""

POSIX_ONLY = {
    "fcntl",
    "grp",
    "pwd",
    "resource",
    "termios",
    "tty",
    "pty",
    "posix",
    "syslog",
    "crypt",
}
POSIX_CALLS = {
    "fork",
    "forkpty",
    "setuid",
    "setgid",
    "getuid",
    "geteuid",
    "chown",
    "mkfifo",
    "killpg",
}
NETWORK = {
    "socket",
    "socketserver",
    "ftplib",
    "smtplib",
    "imaplib",
    "xmlrpc",
    "urllib.request",
    "http.client",
}
MACHINE_PATHS = ("/tmp", "/usr/", "/etc/", "/var/", "/dev/", "/proc/", "C:\\")  # noqa: S108

MAY_BE_ABSENT = {
    "app/doctor.py": {"/proc/self/mountinfo"},
    "vault/private_folders.py": {"/dev/shm"},  # noqa: S108
}
"""Places of one system that are used where they are, and done without where they are not."""


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def core_modules() -> list[Path]:
    return [
        path for path in modules() if path.relative_to(PACKAGE).parts[0] not in OUTSIDE_THE_CORE
    ]


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imported_names(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def is_within(name: str, banned: set[str]) -> bool:
    parts = name.split(".")
    return any(".".join(parts[: n + 1]) in banned for n in range(len(parts)))


def relative(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def contract(identity: str) -> dict[str, object]:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found = [c for c in config["tool"]["importlinter"]["contracts"] if c["id"] == identity]
    assert len(found) == 1
    return dict(found[0])


def test_every_package_of_the_core_is_kept_free_of_frameworks() -> None:
    named = {str(name).split(".")[1] for name in contract("framework-free")["source_modules"]}  # type: ignore[attr-defined]
    present = {relative(path).split("/")[0].removesuffix(".py") for path in core_modules()}
    assert present - {"__init__", "__main__"} <= named


@pytest.mark.parametrize("path", core_modules(), ids=relative)
def test_core_runs_on_windows(path: Path) -> None:
    tree = tree_of(path)
    posix = [name for name in imported_names(tree) if is_within(name, POSIX_ONLY)]
    calls = [
        f"os.{node.attr}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "os"
        and node.attr in POSIX_CALLS
    ]
    paths = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.startswith(MACHINE_PATHS)
        and node.value not in MAY_BE_ABSENT.get(relative(path), ())
    ]
    assert (posix, calls, paths) == ([], [], [])


@pytest.mark.parametrize("path", modules(), ids=relative)
def test_nothing_but_remote_contacts_a_network(path: Path) -> None:
    if relative(path).startswith("remote/"):
        return
    found = [name for name in imported_names(tree_of(path)) if is_within(name, NETWORK)]
    assert found == []


@pytest.mark.parametrize("path", modules(), ids=relative)
def test_imports_stand_at_the_top(path: Path) -> None:
    if relative(path).startswith("cli/"):  # commands load lazily, so that --help is quick
        return
    hidden = [
        f"line {inner.lineno}"
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []


@pytest.mark.parametrize("path", modules(), ids=relative)
def test_text_files_are_opened_with_their_encoding(path: Path) -> None:
    unnamed = [
        f"line {node.lineno}: {ast.unparse(node)[:60]}"
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and opens_text_without_encoding(node)
    ]
    assert unnamed == []


def opens_text_without_encoding(call: ast.Call) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    words = {keyword.arg for keyword in call.keywords}
    if name in {"read_text", "write_text"}:
        # read_text("utf-8") names it by position
        needed = 1 if name == "read_text" else 2
        return "encoding" not in words and len(call.args) < needed
    if name != "open" or "encoding" in words:
        return False
    builtin = isinstance(call.func, ast.Name)
    mode_at = 1 if builtin else 0
    mode = next((k.value for k in call.keywords if k.arg == "mode"), None)
    if mode is None and len(call.args) > mode_at:
        mode = call.args[mode_at]
    if mode is None:
        # open(path) reads text; what a method named open() does is not to be seen from here
        return builtin
    return (
        isinstance(mode, ast.Constant)
        and "b" not in str(mode.value)
        and str(mode.value)[:1] in "rwax"
    )
