"""Reference pages of the Python packages, made from docstrings without importing anything.

MkDocs calls ``on_config`` and ``on_files`` (see mkdocs.yml); the pages are made anew for each
build and never stand in the repository, so they cannot fall behind the code.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "bayyina"
NAV_TITLE = "Python packages"

SECTION = re.compile(r"^(Args|Arguments|Returns|Raises|Yields|Attributes|Example|Examples|Note):$")
"""Section heads of Google docstrings."""


def is_public(name: str) -> bool:
    """Whether a name belongs to the public face."""
    return not name.startswith("_")


def packages() -> list[str]:
    """Names of the pages: one for each package or module directly in ``bayyina``."""
    names = {path.name.removesuffix(".py") for path in PACKAGE.iterdir() if is_public(path.name)}
    return sorted(name for name in names if modules_of(name))


def modules_of(package: str) -> list[Path]:
    """Public modules of a package, the package itself first; migrations are left out."""
    single = PACKAGE / f"{package}.py"
    if single.is_file():
        return [single]
    found = sorted((PACKAGE / package).rglob("*.py"))
    return [path for path in found if is_documented(path)]


def is_documented(path: Path) -> bool:
    """Whether a module has a place in the reference."""
    parts = path.relative_to(PACKAGE).parts
    private = any(not is_public(part) for part in parts if part != "__init__.py")
    return not private and "migrations" not in parts


def dotted(path: Path) -> str:
    """The module's name, such as ``bayyina.model.drafts``."""
    parts = ["bayyina", *path.relative_to(PACKAGE).with_suffix("").parts]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def page(package: str) -> str:
    """The page of one package, as Markdown."""
    lines = [f"# bayyina.{package}", ""]
    for path in modules_of(package):
        lines += module_section(path, top=dotted(path) == f"bayyina.{package}")
    return "\n".join(lines) + "\n"


def module_section(path: Path, *, top: bool) -> Iterator[str]:
    """One module: what it is, then its public classes, functions and constants."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    if not top:
        yield from (f"## {dotted(path)}", "")
    yield from docstring_lines(tree)
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and is_public(node.name):
            yield from class_section(node)
        elif isinstance(node, ast.FunctionDef) and is_public(node.name):
            yield from function_section(node, "###")
    yield from documented_names(tree, "Constants")


def class_section(node: ast.ClassDef) -> Iterator[str]:
    """One class: bases, what it is, fields, methods."""
    bases = ", ".join(ast.unparse(base) for base in node.bases)
    yield from (f"### class `{node.name}{f'({bases})' if bases else ''}`", "")
    yield from docstring_lines(node)
    yield from documented_names(node, "Fields")
    for child in node.body:
        if isinstance(child, ast.FunctionDef) and is_public(child.name):
            yield from function_section(child, "####")


def function_section(node: ast.FunctionDef, level: str) -> Iterator[str]:
    """One function or method: its signature and what it gives."""
    returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    signature = f"{node.name}({ast.unparse(node.args)}){returns}"
    yield from (f"{level} `{node.name}`", "", "```python", signature, "```", "")
    yield from docstring_lines(node)


def documented_names(owner: ast.Module | ast.ClassDef, title: str) -> Iterator[str]:
    """Assignments of a module or class that carry a docstring of their own."""
    items = []
    for node, after in zip(owner.body, owner.body[1:], strict=False):
        name = assigned_name(node)
        text = literal_text(after)
        if name and is_public(name) and text:
            items.append(f"- `{name}`{annotation_of(node)}: {' '.join(text.split())}")
    if items:
        yield from (f"*{title}*", "", *items, "")


def assigned_name(node: ast.stmt) -> str | None:
    """The name that a statement gives a value or a type to."""
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return node.target.id
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        return node.targets[0].id
    return None


def annotation_of(node: ast.stmt) -> str:
    """The written type of a field, in brackets."""
    return f" (`{ast.unparse(node.annotation)}`)" if isinstance(node, ast.AnnAssign) else ""


def literal_text(node: ast.stmt) -> str | None:
    """The text of a statement that is nothing but a text."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return node.value.value if isinstance(node.value.value, str) else None
    return None


def docstring_lines(node: ast.Module | ast.ClassDef | ast.FunctionDef) -> Iterator[str]:
    """A docstring as Markdown: its sections become lists."""
    text = inspect.cleandoc(ast.get_docstring(node, clean=False) or "")
    in_section = False
    for line in text.splitlines():
        head = SECTION.match(line)
        if head:
            in_section = True
            yield from ("", f"*{head.group(1)}*", "")
        elif in_section and re.match(r" {4}\S", line):
            yield f"- {line.strip()}"
        elif in_section and line.startswith("     "):
            yield f"  {line.strip()}"
        else:
            in_section = in_section and not line
            yield line
    yield ""


def on_config(config: Any) -> Any:
    """MkDocs: add the pages to the navigation."""
    nav = config["nav"] or []
    reference = next(entry["Reference"] for entry in nav if "Reference" in entry)
    reference.append({NAV_TITLE: [f"reference/python/{name}.md" for name in packages()]})
    return config


def on_files(files: Files, *, config: Any) -> Files:
    """MkDocs: add the pages themselves."""
    for name in packages():
        content = page(name)
        files.append(File.generated(config, f"reference/python/{name}.md", content=content))
    return files
