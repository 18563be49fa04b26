"""What boards and candidates say to people, in English and Arabic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from bayyina.app.identifying_evidence import LeadLine
from bayyina.model.vocabulary import Vocabulary
from bayyina.standards.evaluation import Reason

LANGUAGES: Final = ("en", "ar")

STATES: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "unexamined": "unexamined",
        "candidates": "candidates",
        "being_verified": "being verified",
        "identified": "identified",
        "withdrawn": "withdrawn",
    },
    "ar": {
        "unexamined": "لم تُفحص",
        "candidates": "لها مرشحون",
        "being_verified": "قيد التحقق",
        "identified": "محددة الهوية",
        "withdrawn": "سُحب تحديدها",
    },
}
"""States of bodies."""

CONFLICTS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "one_body_two_persons": "one body is identified as two people",
        "rival_family_claim": "another family claims the body",
        "one_person_two_bodies": "one person is identified as two bodies",
        "evidence_lost": "evidence that was signed for stands no longer",
        "disputed": "somebody decided against it",
        "not_settled": "the record does not say yet what the signatures came to: `identify settle`",
    },
    "ar": {
        "one_body_two_persons": "جثمان واحد حُدّد على أنه شخصان",
        "rival_family_claim": "أسرة أخرى تطالب بالجثمان",
        "one_person_two_bodies": "شخص واحد حُدّد على أنه جثمانان",
        "evidence_lost": "دليل وُقّع عليه لم يعد قائماً",
        "disputed": "قرّر أحدهم خلاف ذلك",
        "not_settled": "السجل لا يذكر بعدُ ما آلت إليه التواقيع: `identify settle`",
    },
}
"""Conflicts of bodies."""

_FOUND: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "identification": "stated by an identification ({})",
        "words_shared": "both state: {}",
        "number_stated": "a record of the person states the branch and detainee number",
        "number_on_paper": "a paper about the person bears the branch and detainee number",
        "series_fits": "taken between {} and {}, as the numbers next to it (see {})",
        "window_fits": "taken by {}, photographed by {}, at the same place",
        "taken_later": "taken on {} at the earliest, photographed by {}",
        "alive_later": "{} on {} at the earliest, photographed by {}",
        "image_shared": "an image is stated to show the person",
        "image_alike": "an image looks like one that is stated to show the person",
        "identified_elsewhere": "identified as the body {}",
        "linked_by_name": "the linkage holds {} to be the same person; nobody has judged it",
    },
    "ar": {
        "identification": "مذكور في تحديد هوية ({})",
        "words_shared": "كلاهما يذكر: {}",
        "number_stated": "سجل للشخص يذكر رقم الفرع ورقم المعتقل",
        "number_on_paper": "وثيقة بشأن الشخص تحمل رقم الفرع ورقم المعتقل",
        "series_fits": "اعتُقل بين {} و{}، كما تدل الأرقام المجاورة (انظر {})",
        "window_fits": "اعتُقل حتى {}، وصُوّر حتى {}، في المكان نفسه",
        "taken_later": "اعتُقل في {} على أبكر تقدير، وصُوّر حتى {}",
        "alive_later": "{} في {} على أبكر تقدير، وصُوّر حتى {}",
        "image_shared": "مادة مصوّرة يُذكر أنها تُظهر الشخص",
        "image_alike": "صورة تشبه مادة يُذكر أنها تُظهر الشخص",
        "identified_elsewhere": "محدد على أنه الجثمان {}",
        "linked_by_name": "الربط الآلي يرى أن {} هو الشخص نفسه؛ ولم يبتّ في ذلك أحد",
    },
}

_OTHER: Final = {
    "other_body": {"en": "Another body", "ar": "جثمان آخر"},
    "linked_record": {"en": "Linked by name", "ar": "مرتبط بالاسم"},
}
_LISTS: Final = ("identification_bases", "evidence_lines", "evidence_conditions")

SAYS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {"supports": "for", "contradicts": "AGAINST", "leads": "lead only"},
    "ar": {"supports": "مع", "contradicts": "ضد", "leads": "مؤشر فقط"},
}
"""What lines say."""

TEXTS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "board": "Bodies: {bodies}, as of {day}. Photographs: {photographs}.",
        "identified": "Identified: {two} by two people here, {stated} as sources state. "
        "Called: {result}; never equal to DNA, teeth or fingerprints.",
        "body": "Body {body}: branch {branch}, detainee {number}, examination {exam}; "
        "{photographs} photographs.",
        "window": "People who were taken, as stated, before it was photographed: {n}.",
        "none": "No candidate. Nothing that is stated names a person for this body.",
        "lacks": "the standard still lacks: {}",
        "enough": "what is stated would meet the standard; two people decide",
        "order": "Candidates are leads, in the order of independent origins; nothing is decided.",
        "candidate": "{person} ({origins} independent origins)",
    },
    "ar": {
        "board": "الجثامين: {bodies}، حتى {day}. الصور: {photographs}.",
        "identified": "محددة الهوية: {two} بقرار شخصين هنا، و{stated} كما تذكر المصادر. "
        "التسمية: {result}؛ ولا تعادل أبداً الحمض النووي أو الأسنان أو البصمات.",
        "body": "الجثمان {body}: الفرع {branch}، المعتقل {number}، الفحص {exam}؛ عدد الصور {photographs}.",
        "window": "عدد من اعتُقلوا، كما هو مذكور، قبل تصويره: {n}.",
        "none": "لا مرشح. لا شيء مما هو مذكور يسمّي شخصاً لهذا الجثمان.",
        "lacks": "ما زال ينقص المعيار: {}",
        "enough": "ما هو مذكور يستوفي المعيار؛ والقرار لشخصين",
        "order": "المرشحون مؤشرات، مرتبون بعدد الأصول المستقلة؛ ولا قرار هنا.",
        "candidate": "{person} (أصول مستقلة: {origins})",
    },
}
"""Sentences."""


def line_label(vocabulary: Vocabulary, line: str, lang: str) -> str:
    """The name of a line of evidence."""
    if line in _OTHER:
        return _OTHER[line][lang]
    for name in _LISTS:
        if line in vocabulary.term_lists[name].terms:
            return vocabulary.term_lists[name].label(line, lang)
    return line


_LACKS_AR: Final[Mapping[str, str]] = {
    "missing_line": "لا يوجد: {}",
    "same_origin": "هذه المسارات ليست من أصول مستقلة: {}",
    "condition": "يُعتدّ به فقط إذا تحقق الشرط، وهو غير مسجّل: {}",
    "blocked": "يوجد ما يجب أن يحسمه الناس أولاً: {}",
    "never_alone": "لا يكفي وحده أبداً: {}",
    "not_stated": "غير مذكور: {}",
}
"""What a standard still asks for, by the code of the reason."""


def lacks_words(vocabulary: Vocabulary, reasons: Sequence[Reason], lang: str) -> str:
    """What a standard still asks for, in sentences."""
    if lang == "en":
        return " ".join(reason.message for reason in reasons)
    return "؛ ".join(
        _LACKS_AR[reason.code].format(
            "، ".join(line_label(vocabulary, line, lang) for line in reason.lines)
        )
        for reason in reasons
    )


def found_words(vocabulary: Vocabulary, line: LeadLine, lang: str) -> str:
    """What was found, in a sentence."""
    detail: Sequence[str] = line.detail
    if line.about == "words_shared":
        detail = ("، ".join(detail) if lang == "ar" else ", ".join(detail),)
    elif line.about == "alive_later":
        detail = (vocabulary.types[detail[0]].label[lang], *detail[1:])
    elif line.about == "identification":
        detail = (STATES[lang].get(detail[0], detail[0]),)
    return _FOUND[lang][line.about].format(*detail)
