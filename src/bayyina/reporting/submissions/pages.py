"""A filled form as a page: the same blocks become the web page and the PDF."""

from __future__ import annotations

from collections.abc import Iterator

from bayyina.reporting.submissions.preparing import Answer, Submission
from bayyina.reporting.wording import phrase
from bayyina.typeset.blocks import (
    Block,
    Code,
    Column,
    Heading,
    Inlines,
    ItemList,
    Page,
    Paragraph,
    Table,
    Text,
    Value,
)
from bayyina.typeset.languages import LANGUAGES

_WORDS = {
    "en": {
        "to": "To: ",
        "filled": "Filled on ",
        "urgent": "Procedure: urgent.",
        "perhaps urgent": "Procedure: urgent, as the dates allow it; the date must be cleared up.",
        "standard": "Procedure: standard.",
        "unknown": "Procedure: cannot be said without a date.",
        "asked": "What is asked for",
        "said": "What the records say",
        "source": "Source",
        "statement": "Statement",
        "answers": "Information",
        "missing": "Missing",
        "none missing": "Every element of the minimum is there.",
        "minimal": " (part of the minimum)",
        "missing note": "A missing detail is no reason not to submit; add it when it is known.",
        "rules": "What the body lays down",
        "warnings": "To be looked at",
        "not sent": "Prepared from records; nothing has been sent. A person decides and sends.",
        "submitter": "stated by the submitter",
        "nothing": "not known",
    },
    "ar": {
        "to": "إلى: ",
        "filled": "ملئ في ",
        "urgent": "الإجراء: عاجل.",
        "perhaps urgent": "الإجراء: عاجل بقدر ما تسمح به التواريخ؛ يجب توضيح التاريخ.",
        "standard": "الإجراء: عادي.",
        "unknown": "الإجراء: لا يمكن تحديده بلا تاريخ.",
        "asked": "المطلوب",
        "said": "ما تقوله السجلات",
        "source": "المصدر",
        "statement": "الإفادة",
        "answers": "المعلومات",
        "missing": "الناقص",
        "none missing": "كل عناصر الحد الأدنى متوفرة.",
        "minimal": " (من الحد الأدنى)",
        "missing note": "نقص تفصيل ليس سببا لعدم التقديم؛ يضاف حين يعرف.",
        "rules": "ما تشترطه الجهة",
        "warnings": "ما يجب النظر فيه",
        "not sent": "أعد من السجلات ولم يرسل شيء. القرار والإرسال لشخص.",
        "submitter": "بقول مقدم الطلب",
        "nothing": "غير معروف",
    },
}


def submission_page(submission: Submission, lang: str, *, is_fictional: bool) -> Page:
    """The page of a filled form in a language; a refused one has none."""
    words = _WORDS[lang]
    form = submission.form
    others = [code for code in LANGUAGES if code != lang]
    banner = tuple((code, phrase("fictional", code)) for code in (lang, *others))
    return Page(
        lang=lang,
        title=form.title.in_language(lang),
        blocks=tuple(_blocks(submission, lang)),
        summary=(
            Text(words["to"]),
            Value(form.body.in_language(lang)),
            Text(". " + words["filled"]),
            Value(submission.as_of.isoformat()),
            Text(". " + words[submission.urgency]),
        ),
        banner=banner if is_fictional else (),
        footer=words["not sent"],
    )


def _blocks(submission: Submission, lang: str) -> Iterator[Block]:
    words = _WORDS[lang]
    yield Paragraph((Text(words["not sent"]),))
    yield Heading(2, (Text(words["answers"]),))
    columns = tuple(
        Column((Text(words[name]),)) for name in ("asked", "said", "source", "statement")
    )
    rows = tuple(row for answer in submission.answers for row in _rows(answer, lang))
    yield Table((Text(words["said"]),), columns, rows)
    yield Heading(2, (Text(words["missing"]),))
    if submission.is_complete:
        yield Paragraph((Text(words["none missing"]),))
    if submission.missing:
        yield ItemList(
            tuple(
                (
                    Paragraph(
                        (
                            Text(
                                element.label.in_language(lang)
                                + (words["minimal"] if element.minimal else "")
                            ),
                        )
                    ),
                )
                for element in submission.missing
            )
        )
        yield Paragraph((Text(words["missing note"]),))
    for title, texts in (("warnings", submission.warnings), ("rules", submission.form.rules)):
        if texts:
            yield Heading(2, (Text(words[title]),))
            yield ItemList(tuple((Paragraph((Text(one.in_language(lang)),)),) for one in texts))


def _rows(answer: Answer, lang: str) -> Iterator[tuple[Inlines, ...]]:
    words = _WORDS[lang]
    label = answer.element.label.in_language(lang)
    if answer.text:
        yield (Text(label),), (Value(answer.text),), (Text(words["submitter"]),), ()
        return
    if not answer.facts:
        yield (Text(label),), (Text(words["nothing"]),), (), ()
        return
    for number, fact in enumerate(answer.facts):
        head = label if number == 0 else f"{label} ({number + 1})"
        yield (
            (Text(head),),
            (Value(fact.words.in_language(lang)),),
            (Value(fact.source),),
            (Code(fact.statement),),
        )
