"""The words of a page about a case, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "summary": "Monitoring of the case as of ",
        "obligations": "What was ordered, and what is due",
        "obligation": "Obligation",
        "state": "State",
        "deadline": "Day",
        "left": "Days left",
        "no order": "No order had been made by this day.",
        "indicators": "Indicators",
        "indicators note": "Each is counted twice: by the day of the event, and by the day of "
        "documentation. Only the first can bear on the order; documented counts are lower bounds.",
        "indicator": "Indicator",
        "occurred": "By day of the event",
        "documented": "By day of documentation",
        "published": "Published",
        "phases": "Where the events lie",
        "phases note": "Records certainly within each phase, by the day of the event. What may lie "
        "on both sides of the order, or on its own day, straddles.",
        "before_notice": "Before the notice",
        "before_application": "Before the application",
        "before_order": "Before the order",
        "after_order": "After the order",
        "straddles": "Straddles the order",
        "undated": "Undated",
        "trend": "Over time",
        "to": "Up to",
        "events": "Events that bear on the case",
        "not indicated": "Asked for and not indicated",
        "duties": "Duties that wait for no order",
        "watch": "Ways in which evidence could be destroyed",
        "watch note": "Indicators to look out for, not findings.",
        "questions": "What cannot be said",
        "queries": "How each number is asked for",
        "axis not stated": "axis not stated",
        "possible": "possible: ",
        "not counted": "not counted",
        "court": "Court",
        "instrument": "Instrument",
        "applicants": "Applicants",
        "respondent": "Respondent",
        "number": "General List",
        "votes": "{} votes to {}",
        "filing": "Deadlines and filings",
        "filed": "Filed",
    },
    "ar": {
        "summary": "رصد القضية حتى ",
        "obligations": "ما أمر به وما هو مستحق",
        "obligation": "الالتزام",
        "state": "الحالة",
        "deadline": "اليوم",
        "left": "الأيام الباقية",
        "no order": "لم يكن قد صدر قرار حتى هذا اليوم.",
        "indicators": "المؤشرات",
        "indicators note": "يحسب كل مؤشر مرتين: بيوم الواقعة وبيوم التوثيق. والأول وحده قد يتصل "
        "بالقرار؛ والأعداد الموثقة حدود دنيا.",
        "indicator": "المؤشر",
        "occurred": "بيوم الواقعة",
        "documented": "بيوم التوثيق",
        "published": "المنشور",
        "phases": "أين تقع الوقائع",
        "phases note": "السجلات الواقعة يقينا في كل مرحلة بيوم الواقعة. وما قد يقع على جانبي القرار "
        "أو في يومه يذكر على حدة.",
        "before_notice": "قبل الإخطار",
        "before_application": "قبل تقديم الطلب",
        "before_order": "قبل القرار",
        "after_order": "بعد القرار",
        "straddles": "على جانبي القرار",
        "undated": "بلا تاريخ",
        "trend": "عبر الزمن",
        "to": "حتى",
        "events": "وقائع لها صلة بالقضية",
        "not indicated": "طلب ولم يشر به",
        "duties": "واجبات لا تنتظر قرارا",
        "watch": "طرق يمكن أن تتلف بها الأدلة",
        "watch note": "مؤشرات ينتبه إليها وليست استنتاجات.",
        "questions": "ما لا يمكن قوله",
        "queries": "كيف يسأل عن كل رقم",
        "axis not stated": "المحور غير مذكور",
        "possible": "الممكن: ",
        "not counted": "لم يحسب",
        "court": "المحكمة",
        "instrument": "الاتفاقية",
        "applicants": "المدعون",
        "respondent": "المدعى عليه",
        "number": "رقم القائمة العامة",
        "votes": "{} مقابل {}",
        "filing": "الآجال والإيداعات",
        "filed": "الإيداع",
    },
}

STATES_AR: Final[Mapping[str, str]] = {
    "in force": "نافذ",
    "due": "مستحق",
    "filing not recorded": "لم يسجل إيداع",
    "filed": "أودع",
    "filed after the day": "أودع بعد اليوم المحدد",
    "superseded": "حل غيره محله",
    "ended": "انتهى",
    "file": "إيداع",
}


NAMES_AR: Final[Mapping[str, str]] = {
    "International Court of Justice": "محكمة العدل الدولية",
    "CAT": "اتفاقية مناهضة التعذيب",
    "CERD": "اتفاقية القضاء على جميع أشكال التمييز العنصري",
    "ICSFT": "اتفاقية قمع تمويل الإرهاب",
    "Genocide Convention": "اتفاقية منع جريمة الإبادة الجماعية والمعاقبة عليها",
    "Armenia": "أرمينيا",
    "Azerbaijan": "أذربيجان",
    "Canada": "كندا",
    "Israel": "إسرائيل",
    "Myanmar": "ميانمار",
    "Netherlands": "هولندا",
    "Russian Federation": "الاتحاد الروسي",
    "South Africa": "جنوب أفريقيا",
    "Syrian Arab Republic": "الجمهورية العربية السورية",
    "The Gambia": "غامبيا",
    "Ukraine": "أوكرانيا",
}
"""Names that the shipped cases have; any other stands as the file writes it."""

STATES_EN: Final[Mapping[str, str]] = {"file": "Filing"}
"""Words that stand otherwise in English than in the documents."""
