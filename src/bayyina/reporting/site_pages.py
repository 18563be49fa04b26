"""The page of a site: what the register holds and what images show, with provenance and limits.

The page says "ground disturbance consistent with digging or levelling" of what images show, and
repeats what sources say as theirs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bayyina.reporting.wording import phrase
from bayyina.typeset.blocks import (
    Block,
    Code,
    Column,
    FactSheet,
    Heading,
    Inlines,
    ItemList,
    Page,
    Paragraph,
    Picture,
    Styled,
    Swipe,
    Table,
    Text,
    Value,
)
from bayyina.typeset.languages import LANGUAGES

_WORDS = {
    "en": {
        "title": "Site: ",
        "made": "Made on ",
        "embargo": "Under embargo. The evidence does not suffice yet by the standard it is decided "
        "by: this page is not for publication, and the position on it is not that of the site.",
        "open": "Two people decided that the evidence suffices.",
        "limits short": "An indicator: it does not say who did it, why, or what lies below.",
        "about": "The site",
        "id": "Id",
        "state": "State",
        "position": "Position that may be told",
        "witnesses": "Witnesses",
        "watch": "Watching",
        "claims": "What sources say of it",
        "what": "What",
        "said": "Said",
        "source": "Source",
        "where": "Where in it",
        "history": "What was done there, as sources and watching say",
        "per statement": "One line for each statement",
        "per event": "One line for each record of an event; several may be of one event",
        "per episode": "One line for each episode; days as year-month-day",
        "per facility": "One line for each facility",
        "per step": "One line for each step, in the order of the work",
        "when": "When",
        "basis": "Rests on",
        "images": "Ground disturbance consistent with digging or levelling, from images",
        "kind": "Shape",
        "onset": "Began about",
        "interval": "95 % interval",
        "bracket": "Last clear image before – first changed",
        "end": "Ended about",
        "no end": "no end seen",
        "strength": "Strength",
        "no episode": "No disturbance was found in the series.",
        "no series": "No series of images was given to this page.",
        "series": "Series and episodes",
        "provenance": "Where the images' part comes from",
        "evidence": "Whether the evidence suffices",
        "steps": "Steps at the site",
        "step": "Step",
        "protocol": "Asked for by",
        "done": "Recorded as done",
        "yes": "yes",
        "no": "no",
        "near": "Near it",
        "distance": "Distance",
        "limits": "Limits",
    },
    "ar": {
        "title": "موقع: ",
        "made": "أعدت في ",
        "embargo": "محجوب. لا تكفي الأدلة بعد وفق المعيار الذي يقرر به: هذه الصفحة ليست للنشر، "
        "والموقع الجغرافي المذكور فيها ليس موقع المكان.",
        "open": "قرر شخصان أن الأدلة كافية.",
        "limits short": "مؤشر: لا يقول من فعله ولا لماذا ولا ما تحته.",
        "about": "الموقع",
        "id": "المعرف",
        "state": "الحالة",
        "position": "الموقع الذي يجوز ذكره",
        "witnesses": "الشهود",
        "watch": "المراقبة",
        "claims": "ما تقوله المصادر عنه",
        "what": "البند",
        "said": "القول",
        "source": "المصدر",
        "where": "الموضع فيه",
        "history": "ما جرى فيه بحسب المصادر والمراقبة",
        "per statement": "سطر لكل قول",
        "per event": "سطر لكل سجل حدث، وقد يكون للحدث الواحد أكثر من سجل",
        "per episode": "سطر لكل حالة؛ الأيام بصيغة السنة-الشهر-اليوم",
        "per facility": "سطر لكل منشأة",
        "per step": "سطر لكل خطوة بترتيب العمل",
        "when": "متى",
        "basis": "يستند إلى",
        "images": "اضطراب في التربة يتفق مع الحفر أو التسوية، من الصور",
        "kind": "الشكل",
        "onset": "بدأ نحو",
        "interval": "مجال الثقة 95 %",
        "bracket": "آخر صورة صافية قبله – أول صورة تظهره",
        "end": "انتهى نحو",
        "no end": "لا نهاية مرئية",
        "strength": "الشدة",
        "no episode": "لم يعثر في السلسلة على اضطراب.",
        "no series": "لم تعط هذه الصفحة سلسلة صور.",
        "series": "السلسلة والحالات",
        "provenance": "مصدر ما يتعلق بالصور",
        "evidence": "هل تكفي الأدلة",
        "steps": "الخطوات في الموقع",
        "step": "الخطوة",
        "protocol": "يطلبها",
        "done": "مسجلة منجزة",
        "yes": "نعم",
        "no": "لا",
        "near": "بالقرب منه",
        "distance": "المسافة",
        "limits": "الحدود",
    },
}

_LIMITS = {
    "en": (
        (
            "Images of ten to thirty metres show that ground was turned or levelled over a tenth of a "
            "hectare or more; a single trench they may miss."
        ),
        "They do not tell a grave from any other dug ground, and say nothing of who lies there.",
        (
            "A date is an interval: the work began after the last clear image before it and by the "
            "first that shows it."
        ),
        (
            "What sources say is repeated with its source; two counts are two counts, and no total is "
            "drawn from an account that says 'at times'."
        ),
        (
            "Whether an act came before or after a court's order is a matter of dates; whether an "
            "order was breached is for the court."
        ),
    ),
    "ar": (
        "تظهر صور بدقة عشرة إلى ثلاثين مترا أن التربة قلبت أو سويت على عشر هكتار أو أكثر، وقد يفوتها خندق واحد.",
        "ولا تميز قبرا من أي أرض محفورة أخرى، ولا تقول شيئا عمن يرقد فيها.",
        "التاريخ مجال: بدأ العمل بعد آخر صورة صافية قبله وحتى أول صورة تظهره.",
        "ما تقوله المصادر مذكور مع مصدره؛ العددان عددان، ولا يستخرج مجموع من إفادة تقول «أحيانا».",
        "كون الفعل قبل قرار محكمة أو بعده مسألة تواريخ؛ أما خرق القرار فالحكم فيه للمحكمة.",
    ),
}


@dataclass(frozen=True)
class ClaimLine:
    """Something that a source says."""

    what: str
    """Property or kind of act, in the page's language."""

    said: str
    """What is said, with its day where it is an act."""

    source: str
    """Who says so; of a protected witness the pseudonym."""

    where: str
    """Where in the source."""

    id: str
    """Short id of the statement or record."""


