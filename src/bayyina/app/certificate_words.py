"""What is said of certificates and whom they may be about, in English and Arabic."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bayyina.names.reason_words import reason_in

CERTIFICATE_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "agrees": "agrees", "similar": "similar", "differs": "DIFFERS",
        "name": "name", "father": "father", "mother": "mother", "birth": "birth",
        "birth_place": "place of birth", "register": "civil register (place and number)", "custody": "custody",
        "joined": "; the paper's own record of the person is joined with it already",
        "lacks": "the standard still lacks: {}",
        "enough": "what agrees would meet the standard; two people decide",
        "papers": "Papers: {papers}; with a candidate: {some}. Nothing is decided.",
    },
    "ar": {
        "agrees": "متوافق", "similar": "متشابه", "differs": "مختلف",
        "name": "الاسم", "father": "الأب", "mother": "الأم", "birth": "الولادة",
        "birth_place": "مكان الولادة", "register": "القيد والخانة", "custody": "الاحتجاز",
        "joined": "؛ سجل الشخص في الوثيقة مدموج معه مسبقاً",
        "lacks": "ما زال ينقص المعيار: {}",
        "enough": "ما توافق يستوفي المعيار؛ والقرار لشخصين",
        "papers": "الوثائق: {papers}؛ ولها مرشح: {some}. ولا قرار هنا.",
    },
}  # fmt: skip
"""What is said of certificates and their candidates."""

_REASONS_AR: Final[Mapping[str, str]] = {
    "taken after the death that the paper states": "احتُجز بعد الوفاة التي تذكرها الوثيقة",
    "alive after the death that the paper states": "كان حياً بعد الوفاة التي تذكرها الوثيقة",
    "the place is not stated on both sides": "المكان غير مذكور في الجانبين",
}


def certificate_reason(text: str, lang: str) -> str:
    """Why a part agrees or differs; whoever reads Arabic gets no English."""
    return _REASONS_AR.get(text, reason_in(text, lang)) if lang == "ar" else text
