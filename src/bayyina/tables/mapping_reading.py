"""From the text of a mapping file to its parts; every fault is noted with its line.

Only the shape of the file is looked at here. Whether its types, properties and words
are in the vocabulary is the job of ``mapping_checks``.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

from bayyina.errors import MappingError
from bayyina.tables.mapping_faults import Faults
from bayyina.tables.mapping_parts import (
    ROW,
    Block,
    Check,
    ColumnRule,
    Condition,
    Constant,
    Interval,
    Key,
    ListFacts,
)
from bayyina.tables.toml_lines import Path, key_lines
from bayyina.tables.toml_tables import TomlTable

VERSION: Final = 1
"""Version of the format that this program reads."""

_AT_LINE = re.compile(r"\s*\(at line (\d+), column \d+\)$")
_DATE_CODES = re.compile(r"%[YmdyBb]")


@dataclass(frozen=True)
class MappingParts:
    """Everything that a mapping file says."""

    facts: ListFacts
    """The list as a whole."""
    row: Block
    """The row's own record."""
    blocks: tuple[Block, ...]
    """Further records that a row may state: acts, persons, others."""
    checks: tuple[Check, ...]
    """Counts to compare."""
    ignored: tuple[str, ...]
    """Columns that are left out on purpose."""
    paths: dict[str, Path]
    """Where each block stands in the file."""
    raw: dict[str, Any]
    """The file's content."""


def read_parts(text: str, label: str) -> tuple[MappingParts, Faults]:
    """Read a mapping's text.

    Raises:
        MappingError: It is not TOML at all.
    """
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _not_toml(error, label) from error
    faults = Faults(key_lines(text))
    return _Reader(TomlTable(raw, (), faults)).read(), faults


def _not_toml(error: tomllib.TOMLDecodeError, label: str) -> MappingError:
    message = str(error)
    match = _AT_LINE.search(message)
    where = f"{label}, line {match.group(1)}" if match else label
    return MappingError(
        f"{where}: this is not TOML: {_AT_LINE.sub('', message)}.",
        hint="Names with other than Latin letters, digits, _ or - stand in quotation marks.",
    )


