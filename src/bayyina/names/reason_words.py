"""The reasons of a comparison of names in Arabic, beside the English in which they are made."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

ARABIC: Final[Mapping[str, str]] = MappingProxyType(
    {
        "the same letters": "الأحرف نفسها",
        "known spellings of one name": "كتابتان معروفتان لاسم واحد",
        "a nickname that may stand for the other": "اسم دلع قد يقوم مقام الآخر",
        "known spellings of two different names": "كتابتان معروفتان لاسمين مختلفين",
        "spellings that sound alike": "كتابتان متشابهتا اللفظ",
        "one has a feminine ending that the other lacks": "في أحدهما علامة تأنيث ليست في الآخر",
        "spellings that may be of one name": "كتابتان قد تكونان لاسم واحد",
        "another name": "اسم آخر",
        "only one name states it": "يرد في أحد الاسمين فقط",
        "the parts stand in another order": "الأجزاء بترتيب آخر",
        "a kunya that only one name states adds nothing and takes nothing": "كنية (أبو/أم) ترد في أحد الاسمين فقط، فلا تزيد ولا تنقص",
        "as one word the names agree: parts are joined in one of them": "الاسمان متوافقان ككلمة واحدة: أجزاء أحدهما موصولة",
        "a score is never below 0": "لا تقل الدرجة عن صفر",
    }
)
"""Every reason that ``compare_names`` gives."""

PARTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "given": "الاسم",
        "father": "اسم الأب",
        "grandfather": "اسم الجد",
        "forefather": "اسم جد أعلى",
        "family": "الكنية",
        "kunya": "الكنية (أبو/أم)",
        "mother": "اسم الأم",
        "name": "الاسم",
        "order": "الترتيب",
        "whole": "الاسم كله",
        "limit": "الحد",
    }
)
"""Every part that points are given for."""

_ANY: Final = re.compile("|".join(sorted(map(re.escape, ARABIC), key=len, reverse=True)))


def reason_in(text: str, lang: str) -> str:
    """A text that holds reasons, with these in ``ar`` or ``en``; what else stands in it stays."""
    return _ANY.sub(lambda found: ARABIC[found.group()], text) if lang == "ar" else text
