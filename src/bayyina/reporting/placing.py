"""Charts and tables where the prose places them."""

from __future__ import annotations

from bayyina.errors import SmallFileError
from bayyina.reporting.data_files import table_file
from bayyina.reporting.definitions import Block as ReportBlock
from bayyina.reporting.figure_results import FigureResult
from bayyina.reporting.grouped import ReadableGroup, group_keys, readable_groups, short_names
from bayyina.reporting.inserts import map_blocks, order_blocks, site_blocks
from bayyina.reporting.labels import TIME_KEYS
from bayyina.reporting.notes import left_out, note_of
from bayyina.reporting.references import Issue, caption_of, entry_mark
from bayyina.reporting.wording import count_in_words, group_key_in_words
from bayyina.typeset.blocks import (
    Block,
    Column,
    FileLink,
    Inlines,
    Paragraph,
    Picture,
    Styled,
    Table,
    Text,
    Value,
)
from bayyina.typeset.charts import Bar, BarChart, chart_svg
from bayyina.typeset.numbers import write_digits


def placed(issue: Issue, identifier: str) -> tuple[Block, ...]:
    """What stands where the prose places a block.

    Raises:
        SmallFileError: there is no such block.
    """
    block = issue.definition.blocks.get(identifier)
    if block is None:
        raise SmallFileError(f"The report has no block '{identifier}'.")
    match block.kind:
        case "figure":
            return (Paragraph(_headline(issue, block)),)
        case "chart":
            return (_picture(issue, block), _group_table(issue, block))
        case "check":
            return _check(issue, block)
        case "map":
            return (
                *map_blocks(issue, block),
                *((_group_table(issue, block),) if block.query else ()),
            )
        case "site":
            return site_blocks(issue, block)
        case "order":
            return order_blocks(issue, block)
        case _:
            table = _group_table if block.query else _figure_table
            return (table(issue, block),)


def _headline(issue: Issue, block: ReportBlock) -> Inlines:
    title = block.title.get(issue.lang) or block.id
    return (Text(f"{title}: "), Styled(issue.number(block.id, "words"), strong=True))


def _table_caption(issue: Issue, block: ReportBlock) -> Inlines:
    if block.kind not in ("chart", "map"):
        return caption_of(issue, block)
    _, *mark = caption_of(issue, block)
    return (Text(issue.phrase(f"{block.kind}_numbers")), *mark)


def _picture(issue: Issue, block: ReportBlock) -> Picture:
    result = issue.results[block.id]
    groups = readable_groups(result, issue.context.labels, issue.lang)
    is_time = group_keys(result)[:1] in [(key,) for key in TIME_KEYS]
    names = short_names(groups, issue.lang)
    bars = tuple(
        Bar(
            label=write_digits(name, issue.lang, issue.context.numerals),
            value=group.value,
            text=issue.shown(group.value, group.is_hidden),
            possible=group.possible,
            is_unknown=group.is_unknown,
        )
        for name, group in zip(names, groups, strict=True)
    )
    if not bars:
        bars = (Bar(issue.phrase("unknown"), 0, issue.write(0), 0, is_unknown=True),)
    spoken = "; ".join(f"{bar.label}: {bar.text}" for bar in bars)
    title = block.title.get(issue.lang) or block.id
    return Picture(
        name=f"chart-{block.id}",
        svg=chart_svg(BarChart(lang=issue.lang, bars=bars, is_upright=is_time)),
        alternative=f"{title}. {spoken}",
        caption=caption_of(issue, block),
    )


def _group_table(issue: Issue, block: ReportBlock) -> Table:
    result = issue.results[block.id]
    groups = readable_groups(result, issue.context.labels, issue.lang)
    has_range = any(group.possible > group.value for group in groups)
    keys = [Column((Text(group_key_in_words(key, issue.lang)),)) for key in group_keys(result)]
    heads = ["certain", "possible"] if has_range else ["number"]
    numbers = [Column((Text(issue.phrase(head)),), is_number=True) for head in heads]
    return Table(
        caption=_table_caption(issue, block),
        columns=(*(keys or [Column((Text(issue.phrase("what")),))]), *numbers),
        rows=tuple(_group_row(issue, block.id, group, has_range) for group in groups)
        or (_whole_row(issue, block, result, has_range),),
        note=_table_note(issue, block, is_grouped=True, has_line=has_range),
    )


def _group_row(
    issue: Issue, identifier: str, group: ReadableGroup, has_range: bool
) -> tuple[Inlines, ...]:
    write = issue.writer(identifier, with_mark=False)
    names = tuple(
        (Value(write_digits(label, issue.lang, issue.context.numerals)),) for label in group.labels
    )
    if group.is_hidden:
        return (*names, *(((Text(issue.phrase("not_shown")),),) * (2 if has_range else 1)))
    numbers = (group.value, group.possible) if has_range else (group.value,)
    return (*names, *((write(number),) for number in numbers))


