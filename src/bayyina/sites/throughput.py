"""What a witness's account of burials gives: a range for a week, and nothing beyond what it covers.

A product over the whole period would treat "at times" as "always". The account this was written
for gives four loads a week of 150 to 600 bodies, at times, in six years; multiplied out it would
exceed every other count of the same deaths several times over. So a period without a stated
frequency is never multiplied: only the reason is given.
"""

from __future__ import annotations

from dataclasses import dataclass

from bayyina.errors import InputError

ALWAYS = "always"
AT_TIMES = "at-times"
UNKNOWN = "unknown"
CONTINUITIES = (ALWAYS, AT_TIMES, UNKNOWN)
"""Whether the account says that the rate held throughout, only at times, or does not say."""

WORDS = {
    "en": "The account says {what}; a total over the period cannot be drawn from it.",
    "ar": "تقول الشهادة {what}؛ فلا يُستخرج منها مجموع عن المدة كلها.",
}
WHAT = {
    AT_TIMES: {"en": "that this was so only at times", "ar": "إن ذلك كان أحيانًا فقط"},
    UNKNOWN: {"en": "nothing of how constant this was", "ar": "شيئًا لا يبيّن مدى انتظام ذلك"},
    ALWAYS: {"en": "that it was always so", "ar": "إن ذلك كان دائمًا"},
}


@dataclass(frozen=True)
class Account:
    """What a witness said of burials."""

    trucks: tuple[int, int]
    """Loads that came together, least and most."""

    times_a_week: tuple[float, float]
    """How often a week, least and most."""

    bodies: tuple[int, int]
    """Bodies in one load, least and most."""

    continuity: str
    """One of ``CONTINUITIES``."""

    period: str = ""
    """How long, in the words of the account; repeated, never multiplied."""

    def __post_init__(self) -> None:
        for name, (low, high) in (
            ("trucks", self.trucks),
            ("times a week", self.times_a_week),
            ("bodies", self.bodies),
        ):
            if not 0 <= low <= high < 1e9:
                raise InputError(
                    f"The range of {name}, {low:g} to {high:g}, is no range.",
                    hint="Give the lower number first; both zero or more.",
                )
        if self.continuity not in CONTINUITIES:
            raise InputError(
                f"'{self.continuity}' does not say how constant it was.",
                hint=f"Use one of {', '.join(CONTINUITIES)}.",
            )


@dataclass(frozen=True)
class Throughput:
    """What follows from an account, and why no more does."""

    loads_a_week: tuple[float, float]
    """Trucks times visits."""

    bodies_a_week: tuple[int, int]
    """Loads times bodies: for a week of the kind that the account describes."""

    total: None
    """Always nothing: no account is multiplied over its period."""

    reasons: tuple[str, ...]
    """Why there is no total, in English."""

    reasons_ar: tuple[str, ...]
    """The same in Arabic."""


def throughput(account: Account) -> Throughput:
    """The range for one week of the kind described; never a total."""
    loads = (
        account.trucks[0] * account.times_a_week[0],
        account.trucks[1] * account.times_a_week[1],
    )
    week = (int(loads[0] * account.bodies[0]), int(-(-loads[1] * account.bodies[1] // 1)))
    return Throughput(
        loads, week, None, _reasons(account.continuity, "en"), _reasons(account.continuity, "ar")
    )


def _reasons(continuity: str, lang: str) -> tuple[str, ...]:
    if continuity == ALWAYS:
        constant = {
            "en": "One account of a rate is no count of a period; weeks differ, and nobody recorded them.",
            "ar": "شهادة واحدة على وتيرة ليست إحصاءً لمدة؛ فالأسابيع تختلف ولم يسجلها أحد.",
        }
        return (constant[lang],)
    load = {
        "en": "The range is for a week of the kind described, not for every week.",
        "ar": "هذا المدى لأسبوع من النوع الموصوف، لا لكل أسبوع.",
    }
    return (WORDS[lang].format(what=WHAT[continuity][lang]), load[lang])
