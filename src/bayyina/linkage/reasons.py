"""Why a pair was scored as it was: what agrees, what differs, and what each of it weighs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final, Literal

import numpy as np

from bayyina.linkage.arrays import Ints32, Singles
from bayyina.linkage.comparisons import AllMeasured
from bayyina.linkage.linking import Linkage
from bayyina.linkage.model import LinkageModel

Lang = Literal["en", "ar"]
"""Languages of the reasons."""

_ARABIC_LEVELS: Final[Mapping[str, str]] = {
    "different": "مختلف",
    "similar": "متشابه",
    "variant": "كتابة أخرى",
    "same": "مطابق",
    "initial": "حرف أول",
    "elsewhere": "في موضع آخر",
    "none": "لا مشترك",
    "some": "بعضه مشترك",
    "all of one": "الواحد مشترك",
    "all of several": "كله مشترك",
    "within ten years": "في حدود عشر سنوات",
    "within five years": "في حدود خمس سنوات",
    "within two years": "في حدود سنتين",
    "one year apart": "بفارق سنة",
    "same year": "السنة نفسها",
    "same day and month": "اليوم والشهر نفسهما",
    "one part mistyped": "خطأ كتابة في جزء",
    "compatible": "متوافق",
    "something in common": "بعضه مشترك",
    "alike": "متقارب",
    "same number elsewhere": "الرقم نفسه في مكان آخر",
    "one digit apart": "بفارق رقم واحد",
    "same number": "الرقم نفسه",
}
_ARABIC_FIELDS: Final[Mapping[str, str]] = {
    "given name": "الاسم",
    "family name": "الكنية",
    "names between": "الأسماء الوسطى",
    "mother's given name": "اسم الأم",
    "mother's family name": "كنية الأم",
    "mother's names between": "أسماء الأم الوسطى",
    "birth": "الولادة",
    "date": "التاريخ",
    "age": "العمر",
    "sex": "الجنس",
    "place": "المكان",
    "register": "القيد المدني",
    "text": "نص",
}
_THROUGH_OTHERS: Final = {"en": "joined through other rows", "ar": "رُبطا عبر صفوف أخرى"}
_CONTRADICTED: Final = {
    "en": "births or ages contradict, so the names alone do not join",
    "ar": "الولادة أو العمر متعارضان، فلا يكفي الاسم وحده للربط",
}
_CHUNK: Final = 200_000


def weights_of(model: LinkageModel, measured: AllMeasured) -> Singles:
    """What each comparison adds to the evidence of pairs, shape (comparisons, pairs)."""
    weights = np.zeros(measured.levels.shape, dtype=np.float32)
    for place, one in enumerate(model.comparisons):
        levels = measured.levels[place]
        usually = np.array(one.usual_rarity, dtype=np.float32)[levels]
        weights[place] = np.array(one.weights, dtype=np.float32)[levels]
        weights[place] += np.where(usually < 0.0, usually - measured.rarity[place], 0.0)
    return weights


def reasons_of(linkage: Linkage, left: Ints32, right: Ints32, lang: Lang = "en") -> Iterator[str]:
    """The reasons of each pair: what was compared, how it agrees, its weight in natural logarithms.

    What most speaks for one person comes first.
    """
    names = [
        [level_in_words(one.label, level, lang) for level in one.level_names]
        for one in linkage.model.comparisons
    ]
    for begin in range(0, len(left), _CHUNK):
        a, b = left[begin : begin + _CHUNK], right[begin : begin + _CHUNK]
        measured = linkage.comparisons.measure(a, b)
        weights = np.round(weights_of(linkage.model, measured), 1)
        contradicted = linkage.model.contradicted(measured).tolist()
        for levels, added, held in zip(
            measured.levels.T.tolist(), weights.T.tolist(), contradicted, strict=True
        ):
            said = [
                (weight, names[place][level])
                for place, (level, weight) in enumerate(zip(levels, added, strict=True))
                if level
            ]
            said.sort(key=lambda one: -one[0])
            told = [f"{name} ({weight:+.1f})" for weight, name in said]
            yield "; ".join([*told, _CONTRADICTED[lang]] if held else told)


def through_others(lang: Lang) -> str:
    """What is said of a pair that is joined although it is not alike by itself."""
    return _THROUGH_OTHERS[lang]


@lru_cache(maxsize=1024)
def level_in_words(label: str, level: str, lang: Lang) -> str:
    """How one comparison came out, as people read it."""
    if lang == "en":
        return f"{label}: {level}"
    role, _, column = label.partition(":")
    field = _ARABIC_FIELDS.get(role, role)
    named = f"{field} ({column})" if column else field
    return f"{named}: {_ARABIC_LEVELS.get(level, level)}"