def _whole_row(
    issue: Issue, block: ReportBlock, result: FigureResult, has_range: bool
) -> tuple[Inlines, ...]:
    """The only row of a figure that gave no group at all."""
    write = issue.writer(block.id, with_mark=False)
    if result.hidden:
        return ((Text(block.title.get(issue.lang) or block.id),), issue.number(block.id, ""))
    numbers = (result.value, result.possible) if has_range else (result.value,)
    return ((Text(block.title.get(issue.lang) or block.id),), *((write(n),) for n in numbers))


def _figure_table(issue: Issue, block: ReportBlock) -> Table:
    rows = issue.definition.check_rows(block)
    has_range = any(issue.results[row].possible > issue.results[row].value for row in rows)
    columns = [Column((Text(issue.phrase("what")),)), Column((Text(issue.phrase("number")),))]
    if has_range:
        columns.append(Column((Text(issue.phrase("possible")),), is_number=True))
    return Table(
        caption=caption_of(issue, block),
        columns=tuple(columns),
        rows=tuple(_figure_row(issue, row, has_range) for row in rows),
        note=_table_note(issue, block, is_grouped=False),
    )


def _figure_row(issue: Issue, identifier: str, has_range: bool) -> tuple[Inlines, ...]:
    block, result = issue.definition.blocks[identifier], issue.results[identifier]
    write = issue.writer(identifier, with_mark=False)
    cells: list[Inlines] = [
        (Text(block.title.get(issue.lang) or identifier), *entry_mark(issue, identifier)),
        count_in_words(result, issue.lang, write),
    ]
    if has_range:
        cells.append(
            (Text(issue.phrase("not_shown")) if result.hidden else write(result.possible),)
        )
    return tuple(cells)


def _check(issue: Issue, block: ReportBlock) -> tuple[Block, ...]:
    published = issue.context.published or {}
    rows = [
        row
        for row in issue.definition.check_rows(block)
        if row in published and not issue.results[row].hidden
    ]
    if not rows:
        return (Paragraph((Text(issue.phrase("not_compared")),)),)
    equal = [published[row] == issue.results[row].value for row in rows]
    are_published = issue.context.targets_are_published
    beside = issue.context.beside
    heads = ("published" if are_published else "target", "computed", *beside)
    origin: Inlines = () if are_published else (Text(f" {issue.phrase('set_for_this_run')}"),)
    if beside:
        origin = (*origin, Text(f" {issue.phrase('joined_in_three_ways')}"))
    numbers = [Column((Text(issue.phrase(head)),), is_number=True) for head in heads]
    count = issue.filled(
        "all_equal", n=(Value(issue.write(sum(equal))),), m=(Value(issue.write(len(rows))),)
    )
    table = Table(
        caption=caption_of(issue, block),
        columns=(
            Column((Text(issue.phrase("what")),)),
            *numbers,
            Column((Text(issue.phrase("equal")),)),
        ),
        rows=tuple(
            _check_row(issue, row, published[row], same)
            for row, same in zip(rows, equal, strict=True)
        ),
        note=(*count, *origin, Text(" "), *_table_note(issue, block, is_grouped=False)),
    )
    return (table,)


def _check_row(
    issue: Issue, identifier: str, published: int, is_equal: bool
) -> tuple[Inlines, ...]:
    title = issue.definition.blocks[identifier].title.get(issue.lang) or identifier
    verdict = Text(issue.phrase("yes" if is_equal else "no"))
    return (
        (Text(title), *entry_mark(issue, identifier)),
        (Value(issue.write(published)),),
        (issue.writer(identifier, with_mark=False)(issue.results[identifier].value),),
        *(
            (Value(issue.write(values[identifier])),) if identifier in values else ()
            for values in issue.context.beside.values()
        ),
        (verdict if is_equal else Styled((verdict,), strong=True),),
    )


def _table_note(
    issue: Issue, block: ReportBlock, *, is_grouped: bool, has_line: bool = False
) -> Inlines:
    path = table_file(block.id)
    parts = [
        note_of(issue, block),
        (Text(issue.phrase("need_not_sum")),) if is_grouped else (),
        (Text(issue.phrase(f"{block.kind}_line_meaning")),)
        if has_line and block.kind in ("chart", "map")
        else (),
        *left_out(issue, (block.rows and issue.definition.check_rows(block)) or (block.id,)),
        issue.filled("table_file", file=(FileLink(path, path),)),
    ]
    joined = [piece for part in parts if part for piece in (Text("\n"), *part)]
    return tuple(joined[1:])