@dataclass(frozen=True)
class EpisodeLine:
    """One episode found in images."""

    kind: str
    """Its shape, in the page's language."""

    onset: str
    """Day by which it had begun."""

    interval: str
    """95 % interval of that day."""

    bracket: str
    """Last clear image before, first changed."""

    end: str
    """Day by which it had ended, with its interval; empty where no end is seen."""

    strength: str
    """Strength in standard deviations."""


@dataclass(frozen=True)
class StepLine:
    """One step."""

    words: str
    """What it is."""

    protocols: str
    """Who asks for it."""

    done: bool
    """Whether it is recorded as done."""


@dataclass(frozen=True)
class PlateLine:
    """The images before and after one episode."""

    drawing: str
    """The plate (SVG)."""

    caption: str
    """The episode it is of, in the page's language."""

    day: str
    """When that began; empty without one."""

    words: str
    """What it shows, for those who do not see it."""

    swipe: Swipe | None = None
    """The two images over each other, for the web page."""


@dataclass(frozen=True)
class SiteSheet:
    """All that a site's page says, in one language."""

    lang: str
    """``en`` or ``ar``."""

    name: str
    """Name of the site."""

    id: str
    """Short id."""

    day: str
    """When the page was made."""

    embargo: bool
    """Whether the site is withheld."""

    states: str
    """States, as sources give them."""

    position: str
    """Latitude and longitude that may be told; empty for none."""

    position_words: str
    """What these are, or that nothing may be told."""

    witnesses: str
    """Pseudonyms."""

    watch: str
    """State of watching."""

    claims: tuple[ClaimLine, ...]
    """What sources say of the site."""

    history: tuple[ClaimLine, ...]
    """What sources say was done there."""

    near: tuple[tuple[str, str], ...]
    """Facilities near it and how far they are."""

    episodes: tuple[EpisodeLine, ...]
    """What was found in a series of images."""

    has_series: bool
    """Whether a series was given."""

    chart: str
    """Drawing of the series (SVG); empty for none."""

    chart_words: str
    """What the drawing shows, for those who do not see it."""

    plates: tuple[PlateLine, ...]
    """Images before and after the episodes."""

    provenance: tuple[tuple[str, str], ...]
    """Name and value of what the images' part rests on."""

    evidence: tuple[str, ...]
    """Sentences on whether the evidence suffices."""

    steps: tuple[StepLine, ...]
    """The checklist."""