class _Reader:
    """Reads the tables of one mapping."""

    def __init__(self, root: TomlTable) -> None:
        self._root = root
        self._ordinals: Counter[str] = Counter()
        self._paths: dict[str, Path] = {}

    def read(self) -> MappingParts:
        """Read all tables; what is missing becomes a fault and an empty part."""
        self._version()
        facts, row = self._list(), self._row()
        blocks = [
            self._block(table, kind)
            for kind in ("persons", "records", "acts")
            for table in self._root.tables(kind)
        ]
        checks = [self._check(table) for table in self._root.tables("checks")]
        ignored = self._root.texts("ignore") or ()
        self._root.close()
        return MappingParts(
            facts, row, tuple(blocks), tuple(checks), ignored, self._paths, self._root.content
        )

    def _version(self) -> None:
        version = self._root.take("version")
        if version is None:
            self._root.fault(f"the first line must be `version = {VERSION}`.")
        elif version != VERSION or isinstance(version, bool):
            self._root.fault(f"this program reads version {VERSION}.", "version")

    def _list(self) -> ListFacts:
        table = self._root.table("list")
        if table is None:
            self._root.fault("the table [list] is missing.")
            table = TomlTable({"name": "-", "asserted_on": "1970-01-01"}, ("list",), Faults({}))
        asserted_on, file_name = self._asserted_on(table)
        facts = ListFacts(
            name=table.text("name", required=True) or "",
            asserted_on=asserted_on,
            file_name=file_name,
            release=table.word("release", ("partial", "complete"), "partial"),
            unique_rows=table.flag("unique_rows"),
            fictional=table.flag("fictional"),
            origin=table.text("origin") or "",
            lang=table.text("lang"),
            unknown_when=tuple(t.strip() for t in table.texts("unknown_when") or ()),
            sheet=table.text("sheet"),
            repeated_key=table.word("repeated_key", ("keep_aside", "same_record"), "keep_aside"),
            header_row=table.row_number("header_row"),
            earlier_practice=table.text("earlier_practice") or "",
        )
        table.close()
        return facts

    def _asserted_on(self, table: TomlTable) -> tuple[str | None, str | None]:
        if not isinstance(table.content.get("asserted_on"), dict):
            if "asserted_on" not in table.content:
                table.take("asserted_on")
                table.fault("the key `asserted_on` is missing: the date of the release.")
                return None, None
            return table.day("asserted_on"), None
        inner = table.table("asserted_on")
        name = inner.text("file_name", required=True) if inner else None
        if inner is not None:
            inner.close()
            if name is not None and not {"%Y", "%m", "%d"} <= set(_DATE_CODES.findall(name)):
                inner.fault("the name must hold %Y, %m and %d.", "file_name")
        return None, name

    def _row(self) -> Block:
        table = self._root.table("row")
        if table is None:
            self._root.fault('the table [row] is missing: record = "Person", key = "…".')
            table = TomlTable({"record": "Person", "key": "-"}, ("row",), Faults({}))
        record = table.text("record", required=True) or ""
        if "key" not in table.content:
            table.fault(
                "the key `key` is missing: the column with the list's own id, "
                "or { content = true } when it has none."
            )
        self._paths[ROW] = table.path
        columns = self._root.table("columns")
        constants = self._root.table("constants")
        block = self._assemble(table, record, ROW, columns, constants, when=None)
        table.close()
        return block

    def _block(self, table: TomlTable, kind: str) -> Block:
        if kind == "persons":
            record = table.text("type") or "Person"
        else:
            record = table.text("type", required=True) or ""
        ordinal = self._ordinals[record] + 1
        name = table.text("id") or f"{record}:{ordinal}"
        if name in self._paths or name == ROW:
            table.fault(f"the id `{name}` is used twice.", "id")
        self._paths[name] = table.path
        columns, constants = table.table("columns"), table.table("constants")
        when = self._when(table)
        block = self._assemble(table, record, name, columns, constants, when)
        table.close()
        return block

    def _assemble(
        self,
        table: TomlTable,
        record: str,
        name: str,
        columns: TomlTable | None,
        constants: TomlTable | None,
        when: ColumnRule | Constant | Interval | None,
    ) -> Block:
        rules, stated = self._columns(columns)
        if isinstance(when, ColumnRule):
            rules = (when, *rules)
        elif isinstance(when, Constant):
            stated = (when, *stated)
        about = table.text("about") if name != ROW else None
        if name != ROW:
            self._ordinals[record] += 1
        block = Block(
            id=name,
            type=record,
            ordinal=self._ordinals[record],
            columns=rules,
            constants=(*stated, *_constants(constants)),
            interval=when if isinstance(when, Interval) else None,
            conditions=tuple(filter(None, map(_condition, table.tables("if")))),
            always=name == ROW or table.flag("always"),
            key=_key(table),
            links=table.pairs("links") + ((("", about),) if about else ()),
            certainty_column=_certainty(table),
        )
        if not (rules or block.interval or block.conditions or block.always):
            table.fault(
                "no column, `when` or `if` says when a row states this; "
                "if every row does, write always = true."
            )
        return block

    def _columns(
        self, table: TomlTable | None
    ) -> tuple[tuple[ColumnRule, ...], tuple[Constant, ...]]:
        rules: list[ColumnRule] = []
        constants: list[Constant] = []
        for name in table.content if table else ():
            for entry in table.tables(name) if table else ():
                if "value" in entry.content:
                    constants.append(_constant(entry, entry.text("to") or name))
                else:
                    rules.append(_column(name, entry))
                entry.close()
        return tuple(rules), tuple(constants)

    def _when(self, table: TomlTable) -> ColumnRule | Constant | Interval | None:
        inner = table.table("when")
        if inner is None:
            return None
        column, start, end = (inner.text(key) for key in ("column", "from", "to"))
        value = _value_text(inner)
        formats, calendar = inner.texts("date") or (), inner.text("calendar") or "auto"
        optional = inner.flag("optional")
        source_column, source_names = _source(inner)
        inner.close()
        if column and not (start or end or value):
            return ColumnRule(
                column,
                "date",
                formats=formats,
                calendar=calendar,
                optional=optional,
                source_column=source_column,
                source_names=source_names,
            )
        if start and end and not (column or value):
            return Interval(start, end, formats, calendar, optional)
        if value and not (column or start or end):
            return Constant("date", value)
        inner.fault("give either `column`, or `from` and `to`, or `value`.")
        return None

    def _check(self, table: TomlTable) -> Check:
        names = table.texts("at_most") or ()
        if len(names) != 2:
            table.fault("two properties are needed: at_most = [lesser, greater].", "at_most")
            names = ("", "")
        check = Check(names[0], names[1], table.flag("empty_is_zero"))
        table.close()
        return check


