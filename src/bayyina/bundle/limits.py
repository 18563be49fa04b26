"""What a bundle does not show, in words for a court: printed in every bundle and every check."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple


class Limit(NamedTuple):
    """Something that a bundle does not show."""

    code: str
    """Stable name."""

    en: str
    """In English."""

    ar: str
    """In Arabic."""


LIMITS: Final = (
    Limit(
        "truth",
        "That a statement is true, or that a picture shows what is said of it: a digest shows that "
        "bytes are the same as when they were taken in, and a log shows what was recorded when.",
        "أن إفادة ما صحيحة، أو أن صورة تُظهر ما يقال عنها: البصمة تبيّن أن البايتات هي نفسها منذ أخذها، "
        "والسجل يبيّن ما سُجّل ومتى.",
    ),
    Limit(
        "before-intake",
        "What happened to a file before it was taken in. The list of gaps names the time of which "
        "this log says nothing.",
        "ما جرى لملف قبل أخذه. تذكر قائمة الفجوات المدة التي لا يقول هذا السجل عنها شيئا.",
    ),
    Limit(
        "completeness",
        "That there is nothing else: the bundle holds what its definition asked for and what may "
        "leave. What was withheld is counted and listed by id.",
        "أنه لا يوجد غير ما هنا: تضم الحزمة ما طلبه تعريفها وما يجوز إخراجه. وما حُجب معدود ومذكور برقمه.",
    ),
    Limit(
        "identity",
        "Who stands behind a code: the group that made the bundle can say under oath who that is.",
        "من يقف وراء رمز ما: تستطيع الجهة التي صنعت الحزمة أن تقول ذلك تحت القسم.",
    ),
    Limit(
        "clock",
        "The hour of what was logged, beyond what outside time-stamps show: times in the log are "
        "those of the machine. A time-stamp shows that something existed by then, and not when it "
        "was made.",
        "ساعة ما سُجّل، أبعد مما تبيّنه أختام الوقت الخارجية: أوقات السجل هي أوقات الجهاز. وختم الوقت يبيّن "
        "أن شيئا كان موجودا حينئذ، لا متى صُنع.",
    ),
    Limit(
        "key",
        "That the log's key belongs to the group, unless the key was received by another way than "
        "the bundle and given to the check.",
        "أن مفتاح السجل يعود إلى الجهة، ما لم يُستلم المفتاح بطريق غير الحزمة ويُعطَ للفحص.",
    ),
)
"""What no bundle shows."""

PLAIN_BAG: Final = Limit(
    "plain-bag",
    "Anything about custody: this is a plain BagIt bag without proofs. Its manifests find accidents; "
    "whoever can write the files can write the manifests too.",
    "أي شيء عن الحيازة: هذه حقيبة BagIt عادية بلا براهين. تكشف قوائمها الحوادث؛ ومن يستطيع كتابة الملفات "
    "يستطيع كتابة القوائم أيضا.",
)
"""What a bag without proofs does not show."""

NO_WITNESS: Final = Limit(
    "witness",
    "That the log was not written anew by whoever holds its key: no witness that this check knows "
    "has cosigned its checkpoint.",
    "أن السجل لم يُكتب من جديد على يد من يملك مفتاحه: لم يوقّع نقطة تحققه شاهد يعرفه هذا الفحص.",
)
"""Where no witness is known to have cosigned."""

NO_STAMP: Final = Limit(
    "time-stamp",
    "When at the latest the log stood as it is: no outside time-stamp that holds is in the bundle.",
    "متى على أبعد تقدير كان السجل كما هو: ليس في الحزمة ختم وقت خارجي صالح.",
)
"""Where there is no time-stamp."""

ONE_AUTHORITY: Final = Limit(
    "one-authority",
    "More than one authority's word for the time: the time-stamps do not come from two unrelated "
    "authorities.",
    "أكثر من قول سلطة واحدة في الوقت: أختام الوقت ليست من سلطتين مستقلتين.",
)
"""Where fewer than two authorities stamped."""

AUTHORITY: Final = Limit(
    "authority",
    "That a time-stamp authority is who its certificate says: compare the root certificate in the "
    "bundle with the one that the authority publishes.",
    "أن سلطة الختم هي من تقول شهادتها: قارن الشهادة الجذر في الحزمة بما تنشره السلطة.",
)
"""Where the roots came with the bundle."""

HEADER: Final = Limit(
    "header",
    "That a block header in the bundle stands in the Bitcoin chain: look it up by its height.",
    "أن ترويسة كتلة في الحزمة قائمة في سلسلة بتكوين: ابحث عنها برقم ارتفاعها.",
)
"""Where a header was supplied."""


def as_document(limits: list[Limit]) -> Mapping[str, list[str]]:
    """The limits by language."""
    return {"en": [one.en for one in limits], "ar": [one.ar for one in limits]}
