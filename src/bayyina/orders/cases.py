"""Cases: the shipped ones by name, anybody's from an order file."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final

from bayyina.errors import SmallFileError
from bayyina.model.vocabulary import Vocabulary
from bayyina.model.yaml_reading import YamlSyntaxError, line_at, read_yaml
from bayyina.standards.file_reading import findings_of, read_text
from bayyina.standards.order_checks import QueryCheck, check_order_content
from bayyina.standards.order_file import OrderFile
from bayyina.standards.shapes import read_shape

FOLDER: Final = Path(__file__).parent / "cases"
"""Where the shipped cases lie."""

SUFFIX: Final = ".order.yaml"
"""How the names of order files end."""


def built_in_cases() -> tuple[str, ...]:
    """Names of the shipped cases, in order."""
    return tuple(sorted(path.name.removesuffix(SUFFIX) for path in FOLDER.glob(f"*{SUFFIX}")))


def load_case(name_or_path: str | Path, *, check_query: QueryCheck | None = None) -> OrderFile:
    """The case that a shipped name or a file holds.

    Raises:
        FileUnreadableError: the file is absent, far too large, or not UTF-8.
        SmallFileError: it is not a sound order file; the message names the first fault.
    """
    if str(name_or_path) in built_in_cases():
        return _built_in(str(name_or_path))
    path = Path(name_or_path)
    if not path.exists() and not _looks_like_a_file(path):
        known = ", ".join(built_in_cases())
        raise SmallFileError(
            f"“{name_or_path}” is neither a shipped case nor a file.",
            hint=f"Shipped are {known}; a file of your own ends in {SUFFIX}.",
        )
    return _from_file(path, check_query)


def _looks_like_a_file(path: Path) -> bool:
    return path.suffix in {".yaml", ".yml"} or len(path.parts) > 1


@lru_cache(maxsize=32)
def _built_in(name: str) -> OrderFile:
    return _from_file(FOLDER / f"{name}{SUFFIX}", None)


def _from_file(path: Path, check_query: QueryCheck | None) -> OrderFile:
    try:
        documents = read_yaml(read_text(path))
    except YamlSyntaxError as error:
        raise SmallFileError(
            f"{path.name}, line {error.line}: this is not YAML as it is used here: {error.reason}.",
            hint="Correct that line.",
        ) from error
    if len(documents) != 1:
        raise SmallFileError(
            f"{path.name} must hold exactly one YAML document.", hint="Remove the others."
        )
    content, misfits = read_shape(OrderFile, documents[0])
    if content is not None:
        misfits = list(check_order_content(content, Vocabulary.load(), check_query))
    if content is None or misfits:
        first = findings_of(misfits, lambda where: line_at(documents[0], where))[0]
        more = f" ({len(misfits) - 1} more)" if len(misfits) > 1 else ""
        raise SmallFileError(
            f"{path.name}, line {first.line or 1}: {first.message}{more}",
            hint=f"`bayyina check {path.name}` lists everything.",
        )
    return content