def _column(name: str, table: TomlTable) -> ColumnRule:
    link = table.text("link")
    if link not in (None, "key"):
        table.fault('the only kind of link is "key": the text is a key of a list.', "link")
    source_column, source_names = _source(table)
    unknown = table.texts("unknown_when")
    return ColumnRule(
        column=" ".join(name.split()),
        property=table.text("to", required=True) or "",
        lang=table.text("lang"),
        values=table.pairs("values"),
        formats=table.texts("date") or (),
        calendar=table.text("calendar") or "auto",
        split=_split(table),
        reading_as=table.text("as"),
        scheme=table.text("scheme"),
        certainty=table.text("certainty"),
        optional=table.flag("optional"),
        required=table.flag("required"),
        unknown_when=None if unknown is None else tuple(text.strip() for text in unknown),
        is_link=link is not None,
        link_list=table.text("list"),
        is_unlisted=table.flag("unlisted"),
        joined_with=tuple(" ".join(item.split()) for item in table.texts("with") or ()),
        source_column=source_column,
        source_names=source_names,
    )


def _source(table: TomlTable) -> tuple[str | None, tuple[tuple[str, str], ...]]:
    """Read which column names the source of a value."""
    inner = table.table("source")
    if inner is None:
        return None, ()
    column, names = inner.text("column", required=True), inner.pairs("values")
    inner.close()
    return column, names


def _split(table: TomlTable) -> str | None:
    value = table.take("split")
    if value is None or (isinstance(value, str) and value):
        return value
    table.fault('the separator is needed, such as "|".', "split")
    return None


def _constants(table: TomlTable | None) -> list[Constant]:
    found: list[Constant] = []
    for name, value in table.content.items() if table else ():
        inner = table.table(name) if isinstance(value, dict) and table else None
        if inner is not None:
            found.append(_constant(inner, name))
            inner.close()
        elif table is not None:
            found.append(Constant(name, table.text(name) or ""))
    return found


def _constant(table: TomlTable, name: str) -> Constant:
    return Constant(
        property=name,
        value=_value_text(table) or "",
        lang=table.text("lang"),
        reading_as=table.text("as"),
        scheme=table.text("scheme"),
        certainty=table.text("certainty"),
    )


def _value_text(table: TomlTable) -> str | None:
    """Give a constant's text; dates and numbers may stand without quotation marks."""
    value = table.take("value")
    if value is None:
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | dict) or not str(value).strip():
        table.fault("a text is needed.", "value")
        return None
    return str(value)


def _condition(table: TomlTable) -> Condition | None:
    column = table.text("column", required=True)
    condition = Condition(
        column=column or "",
        texts=table.texts("is"),
        excluded=table.texts("is_not"),
        not_empty=table.optional_flag("not_empty"),
    )
    table.close()
    if condition.texts is None and condition.excluded is None and condition.not_empty is None:
        table.fault("say what must hold: `is`, `is_not` or `not_empty`.")
        return None
    return condition


def _certainty(table: TomlTable) -> ColumnRule | None:
    inner = table.table("certainty")
    if inner is None:
        return None
    rule = ColumnRule(
        column=inner.text("column", required=True) or "",
        property="certainty",
        values=inner.pairs("values"),
        optional=inner.flag("optional"),
    )
    inner.close()
    return rule


def _key(table: TomlTable) -> Key | None:
    value = table.content.get("key")
    if isinstance(value, dict):
        inner = table.table("key")
        if inner is None or not inner.flag("content"):
            table.fault("write the column's name, or { content = true }.", "key")
        if inner is not None:
            inner.close()
        return Key(of_content=True)
    columns = table.texts("key")
    return None if columns is None else Key(tuple(" ".join(name.split()) for name in columns))
