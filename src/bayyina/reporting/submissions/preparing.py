"""Filling a form from what records say: what is there, what is missing, whether it may go out.

The program prepares and never sends. It refuses where the family has not agreed to this
recipient, where it has not been told of a death that the records know of, and where the
body cannot take the case. A missing detail is listed and stops nothing: the Working Group's
own rule is that it must not.
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from bayyina.reporting.submissions.form_file import Element, Form, Treaty, TreatyState, Wording

OLD_DAYS: Final = 365
"""Days after which the status of a treaty must be looked up anew."""


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that a record says."""

    path: str
    """Record type and property, such as ``Arrest.date``."""

    words: Wording
    """What it says, codes in words."""

    lo: date | None
    """First possible day of a date."""

    hi: date | None
    """Last possible day of a date."""

    lang: str | None
    """Language of the text."""

    statement: str
    """Short id of the statement."""

    source: str
    """The list or document that says so, never a person."""


@dataclass(frozen=True, slots=True)
class Consent:
    """What a family agreed to, or did not."""

    state: str
    """A term of ``consent_states``."""

    purposes: frozenset[str]
    """Terms of ``consent_purposes``."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the records answer to one element."""

    element: Element
    """What was asked for."""

    facts: tuple[Fact, ...]
    """What they say, each source by itself."""

    text: str = ""
    """What the submitter states, for elements about the submitter."""

    @property
    def is_given(self) -> bool:
        """Whether there is an answer."""
        return bool(self.facts or self.text)

    @property
    def is_partial(self) -> bool:
        """Whether it asks for a day and no account gives one."""
        return (
            self.element.is_date
            and bool(self.facts)
            and not any(fact.lo is not None and fact.lo == fact.hi for fact in self.facts)
        )


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nothing may be prepared."""

    code: Literal["no-consent", "consent-withdrawn", "family-not-told", "not-a-party"]
    """The reason."""

    reason: Wording
    """In words."""

    resolution: Wording
    """What would settle it."""


@dataclass(frozen=True, slots=True)
class Submission:
    """A filled form, or why there is none."""

    form: Form
    """The form."""

    as_of: date
    """The day it was filled."""

    answers: tuple[Answer, ...]
    """An answer for each element; empty where refused."""

    urgency: Literal["urgent", "perhaps urgent", "standard", "unknown"]
    """By the date of the event and the period of the body."""

    warnings: tuple[Wording, ...]
    """What a reader must know."""

    refusal: Refusal | None
    """Why nothing may be prepared."""

    @property
    def missing(self) -> tuple[Element, ...]:
        """Elements without an answer, those of the minimum first."""
        empty = [answer.element for answer in self.answers if not answer.is_given]
        return tuple(sorted(empty, key=lambda element: not element.minimal))

    @property
    def is_complete(self) -> bool:
        """Whether every element of the minimum is there, and its date known to the day."""
        if self.refusal is not None or any(element.minimal for element in self.missing):
            return False
        return not any(answer.is_partial and answer.element.minimal for answer in self.answers)


def prepare(
    form: Form,
    facts: Sequence[Fact],
    *,
    consents: Sequence[Consent],
    dead_untold: bool,
    state: str,
    treaties: Sequence[Treaty],
    submitter: str,
    as_of: date,
) -> Submission:
    """Fill a form.

    Args:
        form: The form.
        facts: What the records say of the person.
        consents: What the family's contacts agreed to.
        dead_untold: Whether a death is recorded that the family has not been told.
        state: ISO 3166 code of the State concerned.
        treaties: Who is bound by what.
        submitter: Name and address of who submits; may be empty.
        as_of: The day.
    """
    warnings, refusal = _treaty(form, state, treaties, as_of)
    refusal = refusal or _consent(form, consents) or (_untold() if dead_untold else None)
    if refusal is not None:
        return Submission(form, as_of, (), "unknown", tuple(warnings), refusal)
    answers = tuple(_answer(element, facts, submitter) for element in form.elements)
    warnings += _gaps(form, facts, answers)
    return Submission(form, as_of, answers, _urgency(form, answers, as_of), tuple(warnings), None)


def _gaps(form: Form, facts: Sequence[Fact], answers: Sequence[Answer]) -> list[Wording]:
    """What a reader might take the form to say, and the records do not."""
    found = []
    wanted = form.needs_record
    if wanted is not None and not any(fact.path.startswith(f"{wanted}.") for fact in facts):
        found.append(
            Wording(
                f"No record of the kind {wanted} stands for this person: the form says nothing "
                "of its own subject.",
                f"لا سجل من النوع {wanted} لهذا الشخص: فالنموذج لا يقول شيئا عن موضوعه.",
            )
        )
    found += [
        Wording(
            f"{answer.element.label.en}: not known to the day.",
            f"{answer.element.label.ar}: غير معروف باليوم.",
        )
        for answer in answers
        if answer.is_partial
    ]
    return found


def _answer(element: Element, facts: Sequence[Fact], submitter: str) -> Answer:
    if element.submitter:
        return Answer(element, (), submitter.strip())
    found: list[Fact] = []
    for source in element.sources:
        for fact in facts:
            repeats = any(
                (known.words, known.source) == (fact.words, fact.source) for known in found
            )
            if fact.path == source and not repeats:
                found.append(fact)
    return Answer(element, tuple(found))


def _urgency(
    form: Form, answers: Sequence[Answer], as_of: date
) -> Literal["urgent", "perhaps urgent", "standard", "unknown"]:
    """By the newest dated account: one event that may be recent is enough to ask for speed."""
    if form.urgent_within is None:
        return "standard"
    start = _months_before(as_of, int(form.urgent_within[1:-1]))
    dates = [fact for answer in answers if answer.element.is_date for fact in answer.facts]
    dated = [fact for fact in dates if fact.hi is not None]
    if not dated:
        return "unknown"
    if any(fact.lo is not None and fact.lo >= start for fact in dated):
        return "urgent"
    if any(fact.hi is not None and fact.hi >= start for fact in dated):
        return "perhaps urgent"
    return "standard"


def _months_before(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def _consent(form: Form, consents: Sequence[Consent]) -> Refusal | None:
    """None where somebody of the family agreed to this use and nobody took it back."""
    if any(one.state in ("refused", "withdrawn") for one in consents):
        return Refusal(
            "consent-withdrawn",
            Wording(
                "Somebody of the family refused or withdrew consent.",
                "رفض أحد أفراد الأسرة الموافقة أو سحبها.",
            ),
            Wording(
                "Speak with the family; only a newer, dated consent changes this.",
                "تحدثوا مع الأسرة؛ ولا يغير ذلك إلا موافقة أحدث مؤرخة.",
            ),
        )
    agreed = any(one.state == "given" and form.consent_for in one.purposes for one in consents)
    if agreed:
        return None
    return Refusal(
        "no-consent",
        Wording(
            "No consent of the family to this use is recorded.",
            "لا توجد في السجلات موافقة من الأسرة على هذا الاستعمال.",
        ),
        Wording(
            f"Ask the family, and record it: FamilyContact, consent for {form.consent_for}.",
            f"اسألوا الأسرة وسجلوا جوابها: جهة اتصال الأسرة، الموافقة على {form.consent_for}.",
        ),
    )


def _untold() -> Refusal:
    return Refusal(
        "family-not-told",
        Wording(
            "The records know of a death of which the family was not told by a decision of two people.",
            "تعرف السجلات بوفاة لم تبلغ بها الأسرة بقرار من شخصين.",
        ),
        Wording(
            "The family comes first: tell it in person, respecting a wish not to know, and record it.",
            "الأسرة أولا: أبلغوها حضوريا مع احترام من لا يرغب في أن يعرف، وسجلوا ذلك.",
        ),
    )


def _treaty(
    form: Form, state: str, known: Sequence[Treaty], as_of: date
) -> tuple[list[Wording], Refusal | None]:
    if form.needs_treaty is None:
        return [], None
    treaty = next(one for one in known if one.treaty == form.needs_treaty)
    status = next((one for one in treaty.states if one.state == state), None)
    warnings = _doubts(treaty, state, status, as_of)
    if status is not None and status.status == "party":
        return warnings, None
    instead = f" Use the form {form.alternative} instead." if form.alternative else ""
    instead_ar = f" استعملوا بدلا منه النموذج {form.alternative}." if form.alternative else ""
    return warnings, Refusal(
        "not-a-party",
        Wording(
            f"{state} is not known to be a party to the {treaty.title.en}; this body cannot take "
            "the case.",
            f"لا يعرف أن {state} طرف في {treaty.title.ar}؛ فلا تستطيع هذه الهيئة النظر في الحالة.",
        ),
        Wording(
            f"Look the status up again if it may have changed.{instead}",
            f"تحققوا من الوضع مجددا إن كان قد تغير.{instead_ar}",
        ),
    )


def _doubts(treaty: Treaty, state: str, status: TreatyState | None, as_of: date) -> list[Wording]:
    if status is None:
        return [
            Wording(
                f"Nothing is known here of {state} and the {treaty.treaty}.",
                f"لا يعرف هنا شيء عن {state} و{treaty.treaty}.",
            )
        ]
    found = []
    if (as_of - date.fromisoformat(status.checked_on)).days > OLD_DAYS:
        found.append(
            Wording(
                f"The status of {state} was last looked up on {status.checked_on}; look it up again.",
                f"جرى التحقق من وضع {state} آخر مرة في {status.checked_on}؛ تحققوا منه مجددا.",
            )
        )
    if not status.confirmed:
        found.append(
            Wording(
                f"No document at hand confirms the status of {state}.",
                f"لا تؤكد وثيقة متاحة وضع {state}.",
            )
        )
    return found
