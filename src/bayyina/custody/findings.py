"""What verification found, in words that a person and a program can use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

INSERTED = "inserted"
"""Something stands there that the log does not know."""

EDITED = "edited"
"""It is not what the log committed to."""

DELETED = "deleted"
"""It is gone, and others after it are still there."""

REORDERED = "reordered"
"""It stands in another's place."""

TRUNCATED = "truncated"
"""Everything from there to the end is gone."""

DAMAGED = "damaged"
"""A hash, key or signature that the check needs is gone or wrong."""

NOT_CHECKED = "not checked"
"""Something that is needed for the check is missing, so it has not held."""

_SHOWN = 6


class Finding(NamedTuple):
    """One thing that is not as the log says."""

    change: str
    """One of the words of this module: ``inserted``, ``edited``, ``deleted`` …"""

    kind: str
    """Kind of row, or ``entry``, ``batch``, ``checkpoint``, ``tile``, ``key``."""

    batch: int | None
    """The batch, where there is one."""

    first: int | None
    """Number of the row (or position of the entry), or the first of several."""

    last: int | None = None
    """The last of several neighbours; None: it is one."""

    why: str = ""
    """Further words; never a value of a row."""

    def __str__(self) -> str:
        place = "" if self.batch is None else f" of batch {self.batch}"
        number = "" if self.first is None else f" {self.first}"
        if self.last is not None and self.last != self.first:
            number = f" {self.first} to {self.last}"
        reason = f" ({self.why})" if self.why else ""
        text = f"{self.kind}{number}{place}: {self.change}{reason}"
        return text.encode("utf-8", "backslashreplace").decode("utf-8")


class Check(NamedTuple):
    """The outcome of one numbered check."""

    number: int
    """Number of the check; stable."""

    name: str
    """What is checked."""

    ok: bool
    """Whether it held. A check that could not run has not held."""

    detail: str
    """One or a few sentences."""

    findings: tuple[Finding, ...] = ()
    """Everything that was found, for programs."""

    asked: bool = True
    """False where nobody gave what it compares with, so that there was nothing to check."""

    @property
    def checked(self) -> bool:
        """Whether it could be checked; False where all that it lacks is what it needed."""
        return self.ok or any(finding.change != NOT_CHECKED for finding in self.findings)


@dataclass(frozen=True)
class Report:
    """The outcome of a verification."""

    checks: tuple[Check, ...]
    """All checks in order of number."""

    @property
    def ok(self) -> bool:
        """Whether every check held; no check is no success."""
        return bool(self.checks) and all(check.ok for check in self.checks)

    @property
    def broken(self) -> tuple[Check, ...]:
        """Checks that were made and did not hold."""
        return tuple(check for check in self.checks if check.checked and not check.ok)

    @property
    def unchecked(self) -> tuple[Check, ...]:
        """Checks that could not be made."""
        return tuple(check for check in self.checks if not check.checked)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything that any check found."""
        return tuple(finding for check in self.checks for finding in check.findings)


def outcome(number: int, name: str, held: str, findings: Sequence[Finding]) -> Check:
    """A check that held with the words ``held``, or did not, with what was found or lacking."""
    if not findings:
        return Check(number, name, True, held)
    if all(finding.change == NOT_CHECKED for finding in findings):
        reasons = "; ".join(dict.fromkeys(finding.why for finding in findings[:_SHOWN]))
        lacking = f"Could not be checked: {reasons}. {held}".strip()
        return Check(number, name, False, lacking, tuple(findings))
    shown = "; ".join(map(str, findings[:_SHOWN]))
    more = f"; and {len(findings) - _SHOWN} more" if len(findings) > _SHOWN else ""
    return Check(number, name, False, f"{shown}{more}. {held}".strip(), tuple(findings))


def runs(positions: Sequence[int]) -> list[tuple[int, int]]:
    """Neighbouring positions gathered into (first, last)."""
    found: list[tuple[int, int]] = []
    for position in positions:
        if found and found[-1][1] == position - 1:
            found[-1] = (found[-1][0], position)
        else:
            found.append((position, position))
    return found
