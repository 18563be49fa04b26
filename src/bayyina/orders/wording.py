"""What the place of an event in time says of a measure, in words: and what it does not say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bayyina.model.partial_dates import read_date, write_date
from bayyina.orders.phases import Side
from bayyina.orders.results import Words
from bayyina.standards.order_file import Asserted, Event, OrderFile, Step, Title

NO_WORKSPACE: Final = Words(
    "Nothing was counted: no workspace was opened.",
    "لم يُحسب شيء: لم تُفتح مساحة عمل.",
)
"""Why indicators stand without values where only the file was read."""

_SIDES: Final[dict[Side, Words]] = {
    "before": Words("before", "قبل"),
    "after": Words("after", "بعد"),
    "straddles": Words("partly on each side of", "على جانبي"),
}


def both(text: Title | str | None) -> Words:
    """A text of a file in both languages; the one that is there where it has only one."""
    if text is None:
        return Words("", "")
    if isinstance(text, str):
        return Words(text, text)
    return Words(text.en, text.ar or text.en)


def event_notes(
    case: OrderFile, event: Event, sides: dict[str, Side], orders: dict[str, Step]
) -> Iterator[Words]:
    """What follows from an event's place in time for each order, and for what was said of it."""
    for name, side in sides.items():
        if event.measures and not _bears_on(case, event, name):
            continue
        yield _beside_order(orders[name], side, bears=bool(event.measures))
    for asserted in event.asserted:
        note = _against_assertion(case, event, asserted)
        if note is not None:
            yield note
    if event.duties:
        provisions = [both(duty.provision) for duty in case.duties if duty.id in event.duties]
        listed = "; ".join(one.en for one in provisions)
        listed_ar = "؛ ".join(one.ar for one in provisions)
        yield Words(
            f"It stays listed under duties that wait for no order: {listed}.",
            f"وتبقى مدرجة تحت واجبات لا تنتظر قرارًا: {listed_ar}.",
        )


def _bears_on(case: OrderFile, event: Event, order: str) -> bool:
    return any(one.order == order for one in case.measures if one.id in event.measures)


def _beside_order(order: Step, side: Side, *, bears: bool) -> Words:
    on = _day(order.date)
    if side == "before":
        said = Words(
            f"It lies wholly before the order of {on.en}, so that alone it does not show a breach "
            "of that order.",
            f"تقع كلّها قبل القرار الصادر في {on.ar}، فهي وحدها لا تُظهر خرقًا لهذا القرار.",
        )
        would = Words(
            f" Something of the kind dated wholly after {on.en} would bear on it.",
            f" أمّا ما يماثلها ويقع كلّه بعد {on.ar} فله صلة به.",
        )
    elif side == "after":
        said = Words(
            f"It lies wholly after the order of {on.en}.",
            f"تقع كلّها بعد القرار الصادر في {on.ar}.",
        )
        would = Words(
            " Whether it breaches the order is for people to conclude.",
            " أمّا هل هي خرق للقرار فحُكم يعود إلى الناس.",
        )
    else:
        said = Words(
            f"Its possible days lie on both sides of the order of {on.en}, or on its own day: it "
            "cannot be said to be after the order.",
            f"تقع أيّامها الممكنة على جانبي القرار الصادر في {on.ar} أو في يومه نفسه: فلا يصحّ "
            "القول إنّها بعده.",
        )
        would = Words(
            " A source that dates it more closely would settle it.",
            " ويحسم ذلك مصدر يؤرّخها بدقّة أكبر.",
        )
    return Words(said.en + (would.en if bears else ""), said.ar + (would.ar if bears else ""))


def _against_assertion(case: OrderFile, event: Event, asserted: Asserted) -> Words | None:
    """A note where what was said of an event's place does not follow from its dates."""
    step = next(one for one in case.steps if one.id == asserted.of)
    mine, its = read_date(event.date), read_date(step.date)
    if asserted.phase == "after":
        holds = mine.lo is not None and its.hi is not None and mine.lo > its.hi
    else:
        holds = mine.hi is not None and its.lo is not None and mine.hi < its.lo
    if holds:
        return None
    who = both(asserted.source)
    on = _day(step.date)
    relation = _SIDES[asserted.phase]
    by = Words(f" by {who.en}" if who.en else "", f" في {who.ar}" if who.ar else "")
    return Words(
        f"It was said{by.en} to lie {relation.en} the step of {on.en}; its dates "
        f"({_day(event.date).en}) do not show that.",
        f"قيل{by.ar} إنّها {relation.ar} خطوة {on.ar}؛ وتواريخها ({_day(event.date).ar}) لا تُظهر ذلك.",
    )


def _day(edtf: str) -> Words:
    read = read_date(edtf)
    return Words(write_date(read, "en"), write_date(read, "ar"))
