"""The status of a case as JSON-ready values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bayyina.orders.deadlines import Deadline, LimitStatus
from bayyina.orders.phases import PHASES
from bayyina.orders.results import (
    AxisCount,
    CaseStatus,
    EventStatus,
    IndicatorStatus,
    ObligationStatus,
    Words,
)
from bayyina.orders.wording import both
from bayyina.standards.order_file import NotIndicated

FILE = "file"
"""Kind of the obligation to keep a time-limit."""


FILINGS = {
    "memorial": Words("memorial", "مذكّرة"),
    "counter_memorial": Words("counter-memorial", "مذكّرة جوابية"),
    "reply": Words("reply", "ردّ"),
    "rejoinder": Words("rejoinder", "تعقيب"),
    "report": Words("report", "تقرير"),
    "observations": Words("observations", "ملاحظات"),
    "preliminary_objections": Words("preliminary objections", "دفوع أوّلية"),
}
"""Names of filings; any other is written as the file has it."""


SUBJECTS_AR = {
    "torture": "التعذيب",
    "ill_treatment": "سوء المعاملة",
    "officials": "الموظفون",
    "controlled_groups": "الجماعات الخاضعة للسيطرة",
    "evidence": "الأدلّة",
    "destruction_of_evidence": "إتلاف الأدلّة",
    "acts_of_genocide": "أفعال الإبادة الجماعية",
    "military": "القوات المسلّحة",
    "irregular_armed_units": "الوحدات المسلّحة غير النظامية",
    "incitement_to_genocide": "التحريض على الإبادة",
    "incitement": "التحريض",
    "humanitarian_assistance": "المساعدة الإنسانية",
    "military_operations": "العمليات العسكرية",
    "return": "العودة",
    "departure": "المغادرة",
    "stay": "البقاء",
    "registration_records": "سجلّات القيد",
    "identity_records": "سجلّات الهوية",
    "property_records": "سجلّات الملكية",
}
"""What obligations are about, in Arabic; any other is written as the file has it."""


def subject_words(codes: Sequence[str]) -> Words:
    """What an obligation is about, in both languages."""
    return Words(
        ", ".join(code.replace("_", " ") for code in codes),
        "، ".join(SUBJECTS_AR.get(code, code.replace("_", " ")) for code in codes),
    )


def filing_words(what: str) -> Words:
    """The name of a filing in both languages."""
    key = what.strip().lower().replace("-", "_").replace(" ", "_")
    plain = what.replace("_", " ")
    return FILINGS.get(key, Words(plain, plain))


def status_document(status: CaseStatus) -> dict[str, Any]:
    """The whole status; time-limits stand among the obligations, with the kind ``file``."""
    indicators = {one.id: indicator_document(one) for one in status.indicators}
    return {
        "case": status.case.case.id,
        "title": words_document(both(status.case.case.title)),
        "as_of": status.as_of.isoformat(),
        "phase": status.phase,
        "orders": [order.id for order in status.orders],
        "obligations": [
            *(_obligation(one, indicators) for one in status.obligations),
            *(_limit(one, status) for one in status.limits),
        ],
        "events_by_phase": {
            phase: [_event(one) for one in status.events if one.phase == phase] for phase in PHASES
        },
        "not_indicated": [_not_indicated(one) for one in status.not_indicated],
        "duties": [
            {
                "id": duty.id,
                "provision": words_document(both(duty.provision)),
                "text": words_document(both(duty.text)),
                "events": [one.event.id for one in status.events if duty.id in one.event.duties],
            }
            for duty in status.duties
        ],
        "watch_list": [
            {
                "id": way.id,
                "what": words_document(both(way.what)),
                "measures": list(way.measures),
                "figure": way.figure,
                "events": [one.event.id for one in status.events if way.id in one.event.watch],
            }
            for way in status.watch_list
        ],
        "open_questions": [words_document(one) for one in status.open_questions],
    }


def words_document(words: Words) -> dict[str, str]:
    """A text in both languages."""
    return {"en": words.en, "ar": words.ar}


def indicator_document(status: IndicatorStatus) -> dict[str, Any]:
    """An indicator with both its axes, its phases and what was published for it."""
    first = status.occurred or status.documented
    return {
        "id": status.id,
        "measure": status.indicator.measure,
        "part_of": status.indicator.part_of,
        "label": words_document(both(status.indicator.label or status.id)),
        "value": first.value if first is not None else None,
        "occurred": _axis(status.occurred),
        "documented": _axis(status.documented),
        "by_phase": dict(status.phases),
        "trend": [{"to": point.to.isoformat(), "value": point.value} for point in status.trend],
        "published": [
            {
                "to": one.to,
                "value": one.value,
                "comparator": one.comparator,
                "axis": one.axis,
                "source": one.source,
            }
            for one in status.published
        ],
        "reason": words_document(status.reason) if status.reason is not None else None,
    }


def _axis(count: AxisCount | None) -> dict[str, Any] | None:
    if count is None:
        return None
    return {
        "value": count.value,
        "comparator": count.comparator,
        "range": list(count.range),
        "query": count.query,
        "methodology": count.methodology,
        "custody_size": count.custody_size,
    }


def _obligation(status: ObligationStatus, indicators: dict[str, Any]) -> dict[str, Any]:
    measure, obligation = status.measure, status.obligation
    votes = measure.votes
    what = obligation.what
    listed = [what] if isinstance(what, str) else list(what or ())
    return {
        "id": status.id,
        "measure": measure.id,
        "order": measure.order,
        "kind": obligation.kind,
        "what": [*obligation.of, *listed, *obligation.whom],
        "text": words_document(both(measure.text)),
        "addressees": list(measure.addressees),
        "votes": None if votes is None else {"for": votes.in_favour, "against": votes.against},
        "reference": measure.reference,
        "since": status.since.isoformat(),
        "state": status.state,
        "deadline": status.deadline.isoformat() if status.deadline is not None else None,
        "days_left": status.days_left,
        "deadlines": [_deadline(one) for one in status.deadlines],
        "history": [],
        "indicators": [indicators[name] for name in status.indicators if name in indicators],
        "events": list(status.events),
    }


def _limit(status: LimitStatus, case: CaseStatus) -> dict[str, Any]:
    limit, deadline = status.limit, status.deadline
    return {
        "id": status.id,
        "measure": None,
        "order": None,
        "kind": FILE,
        "what": [limit.what],
        "text": words_document(filing_words(limit.what)),
        "addressees": [limit.by],
        "votes": None,
        "reference": limit.reference,
        "since": limit.set_on,
        "state": deadline.state,
        "deadline": deadline.due.isoformat(),
        "days_left": (deadline.due - case.as_of).days,
        "deadlines": [_deadline(deadline)],
        "history": [
            {
                "due": one.due.isoformat(),
                "set_on": one.set_on.isoformat(),
                "reference": one.reference,
                "superseded": one.superseded,
            }
            for one in status.history
        ],
        "indicators": [],
        "events": [],
    }


def _deadline(deadline: Deadline) -> dict[str, Any]:
    return {
        "due": deadline.due.isoformat(),
        "state": deadline.state,
        "filed": deadline.filed,
        "reference": deadline.filed_reference,
    }


def _event(status: EventStatus) -> dict[str, Any]:
    event = status.event
    notes = [words_document(note) for note in status.notes]
    if event.note is not None:
        notes.append(words_document(both(event.note)))
    return {
        "id": event.id,
        "what": words_document(both(event.what)),
        "date": event.date,
        "phase": status.phase,
        "orders": dict(status.beside),
        "measures": list(event.measures),
        "duties": list(event.duties),
        "watch": list(event.watch),
        "sources": list(event.sources),
        "notes": notes,
    }


def _not_indicated(one: NotIndicated) -> dict[str, Any]:
    words = both(one.text or " ".join(part for part in (one.what, one.of) if part))
    return {
        "what": one.what,
        "of": one.of,
        "after": one.after,
        "every": one.every,
        "order": one.order,
        "status": "not indicated",
        "text": words_document(words),
    }
