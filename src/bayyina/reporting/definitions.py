"""Report definitions: ``*.report.md``.

A definition has TOML front matter between ``+++`` lines, then blocks (``figure``, ``chart``,
``table``, ``check``, ``map``, ``site``, ``order``) that say what is asked, then the prose of each language after a line
``<!-- lang: en -->``. The format is described in ``docs/reference/report-definition.md``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from markdown_it.token import Token

from bayyina.errors import FileUnreadableError, SmallFileError
from bayyina.model.plain_files import plain_file
from bayyina.reporting.parameters import Filling, Parameter, settled
from bayyina.reporting.reading import RawDefinition, read_definition

SUFFIX = ".report.md"
"""How the name of a report definition ends."""


@dataclass(frozen=True)
class Block:
    """One question of a report, or one table made of several."""

    kind: str
    """``figure``, ``chart``, ``table``, ``check``, ``map``, ``site`` or ``order``."""

    id: str
    """Its name, unique in the report; placeholders and files use it."""

    title: Mapping[str, str]
    """What it shows, by language."""

    notes: Mapping[str, str]
    """What a reader must know about it, by language, in Markdown; may be empty."""

    query: str
    """The figure query; empty for a table of other figures."""

    rows: tuple[str, ...]
    """Ids of the figures that a table lists; empty when it has a query."""

    line: int
    """Line of the file on which it starts."""

    subjects: Mapping[str, str] = field(default_factory=dict)
    """What else it is about: ``sites`` of a map, ``site``, ``case`` and ``as-of``."""


@dataclass(frozen=True)
class Definition:
    """A report as somebody wrote it down."""

    name: str
    """Stem of the files that are made."""

    titles: Mapping[str, str]
    """The report's title, by language."""

    blocks: Mapping[str, Block]
    """The blocks by id, in the order of the file."""

    prose: Mapping[str, tuple[Token, ...]]
    """The parsed Markdown of each language."""

    report: str = ""
    """The name in its head; ``name`` has the values of its parameters too."""

    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    """What may differ between two issues, by name."""

    values: Mapping[str, str] = field(default_factory=dict)
    """The value of each parameter in this issue."""

    text: str = ""
    """The file as it was read."""

    @property
    def digest(self) -> str:
        """SHA-256 (hex) over the file's text."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @classmethod
    def load(cls, name_or_path: str | Path, values: Mapping[str, str] | None = None) -> Definition:
        """Read a definition: the name of one that comes with the program, or a file.

        Args:
            name_or_path: which.
            values: of parameters, by name; the others have their defaults.

        Raises:
            FileUnreadableError: there is no such report or file, or it is not UTF-8 text.
            SmallFileError: it does not follow the format; names file, line and reason.
            ParameterError: a value does not fit its parameter.
        """
        place, text = _text_of(name_or_path)
        return cls.parse(text, values, place=place)

    @classmethod
    def parse(
        cls, text: str, values: Mapping[str, str] | None = None, *, place: str = "the definition"
    ) -> Definition:
        """Read a definition's text; ``place`` says in a refusal where it stands.

        Raises:
            SmallFileError: it does not follow the format; names place, line and reason.
            ParameterError: a value does not fit its parameter.
        """
        raw, findings = read_definition(text)
        if findings or raw is None:
            first = findings[0]
            where = f"{place}, line {first.line}" if first.line else place
            raise SmallFileError(
                f"{where}: {first.message}", hint="`bayyina check FILE` lists all that is wrong."
            )
        return replace(cls.from_raw(raw, values), text=text)

    @classmethod
    def from_raw(cls, raw: RawDefinition, values: Mapping[str, str] | None = None) -> Definition:
        """The definition of what was read without a finding; takes over what it was read into.

        Raises:
            ParameterError: a value does not fit its parameter.
        """
        chosen = settled(raw.parameters, values or {})
        filling = Filling(raw.parameters, chosen)
        raw.fill(filling)
        return cls(
            name=filling.stem(raw.name),
            report=raw.name,
            parameters=raw.parameters,
            values=chosen,
            titles=raw.titles,
            blocks={
                block.id: Block(
                    kind=block.kind,
                    id=block.id,
                    title=block.titles,
                    notes=block.notes,
                    query=block.query,
                    rows=block.rows,
                    line=block.line,
                    subjects=block.subjects,
                )
                for block in raw.blocks.values()
            },
            prose={lang: tuple(tokens) for lang, tokens in raw.prose.items()},
        )

    def queries(self) -> Mapping[str, str]:
        """Every question that the report asks, by id, in the order of the file."""
        return {block.id: block.query for block in self.blocks.values() if block.query}

    def of_kind(self, kind: str) -> tuple[Block, ...]:
        """The blocks of a kind, in the order of the file."""
        return tuple(block for block in self.blocks.values() if block.kind == kind)

    def languages(self) -> tuple[str, ...]:
        """The languages that the report is written in."""
        return tuple(self.prose)

    def prose_when(self, lang: str, case: str) -> tuple[Token, ...]:
        """The prose of a language without what is meant for another case than this one."""
        return tuple(token for token in self.prose[lang] if token.meta.get("when", case) == case)

    def check_rows(self, block: Block) -> tuple[str, ...]:
        """Ids that a table of figures lists; ``all`` stands for every figure of the report."""
        if block.rows == ("all",):
            return tuple(one.id for one in self.blocks.values() if one.kind == "figure")
        return block.rows


def built_in_reports() -> tuple[str, ...]:
    """Names of the reports that come with the program."""
    names = (item.name for item in _folder().iterdir() if item.name.endswith(SUFFIX))
    return tuple(sorted(name.removesuffix(SUFFIX) for name in names))


def _folder() -> Traversable:
    return files("bayyina.reporting").joinpath("reports")


def _text_of(name_or_path: str | Path) -> tuple[str, str]:
    name = str(name_or_path)
    if isinstance(name_or_path, str) and name in built_in_reports():
        built_in = _folder().joinpath(f"{name}{SUFFIX}")
        return built_in.name, built_in.read_text(encoding="utf-8")
    return name, read_text(Path(name_or_path))


def read_text(path: Path) -> str:
    """The text of a definition file.

    Raises:
        FileUnreadableError: it is absent or not UTF-8 text.
    """
    try:
        return plain_file(path).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileUnreadableError(
            f"The report definition {path} is not UTF-8 text.", hint="Save it as UTF-8."
        ) from error
    except OSError as error:
        known = ", ".join(built_in_reports())
        raise FileUnreadableError(
            f"The report definition {path} cannot be read.",
            hint=f"Give a file that ends in {SUFFIX}, or one of: {known}.",
        ) from error
