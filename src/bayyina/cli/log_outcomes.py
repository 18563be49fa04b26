"""Numbered checks as they are printed: each holds, FAILED, was not checked, or not asked for."""

from __future__ import annotations

from typing import Any

from bayyina.custody.findings import Check, Report


def checks_document(report: Report) -> list[dict[str, Any]]:
    """The checks as JSON documents."""
    return [
        {
            "number": check.number,
            "name": check.name,
            "ok": check.ok,
            "checked": check.checked,
            "asked": check.asked,
            "detail": check.detail,
        }
        for check in report.checks
    ]


def checks_in_words(report: Report, what: str) -> str:
    """A line for each check, and a last one that says whether ``what`` holds."""
    lines = [
        f"{check.number:>3}  {_outcome(check):11}  {check.name}: {check.detail}"
        for check in report.checks
    ]
    return "\n".join([*lines, _verdict(report, what)])


def _outcome(check: Check) -> str:
    """One of four outcomes in words."""
    if not check.asked:
        return "not asked"
    if check.ok:
        return "holds"
    return "FAILED" if check.checked else "not checked"


def _verdict(report: Report, what: str) -> str:
    """Holds, does not hold, or not established."""
    if report.ok:
        unasked = [str(check.number) for check in report.checks if not check.asked]
        were = "was" if len(unasked) == 1 else "were"
        beside = f", by all checks but {', '.join(unasked)}, which {were} not asked for"
        return f"The {what} holds{beside if unasked else ''}."
    if report.broken:
        numbers = ", ".join(str(check.number) for check in report.broken)
        return f"The {what} does NOT hold: see {numbers}."
    numbers = ", ".join(str(check.number) for check in report.unchecked)
    return (
        f"Nothing was found against the {what}, but {len(report.unchecked)} of "
        f"{len(report.checks)} checks could not be made ({numbers}), so it is not established "
        "that it holds."
    )
