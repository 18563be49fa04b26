"""What ``bayyina media`` says to a person; names of files are shown without control characters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bayyina.cli.printing import counted
from bayyina.media.near import Nearness
from bayyina.media.plain_data import one_line
from bayyina.media.results import OK, FileReport, Indicator

WORDS: Final = {
    "en": {
        "rate": "false alarms", "also": "May also mean", "on": "on",
        "type": "type", "outcome": "outcome", "none": "No indicator was found by the methods that apply to this file; that is no statement about its origin.",
        "look": "To look at", "series": "To look at, in the series",
    },
    "ar": {
        "rate": "الإنذارات الكاذبة", "also": "وقد يعني أيضاً", "on": "على",
        "type": "النوع", "outcome": "النتيجة", "none": "لم تجد الطرق التي تنطبق على هذا الملف أي مؤشر؛ وهذا ليس قولاً في مصدره.",
        "look": "مما ينبغي النظر فيه", "series": "مما ينبغي النظر فيه، في السلسلة",
    },
}  # fmt: skip


def report_text(report: FileReport, lang: str) -> str:
    """One file's report in a few lines."""
    words = WORDS[lang]
    lines = [one_line(report.path, 1_000)]
    if report.type:
        tools = ", ".join(f"{name} {kind or '-'}" for name, kind in report.types_by_tool.items())
        lines.append(f"  {words['type']}: {one_line(report.type)} ({one_line(tools)})")
    if report.sha256:
        lines.append(f"  sha256: {report.sha256}")
    if report.hashes.get("pdq"):
        lines.append(f"  pdq: {report.hashes['pdq']} ({report.hashes['pdq_quality']})")
    if report.outcome != OK:
        lines.append(f"  {words['outcome']}: {report.outcome}. {one_line(report.detail, 1_000)}")
    if report.indicators:
        lines.append(f"  {words['look']}:")
    for indicator in report.indicators:
        lines.extend(_indicator_lines(indicator, lang))
    if report.outcome == OK and not report.indicators:
        lines.append(f"  {words['none']}")
    return "\n".join(lines)


def series_lines(indicators: Sequence[Indicator], lang: str) -> list[str]:
    """What stands out of a series, below the report of its file."""
    if not indicators:
        return []
    lines = [line for indicator in indicators for line in _indicator_lines(indicator, lang)]
    return [f"  {WORDS[lang]['series']}:", *lines]


def _indicator_lines(indicator: Indicator, lang: str) -> list[str]:
    words = WORDS[lang]
    rate = indicator.false_alarm_rate
    where = indicator.reference_set[lang]
    measured = where if rate is None else f"{rate:.1%} {words['on']} {where}"
    lines = [
        f"  - {one_line(indicator.finding[lang], 1_000)}",
        f"    [{indicator.method} {indicator.version}; {words['rate']}: {measured}]",
    ]
    if indicator.explanations[lang]:
        lines.append(f"    {words['also']}: " + " ".join(indicator.explanations[lang]))
    return lines


def near_text(reports: Sequence[FileReport], near: Nearness) -> str:
    """The groups in words."""
    lines = []
    for number, group in enumerate(near.groups, 1):
        lines.append(f"Group {number}: {counted(len(group.files), 'file')}")
        lines.extend(f"  {one_line(reports[place].path, 1_000)}" for place in group.files)
        for link in group.links[:20]:
            how = f"{link.distance} bits" if link.distance is not None else f"{link.share:.0%}"
            names = [one_line(reports[p].path, 200) for p in (link.first, link.second)]
            lines.append(f"    {names[0]} ~ {names[1]}: {how}, {link.how}")
    for place, reason in near.not_compared.items():
        lines.append(f"Not compared: {one_line(reports[place].path, 1_000)}: {one_line(reason)}")
    lines.append(
        f"{counted(len(reports), 'file')}, {near.compared} compared, {counted(len(near.groups), 'group')} of files that"
        " look alike. A group is not a body, a person or a case."
    )
    return "\n".join(lines)
