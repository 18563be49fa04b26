"""Finds, in the source, everything that writes to a file, to standard output or into an answer of
the web application, and says whether it asks what may leave.

A *writer* is a function (or method, or the body of a module) with a call that opens a file to
write, writes one whole, prints, or makes an HTTP answer. Functions that only put down what they
are given are *tools*; whoever calls a tool is a writer in its place. A writer *asks* when it, or what
it calls, calls one of ``DECISIONS``. Calls are followed by name through imports, so that the
census needs no program to run; methods of unknown objects are not followed.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

SOURCE: Final = Path(__file__).parents[3] / "src" / "bayyina"

DECISIONS: Final = frozenset(
    {
        "decide_output",
        "decide_report",
        "decide_figures",
        "refuse_hidden",
        "refuse_unconsented",
        "what_rules_forbid",
        "Release",
        "refuse_taken_back",
        "withheld_ground",
        "withheld_site",
    }
)
"""What decides what may leave; every one of them asks ``decide_output`` or the embargo."""

WHOLE: Final = frozenset(
    {
        *(
            "write_text",
            "write_bytes",
            "writelines",
            "copyfile",
            "copy2",
            "copytree",
            "copyfileobj",
        ),
        *("HttpResponse", "StreamingHttpResponse", "FileResponse", "JsonResponse"),
        *("render", "render_to_string", "echo", "secho", "print"),
        *("write_table", "ParquetWriter", "to_csv", "to_parquet", "savefig"),
    }
)
"""Names of calls that write something whole, print, or make an answer."""

OPENERS: Final = frozenset({"open", "fdopen", "ZipFile", "TarFile"})
"""Names of calls that open a file, where a mode among the arguments says that it is written."""

STREAMS: Final = frozenset({"stdout"})
"""Streams whose ``write`` prints."""

ROUTES: Final = frozenset({"get", "post", "put", "patch", "delete", "api_operation"})
"""Decorators that make the answer of a function an HTTP answer."""


@dataclass
class Function:
    """A function, method or body of a module."""

    key: str
    """``path/of/module.py:name``; a method as ``Class.name``, the body of a module as ``-``."""

    module: str
    """``path/of/module.py``."""

    writes: bool = False
    """Whether it writes itself."""

    asks: bool = False
    """Whether it calls a decision itself."""

    calls: set[str] = field(default_factory=set)
    """Names that it calls or hands on, as they stand in the source."""


@dataclass
class Module:
    """What a module defines, and what its names stand for."""

    functions: dict[str, Function]
    """By name; methods by ``Class.name``."""

    classes: dict[str, list[str]]
    """Names of the methods by class."""

    imported: dict[str, tuple[str, str]]
    """Module and name there, by the name here; the name there is empty for a module."""


class Census:
    """All functions of the program, with what they write and ask."""

    def __init__(self, extra: Mapping[str, str] | None = None) -> None:
        """Read the source; ``extra`` are further texts of modules by path, or texts in their place."""
        further = {name: _read(name, text) for name, text in (extra or {}).items()}
        self.modules = {**_own_modules(), **further}
        self._asking: dict[str, bool] = {}
        self._links: dict[str, tuple[Function, ...]] = {}

    def writers(self, tools: Mapping[str, str]) -> dict[str, bool]:
        """Every writer but the tools, and whether it asks."""
        tool_keys = set(tools)
        found = {}
        for module in self.modules.values():
            for function in module.functions.values():
                if function.key in tool_keys:
                    continue
                if function.writes or any(one.key in tool_keys for one in self._called(function)):
                    found[function.key] = self.asks(function)
        return found

    def asks(self, function: Function) -> bool:
        """Whether a function, or what it calls, asks what may leave."""
        if function.key in self._asking:
            return self._asking[function.key]
        seen: set[str] = set()
        waiting = [function]
        found = False
        while waiting and not found:
            here = waiting.pop()
            if here.key not in seen:
                seen.add(here.key)
                found = here.asks or self._asking.get(here.key, False)
                if here.key not in self._asking:
                    waiting += self._called(here)
        if not found:  # what cannot reach a decision from here cannot from anything below either
            self._asking |= dict.fromkeys(seen, False)
        self._asking[function.key] = found
        return found

    def keys(self) -> set[str]:
        """The key of every function."""
        return {one.key for module in self.modules.values() for one in module.functions.values()}

    def _called(self, function: Function) -> tuple[Function, ...]:
        if function.key not in self._links:
            self._links[function.key] = tuple(self._resolved(function))
        return self._links[function.key]

    def _resolved(self, function: Function) -> Iterator[Function]:
        module = self.modules[function.module]
        own = function.key.partition(":")[2].partition(".")[0]
        for name in function.calls:
            head, _, tail = name.partition(".")
            if head == "self" and f"{own}.{tail}" in module.functions:
                yield module.functions[f"{own}.{tail}"]
            elif not tail:
                yield from self._named(module, head)
            elif head in module.imported:
                place, inner = module.imported[head]
                target = self.modules.get(f"{place}/{inner}.py" if inner else f"{place}.py")
                if target is not None:
                    yield from self._named(target, tail)

    def _named(self, module: Module, name: str) -> Iterator[Function]:
        if name in module.functions:
            yield module.functions[name]
        elif name in module.classes:
            for method in module.classes[name]:
                yield module.functions[f"{name}.{method}"]
        elif name in module.imported:
            place, inner = module.imported[name]
            target = self.modules.get(f"{place}.py") or self.modules.get(f"{place}/__init__.py")
            if target is not None and inner and target is not module:
                yield from self._named(target, inner)


@cache
def _own_modules() -> dict[str, Module]:
    """The modules of the program; read once."""
    paths = {path.relative_to(SOURCE).as_posix(): path for path in sorted(SOURCE.rglob("*.py"))}
    return {name: _read(name, path.read_text(encoding="utf-8")) for name, path in paths.items()}


def _read(name: str, text: str) -> Module:
    tree = ast.parse(text)
    module = Module({}, {}, {})
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            module.functions[node.name] = _function(name, node.name, node, module.imported)
        elif isinstance(node, ast.ClassDef):
            methods = [
                one for one in node.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)
            ]
            module.classes[node.name] = [one.name for one in methods]
            for one in methods:
                key = f"{node.name}.{one.name}"
                module.functions[key] = _function(name, key, one, module.imported)
        elif isinstance(node, ast.ImportFrom):
            _note(node, module.imported)
        elif not isinstance(node, ast.Import):
            body = _function(name, "-", node, module.imported)
            if body.writes:
                module.functions["-"] = body
    return module


def _note(node: ast.ImportFrom, imported: dict[str, tuple[str, str]]) -> None:
    """Note what an import of the program's own names brings."""
    if (node.module or "").startswith("bayyina"):
        place = "/".join((node.module or "").split(".")[1:])
        for one in node.names:
            imported[one.asname or one.name] = (place, one.name)


