"""Words of a site's page that come from the register, the dating and the images, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "district": "middle of the district",
        "grid": "middle of a cell of 0.2 degrees",
        "exact": "as stated",
        "nothing": "nothing is known that may be told",
        "quiet": "quiet",
        "watch": "one departure from what is usual",
        "probable": "two departures that agree",
        "confirmed": "a disturbance is going on",
        "unwatched": "not watched",
        "file": "File",
        "digest": "SHA-256",
        "days": "Clear days",
        "bands": "Bands",
        "rate": "False alarms a year accepted",
        "state": "Result",
        "method": "Method",
        "method is": "site minus surroundings, exact segmentation, calibrated on stable places; "
        "bayyina {version}",
        "km": "km from the position that may be told",
        "far": "not known",
        "decided": "{standard}: decided to suffice by {people}.",
        "undecided": "{standard}: not decided to suffice; so far {people}.",
        "nobody": "nobody",
        "against": "Against it: {people}.",
        "would": "{standard}, what is at hand: it would suffice. People decide.",
        "would not": "{standard}, what is at hand: it would not suffice. {reasons}",
        "sd": "{strength} standard deviations",
        "chart": "The series of images with its episodes shaded.",
        "cube": "SHA-256 of the site's pixels",
        "scenes": "Scenes used, of all",
        "plate": "Before and after: episode {n}, begun about ",
        "plate of none": "The first and the last usable image",
        "plate shows": "Two images of the place, with scale, north, scene names, days and digests.",
    },
    "ar": {
        "district": "وسط المنطقة",
        "grid": "وسط خلية من 0.2 درجة",
        "exact": "كما ورد",
        "nothing": "لا يُعرف ما يجوز ذكره",
        "quiet": "هادئ",
        "watch": "خروج واحد عن المعتاد",
        "probable": "خروجان متفقان عن المعتاد",
        "confirmed": "اضطراب جارٍ",
        "unwatched": "غير مراقَب",
        "file": "الملف",
        "digest": "البصمة SHA-256",
        "days": "الأيام الصافية",
        "bands": "النطاقات",
        "rate": "الإنذارات الكاذبة المقبولة في السنة",
        "state": "النتيجة",
        "method": "الطريقة",
        "method is": "الموقع مطروحاً منه محيطه، تقطيع دقيق، معايرة على أماكن مستقرة؛ bayyina {version}",
        "km": "كم عن الموقع الذي يجوز ذكره",
        "far": "غير معروفة",
        "decided": "{standard}: قرّر كفايتها {people}.",
        "undecided": "{standard}: لم تُقرَّر كفايتها؛ حتى الآن {people}.",
        "nobody": "لا أحد",
        "against": "ضد ذلك: {people}.",
        "would": "{standard}، المتوفر: يكفي لو قُرّر. القرار للناس.",
        "would not": "{standard}، المتوفر: لا يكفي. {reasons}",
        "sd": "{strength} انحراف معياري",
        "chart": "سلسلة الصور وقد ظُلّلت حالاتها.",
        "cube": "بصمة SHA-256 لبكسلات الموقع",
        "scenes": "المشاهد المستعملة من مجموعها",
        "plate": "قبل وبعد: الحالة {n}، بدأت نحو ",
        "plate of none": "أول صورة صالحة وآخرها",
        "plate shows": "صورتان للمكان مع المقياس والشمال وأسماء المشاهد والأيام والبصمات.",
    },
}
"""Words by language and key."""

RESULTS_AR: Final[Mapping[str, str]] = {
    "disturbance found": "عُثر على اضطراب",
    "no disturbance found": "لم يُعثر على اضطراب",
    "insufficient images": "الصور غير كافية",
}
"""Results of a dating in Arabic."""
