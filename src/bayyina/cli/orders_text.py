"""The status of a case as a person reads it on a terminal, in English or Arabic."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from bayyina.model.vocabulary import Vocabulary
from bayyina.orders.documents import FILE, status_document, subject_words
from bayyina.orders.results import CaseStatus

_WORDS: Final = {
    "en": {
        "as of": "as of",
        "obligations": "Obligations",
        "due": "due",
        "left": "{} days left",
        "passed": "{} days ago",
        "events": "Events by phase",
        "not indicated": "Asked for and not indicated",
        "duties": "Duties that wait for no order",
        "questions": "What cannot be said",
        "watch": "Watch-list (indicators, not findings)",
        "occurred": "by day of the event",
        "documented": "by day of documentation",
        "published": "published to",
        "axis not stated": "axis not stated",
        "votes": "{} to {}",
        "before_notice": "before the notice",
        "before_application": "before the application",
        "before_order": "before the order",
        "after_order": "after the order",
        "straddles": "straddles a step",
        "undated": "undated",
        "none": "nothing",
        "no order": "No order had been made.",
        "in force": "in force",
        "filing not recorded": "filing not recorded",
        "filed": "filed",
        "filed after the day": "filed after the day",
        "superseded": "superseded",
        "ended": "ended",
        "possible": "possible",
        "file": "File",
    },
    "ar": {
        "as of": "حتى",
        "obligations": "الالتزامات",
        "due": "مستحقّ",
        "left": "بقي {} يومًا",
        "passed": "مضى عليه {} يومًا",
        "events": "الوقائع بحسب المرحلة",
        "not indicated": "طُلب ولم يُشَر به",
        "duties": "واجبات لا تنتظر قرارًا",
        "questions": "ما لا يمكن قوله",
        "watch": "قائمة الرصد (مؤشّرات لا استنتاجات)",
        "occurred": "بتاريخ الواقعة",
        "documented": "بتاريخ التوثيق",
        "published": "المنشور حتى",
        "axis not stated": "المحور غير مذكور",
        "votes": "{} مقابل {}",
        "before_notice": "قبل الإخطار",
        "before_application": "قبل تقديم الطلب",
        "before_order": "قبل القرار",
        "after_order": "بعد القرار",
        "straddles": "على جانبي إحدى الخطوات",
        "undated": "بلا تاريخ",
        "none": "لا شيء",
        "no order": "لم يكن قد صدر قرار.",
        "in force": "سارٍ",
        "filing not recorded": "لم يُسجَّل تقديم",
        "filed": "قُدِّم",
        "filed after the day": "قُدِّم بعد اليوم المحدّد",
        "superseded": "حلّ غيره محلّه",
        "ended": "انتهى",
        "possible": "محتمل",
        "file": "إيداع",
    },
}


def status_text(status: CaseStatus, lang: str) -> str:
    """The status in words; everything in it stands in the JSON document too."""
    words, document = _WORDS[lang], status_document(status)
    comma = "،" if lang == "ar" else ","
    lines = [
        f"{document['title'][lang]} ({document['case']}){comma} {words['as of']} {document['as_of']}"
    ]
    if not status.orders:
        lines.append(words["no order"])
    lines += ["", words["obligations"]]
    shown: set[str | None] = set()
    for one in document["obligations"]:
        if one["measure"] not in shown:
            lines += _measure(one, words, lang)
            shown.add(one["measure"])
        lines += _obligation(one, words, lang, shown)
    lines += ["", words["events"]]
    for phase, events in document["events_by_phase"].items():
        for event in events:
            lines.append(f"  {words[phase]}: {event['what'][lang]} ({event['date']})")
            lines += [f"      {note[lang]}" for note in event["notes"]]
    for title, key, name in (
        ("not indicated", "not_indicated", "text"),
        ("duties", "duties", "provision"),
        ("watch", "watch_list", "what"),
    ):
        if document[key]:
            lines += ["", words[title]]
            for one in document[key]:
                text = one[name]
                lines.append(f"  - {text if isinstance(text, str) else text[lang]}")
    if document["open_questions"]:
        lines += ["", words["questions"]]
        lines += [f"  - {one[lang]}" for one in document["open_questions"]]
    return "\n".join(lines)


def _measure(one: dict[str, Any], words: dict[str, str], lang: str) -> Iterator[str]:
    """The measure that the following obligations are part of, once; time-limits have none."""
    if one["measure"] is None:
        return
    details = [one["reference"] or ""]
    if one["votes"] is not None:
        details.append(words["votes"].format(one["votes"]["for"], one["votes"]["against"]))
    known = "; ".join(detail for detail in details if detail)
    head = f"  {one['measure']}" + (f" ({known})" if known else "")
    yield f"{head}: {one['text'][lang]}" if one["text"][lang] else head


def _kind(code: str, lang: str) -> str:
    kinds = Vocabulary.load().term_lists["obligation_kinds"]
    return kinds.label(code, lang) if code in kinds.terms else _WORDS[lang].get(code, code)


def _obligation(
    one: dict[str, Any], words: dict[str, str], lang: str, shown: set[str | None]
) -> Iterator[str]:
    state = words.get(one["state"], one["state"])
    subject = one["text"][lang]
    if one["kind"] != FILE:
        words_of = subject_words(one["what"])
        subject = words_of.ar if lang == "ar" else words_of.en
    about = f": {subject}" if subject else ""
    head = f"    {one['id']}  {_kind(one['kind'], lang)}{about}  [{state}]"
    if one["deadline"] is not None:
        left = one["days_left"]
        ahead = words["left"].format(left) if left >= 0 else words["passed"].format(-left)
        head += f"  {words['due']} {one['deadline']} ({ahead})"
    yield head
    for deadline in one["deadlines"]:
        filed = f" {deadline['filed']}" if deadline["filed"] else ""
        yield f"      {deadline['due']}: {words.get(deadline['state'], deadline['state'])}{filed}"
    for indicator in one["indicators"]:
        if indicator["id"] not in shown:
            shown.add(indicator["id"])
            yield from _indicator(indicator, words, lang)


def _indicator(one: dict[str, Any], words: dict[str, str], lang: str) -> Iterator[str]:
    indent = "        " if one["part_of"] else "      "
    yield f"{indent}{one['label'][lang]}"
    for axis in ("occurred", "documented"):
        count = one[axis]
        if count is not None:
            low, high = count["range"]
            maybe = f" ({words['possible']} {high:,})" if high != low else ""
            yield f"{indent}  {words[axis]}: {count['value']:,}{maybe}"
    if one["reason"] is not None:
        yield f"{indent}  {one['reason'][lang]}"
    for known in one["published"][-1:]:
        axis = words["axis not stated"] if known["axis"] == "not stated" else words[known["axis"]]
        yield f"{indent}  {words['published']} {known['to']}: {known['value']:,} ({axis})"