def site_page(sheet: SiteSheet, *, is_fictional: bool) -> Page:
    """The page of a site."""
    words = _WORDS[sheet.lang]
    others = [code for code in LANGUAGES if code != sheet.lang]
    banner = tuple((code, phrase("fictional", code)) for code in (sheet.lang, *others))
    return Page(
        lang=sheet.lang,
        title=words["title"] + sheet.name,
        blocks=tuple(_blocks(sheet)),
        summary=(Text(words["made"]), Value(sheet.day), Text(". " + words["limits short"])),
        banner=banner if is_fictional else (),
        footer=words["limits short"],
    )


def _blocks(sheet: SiteSheet) -> Iterator[Block]:
    words = _WORDS[sheet.lang]
    status = words["embargo"] if sheet.embargo else words["open"]
    yield Paragraph((Styled((Text(status),), strong=True),))
    yield _heading(words["about"])
    facts: list[tuple[str, Inlines]] = [(words["id"], (Code(sheet.id),))]
    place: Inlines = (Text(sheet.position_words),)
    if sheet.position:
        place = (Code(sheet.position), Text(f" ({sheet.position_words})"))
    facts.append((words["position"], place))
    for key, text in (
        ("state", sheet.states),
        ("witnesses", sheet.witnesses),
        ("watch", sheet.watch),
    ):
        if text:
            facts.append((words[key], (Value(text),)))
    yield FactSheet(tuple(facts))
    if sheet.claims:
        yield _heading(words["claims"])
        yield _claims(words["per statement"], words["what"], sheet.claims, sheet.lang)
    if sheet.history:
        yield _heading(words["history"])
        yield _claims(words["per event"], words["what"], sheet.history, sheet.lang)
    if sheet.near:
        yield _heading(words["near"])
        columns = _columns(words["what"], words["distance"])
        rows = tuple(((Value(name),), (Value(far),)) for name, far in sheet.near)
        yield Table((Text(words["per facility"]),), columns, rows)
    yield from _from_images(sheet)
    yield _heading(words["evidence"])
    yield ItemList(tuple((Paragraph((Text(one),)),) for one in sheet.evidence))
    yield _heading(words["steps"])
    columns = _columns(words["step"], words["protocol"], words["done"])
    steps = tuple(
        ((Text(one.words),), (Value(one.protocols),), (Text(words["yes" if one.done else "no"]),))
        for one in sheet.steps
    )
    yield Table((Text(words["per step"]),), columns, steps)
    yield _heading(words["limits"])
    yield ItemList(tuple((Paragraph((Text(one),)),) for one in _LIMITS[sheet.lang]))


def _from_images(sheet: SiteSheet) -> Iterator[Block]:
    words = _WORDS[sheet.lang]
    yield _heading(words["images"])
    if not sheet.has_series:
        yield Paragraph((Text(words["no series"]),))
        return
    if sheet.episodes:
        columns = _columns(
            *(words[key] for key in ("onset", "interval", "bracket", "end", "kind", "strength"))
        )
        rows = tuple(
            tuple(
                (Value(text),)
                for text in (
                    one.onset,
                    one.interval,
                    one.bracket,
                    one.end or words["no end"],
                    one.kind,
                    one.strength,
                )
            )
            for one in sheet.episodes
        )
        yield Table((Text(words["per episode"]),), columns, rows)
    else:
        yield Paragraph((Text(words["no episode"]),))
    if sheet.chart:
        yield Picture("series", sheet.chart, sheet.chart_words, (Text(words["series"]),))
    for number, plate in enumerate(sheet.plates, start=1):
        yield Picture(f"plate-{number}", plate.drawing, plate.words, _caption(plate), plate.swipe)
    yield Heading(3, (Text(words["provenance"]),))
    yield FactSheet(tuple((name, (Value(value),)) for name, value in sheet.provenance))


def _caption(plate: PlateLine) -> Inlines:
    return (Text(plate.caption), Value(plate.day)) if plate.day else (Text(plate.caption),)


def _claims(caption: str, what: str, lines: Sequence[ClaimLine], lang: str) -> Table:
    words = _WORDS[lang]
    columns = _columns(what, words["said"], words["source"], words["where"], words["id"])
    rows = tuple(
        (
            (Text(one.what),),
            (Value(one.said),),
            (Value(one.source),),
            (Value(one.where),),
            (Code(one.id),),
        )
        for one in lines
    )
    return Table((Text(caption),), columns, rows)


def _columns(*titles: str) -> tuple[Column, ...]:
    return tuple(Column((Text(title),)) for title in titles)


def _heading(text: str) -> Heading:
    return Heading(2, (Text(text),))
