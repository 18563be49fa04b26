"""Checking the small files people write: which kind a file is, and what is wrong in it.

The kinds whose shapes are known here are vocabulary extensions, methodologies, documentation
standards, claims, orders, sites and redaction plans. Mappings and report definitions are recognised too; the
packages that read them check them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeVar

from bayyina.errors import SmallFileError
from bayyina.model.findings import Finding
from bayyina.model.json_reading import JsonSyntaxError, read_json
from bayyina.model.places import Gazetteer
from bayyina.model.vocabulary import Vocabulary, check_extension
from bayyina.model.yaml_reading import YamlSyntaxError, line_at, read_yaml
from bayyina.standards.claims_content import check_claims_content
from bayyina.standards.claims_file import ClaimsFile
from bayyina.standards.documentation_standard import check_standard
from bayyina.standards.file_reading import findings_of, read_text
from bayyina.standards.methodology import check_methodology
from bayyina.standards.order_checks import QueryCheck, check_order_content
from bayyina.standards.order_file import OrderFile
from bayyina.standards.redaction_plan import check_plan
from bayyina.standards.shapes import Misfit, read_shape
from bayyina.standards.site_file import check_site_content

S = TypeVar("S")

SUFFIXES: Final[Mapping[str, str]] = MappingProxyType(
    {
        ".mapping.toml": "mapping",
        ".methodology.toml": "methodology",
        ".standard.toml": "standard",
        ".claims.yaml": "claims",
        ".claims.yml": "claims",
        ".order.yaml": "order",
        ".order.yml": "order",
        ".vocabulary.yaml": "vocabulary",
        ".vocabulary.yml": "vocabulary",
        ".redaction.yaml": "redaction",
        ".redaction.yml": "redaction",
        ".site.geojson": "site",
        ".report.md": "report",
    }
)
"""Ends of file names and the kinds they stand for."""

_SIGNS: Final = (
    ("claims", r"^claims\s*:"),
    ("redaction", r"^redact\s*:"),
    ("order", r"^(?:measures|time_limits|not_indicated)\s*:"),
    ("vocabulary", r"^(?:type|list|extends|groups|facilities|units)\s*:"),
    ("mapping", r"^\[(?:list|row|columns)\]"),
    ("standard", r"^\[\[any_of\]\]"),
    ("methodology", r"^(?:\[disappeared\]|child_under\s*=)"),
    ("site", r'\A\s*\{(?=(?:.|\n)*"Feature")'),
    ("report", r"^```(?:figure|chart|table)\b"),
)
"""What the content of each kind shows; the first that is found decides."""


def kind_of(path: Path) -> str | None:
    """The kind of a small file by the end of its name, or else by its content; None if unknown.

    Raises:
        FileUnreadableError: its name does not tell, and it cannot be read.
    """
    name = path.name.lower()
    for suffix, kind in SUFFIXES.items():
        if name.endswith(suffix):
            return kind
    text = read_text(path)
    for kind, sign in _SIGNS:
        if re.search(sign, text, re.MULTILINE):
            return kind
    return None


def check_small_file(path: Path) -> tuple[str, list[Finding]]:
    """The kind of a small file and everything that is wrong in it.

    Raises:
        FileUnreadableError: it is absent, far too large, or not UTF-8.
        SmallFileError: it is of no kind that is checked here.
    """
    kind = kind_of(path)
    checker = CHECKERS.get(kind or "")
    if kind is None or checker is None:
        ends = ", ".join(f"*{suffix}" for suffix in SUFFIXES if not suffix.endswith(".yml"))
        raise SmallFileError(
            f"{path.name} is not one of the small files that are checked here.",
            hint=f"Name it for its kind: {ends}.",
        )
    return kind, checker(path)


def check_claims(path: Path) -> list[Finding]:
    """Everything that is wrong in the form of a claims file."""
    return _check_yaml(path, ClaimsFile, check_claims_content)


def check_order(path: Path, *, check_query: QueryCheck | None = None) -> list[Finding]:
    """Everything that is wrong in an order file; figure queries are read by ``check_query``."""
    return _check_yaml(path, OrderFile, partial(check_order_content, check_query=check_query))


def check_site(path: Path) -> list[Finding]:
    """Everything that is wrong in a site file."""
    try:
        document = read_json(read_text(path))
    except JsonSyntaxError as error:
        return [Finding(error.line, f"This is not JSON: {error.reason}.")]
    misfits = check_site_content(document.data, Vocabulary.load(), Gazetteer.load())
    return findings_of(misfits, document.line)


def _check_yaml(
    path: Path, shape: type[S], check_content: Callable[[S, Vocabulary], Iterable[Misfit]]
) -> list[Finding]:
    try:
        documents = read_yaml(read_text(path))
    except YamlSyntaxError as error:
        return [Finding(error.line, f"This is not YAML as it is used here: {error.reason}.")]
    if len(documents) != 1:
        return [Finding(None, "The file must hold exactly one YAML document.")]
    document = documents[0]
    content, misfits = read_shape(shape, document)
    if content is not None:
        misfits = list(check_content(content, Vocabulary.load()))
    return findings_of(misfits, lambda where: line_at(document, where))


CHECKERS: Final[Mapping[str, Callable[[Path], list[Finding]]]] = MappingProxyType(
    {
        "vocabulary": check_extension,
        "methodology": check_methodology,
        "standard": check_standard,
        "claims": check_claims,
        "order": check_order,
        "site": check_site,
        "redaction": check_plan,
    }
)
"""What checks each kind that is known here."""