def _function(
    module: str, name: str, node: ast.AST, imported: dict[str, tuple[str, str]]
) -> Function:
    found = Function(f"{module}:{name}", module)
    decorators = getattr(node, "decorator_list", [])
    if module.startswith("web/api/"):
        found.writes = any(_last(one) in ROUTES for one in decorators)
    for one in ast.walk(node):
        if isinstance(one, ast.Call):
            found.writes |= _writes(one)
            found.asks |= _last(one.func) in DECISIONS
        elif isinstance(one, ast.Name):
            found.calls.add(one.id)
        elif isinstance(one, ast.Attribute):
            if isinstance(one.value, ast.Name):
                found.calls.add(f"{one.value.id}.{one.attr}")
        elif isinstance(one, ast.ImportFrom):
            _note(one, imported)
    return found


def _writes(call: ast.Call) -> bool:
    name = _last(call.func)
    if name in WHOLE:
        return not (name == "render" and not _is_request(call))
    given = [*call.args, *(word.value for word in call.keywords)]
    if name in OPENERS:
        return any(_is_writing_mode(one) for one in given)
    if name in ("write", "writelines") and isinstance(call.func, ast.Attribute):
        return bool(_parts(call.func.value) & STREAMS)
    return name == "save" and len(given) > 0


def _is_request(call: ast.Call) -> bool:
    """Whether a call of ``render`` makes a page: its first argument is the request."""
    return bool(call.args) and "request" in ast.unparse(call.args[0])


def _is_writing_mode(node: ast.expr) -> bool:
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
        return False
    mode = node.value
    return 0 < len(mode) <= 4 and set(mode) <= set("rwaxbt+|:gz") and bool(set(mode) & set("wax+"))


def _last(node: ast.AST) -> str:
    if isinstance(node, ast.Call):
        return _last(node.func)
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _parts(node: ast.AST) -> set[str]:
    """The names in ``a.b.c``."""
    found = set()
    while isinstance(node, ast.Attribute):
        found.add(node.attr)
        node = node.value
    return found | ({node.id} if isinstance(node, ast.Name) else set())
